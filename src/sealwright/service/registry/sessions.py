"""Upload sessions: the state machine of a push in parts (distribution-spec, "Pushing a blob in chunks").

    POST            → resting, 0 bytes
    resting, PATCH  → receiving → resting, with the chunk          202
                                → resting, without it              client gone, late, chunk of a wrong length
                    → resting                                      416 if the chunk is out of order
    resting, PUT    → receiving → ended, blob kept                 201
                                → resting, without the last chunk  as above
                                → ended, nothing kept              400 if the digest lies
    resting, DELETE → ended, nothing kept                          204
    receiving, any  → receiving                                    409; GET answers as for resting
    resting for `limits.UPLOAD_SESSION_SECONDS` → ended, nothing kept

A chunk counts when all of it is on the disk and its row says so; what a broken request left behind that
point is cut off. The hash of what was received lives in memory; after a restart, or when the digest that
ends the upload is of another algorithm than foreseen, the file is hashed again.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.errors import EnvironmentalError, NotFoundError, UsageError
from sealwright.service.storage import now

if TYPE_CHECKING:
    from hashlib import _Hash as Hasher

__all__ = ["Session", "Sessions"]


class Session:
    """One upload.

    Attributes:
        id: its identifier, made here, which is also the name of its file.
        repository: the repository that it was begun in.
        algorithm: of the digest that is foreseen for it.
        received: bytes acknowledged.
        hasher: of these bytes by `algorithm`, or None if they must be hashed again.
        touched: when it last moved, in microseconds since 1970.
        receiving: whether a request holds it.
    """

    def __init__(self, identifier: str, repository: str, algorithm: str, received: int, touched: int) -> None:
        self.id = identifier
        self.repository = repository
        self.algorithm = algorithm
        self.received = received
        self.hasher: Hasher | None = hashlib.new(algorithm) if not received else None
        self.touched = touched
        self.receiving = False

    @property
    def location(self) -> str:
        """Where its next request goes."""
        return f"/v2/{self.repository}/blobs/uploads/{self.id}"

    @property
    def last(self) -> int:
        """The position of the last byte that is there; 0 also if there is none, as the protocol has it."""
        return max(self.received - 1, 0)

    def foresee(self, algorithm: str) -> None:
        """Hash by `algorithm` from now on, if nothing was received yet."""
        if not self.received and algorithm != self.algorithm:
            self.algorithm = algorithm
            self.hasher = hashlib.new(algorithm)


class Sessions:
    """The sessions of this server. Only for the event loop's thread."""

    def __init__(self, sessions: Iterable[Session]) -> None:
        self._sessions = {session.id: session for session in sessions}
        self._arriving = 0

    def new(self, repository: str, algorithm: str) -> Session:
        """A session that nobody knows of yet.

        Raises:
            EnvironmentalError: `service.busy`.
        """
        if len(self._sessions) >= limits.UPLOAD_SESSIONS:
            raise EnvironmentalError("service.busy", most=limits.UPLOAD_SESSIONS, what="uploads")
        return Session(str(uuid.uuid4()), repository, algorithm, 0, now())

    def keep(self, session: Session) -> None:
        """Let a new session be found."""
        self._sessions[session.id] = session

    def find(self, repository: str, identifier: str) -> Session:
        """The session of that name in that repository.

        Raises:
            NotFoundError: `service.upload-unknown`.
        """
        session = self._sessions.get(identifier)
        if session is None or session.repository != repository:
            raise NotFoundError(
                "service.upload-unknown", upload=ascii(identifier[:100]), repository=repository
            )
        return session

    @contextmanager
    def claim(self, repository: str, identifier: str) -> Iterator[Session]:
        """Hold a session for one request.

        Raises:
            NotFoundError: `service.upload-unknown`.
            UsageError: `service.upload-busy`.
        """
        session = self.find(repository, identifier)
        if session.receiving:
            raise UsageError("service.upload-busy", upload=identifier)
        session.receiving = True
        try:
            yield session
        finally:
            session.receiving = False
            session.touched = now()

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Count one blob or manifest that is being received.

        Raises:
            EnvironmentalError: `service.busy`.
        """
        if self._arriving >= limits.UPLOADS_AT_ONCE:
            raise EnvironmentalError("service.busy", most=limits.UPLOADS_AT_ONCE, what="pushes")
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    def forget(self, session: Session) -> None:
        """A session has ended."""
        self._sessions.pop(session.id, None)

    def expired(self) -> list[Session]:
        """Those that rested too long."""
        before = now() - limits.UPLOAD_SESSION_SECONDS * 1_000_000
        return [s for s in self._sessions.values() if s.touched < before and not s.receiving]
