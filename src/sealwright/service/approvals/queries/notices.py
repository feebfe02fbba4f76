"""What webhooks are still to be told."""

import msgspec

from sealwright.service.storage import Database, Transaction

__all__ = ["Due", "add", "due", "give_up", "later", "remove", "take"]

_ADD = """
    INSERT INTO approval_notices (id, hook, event, body, created, tries, next_at)
    VALUES (:id, :hook, :event, :body, :at, 0, :at)
"""
_DUE = """
    SELECT id, hook, event, body, created, tries, next_at FROM approval_notices
    WHERE hook = :hook AND next_at <= :at ORDER BY next_at, id LIMIT :most
"""
_TAKE = """
    UPDATE approval_notices SET next_at = :until, tries = tries + 1 WHERE id = :id AND next_at = :next_at
"""
_LATER = "UPDATE approval_notices SET next_at = :next_at WHERE id = :id"
_GIVE_UP = "DELETE FROM approval_notices WHERE created < :before"
_REMOVE = "DELETE FROM approval_notices WHERE id = :id"


class Due(msgspec.Struct, frozen=True):
    """A notice; its fields in the order of the columns.

    Attributes:
        id: by which the receiver knows one that comes twice.
        hook: the URL.
        event: what it is about.
        body: the JSON.
        created: in microseconds since 1970.
        tries: how often it was sent.
        next_at: when it is to be sent, in microseconds since 1970.
    """

    id: str
    hook: str
    event: str
    body: bytes
    created: int
    tries: int
    next_at: int


def add(transaction: Transaction, identifier: str, hook: str, event: str, body: bytes, at: int) -> None:
    """Add a notice, to be sent at once."""
    transaction.run(_ADD, id=identifier, hook=hook, event=event, body=body, at=at)


def due(database: Database, hook: str, at: int, most: int) -> list[Due]:
    """Notices that one webhook is to be told now."""
    return [Due(*row) for row in database.rows(_DUE, hook=hook, at=at, most=most)]


def take(transaction: Transaction, notice: Due, until: int) -> bool:
    """Whether this server is the one that sends a notice; no other does until a time."""
    return bool(transaction.run(_TAKE, id=notice.id, next_at=notice.next_at, until=until))


def later(transaction: Transaction, notice: Due, at: int) -> None:
    """Send a notice again at a time."""
    transaction.run(_LATER, id=notice.id, next_at=at)


def give_up(transaction: Transaction, before: int) -> int:
    """Forget notices from before a time, and give how many there were."""
    return transaction.run(_GIVE_UP, before=before)


def remove(transaction: Transaction, notice: Due) -> None:
    """Forget a notice."""
    transaction.run(_REMOVE, id=notice.id)
