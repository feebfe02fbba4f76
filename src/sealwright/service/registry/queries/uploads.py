"""Uploads that were begun and not ended."""

from sealwright.service.registry.sessions import Session
from sealwright.service.storage import Database, Transaction

__all__ = ["add", "advance", "all_of_them", "remove"]

_ADD = """
    INSERT INTO uploads (id, repository, algorithm, received, created, touched)
    VALUES (:id, :repository, :algorithm, 0, :at, :at)
"""
_ADVANCE = """
    UPDATE uploads SET received = :received, algorithm = :algorithm, touched = :at WHERE id = :id
"""
_REMOVE = "DELETE FROM uploads WHERE id = :id"
_ALL = "SELECT id, repository, algorithm, received, touched FROM uploads"


def add(transaction: Transaction, session: Session) -> None:
    """Remember a new upload."""
    transaction.run(
        _ADD,
        id=session.id,
        repository=session.repository,
        algorithm=session.algorithm,
        at=session.touched,
    )


def advance(transaction: Transaction, identifier: str, algorithm: str, received: int, at: int) -> None:
    """Remember how far an upload has come."""
    transaction.run(_ADVANCE, id=identifier, algorithm=algorithm, received=received, at=at)


def remove(transaction: Transaction, identifier: str) -> None:
    """An upload has ended."""
    transaction.run(_REMOVE, id=identifier)


def all_of_them(database: Database) -> list[Session]:
    """Every upload that was not ended."""
    return [Session(*row) for row in database.rows(_ALL)]
