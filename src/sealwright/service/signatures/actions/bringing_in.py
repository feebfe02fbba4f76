"""Signatures from before their table: the manifests that were there are looked through once.

It goes on where it stopped, however it was stopped, and may run on several servers at a time: what is noted
already is passed over. Who attached those signatures nobody knows; they count as received when their
manifest was.
"""

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.service.registry.queries.manifests import Record
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.hooks import signatures_in
from sealwright.service.signatures.records import New
from sealwright.service.storage import Storage

__all__ = ["bring_in"]

_STANDS = "SELECT repository, digest, finished FROM signatures_brought_in WHERE id = 1"
_NEXT = """
    SELECT manifests.repository, manifests.digest, repositories.name, manifests.created
    FROM manifests JOIN repositories ON repositories.id = manifests.repository
    WHERE (manifests.repository, manifests.digest) > (:repository, :digest)
    ORDER BY manifests.repository, manifests.digest LIMIT :most
"""
_MANIFEST = """
    SELECT digest, media_type, content, subject, artifact_type, annotations FROM manifests
    WHERE repository = :repository AND digest = :digest
"""
_TAGS = "SELECT name FROM tags WHERE repository = :repository AND digest = :digest"
_STAND = """
    INSERT INTO signatures_brought_in (id, repository, digest, finished)
    VALUES (1, :repository, :digest, :finished)
    ON CONFLICT (id) DO UPDATE
    SET repository = excluded.repository, digest = excluded.digest, finished = excluded.finished
"""


class _Found(msgspec.Struct, frozen=True):
    repository: str
    new: New
    received: int


def bring_in(storage: Storage) -> bool:
    """Look through the next manifests, at most `limits.SIGNATURES_BROUGHT_IN`; whether there may be more."""
    repository, digest, finished = storage.database.row(_STANDS) or (0, "", 0)
    if finished:
        return False
    listed = storage.database.rows(
        _NEXT, repository=repository, digest=digest, most=limits.SIGNATURES_BROUGHT_IN
    )
    found = [one for row in listed for one in _signatures(storage, *row)]
    more = len(listed) == limits.SIGNATURES_BROUGHT_IN
    if listed:
        repository, digest = listed[-1][:2]
    with storage.database.write() as transaction:
        for one in found:
            changing.attach(transaction, one.repository, one.new, "", one.received)
        transaction.run(_STAND, repository=repository, digest=digest, finished=int(not more))
    return more


def _signatures(storage: Storage, repository: int, digest: str, name: str, created: int) -> list[_Found]:
    tags = storage.database.rows(_TAGS, repository=repository, digest=digest)
    row = storage.database.row(_MANIFEST, repository=repository, digest=digest)
    if row is None:
        return []
    kept, media_type, content, subject, artifact_type, annotations = row
    record = Record(
        Digest(kept),
        media_type,
        bytes(content),
        None if subject is None else Digest(subject),
        artifact_type,
        annotations,
        (),
        (),
    )
    carried = signatures_in(storage, name, record, tuple(tag for (tag,) in tags))
    return [_Found(name, new, created) for new in carried]
