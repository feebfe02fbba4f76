"""Repositories."""

from sealwright.service.storage import Database, Transaction, now

__all__ = ["catalog", "ensure", "exists"]

_ENSURE = """
    INSERT INTO repositories (name, created) VALUES (:name, :at)
    ON CONFLICT (name) DO UPDATE SET name = excluded.name
    RETURNING id
"""
_EXISTS = "SELECT 1 FROM repositories WHERE name = :name"
_CATALOG = """
    SELECT name FROM repositories
    WHERE name > :last AND EXISTS (SELECT 1 FROM manifests WHERE manifests.repository = repositories.id)
    ORDER BY name LIMIT :most
"""


def ensure(transaction: Transaction, name: str) -> int:
    """The identifier of a repository, which is made if it is not there."""
    row = transaction.row(_ENSURE, name=name, at=now())
    assert row is not None  # noqa: S101  # RETURNING always gives the row
    return int(row[0])


def exists(database: Database, name: str) -> bool:
    """Whether anything was ever pushed to the repository."""
    return database.row(_EXISTS, name=name) is not None


def catalog(database: Database, last: str, most: int) -> list[str]:
    """Names of repositories that hold a manifest, in byte order, after `last`."""
    return [row[0] for row in database.rows(_CATALOG, last=last, most=most)]
