"""Blobs, and which repositories show them."""

import msgspec

from sealwright.digest import Digest
from sealwright.service.registry.queries import repositories
from sealwright.service.storage import Database, Transaction, now

__all__ = ["Shown", "hide", "hold", "known", "show", "shown", "shown_in", "since", "size", "touch"]

_SHOWN = """
    SELECT blobs.size, repository_blobs.touched FROM repositories
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
    INSERT INTO blobs (digest, size, created, touched) VALUES (:digest, :size, :at, :at)
    ON CONFLICT (digest) DO UPDATE SET size = excluded.size, touched = excluded.touched
"""
_TOUCH = "UPDATE blobs SET touched = :at WHERE digest = :digest RETURNING size"
_TOUCH_SHOWN = """
    UPDATE repository_blobs SET touched = :at WHERE repository = :repository AND digest = :digest
"""
_SHOW = """
    INSERT INTO repository_blobs (repository, digest, created, touched)
    VALUES (:repository, :digest, :at, :at)
    ON CONFLICT (repository, digest) DO NOTHING
"""
_FORGET_COLLECTED = "DELETE FROM collected_blobs WHERE repository = :repository AND digest = :digest"
_HIDE = "DELETE FROM repository_blobs WHERE repository = :repository AND digest = :digest"
_SINCE = "SELECT created FROM repository_blobs WHERE repository = :repository AND digest = :digest"
_SIZE = "SELECT size FROM blobs WHERE digest = :digest"


class Shown(msgspec.Struct, frozen=True):
    """A blob that a repository shows: `touched` is when that was last of use to somebody."""

    size: int
    touched: int


def shown(source: Database | Transaction, repository: str, digest: Digest) -> Shown | None:
    """A blob as a repository shows it."""
    row = source.row(_SHOWN, repository=repository, digest=digest)
    return None if row is None else Shown(*row)


def size(source: Database | Transaction, repository: str, digest: Digest) -> int | None:
    """The size of a blob that a repository shows, in bytes."""
    found = shown(source, repository, digest)
    return None if found is None else found.size


def known(source: Database | Transaction, digest: Digest) -> bool:
    """Whether there is a row for a blob."""
    return source.row(_SIZE, digest=digest) is not None


def shown_in(source: Database | Transaction, digest: Digest, most: int) -> list[str]:
    """Repositories that show a blob."""
    return [row[0] for row in source.rows(_SHOWN_IN, digest=digest, most=most)]


def since(source: Database | Transaction, repository: int, digest: Digest) -> int | None:
    """Since when a repository shows a blob, in microseconds since 1970; None if it does not."""
    row = source.row(_SINCE, repository=repository, digest=digest)
    return None if row is None else int(row[0])


def hold(transaction: Transaction, digest: Digest, count: int) -> None:
    """Remember a blob of `count` bytes; until this transaction ends, no other one puts or removes it."""
    transaction.run(_HOLD, digest=digest, size=count, at=now())


def touch(transaction: Transaction, repository: int, digest: Digest) -> int | None:
    """Note that somebody may be about to use a blob; gives its size, or None if it is not there.

    Until this transaction ends, no other one removes it.
    """
    at = now()
    row = transaction.row(_TOUCH, digest=digest, at=at)
    if row is None:
        return None
    transaction.run(_TOUCH_SHOWN, repository=repository, digest=digest, at=at)
    return int(row[0])


def show(transaction: Transaction, repository: int, digest: Digest, count: int) -> None:
    """Let a repository show a blob of `count` bytes."""
    if transaction.run(_SHOW, repository=repository, digest=digest, at=now()):
        repositories.count(transaction, repository, blob_bytes=count)
    else:
        touch(transaction, repository, digest)
    transaction.run(_FORGET_COLLECTED, repository=repository, digest=digest)


def hide(transaction: Transaction, repository: int, digest: Digest) -> bool:
    """Let a repository no longer show a blob; whether it did."""
    if not transaction.run(_HIDE, repository=repository, digest=digest):
        return False
    row = transaction.row(_SIZE, digest=digest)
    repositories.count(transaction, repository, blob_bytes=-int(row[0]) if row else 0)
    return True
