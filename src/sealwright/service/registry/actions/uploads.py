"""Uploads: begun, carried on, ended, dropped."""

from sealwright.digest import Digest
from sealwright.service.registry.queries import blobs, repositories
from sealwright.service.registry.queries import uploads as rows
from sealwright.service.registry.sessions import Session
from sealwright.service.storage import Storage, now
from sealwright.service.storage.blobs import Arrival

__all__ = ["advance", "begin", "begun", "drop", "keep", "tidy"]


def begin(storage: Storage, session: Session) -> None:
    """Remember a new session."""
    with storage.database.write() as transaction:
        rows.add(transaction, session)


def advance(storage: Storage, session: Session, arrival: Arrival) -> None:
    """Make what arrived count: first on the disk, then in the database."""
    arrival.flush()
    if not session.received:
        storage.blobs.flush_names()
    with storage.database.write() as transaction:
        rows.advance(transaction, session.id, session.algorithm, arrival.received, now())


def keep(storage: Storage, name: str, repository: str, digest: Digest, size: int) -> None:
    """Make the arrived content `name`, flushed and found to have `digest`, a blob of `repository`.

    If the content came through a session of that name, the session ends.
    """
    storage.blobs.keep(name, digest)
    with storage.database.write() as transaction:
        blobs.record(transaction, digest, size)
        blobs.show(transaction, repositories.ensure(transaction, repository), digest)
        rows.remove(transaction, name)


def drop(storage: Storage, name: str) -> None:
    """End a session, or content that arrived without one, and keep nothing of it."""
    with storage.database.write() as transaction:
        rows.remove(transaction, name)
    storage.blobs.drop(name)


def begun(storage: Storage) -> list[Session]:
    """The sessions that a former server left open."""
    return rows.all_of_them(storage.database)


def tidy(storage: Storage) -> None:
    """Forget arrived content that no session speaks of: what a crash left of pushes in one request."""
    names = {session.id for session in rows.all_of_them(storage.database)}
    storage.blobs.drop_all_but(names.__contains__)
