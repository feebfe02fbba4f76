"""Accounts and groups, and who is a member of what."""

import msgspec

from sealwright.service.storage import Database, Transaction, now

__all__ = [
    "Account",
    "add",
    "find",
    "groups",
    "join",
    "leave",
    "listed",
    "members",
    "outdate",
    "remove",
    "set_disabled",
    "set_secret",
]

_COLUMNS = "id, name, kind, secret, disabled, generation, created"
_FIND = f"SELECT {_COLUMNS} FROM accounts WHERE name = :name"  # noqa: S608  # a constant
_LISTED = f"SELECT {_COLUMNS} FROM accounts WHERE kind = :kind ORDER BY name"  # noqa: S608  # a constant
_ADD = """
    INSERT INTO accounts (name, kind, secret, disabled, generation, created)
    VALUES (:name, :kind, :secret, 0, 0, :at)
    ON CONFLICT (name) DO NOTHING
"""
_REMOVE = "DELETE FROM accounts WHERE id = :id"
_SECRET = "UPDATE accounts SET secret = :secret, generation = generation + 1 WHERE id = :id"  # noqa: S105  # SQL
_DISABLED = "UPDATE accounts SET disabled = :disabled, generation = generation + 1 WHERE id = :id"
_OUTDATE = "UPDATE accounts SET generation = generation + 1 WHERE id = :id"
_JOIN = "INSERT INTO members (team, account) VALUES (:team, :account) ON CONFLICT (team, account) DO NOTHING"
_LEAVE = "DELETE FROM members WHERE team = :team AND account = :account"
_MEMBERS = """
    SELECT accounts.name FROM members JOIN accounts ON accounts.id = members.account
    WHERE members.team = :id ORDER BY accounts.name
"""
_GROUPS = """
    SELECT accounts.name FROM members JOIN accounts ON accounts.id = members.team
    WHERE members.account = :id ORDER BY accounts.name
"""


class Account(msgspec.Struct, frozen=True):
    """An account.

    Attributes:
        id: its row.
        name: what it is called.
        kind: `user`, `robot`, `group` or `everyone`.
        secret: its hashed password, if it has one.
        disabled: 1 if it may not log in.
        generation: grows when what was issued to it must not hold any longer.
        created: when it was made, in microseconds since 1970.
    """

    id: int
    name: str
    kind: str
    secret: str | None
    disabled: int
    generation: int
    created: int


def find(database: Database | Transaction, name: str) -> Account | None:
    """The account or group of that name."""
    row = database.row(_FIND, name=name)
    return Account(*row) if row is not None else None


def listed(database: Database, kind: str) -> list[Account]:
    """Every account of a kind, in the order of their names."""
    return [Account(*row) for row in database.rows(_LISTED, kind=kind)]


def add(transaction: Transaction, name: str, kind: str, secret: str | None) -> bool:
    """Make an account; gives whether the name was free."""
    return transaction.run(_ADD, name=name, kind=kind, secret=secret, at=now()) == 1


def remove(transaction: Transaction, account: int) -> None:
    """Forget an account with its tokens, grants and memberships."""
    transaction.run(_REMOVE, id=account)


def set_secret(transaction: Transaction, account: int, secret: str) -> None:
    """Keep a new password."""
    transaction.run(_SECRET, id=account, secret=secret)


def set_disabled(transaction: Transaction, account: int, disabled: int) -> None:
    """Let an account log in (0) or not (1)."""
    transaction.run(_DISABLED, id=account, disabled=disabled)


def outdate(transaction: Transaction, account: int) -> None:
    """Let bearer tokens that were issued to an account hold no longer."""
    transaction.run(_OUTDATE, id=account)


def join(transaction: Transaction, group: int, account: int) -> bool:
    """Make an account a member of a group; gives whether it was none."""
    return transaction.run(_JOIN, team=group, account=account) == 1


def leave(transaction: Transaction, group: int, account: int) -> bool:
    """Let an account be a member no longer; gives whether it was one."""
    return transaction.run(_LEAVE, team=group, account=account) == 1


def members(database: Database, group: int) -> list[str]:
    """The names of a group's members."""
    return [row[0] for row in database.rows(_MEMBERS, id=group)]


def groups(database: Database, account: int) -> list[str]:
    """The names of the groups that an account is a member of."""
    return [row[0] for row in database.rows(_GROUPS, id=account)]
