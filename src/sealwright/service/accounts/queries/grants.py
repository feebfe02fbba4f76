"""Rights, one row for each."""

from collections.abc import Iterable

from sealwright.service.accounts.names import ANONYMOUS, AUTHENTICATED
from sealwright.service.configuration.rights import Right
from sealwright.service.storage import Database, Rows, Transaction, now
from sealwright.service.web.caller import Grant

__all__ = ["add", "held", "held_by_everybody", "listed", "remove"]

_HELD = """
    SELECT grants.pattern, grants.held FROM grants JOIN accounts ON accounts.id = grants.account
    WHERE accounts.id = :account OR accounts.name = :anonymous OR accounts.name = :authenticated
    OR accounts.id IN (SELECT team FROM members WHERE account = :account)
    ORDER BY grants.pattern, grants.held
"""
_EVERYBODY = """
    SELECT grants.pattern, grants.held FROM grants JOIN accounts ON accounts.id = grants.account
    WHERE accounts.name = :anonymous ORDER BY grants.pattern, grants.held
"""
_LISTED = """
    SELECT accounts.name, grants.pattern, grants.held
    FROM grants JOIN accounts ON accounts.id = grants.account
    ORDER BY accounts.name, grants.pattern, grants.held
"""
_ADD = """
    INSERT INTO grants (account, pattern, held, created) VALUES (:account, :pattern, :held, :at)
    ON CONFLICT (account, pattern, held) DO NOTHING
"""
_REMOVE = "DELETE FROM grants WHERE account = :account AND pattern = :pattern AND held = :held"


def held(database: Database, account: int) -> tuple[Grant, ...]:
    """What an account may do: by itself, by its groups, and as everybody may."""
    return _grants(database.rows(_HELD, account=account, anonymous=ANONYMOUS, authenticated=AUTHENTICATED))


def held_by_everybody(database: Database) -> tuple[Grant, ...]:
    """What may be done without an account."""
    return _grants(database.rows(_EVERYBODY, anonymous=ANONYMOUS))


def listed(database: Database) -> list[tuple[str, Grant]]:
    """Every grant with the name of who holds it, in the order of the names."""
    found: dict[str, list[tuple[str, Right]]] = {}
    for name, pattern, right in database.rows(_LISTED):
        found.setdefault(name, []).append((pattern, right))
    return [(name, grant) for name, rows in found.items() for grant in _grants(rows)]


def add(transaction: Transaction, account: int, pattern: str, rights: Iterable[Right]) -> int:
    """Let an account hold rights; gives how many of them are new."""
    return sum(
        transaction.run(_ADD, account=account, pattern=pattern, held=right, at=now()) for right in rights
    )


def remove(transaction: Transaction, account: int, pattern: str, rights: Iterable[Right]) -> int:
    """Let an account hold rights no longer; gives how many of them it held."""
    return sum(transaction.run(_REMOVE, account=account, pattern=pattern, held=right) for right in rights)


def _grants(rows: Rows) -> tuple[Grant, ...]:
    patterns: dict[str, set[Right]] = {}
    for pattern, right in rows:
        patterns.setdefault(pattern, set()).add(right)
    return tuple(Grant(pattern, frozenset(rights)) for pattern, rights in patterns.items())
