"""Tags of a repository, and referrers of a manifest, page by page."""

import msgspec

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.service.storage import Database, Value

__all__ = ["Referrer", "described", "referrers", "tags"]

# the repository is one value rather than a join: PostgreSQL then sees that an index has the rows in order
_TAGS = """
    SELECT name FROM tags
    WHERE repository = (SELECT id FROM repositories WHERE name = :repository) AND name > :last
    ORDER BY name LIMIT :most
"""
_OF_SUBJECT = """
    SELECT digest, media_type, size, artifact_type, annotations FROM manifests
    WHERE repository = (SELECT id FROM repositories WHERE name = :repository)
    AND subject = :subject AND digest > :last
"""
_ORDER = "ORDER BY digest LIMIT :most"
_REFERRERS = f"{_OF_SUBJECT} {_ORDER}"
_REFERRERS_OF_TYPE = f"{_OF_SUBJECT} AND artifact_type = :artifact_type {_ORDER}"


class Referrer(msgspec.Struct, frozen=True):
    """A manifest that names another one as its subject; `annotations` is a JSON object as text, or None."""

    digest: str
    media_type: str
    size: int
    artifact_type: str | None
    annotations: str | None


def described(row: Referrer) -> Descriptor:
    """A referrer as a descriptor, with the annotations of its manifest."""
    annotations = msgspec.json.decode(row.annotations, type=dict[str, str]) if row.annotations else {}
    return Descriptor(row.media_type, Digest(row.digest), row.size, row.artifact_type, annotations)


def tags(database: Database, repository: str, last: str, most: int) -> list[str]:
    """Names of tags, in byte order, after `last`."""
    return [row[0] for row in database.rows(_TAGS, repository=repository, last=last, most=most)]


def referrers(
    database: Database, repository: str, subject: Digest, artifact_type: str, last: str, most: int
) -> list[Referrer]:
    """Manifests that name `subject`, in the order of their digests, after `last`.

    An empty `artifact_type` stands for all. They end when their annotations would fill more than a page.
    """
    found = []
    room = limits.REFERRERS_PAGE_BYTES
    values: dict[str, Value] = {"repository": repository, "subject": subject, "last": last, "most": most}
    if artifact_type:
        rows = database.each(_REFERRERS_OF_TYPE, artifact_type=artifact_type, **values)
    else:
        rows = database.each(_REFERRERS, **values)
    for row in rows:
        found.append(Referrer(*row))
        room -= len(found[-1].annotations or "")
        if room < 0:
            break
    return found
