"""Namespaces of defined tags, and the keys in each."""

from collections.abc import Mapping

import msgspec

from sealwright.service.storage import Database, Transaction, now

__all__ = [
    "Key",
    "Namespace",
    "add_key",
    "add_namespace",
    "listed",
    "namespace",
    "remove_key",
    "remove_namespace",
]

_NAMESPACE = "SELECT folded, name, description FROM oracle_tag_namespaces WHERE folded = :folded"
_NAMESPACES = "SELECT folded, name, description FROM oracle_tag_namespaces ORDER BY folded"
_KEYS = """
    SELECT folded, name, description, choices FROM oracle_tag_keys WHERE namespace = :namespace ORDER BY
    folded
"""
_ADD_NAMESPACE = """
    INSERT INTO oracle_tag_namespaces (folded, name, description, created)
    VALUES (:folded, :name, :description, :at) ON CONFLICT (folded) DO NOTHING
"""
_ADD_KEY = """
    INSERT INTO oracle_tag_keys (namespace, folded, name, description, choices, created)
    VALUES (:namespace, :folded, :name, :description, :choices, :at) ON CONFLICT (namespace, folded) DO
    NOTHING
"""
_REMOVE_NAMESPACE = "DELETE FROM oracle_tag_namespaces WHERE folded = :folded"
_REMOVE_KEY = "DELETE FROM oracle_tag_keys WHERE namespace = :namespace AND folded = :folded"


class Key(msgspec.Struct, frozen=True):
    """A key of a namespace: its name, and the values of which it has to have one; empty: any."""

    name: str
    description: str
    choices: tuple[str, ...]


class Namespace(msgspec.Struct, frozen=True):
    """A namespace: its name, and its keys by their names in lower case."""

    name: str
    description: str
    keys: Mapping[str, Key]


def namespace(source: Database | Transaction, name: str) -> Namespace | None:
    """The namespace of a name, in whatever case."""
    row = source.row(_NAMESPACE, folded=name.lower())
    return None if row is None else _namespace(source, row[0], row[1], row[2])


def listed(database: Database) -> list[Namespace]:
    """All of them."""
    return [_namespace(database, *row) for row in database.rows(_NAMESPACES)]


def add_namespace(transaction: Transaction, name: str, description: str) -> bool:
    """Make a namespace; whether there was none of that name."""
    made = transaction.run(_ADD_NAMESPACE, folded=name.lower(), name=name, description=description, at=now())
    return made == 1


def add_key(transaction: Transaction, namespace: str, key: Key) -> bool:
    """Make a key in a namespace that is there; whether it had none of that name."""
    made = transaction.run(
        _ADD_KEY,
        namespace=namespace.lower(),
        folded=key.name.lower(),
        name=key.name,
        description=key.description,
        choices=msgspec.json.encode(key.choices).decode() if key.choices else "",
        at=now(),
    )
    return made == 1


def remove_namespace(transaction: Transaction, name: str) -> bool:
    """Forget a namespace with its keys; whether it was there. What was tagged keeps its tags."""
    return transaction.run(_REMOVE_NAMESPACE, folded=name.lower()) == 1


def remove_key(transaction: Transaction, namespace: str, key: str) -> bool:
    """Forget a key; whether it was there."""
    return transaction.run(_REMOVE_KEY, namespace=namespace.lower(), folded=key.lower()) == 1


def _namespace(source: Database | Transaction, folded: str, name: str, description: str) -> Namespace:
    keys = {
        row[0]: Key(row[1], row[2], msgspec.json.decode(row[3], type=tuple[str, ...]) if row[3] else ())
        for row in source.rows(_KEYS, namespace=folded)
    }
    return Namespace(name, description, keys)
