"""Tokens: the generated secrets of accounts."""

from typing import Literal

import msgspec

from sealwright.service.accounts.queries.accounts import Account
from sealwright.service.storage import Database, Transaction

__all__ = ["Kind", "Token", "add", "count", "drop_oldest", "find", "holder", "listed", "remove", "remove_all"]

Kind = Literal["personal", "refresh"]

_TOKEN = "tokens.id, accounts.name, tokens.kind, tokens.note, tokens.created, tokens.expires"  # noqa: S105  # columns
_JOINED = "FROM tokens JOIN accounts ON accounts.id = tokens.account"
_HOLDER = f"""
    SELECT tokens.id, accounts.id, accounts.name, accounts.kind, accounts.secret, accounts.disabled,
      accounts.generation, accounts.created
    {_JOINED}
    WHERE tokens.digest = :digest AND tokens.kind = :kind
    AND (tokens.expires = 0 OR tokens.expires > :at)
"""  # a constant
_LISTED = f"""
    SELECT {_TOKEN} {_JOINED}
    WHERE (:account = 0 OR tokens.account = :account) AND (tokens.expires = 0 OR tokens.expires > :at)
    ORDER BY tokens.created, tokens.id
"""  # a constant
_FIND = f"SELECT {_TOKEN} {_JOINED} WHERE tokens.id = :id"  # a constant
_ADD = """
    INSERT INTO tokens (id, account, kind, digest, note, created, expires)
    VALUES (:id, :account, :kind, :digest, :note, :at, :expires)
"""
_EXPIRED = "DELETE FROM tokens WHERE expires > 0 AND expires <= :at"
_COUNT = "SELECT COUNT(*) FROM tokens WHERE account = :account AND kind = :kind"
_OLDEST = """
    DELETE FROM tokens WHERE id IN (
      SELECT id FROM tokens WHERE account = :account AND kind = 'refresh' ORDER BY created, id LIMIT :many
    )
"""
_REMOVE = "DELETE FROM tokens WHERE id = :id"
_REMOVE_ALL = "DELETE FROM tokens WHERE account = :account AND kind = :kind"


class Token(msgspec.Struct, frozen=True):
    """A token, but not its secret; times in microseconds since 1970, `expires` 0 for never."""

    id: str
    account: str
    kind: Kind
    note: str
    created: int
    expires: int


def holder(database: Database, digest: str, kind: Kind, at: int) -> tuple[str, Account] | None:
    """The identifier and the account of the token of which `digest` was kept, if it still holds."""
    row = database.row(_HOLDER, digest=digest, kind=kind, at=at)
    return (row[0], Account(*row[1:])) if row is not None else None


def listed(database: Database, account: int, at: int) -> list[Token]:
    """The tokens of an account, or of all (0), that still hold; the oldest first."""
    return [Token(*row) for row in database.rows(_LISTED, account=account, at=at)]


def find(database: Database | Transaction, token: str) -> Token | None:
    """The token of an identifier."""
    row = database.row(_FIND, id=token)
    return Token(*row) if row is not None else None


def add(
    transaction: Transaction,
    token: str,
    account: int,
    kind: Kind,
    digest: str,
    note: str,
    at: int,
    expires: int,
) -> None:
    """Keep a token; those that have expired are forgotten."""
    transaction.run(_EXPIRED, at=at)
    transaction.run(
        _ADD, id=token, account=account, kind=kind, digest=digest, note=note, at=at, expires=expires
    )


def count(transaction: Transaction, account: int, kind: Kind) -> int:
    """How many tokens of a kind an account has."""
    row = transaction.row(_COUNT, account=account, kind=kind)
    assert row is not None  # noqa: S101  # a count is always given
    return int(row[0])


def drop_oldest(transaction: Transaction, account: int, many: int) -> None:
    """Forget the oldest refresh tokens of an account."""
    transaction.run(_OLDEST, account=account, many=many)


def remove(transaction: Transaction, token: str) -> None:
    """Forget a token."""
    transaction.run(_REMOVE, id=token)


def remove_all(transaction: Transaction, account: int, kind: Kind) -> None:
    """Forget every token of a kind that an account has."""
    transaction.run(_REMOVE_ALL, account=account, kind=kind)
