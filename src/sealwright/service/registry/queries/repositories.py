"""Repositories, and what each holds."""

import msgspec

from sealwright.service.storage import Database, Transaction, now

__all__ = ["Holdings", "after", "catalog", "count", "ensure", "exists", "find", "hold", "holdings"]

_ENSURE = """
    INSERT INTO repositories (name, created) VALUES (:name, :at)
    ON CONFLICT (name) DO UPDATE SET name = excluded.name
    RETURNING id
"""
_HOLD = "UPDATE repositories SET name = name WHERE name = :name RETURNING id"
_FIND = "SELECT id FROM repositories WHERE name = :name"
_EXISTS = "SELECT 1 FROM repositories WHERE name = :name"
_CATALOG = """
    SELECT name FROM repositories
    WHERE name > :last AND EXISTS (SELECT 1 FROM manifests WHERE manifests.repository = repositories.id)
    ORDER BY name LIMIT :most
"""
_AFTER = "SELECT name FROM repositories WHERE name > :last ORDER BY name LIMIT :most"
_COUNT = """
    UPDATE repositories SET
      blob_bytes = blob_bytes + :blob_bytes,
      manifest_count = manifest_count + :manifests,
      tag_count = tag_count + :tags
    WHERE id = :repository
"""
_HOLDINGS = "SELECT blob_bytes, manifest_count, tag_count FROM repositories WHERE id = :repository"


class Holdings(msgspec.Struct, frozen=True):
    """What a repository holds: `blob_bytes` counts each blob that it shows once."""

    blob_bytes: int
    manifests: int
    tags: int


def ensure(transaction: Transaction, name: str) -> int:
    """The identifier of a repository, which is made if it is not there.

    Until this transaction ends, no other one writes in that repository.
    """
    row = transaction.row(_ENSURE, name=name, at=now())
    assert row is not None  # noqa: S101  # RETURNING always gives the row
    return int(row[0])


def hold(transaction: Transaction, name: str) -> int | None:
    """The same for one that is there, else None."""
    row = transaction.row(_HOLD, name=name)
    return None if row is None else int(row[0])


def find(source: Database | Transaction, name: str) -> int | None:
    """The identifier of a repository that is there."""
    row = source.row(_FIND, name=name)
    return None if row is None else int(row[0])


def exists(database: Database, name: str) -> bool:
    """Whether anything was ever pushed to the repository."""
    return database.row(_EXISTS, name=name) is not None


def catalog(database: Database, last: str, most: int) -> list[str]:
    """Names of repositories that hold a manifest, in byte order, after `last`."""
    return [row[0] for row in database.rows(_CATALOG, last=last, most=most)]


def after(database: Database, last: str, most: int) -> list[str]:
    """Names of all repositories, in byte order, after `last`."""
    return [row[0] for row in database.rows(_AFTER, last=last, most=most)]


def count(
    transaction: Transaction, repository: int, *, blob_bytes: int = 0, manifests: int = 0, tags: int = 0
) -> None:
    """Note what a repository holds more, or less, than before."""
    if blob_bytes or manifests or tags:
        transaction.run(_COUNT, repository=repository, blob_bytes=blob_bytes, manifests=manifests, tags=tags)


def holdings(source: Database | Transaction, repository: int) -> Holdings:
    """What a repository holds."""
    row = source.row(_HOLDINGS, repository=repository)
    return Holdings(0, 0, 0) if row is None else Holdings(*row)
