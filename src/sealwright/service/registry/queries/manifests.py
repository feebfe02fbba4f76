"""Manifests, what they point to, and tags."""

from collections.abc import Mapping

import msgspec

from sealwright.digest import Digest
from sealwright.errors import MalformedContentError
from sealwright.service.registry.queries import repositories
from sealwright.service.storage import Database, Transaction, Value, now

__all__ = [
    "Found",
    "Record",
    "add",
    "body",
    "content",
    "has",
    "head",
    "holders",
    "kind",
    "remove",
    "remove_tag",
    "tag",
    "tagged",
]

_JOIN_TAG = """
    FROM repositories
    JOIN tags ON tags.repository = repositories.id
    JOIN manifests ON manifests.repository = tags.repository AND manifests.digest = tags.digest
    WHERE repositories.name = :repository AND tags.name = :reference
"""
_JOIN_DIGEST = """
    FROM repositories
    JOIN manifests ON manifests.repository = repositories.id
    WHERE repositories.name = :repository AND manifests.digest = :reference
"""
_HEAD = "SELECT manifests.digest, manifests.media_type, manifests.size"
_BODY = f"{_HEAD}, manifests.content"
_KIND = "SELECT manifests.artifact_type"
_HEAD_BY_TAG, _HEAD_BY_DIGEST = _HEAD + _JOIN_TAG, _HEAD + _JOIN_DIGEST
_BODY_BY_TAG, _BODY_BY_DIGEST = _BODY + _JOIN_TAG, _BODY + _JOIN_DIGEST
_KIND_BY_TAG, _KIND_BY_DIGEST = _KIND + _JOIN_TAG, _KIND + _JOIN_DIGEST
_HOLDERS = """
    SELECT repositories.name, manifests.digest, manifests.media_type, manifests.size
    FROM manifests JOIN repositories ON repositories.id = manifests.repository
    WHERE manifests.digest = :digest
    AND manifests.repository > COALESCE((SELECT id FROM repositories WHERE name = :last), 0)
    ORDER BY manifests.repository LIMIT :most
"""
_CONTENT = "SELECT media_type, content FROM manifests WHERE repository = :repository AND digest = :digest"
_HAS = "SELECT 1 FROM manifests WHERE repository = :repository AND digest = :digest"
_HAS_TAG = "SELECT 1 FROM tags WHERE repository = :repository AND digest = :digest LIMIT 1"

_ADD = """
    INSERT INTO manifests
      (repository, digest, media_type, size, subject, artifact_type, created, touched, annotations, content)
    VALUES
      (:repository, :digest, :media_type, :size, :subject, :artifact_type, :at, :at, :annotations, :content)
    ON CONFLICT (repository, digest) DO NOTHING
"""
_ADD_AGAIN = """
    UPDATE manifests SET media_type = :media_type, touched = :at
    WHERE repository = :repository AND digest = :digest
"""
_ADD_REFERENCE = """
    INSERT INTO manifest_references (repository, parent, child, kind)
    VALUES (:repository, :parent, :child, :kind)
    ON CONFLICT (repository, parent, child) DO NOTHING
"""
_TAG = """
    INSERT INTO tags (repository, name, digest, updated) VALUES (:repository, :name, :digest, :at)
    ON CONFLICT (repository, name) DO NOTHING
"""
_TAGGED = "SELECT digest FROM tags WHERE repository = :repository AND name = :name"
_MOVE_TAG = """
    UPDATE tags SET digest = :digest, updated = :at WHERE repository = :repository AND name = :name
"""
_TOUCH = "UPDATE manifests SET touched = :at WHERE repository = :repository AND digest = :digest"
_COLLECTED = """
    SELECT collected_blobs.digest FROM manifest_references
    JOIN collected_blobs ON collected_blobs.repository = manifest_references.repository
      AND collected_blobs.digest = manifest_references.child
    WHERE manifest_references.repository = :repository AND manifest_references.parent = :digest
    LIMIT 1
"""
_REMOVE_TAG = "DELETE FROM tags WHERE repository = :repository AND name = :name"
_REMOVE_TAGS = "DELETE FROM tags WHERE repository = :repository AND digest = :digest"
_REMOVE_REFERENCES = "DELETE FROM manifest_references WHERE repository = :repository AND parent = :digest"
_REMOVE = "DELETE FROM manifests WHERE repository = :repository AND digest = :digest"


class Found(msgspec.Struct, frozen=True):
    """A stored manifest; `content` is empty if only its head was asked for."""

    digest: Digest
    media_type: str
    size: int
    content: bytes = b""


class Record(msgspec.Struct, frozen=True):
    """A manifest to store, with what is known of it. `annotations` is a JSON object as text, or None."""

    digest: Digest
    media_type: str
    content: bytes
    subject: Digest | None
    artifact_type: str | None
    annotations: str | None
    blobs: tuple[Digest, ...]
    manifests: tuple[Digest, ...]


def head(database: Database, repository: str, reference: Digest | str) -> Found | None:
    """What a tag or digest stands for, without the content."""
    sql = _HEAD_BY_DIGEST if isinstance(reference, Digest) else _HEAD_BY_TAG
    row = database.row(sql, repository=repository, reference=reference)
    return None if row is None else Found(*row)


def holders(database: Database, digest: Digest, last: str, most: int) -> list[tuple[str, Found]]:
    """A manifest in the repositories that hold it, by their names, the oldest one first, after `last`."""
    rows = database.rows(_HOLDERS, digest=digest, last=last, most=most)
    return [(row[0], Found(*row[1:])) for row in rows]


def body(database: Database, repository: str, reference: Digest | str) -> Found | None:
    """What a tag or digest stands for."""
    sql = _BODY_BY_DIGEST if isinstance(reference, Digest) else _BODY_BY_TAG
    row = database.row(sql, repository=repository, reference=reference)
    return None if row is None else Found(*row)


def content(source: Database | Transaction, repository: int, digest: str) -> tuple[str, bytes]:
    """Media type and bytes of a manifest that is there, by the identifier of its repository."""
    row = source.row(_CONTENT, repository=repository, digest=digest)
    assert row is not None  # noqa: S101  # the caller knows that it is there
    return row[0], bytes(row[1])


def kind(database: Database, repository: str, reference: Digest | str) -> str | None:
    """The artifact type of what a tag or digest stands for, or None if it has none or is not there."""
    sql = _KIND_BY_DIGEST if isinstance(reference, Digest) else _KIND_BY_TAG
    row = database.row(sql, repository=repository, reference=reference)
    return None if row is None else row[0]


def has(source: Database | Transaction, repository: int, digest: Digest) -> bool:
    """Whether a repository has a manifest."""
    return source.row(_HAS, repository=repository, digest=digest) is not None


def tagged(source: Database | Transaction, repository: int, digest: Digest) -> bool:
    """Whether any tag stands for a manifest."""
    return source.row(_HAS_TAG, repository=repository, digest=digest) is not None


def add(transaction: Transaction, repository: int, record: Record) -> None:
    """Store a manifest.

    Raises:
        MalformedContentError: `service.manifest-blob-collected`: garbage collection took a blob of it, which
            must be pushed again.
    """
    at = now()
    added = transaction.run(
        _ADD,
        repository=repository,
        digest=record.digest,
        media_type=record.media_type,
        size=len(record.content),
        subject=record.subject,
        artifact_type=record.artifact_type,
        at=at,
        annotations=record.annotations,
        content=record.content,
    )
    if not added:
        transaction.run(
            _ADD_AGAIN, repository=repository, digest=record.digest, media_type=record.media_type, at=at
        )
    repositories.count(transaction, repository, manifests=added)
    references: list[Mapping[str, Value]] = [
        {"repository": repository, "parent": record.digest, "child": child, "kind": kind}
        for kind, children in (("blob", record.blobs), ("manifest", record.manifests))
        for child in children
    ]
    if references:
        transaction.run_each(_ADD_REFERENCE, references)
    collected = transaction.row(_COLLECTED, repository=repository, digest=record.digest)
    if collected is not None:
        raise MalformedContentError("service.manifest-blob-collected", digest=collected[0])


def tag(transaction: Transaction, repository: int, name: str, digest: Digest) -> Digest | None:
    """Let a tag stand for a manifest; gives the digest that it stood for before."""
    at = now()
    if transaction.run(_TAG, repository=repository, name=name, digest=digest, at=at):
        repositories.count(transaction, repository, tags=1)
        return None
    before = transaction.row(_TAGGED, repository=repository, name=name)
    transaction.run(_MOVE_TAG, repository=repository, name=name, digest=digest, at=at)
    if before is None or before[0] == digest:
        return digest
    transaction.run(_TOUCH, repository=repository, digest=before[0], at=at)
    return Digest(before[0])


def remove_tag(transaction: Transaction, repository: int, name: str) -> Digest | None:
    """Remove a tag; gives the digest of what it stood for, or None if it was not there."""
    before = transaction.row(_TAGGED, repository=repository, name=name)
    if before is None:
        return None
    transaction.run(_TOUCH, repository=repository, digest=before[0], at=now())
    repositories.count(transaction, repository, tags=-1)
    transaction.run(_REMOVE_TAG, repository=repository, name=name)
    return Digest(before[0])


def remove(transaction: Transaction, repository: int, digest: Digest) -> bool:
    """Remove a manifest with its tags; whether it was there."""
    if not transaction.run(_REMOVE, repository=repository, digest=digest):
        return False
    tags = transaction.run(_REMOVE_TAGS, repository=repository, digest=digest)
    transaction.run(_REMOVE_REFERENCES, repository=repository, digest=digest)
    repositories.count(transaction, repository, manifests=-1, tags=-tags)
    return True
