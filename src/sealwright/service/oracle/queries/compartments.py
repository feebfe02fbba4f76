"""Compartments below the root."""

import msgspec

from sealwright.service.storage import Database, Transaction, now

__all__ = ["Compartment", "add", "count", "exists", "find", "listed", "rename"]

_COLUMNS = "id, parent, name, description, created"
_FIND = f"SELECT {_COLUMNS} FROM oracle_compartments WHERE id = :id"  # noqa: S608  # a constant
_LISTED = f"SELECT {_COLUMNS} FROM oracle_compartments ORDER BY parent, name"  # noqa: S608  # a constant
_COUNT = "SELECT COUNT(*) FROM oracle_compartments"
_ADD = """
    INSERT INTO oracle_compartments (id, parent, name, description, created)
    VALUES (:id, :parent, :name, :description, :at)
    ON CONFLICT DO NOTHING
"""
_TAKEN = "SELECT 1 FROM oracle_compartments WHERE parent = :parent AND name = :name"
_RENAME = "UPDATE oracle_compartments SET name = :name WHERE id = :id"


class Compartment(msgspec.Struct, frozen=True):
    """A compartment: identifier, that of its parent (empty: the root), name, when it was made."""

    id: str
    parent: str
    name: str
    description: str
    created: int


def find(source: Database | Transaction, identifier: str) -> Compartment | None:
    """The compartment of an identifier."""
    row = source.row(_FIND, id=identifier)
    return None if row is None else Compartment(*row)


def exists(source: Database | Transaction, parent: str, name: str) -> bool:
    """Whether a compartment has one of that name in it."""
    return source.row(_TAKEN, parent=parent, name=name) is not None


def listed(database: Database) -> list[Compartment]:
    """All of them."""
    return [Compartment(*row) for row in database.rows(_LISTED)]


def count(transaction: Transaction) -> int:
    """How many there are."""
    row = transaction.row(_COUNT)
    assert row is not None  # noqa: S101  # a count is always given
    return int(row[0])


def add(transaction: Transaction, identifier: str, parent: str, name: str, description: str) -> bool:
    """Make a compartment; whether the name was free."""
    made = transaction.run(_ADD, id=identifier, parent=parent, name=name, description=description, at=now())
    return made == 1


def rename(transaction: Transaction, identifier: str, name: str) -> None:
    """Call a compartment otherwise."""
    transaction.run(_RENAME, id=identifier, name=name)
