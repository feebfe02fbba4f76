"""Sealing with a root key that may not be there: the rest of the service starts and serves without it."""

import logging
import threading
import time
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import CallerError, SealwrightError
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.vault import Root
from sealwright.service.sealing.roots import master
from sealwright.service.sealing.roots.master import Note
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database

__all__ = ["Rooted", "rooted", "roots_of"]

_log = logging.getLogger(__name__)

_FILE = "root.key"
_PIN_CODES = "key.pin-"
_OF_FILES_AND_TOKENS = ("key.", "file.", "settings.", "document.")


class Rooted(Sealing):
    """Sealing under the root key of the settings. Where that cannot be had, each use says why.

    It is tried again now and then, as a token may come back; but no PIN that was refused, since tokens lock
    themselves.

    Args:
        database: where the master key is, wrapped.
        root: the root key; None: the settings name none.
        former: the one before it.
        note: keeps in the audit log what was made or changed.
        make: whether a master key may be made.
    """

    __slots__ = (
        "_database",
        "_final",
        "_former",
        "_lock",
        "_make",
        "_note",
        "_opened",
        "_problem",
        "_root",
        "_tried",
    )

    def __init__(
        self, database: Database, root: Root | None, former: Root | None, note: Note, *, make: bool
    ) -> None:
        super().__init__(b"")
        self._database = database
        self._root = root
        self._former = former
        self._note = note
        self._make = make
        self._opened = False
        self._final = False
        self._problem: SealwrightError | None = None
        self._tried = 0.0
        self._lock = threading.Lock()

    def open(self) -> None:
        """Have the root key now.

        Raises:
            CallerError: `vault.no-root`, or it cannot be had as the settings say.
            EnvironmentalError: a file, a token, or the database.
        """
        if self._opened:
            return
        with self._lock:
            self._raise_again()
            self._tried = time.monotonic()
            try:
                if self._root is None:
                    raise CallerError("vault.no-root")  # kept, as every other problem
                self._master = master.opened(
                    self._database, self._root, self._former, self._note, make=self._make
                )
            except SealwrightError as error:
                self._final = error.code.startswith(_PIN_CODES)
                self._problem = _told(error)
                raise self._problem from None
            self._opened = True

    def _raise_again(self) -> None:
        if self._problem is None:
            return
        recent = time.monotonic() - self._tried < limits.ROOT_AGAIN_SECONDS
        if recent or self._final:
            raise type(self._problem)(self._problem.code, **self._problem.data)

    def _key(self, kind: bytes, purpose: str) -> bytes:
        self.open()
        return super()._key(kind, purpose)


def _told(error: SealwrightError) -> SealwrightError:
    """The same as an error of the vault, so that whoever asks for a key learns what is wrong."""
    if error.code.startswith(_OF_FILES_AND_TOKENS):
        return CallerError("vault.root-unusable", problem=f"{error} ({error.code})")
    return error


def rooted(database: Database, configuration: Configuration, note: Note) -> Rooted:
    """Sealing as the settings say.

    What keeps it from being used is logged now, and said at each use. A master key is made when something is
    to be sealed for the first time: most services keep no keys.
    """
    root, former = roots_of(configuration)
    made = Rooted(database, root, former, note, make=not configuration.server.read_only)
    if master.found(database) is not None:
        try:
            made.open()
        except SealwrightError as error:
            _log.warning("vaults and approvals cannot be used: %s", error)
    return made


def roots_of(configuration: Configuration) -> tuple[Root | None, Root | None]:
    """The root key of the settings and the one before it, with the usual file where none is named."""
    settings = configuration.vault
    former = None if settings.former is None else _placed(settings.former, configuration)
    return _placed(settings.now, configuration), former


def _placed(root: Root, configuration: Configuration) -> Root | None:
    if root.kind != "file" or root.file:
        return root
    if not configuration.storage.folder:
        return None
    file = Path(configuration.storage.folder) / _FILE
    return msgspec.structs.replace(root, file=str(file), in_storage=True)
