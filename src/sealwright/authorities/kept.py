"""Answers of responders and CAs that are kept on disk, to be used again by every process.

Only verified answers are kept, and what is read is verified like an answer that has just come. Lists
are kept where notation keeps them, so that each program uses what the other has fetched; only a list that has
delta lists is kept apart, because notation would use it alone.
"""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

import msgspec

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.events import EventSink, Notice
from sealwright.evidence import Crl, OcspAnswer, OcspResponse
from sealwright.homes.cache_folder import Bounds, CacheFolder
from sealwright.homes.environment import Environment
from sealwright.homes.notation import revocation_lists
from sealwright.homes.notation.folder import cache_folder

__all__ = ["Found", "KeptAnswers"]

_MAGIC = b"sealwright-revocation-1"
_BOUNDS = Bounds(
    entries=limits.REVOCATION_CACHE_ENTRIES,
    size=limits.REVOCATION_CACHE_BYTES,
    entry=limits.CRL_BYTES + 1024,
    seconds=limits.REVOCATION_KEPT_SECONDS,
    counted_every=limits.REVOCATION_CACHE_COUNTED_EVERY,
)


class Found(msgspec.Struct, frozen=True):
    """An answer, and when it came. Nothing of it was verified."""

    answer: OcspAnswer | bytes
    came_at: datetime


class KeptAnswers:
    """The answers on disk. Safe to share between threads and processes.

    A folder that fails is told once, as a notice, and not used again: no verification fails because of it.

    Args:
        environment: names the folders.
        events: takes the notice.
    """

    def __init__(self, environment: Environment, events: EventSink) -> None:
        self._path = environment.folder("XDG_CACHE_HOME", ".cache") / "sealwright" / "revocation"
        self._notation = cache_folder(environment)
        self._events = events
        self._lock = Lock()
        self._folder: CacheFolder | None = None
        self._failed = self._told = False

    def read(self, need: OcspResponse | Crl) -> Found | None:
        """What is kept, or None.

        Args:
            need: the question.
        """
        if self._failed:
            return None
        try:
            body = self._opened().read(_key(need))
        except StorageError as error:
            self._give_up(error)
            return None
        if body is not None:
            return _found(need, body)
        return self._listed(need.url) if isinstance(need, Crl) else None

    def _listed(self, url: str) -> Found | None:
        """The list that notation keeps. What is no list there is told, and written anew."""
        try:
            found = revocation_lists.read(self._notation, url)
        except StorageError as error:
            self._tell(error)
            return None
        return None if found is None else Found(found.base, found.written)

    def keep(
        self, need: OcspResponse | Crl, answer: OcspAnswer | bytes, at: datetime, *, alone: bool
    ) -> None:
        """Keep an answer that was verified.

        Args:
            need: the question.
            answer: the bytes.
            at: the time, aware.
            alone: it is a list that has no delta list.
        """
        if self._failed:
            return
        content = answer if isinstance(answer, bytes) else answer.content
        try:
            if isinstance(need, Crl) and alone:
                revocation_lists.keep(self._notation, need.url, content)
            else:
                self._opened().keep(_key(need), b"%d\n%s" % (int(at.timestamp()), content))
        except StorageError as error:
            self._give_up(error)

    def _opened(self) -> CacheFolder:
        with self._lock:
            if self._folder is None:
                self._folder = CacheFolder(Path(self._path), _MAGIC, _BOUNDS)
            return self._folder

    def _give_up(self, error: StorageError) -> None:
        self._failed = True
        self._tell(error)

    def _tell(self, error: StorageError) -> None:
        with self._lock:
            told, self._told = self._told, True
        if not told:
            self._events(Notice("revocation.cache-failed", {"problem": str(error)}))


def _key(need: OcspResponse | Crl) -> str:
    """64 hexadecimal digits that no other question has."""
    certificate = need.certificate if isinstance(need, OcspResponse) else b""
    parts = (type(need).__name__.encode(), need.url.encode(), certificate, need.issuer)
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _found(need: OcspResponse | Crl, body: bytes) -> Found | None:
    head, _, content = body.partition(b"\n")
    try:
        came_at = datetime.fromtimestamp(int(head), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Found(OcspAnswer(content) if isinstance(need, OcspResponse) else content, came_at)
