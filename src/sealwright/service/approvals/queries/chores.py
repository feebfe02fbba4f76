"""Which requests time has changed, and which are kept no longer."""

from sealwright.service.storage import Database, Transaction

__all__ = ["ended", "forget", "ripe"]

_RIPE = """
    SELECT id FROM approval_requests WHERE state = 'locked' AND ready_at <= :at
    UNION SELECT id FROM approval_requests WHERE state IN ('waiting', 'locked', 'ready') AND expires_at < :at
    LIMIT :most
"""
_ENDED = """
    SELECT id FROM approval_requests
    WHERE state IN ('denied', 'expired', 'spent') AND expires_at < :before LIMIT :most
"""
_FORGET = (
    "DELETE FROM approval_people WHERE request = :id",
    "DELETE FROM approval_entries WHERE request = :id",
    "DELETE FROM approval_requests WHERE id = :id",
)


def ripe(database: Database, at: int, most: int) -> list[str]:
    """Requests whose time lock, time-out or time to be spent is over, and that do not say so yet."""
    return [str(row[0]) for row in database.rows(_RIPE, at=at, most=most)]


def ended(database: Database, before: int, most: int) -> list[str]:
    """Requests that ended in whatever way, and would have expired before a time."""
    return [str(row[0]) for row in database.rows(_ENDED, before=before, most=most)]


def forget(transaction: Transaction, identifier: str) -> None:
    """Delete a request with all that belongs to it."""
    for sql in _FORGET:
        transaction.run(sql, id=identifier)
