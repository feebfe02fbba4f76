"""What every server looks at once a second: whether accounts are in force, and whether anything changed."""

import msgspec

from sealwright.service.storage import Database, Transaction, now

__all__ = ["SigningKey", "State", "add_key", "changed", "keys", "put_in_force", "state"]

_STATE = "SELECT version, in_force FROM accounts_state WHERE id = 1"
_CHANGED = "UPDATE accounts_state SET version = version + 1 WHERE id = 1"
_IN_FORCE = "UPDATE accounts_state SET in_force = 1 WHERE id = 1"
_KEYS = "SELECT id, secret FROM signing_keys ORDER BY created DESC, id LIMIT 2"
_ADD_KEY = "INSERT INTO signing_keys (id, secret, created) VALUES (:id, :secret, :at)"
_OLD_KEYS = """
    DELETE FROM signing_keys WHERE id NOT IN (SELECT id FROM signing_keys ORDER BY created DESC, id LIMIT 2)
"""


class State(msgspec.Struct, frozen=True):
    """`version` counts the changes; `in_force` says whether there ever was an account."""

    version: int
    in_force: bool


class SigningKey(msgspec.Struct, frozen=True):
    """What bearer tokens are signed with: its name, and its octets in base64url."""

    id: str
    secret: str


def state(database: Database) -> State:
    """How things stand."""
    row = database.row(_STATE)
    assert row is not None  # noqa: S101  # the migration put it there
    return State(row[0], bool(row[1]))


def changed(transaction: Transaction) -> None:
    """Let every server notice that something has changed."""
    transaction.run(_CHANGED)


def put_in_force(transaction: Transaction) -> None:
    """From now on there are accounts."""
    transaction.run(_IN_FORCE)


def keys(database: Database | Transaction) -> tuple[SigningKey, ...]:
    """The key that signs, and the one before it."""
    return tuple(SigningKey(*row) for row in database.rows(_KEYS))


def add_key(transaction: Transaction, key: SigningKey) -> None:
    """Let a key sign from now on; those before the last are forgotten."""
    transaction.run(_ADD_KEY, id=key.id, secret=key.secret, at=now())
    transaction.run(_OLD_KEYS)
