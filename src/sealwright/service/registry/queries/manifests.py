"""Manifests, what they point to, and tags."""

import msgspec

from sealwright.digest import Digest
from sealwright.service.storage import Database, Transaction, now

__all__ = ["Found", "Record", "add", "body", "head", "kind", "remove", "remove_tag", "tag"]

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

_ADD = """
    INSERT INTO manifests
      (repository, digest, media_type, size, subject, artifact_type, created, annotations, content)
    VALUES
      (:repository, :digest, :media_type, :size, :subject, :artifact_type, :at, :annotations, :content)
    ON CONFLICT (repository, digest) DO UPDATE SET media_type = excluded.media_type
"""
_ADD_REFERENCE = """
    INSERT INTO manifest_references (repository, parent, child, kind)
    VALUES (:repository, :parent, :child, :kind)
    ON CONFLICT (repository, parent, child) DO NOTHING
"""
_TAG = """
    INSERT INTO tags (repository, name, digest, updated) VALUES (:repository, :name, :digest, :at)
    ON CONFLICT (repository, name) DO UPDATE SET digest = excluded.digest, updated = excluded.updated
"""
_REPOSITORY = "repository = (SELECT id FROM repositories WHERE name = :repository)"
_REMOVE_TAG = f"DELETE FROM tags WHERE {_REPOSITORY} AND name = :name"  # noqa: S608  # a constant
_REMOVE_TAGS = f"DELETE FROM tags WHERE {_REPOSITORY} AND digest = :digest"  # noqa: S608  # a constant
_REMOVE_REFERENCES = f"DELETE FROM manifest_references WHERE {_REPOSITORY} AND parent = :digest"  # noqa: S608  # a constant
_REMOVE = f"DELETE FROM manifests WHERE {_REPOSITORY} AND digest = :digest"  # noqa: S608  # a constant


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


def body(database: Database, repository: str, reference: Digest | str) -> Found | None:
    """What a tag or digest stands for."""
    sql = _BODY_BY_DIGEST if isinstance(reference, Digest) else _BODY_BY_TAG
    row = database.row(sql, repository=repository, reference=reference)
    return None if row is None else Found(*row)


def kind(database: Database, repository: str, reference: Digest | str) -> str | None:
    """The artifact type of what a tag or digest stands for, or None if it has none or is not there."""
    sql = _KIND_BY_DIGEST if isinstance(reference, Digest) else _KIND_BY_TAG
    row = database.row(sql, repository=repository, reference=reference)
    return None if row is None else row[0]


def add(transaction: Transaction, repository: int, record: Record) -> None:
    """Store a manifest."""
    transaction.run(
        _ADD,
        repository=repository,
        digest=record.digest,
        media_type=record.media_type,
        size=len(record.content),
        subject=record.subject,
        artifact_type=record.artifact_type,
        at=now(),
        annotations=record.annotations,
        content=record.content,
    )
    transaction.run_each(
        _ADD_REFERENCE,
        [
            {"repository": repository, "parent": record.digest, "child": child, "kind": kind}
            for kind, children in (("blob", record.blobs), ("manifest", record.manifests))
            for child in children
        ],
    )


def tag(transaction: Transaction, repository: int, name: str, digest: Digest) -> None:
    """Let a tag stand for a manifest."""
    transaction.run(_TAG, repository=repository, name=name, digest=digest, at=now())


def remove_tag(transaction: Transaction, repository: str, name: str) -> bool:
    """Remove a tag; whether it was there."""
    return transaction.run(_REMOVE_TAG, repository=repository, name=name) > 0


def remove(transaction: Transaction, repository: str, digest: Digest) -> bool:
    """Remove a manifest with its tags; whether it was there."""
    transaction.run(_REMOVE_TAGS, repository=repository, digest=digest)
    transaction.run(_REMOVE_REFERENCES, repository=repository, digest=digest)
    return transaction.run(_REMOVE, repository=repository, digest=digest) > 0
