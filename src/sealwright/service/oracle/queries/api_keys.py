"""Public keys by which requests are signed."""

import msgspec

from sealwright.service.accounts.queries.accounts import Account
from sealwright.service.storage import Database, Transaction

__all__ = ["ApiKey", "add", "count", "found", "held", "listed", "remove"]

_KEY = """
    oracle_api_keys.holder, oracle_api_keys.fingerprint, oracle_api_keys.public_key, oracle_api_keys.note,
    oracle_api_keys.created
"""
_FOUND = f"""
    SELECT {_KEY}, accounts.id, accounts.name, accounts.kind, accounts.secret, accounts.disabled,
      accounts.generation, accounts.created
    FROM oracle_api_keys LEFT JOIN accounts ON accounts.id = oracle_api_keys.account
    WHERE oracle_api_keys.fingerprint = :fingerprint ORDER BY oracle_api_keys.holder
"""  # noqa: S608  # a constant
_HELD = f"SELECT {_KEY} FROM oracle_api_keys WHERE holder = :holder ORDER BY created, fingerprint"  # noqa: S608  # a constant
_LISTED = f"SELECT {_KEY} FROM oracle_api_keys ORDER BY holder, created, fingerprint"  # noqa: S608  # a constant
_COUNT = "SELECT COUNT(*) FROM oracle_api_keys WHERE holder = :holder"
_ADD = """
    INSERT INTO oracle_api_keys (fingerprint, holder, account, public_key, note, created)
    VALUES (:fingerprint, :holder, :account, :public_key, :note, :at)
    ON CONFLICT (holder, fingerprint) DO NOTHING
"""
_REMOVE = "DELETE FROM oracle_api_keys WHERE holder = :holder AND fingerprint = :fingerprint"


class ApiKey(msgspec.Struct, frozen=True):
    """A key.

    Attributes:
        holder: the name of the account whose requests it signs; `anonymous` where there are no accounts.
        fingerprint: the MD5 of the key in DER, as `aa:bb:…`.
        public_key: in PEM.
        note: what it is for.
        created: in microseconds since 1970.
    """

    holder: str
    fingerprint: str
    public_key: str
    note: str
    created: int


def found(database: Database, fingerprint: str) -> list[tuple[ApiKey, Account | None]]:
    """The keys of a fingerprint, each with the account that it belongs to, if there are accounts."""
    rows = database.rows(_FOUND, fingerprint=fingerprint)
    return [(ApiKey(*row[:5]), None if row[5] is None else Account(*row[5:])) for row in rows]


def held(source: Database | Transaction, holder: str) -> list[ApiKey]:
    """The keys of an account, the oldest first."""
    return [ApiKey(*row) for row in source.rows(_HELD, holder=holder)]


def listed(database: Database) -> list[ApiKey]:
    """Every key, by the names of the accounts."""
    return [ApiKey(*row) for row in database.rows(_LISTED)]


def count(transaction: Transaction, holder: str) -> int:
    """How many keys an account has."""
    row = transaction.row(_COUNT, holder=holder)
    assert row is not None  # noqa: S101  # a count is always given
    return int(row[0])


def add(transaction: Transaction, key: ApiKey, account: int | None) -> bool:
    """Keep a key; whether the account did not have it."""
    added = transaction.run(
        _ADD,
        fingerprint=key.fingerprint,
        holder=key.holder,
        account=account,
        public_key=key.public_key,
        note=key.note,
        at=key.created,
    )
    return added == 1


def remove(transaction: Transaction, holder: str, fingerprint: str) -> bool:
    """Forget a key; whether the account had it."""
    return transaction.run(_REMOVE, holder=holder, fingerprint=fingerprint) == 1
