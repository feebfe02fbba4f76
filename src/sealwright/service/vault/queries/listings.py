"""Vaults, keys and versions, page by page."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from sealwright.service.storage import Database, Transaction
from sealwright.service.vault.queries.rows import KEYS, VAULTS, VERSIONS, Found

__all__ = [
    "KeyFilter",
    "Page",
    "VaultFilter",
    "due_keys",
    "due_vaults",
    "due_versions",
    "keys",
    "keys_of",
    "vaults",
    "versions",
    "versions_of",
]

Sort = Literal["created", "name"]


class Page(msgspec.Struct, frozen=True):
    """Which page of a listing: after the thing with that identifier, so many, in that order.

    `descending`: from the greatest on; things of one name or time are in the same order by identifier.
    """

    after: str = ""
    most: int = 100
    sort: Sort = "created"
    descending: bool = False


class VaultFilter(msgspec.Struct, frozen=True):
    """Which vaults: those that have every value that is not empty."""

    name: str = ""
    compartment: str | None = None
    extension: str = ""


class KeyFilter(msgspec.Struct, frozen=True):
    """Which keys; as for vaults."""

    vault: str = ""
    name: str = ""
    compartment: str | None = None
    algorithm: str = ""
    bits: int = 0
    protection: str = ""
    state: str = ""


_CURSORS = {
    ("v", "created"): "SELECT created FROM vaults WHERE id = :after",
    ("v", "name"): "SELECT name FROM vaults WHERE id = :after",
    ("k", "created"): "SELECT created FROM vault_keys WHERE id = :after",
    ("k", "name"): "SELECT name FROM vault_keys WHERE id = :after",
}
_DUE = "state = 'PENDING_DELETION' AND delete_at <= :at ORDER BY delete_at LIMIT :most"
_DUE_VAULTS = f"SELECT id FROM vaults WHERE {_DUE}"  # noqa: S608  # our own words
_DUE_KEYS = f"SELECT id FROM vault_keys WHERE {_DUE}"  # noqa: S608  # the same
_DUE_VERSIONS = f"SELECT key, id FROM vault_key_versions WHERE {_DUE}"  # noqa: S608  # the same
_VERSIONS_UP = f"{VERSIONS} WHERE k.id = :key AND n.number > :after ORDER BY n.number LIMIT :most"
_VERSIONS_DOWN = f"{VERSIONS} WHERE k.id = :key AND n.number < :after ORDER BY n.number DESC LIMIT :most"
_KEYS_OF = f"{KEYS} WHERE k.vault = :vault AND k.id > :after ORDER BY k.id LIMIT :most"
_VERSIONS_OF = f"{VERSIONS} WHERE k.id = :key ORDER BY n.number"
_NEWEST = 2**62


def vaults(database: Database, wanted: VaultFilter, page: Page) -> list[Found]:
    """A page of vaults. One that begins after what is not there has nothing in it."""
    return _page(database, VAULTS, "v", msgspec.structs.asdict(wanted), page)


def keys(database: Database, wanted: KeyFilter, page: Page) -> list[Found]:
    """A page of keys, each with its vault; as for vaults."""
    return _page(database, KEYS, "k", msgspec.structs.asdict(wanted), page)


def versions(database: Database, key: str, page: Page) -> list[Found]:
    """A page of versions of one key, by number; `Page.after` is a number."""
    after = int(page.after) if page.after else (_NEWEST if page.descending else 0)
    sql = _VERSIONS_DOWN if page.descending else _VERSIONS_UP
    return [Found(tuple(row)) for row in database.rows(sql, key=key, after=after, most=page.most)]


def keys_of(database: Database, vault: str, after: str, most: int) -> list[Found]:
    """Keys of a vault, by identifier."""
    return [Found(tuple(row)) for row in database.rows(_KEYS_OF, vault=vault, after=after, most=most)]


def versions_of(transaction: Transaction, key: str) -> list[Found]:
    """Every version of a key."""
    return [Found(tuple(row)) for row in transaction.rows(_VERSIONS_OF, key=key)]


def due_vaults(database: Database, at: int, most: int) -> list[str]:
    """Vaults whose deletion is due."""
    return [row[0] for row in database.rows(_DUE_VAULTS, at=at, most=most)]


def due_keys(database: Database, at: int, most: int) -> list[str]:
    """Keys whose deletion is due."""
    return [row[0] for row in database.rows(_DUE_KEYS, at=at, most=most)]


def due_versions(database: Database, at: int, most: int) -> list[tuple[str, str]]:
    """Versions whose deletion is due, each behind its key."""
    return [(row[0], row[1]) for row in database.rows(_DUE_VERSIONS, at=at, most=most)]


def _page(database: Database, sql: str, table: str, wanted: Mapping[str, Any], page: Page) -> list[Found]:
    values = {
        name: value
        for name, value in wanted.items()
        if value or (name == "compartment" and value is not None)
    }
    conditions = [f"{table}.{name} = :{name}" for name in values]
    if page.after:
        cursor = database.row(_CURSORS[table, page.sort], after=page.after)
        if cursor is None:
            return []
        sign = "<" if page.descending else ">"
        conditions.append(f"({table}.{page.sort}, {table}.id) {sign} (:cursor, :after)")
        values |= {"cursor": cursor[0], "after": page.after}
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    direction = " DESC" if page.descending else ""
    order = f" ORDER BY {table}.{page.sort}{direction}, {table}.id{direction} LIMIT :most"
    found = database.rows(f"{sql}{where}{order}", most=page.most, **values)
    return [Found(tuple(row)) for row in found]
