"""Blobs, and which repositories show them."""

from sealwright.digest import Digest
from sealwright.service.storage import Database, Transaction, now

__all__ = ["hide", "hold", "show", "shown_in", "size"]

_SIZE = """
    SELECT blobs.size FROM repositories
    JOIN repository_blobs ON repository_blobs.repository = repositories.id
    JOIN blobs ON blobs.digest = repository_blobs.digest
    WHERE repositories.name = :repository AND repository_blobs.digest = :digest
"""
_SHOWN_IN = """
    SELECT repositories.name FROM repository_blobs
    JOIN repositories ON repositories.id = repository_blobs.repository
    WHERE repository_blobs.digest = :digest
    LIMIT :most
"""
_HOLD = """
    INSERT INTO blobs (digest, size, created) VALUES (:digest, :size, :at)
    ON CONFLICT (digest) DO UPDATE SET size = excluded.size
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


def shown_in(source: Database | Transaction, digest: Digest, most: int) -> list[str]:
    """Repositories that show a blob."""
    return [row[0] for row in source.rows(_SHOWN_IN, digest=digest, most=most)]


def hold(transaction: Transaction, digest: Digest, count: int) -> None:
    """Remember a blob of `count` bytes; until this transaction ends, no other one puts or removes it."""
    transaction.run(_HOLD, digest=digest, size=count, at=now())


def show(transaction: Transaction, repository: int, digest: Digest) -> None:
    """Let a repository show a blob."""
    transaction.run(_SHOW, repository=repository, digest=digest, at=now())


def hide(transaction: Transaction, repository: str, digest: Digest) -> bool:
    """Let a repository no longer show a blob; whether it did."""
    return transaction.run(_HIDE, repository=repository, digest=digest) > 0
