"""Rows of vaults, keys and versions, each with its seal: found, added, changed."""

import msgspec

from sealwright.service.storage import Database, Row, Transaction
from sealwright.service.vault.records import KeyRecord, VaultRecord, VersionRecord
from sealwright.service.vault.sealed import Record

__all__ = [
    "KEYS",
    "VAULTS",
    "VERSIONS",
    "Found",
    "add",
    "change",
    "hold",
    "key",
    "name_taken",
    "vault",
    "version",
]

_TABLES: dict[type[Record], str] = {
    VaultRecord: "vaults",
    KeyRecord: "vault_keys",
    VersionRecord: "vault_key_versions",
}


def _columns(kind: type[Record], prefix: str) -> str:
    return ", ".join(f"{prefix}.{name}" for name in kind.__struct_fields__)


_VAULT_COLUMNS = f"{_columns(VaultRecord, 'v')}, vs.sealed"
_KEY_COLUMNS = f"{_columns(KeyRecord, 'k')}, ks.sealed"
_VERSION_COLUMNS = f"{_columns(VersionRecord, 'n')}, ns.sealed"
_VAULT_JOINED = "vaults v LEFT JOIN vault_seals vs ON vs.id = v.id"
_KEY_JOINED = """
    vault_keys k JOIN vaults v ON v.id = k.vault
    LEFT JOIN vault_seals ks ON ks.id = k.id LEFT JOIN vault_seals vs ON vs.id = v.id
"""
_VERSION_JOINED = """
    JOIN vault_key_versions n ON n.key = k.id LEFT JOIN vault_seals ns ON ns.id = n.id
"""
# our own words, each of them
VAULTS = f"SELECT {_VAULT_COLUMNS} FROM {_VAULT_JOINED}"  # noqa: S608
"""Every vault, called `v`; a condition may follow. Gives what `Found` wants, as do the two below."""

KEYS = f"SELECT {_VAULT_COLUMNS}, {_KEY_COLUMNS} FROM {_KEY_JOINED}"  # noqa: S608
"""Every key, called `k`."""

VERSIONS = (
    f"SELECT {_VAULT_COLUMNS}, {_KEY_COLUMNS}, {_VERSION_COLUMNS} "  # noqa: S608
    f"FROM {_KEY_JOINED} {_VERSION_JOINED}"
)
"""Every version, called `n`."""

_VAULT = f"{VAULTS} WHERE v.id = :id"
_KEY = f"{KEYS} WHERE k.id = :id"
_OF_KEY = f"{VERSIONS} WHERE k.id = :id"
_CURRENT = f"{_OF_KEY} AND n.id = k.current_version"
_BY_ID = f"{_OF_KEY} AND n.id = :version"
_BY_NUMBER = f"{_OF_KEY} AND n.number = :number"
_VAULT_NAMED = "SELECT 1 FROM vaults WHERE name = :name AND id <> :id AND state = 'ACTIVE'"
_KEY_NAMED = """
    SELECT 1 FROM vault_keys WHERE vault = :vault AND name = :name AND id <> :id
    AND state NOT IN ('PENDING_DELETION', 'DELETED')
"""
_SEAL = """
    INSERT INTO vault_seals (id, sealed) VALUES (:id, :sealed)
    ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed
"""


def _insert(kind: type[Record]) -> str:
    names = kind.__struct_fields__
    places = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {_TABLES[kind]} ({', '.join(names)}) VALUES ({places})"  # noqa: S608


def _update(kind: type[Record]) -> str:
    changes = ", ".join(f"{name} = :{name}" for name in kind.__struct_fields__ if name != "id")
    return f"UPDATE {_TABLES[kind]} SET {changes} WHERE id = :id"  # noqa: S608


_ADD = {kind: _insert(kind) for kind in _TABLES}
_CHANGE = {kind: _update(kind) for kind in _TABLES}
_HOLD = {
    kind: f"UPDATE {table} SET revision = revision WHERE id = :id"  # noqa: S608
    for kind, table in _TABLES.items()
}

_AFTER_VAULT = len(VaultRecord.__struct_fields__) + 1
_AFTER_KEY = _AFTER_VAULT + len(KeyRecord.__struct_fields__) + 1


class Found(msgspec.Struct, frozen=True):
    """What one query has found: a row of each kind as far as it was asked, each with its seal behind it."""

    row: Row

    @property
    def vault(self) -> VaultRecord:
        """The vault."""
        return VaultRecord(*self.row[: _AFTER_VAULT - 1])

    @property
    def vault_seal(self) -> bytes:
        """Its seal; empty if it has none."""
        return bytes(self.row[_AFTER_VAULT - 1] or b"")

    @property
    def key(self) -> KeyRecord:
        """The key."""
        return KeyRecord(*self.row[_AFTER_VAULT : _AFTER_KEY - 1])

    @property
    def key_seal(self) -> bytes:
        """Its seal."""
        return bytes(self.row[_AFTER_KEY - 1] or b"")

    @property
    def version(self) -> VersionRecord:
        """The version."""
        return VersionRecord(*self.row[_AFTER_KEY:-1])

    @property
    def version_seal(self) -> bytes:
        """Its seal."""
        return bytes(self.row[-1] or b"")


def vault(database: Database | Transaction, identifier: str) -> Found | None:
    """The vault of an identifier."""
    return _found(database.row(_VAULT, id=identifier))


def key(database: Database | Transaction, identifier: str) -> Found | None:
    """The key of an identifier, with its vault."""
    return _found(database.row(_KEY, id=identifier))


def version(database: Database | Transaction, identifier: str, which: str | int | None) -> Found | None:
    """A version of a key, with both rows above it.

    Args:
        database: where.
        identifier: of the key.
        which: identifier or number of the version; None: the current one.
    """
    if which is None:
        return _found(database.row(_CURRENT, id=identifier))
    if isinstance(which, int):
        return _found(database.row(_BY_NUMBER, id=identifier, number=which))
    return _found(database.row(_BY_ID, id=identifier, version=which))


def hold(transaction: Transaction, kind: type[Record], identifier: str) -> None:
    """Let every other change of a row wait until this transaction has ended."""
    transaction.run(_HOLD[kind], id=identifier)


def name_taken(transaction: Transaction, record: VaultRecord | KeyRecord) -> bool:
    """Whether another thing that is not to be deleted has the name of this one, in the same vault."""
    if isinstance(record, VaultRecord):
        return transaction.row(_VAULT_NAMED, name=record.name, id=record.id) is not None
    return transaction.row(_KEY_NAMED, vault=record.vault, name=record.name, id=record.id) is not None


def add(transaction: Transaction, record: Record, sealed: bytes) -> None:
    """Add a row with its seal."""
    transaction.run(_ADD[type(record)], **msgspec.structs.asdict(record))
    transaction.run(_SEAL, id=record.id, sealed=sealed)


def change(transaction: Transaction, record: Record, sealed: bytes) -> None:
    """Change a row, and its seal with it."""
    transaction.run(_CHANGE[type(record)], **msgspec.structs.asdict(record))
    transaction.run(_SEAL, id=record.id, sealed=sealed)


def _found(row: Row | None) -> Found | None:
    return None if row is None else Found(tuple(row))
