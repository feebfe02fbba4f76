"""Blobs, and which repositories show them."""

from sealwright.digest import Digest
from sealwright.service.storage import Database, Transaction, now

__all__ = ["hide", "record", "show", "size", "size_anywhere"]

_SIZE = """
    SELECT blobs.size FROM repositories
    JOIN repository_blobs ON repository_blobs.repository = repositories.id
    JOIN blobs ON blobs.digest = repository_blobs.digest
    WHERE repositories.name = :repository AND repository_blobs.digest = :digest
"""
_SIZE_ANYWHERE = """
    SELECT blobs.size FROM blobs
    WHERE blobs.digest = :digest
    AND EXISTS (SELECT 1 FROM repository_blobs WHERE repository_blobs.digest = blobs.digest)
"""
_RECORD = """
    INSERT INTO blobs (digest, size, created) VALUES (:digest, :size, :at) ON CONFLICT (digest) DO NOTHING
"""
_SHOW = """
    INSERT INTO repository_blobs (repository, digest, created) VALUES (:repository, :digest, :at)
    ON CONFLICT (repository, digest) DO NOTHING
"""
_HIDE = """
    DELETE FROM repository_blobs
    WHERE digest = :digest AND repository = (SELECT id FROM repositories WHERE name = :repository)
"""


def size(source: Database | Transaction, repository: str, digest: Digest) -> int | None:
    """The size of a blob that a repository shows, in bytes."""
    row = source.row(_SIZE, repository=repository, digest=digest)
    return None if row is None else int(row[0])


def size_anywhere(source: Database | Transaction, digest: Digest) -> int | None:
    """The size of a blob that any repository shows."""
    row = source.row(_SIZE_ANYWHERE, digest=digest)
    return None if row is None else int(row[0])


def record(transaction: Transaction, digest: Digest, count: int) -> None:
    """Remember that the file of a blob of `count` bytes is in place."""
    transaction.run(_RECORD, digest=digest, size=count, at=now())


def show(transaction: Transaction, repository: int, digest: Digest) -> None:
    """Let a repository show a blob."""
    transaction.run(_SHOW, repository=repository, digest=digest, at=now())


def hide(transaction: Transaction, repository: str, digest: Digest) -> bool:
    """Let a repository no longer show a blob; whether it did."""
    return transaction.run(_HIDE, repository=repository, digest=digest) > 0
