"""Sessions with the token of one key, each in a process of its own, shared by any number of threads.

One session serves one thread at a time. A thread that finds none idle waits a moment, then opens another,
up to `limits.PKCS11_PROCESSES`; where the token allows no more, there stay as many as there are. A session
in which anything went wrong is given up, and the next call opens a new one.

A PIN that a token refused is never tried again, by no thread: tokens lock themselves after a few tries.
"""

import os
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import EnvironmentalError, KeyUnavailableError, SealwrightError
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11 import choosing, modules
from sealwright.keys.pkcs11.messages import Keys, Login, TokenInfo, TokenKey, Tokens
from sealwright.keys.pkcs11.modules import Module
from sealwright.keys.pkcs11.process import ModuleProcess
from sealwright.keys.pkcs11.uri import TokenUri

__all__ = ["Place", "Session", "Sessions", "keys", "login", "look", "pin_of"]

_PIN_CODES = "key.pin-"


class Place(msgspec.Struct, frozen=True):
    """Where a key is: its URI, the module, and the environment of its processes."""

    uri: TokenUri
    module: Module
    variables: Mapping[str, str]

    @classmethod
    def of(cls, uri: TokenUri, passphrases: Passphrases) -> "Place":
        """The place of a URI.

        Raises:
            KeyUnavailableError: no module can be had; see `modules.find`.
            DocumentError: the settings cannot be used.
            StorageError: a file of settings cannot be read.
        """
        environment = passphrases.environment
        return cls(uri, modules.find(uri, environment), environment.variables)

    def process(self) -> ModuleProcess:
        """A new process with the module.

        Raises:
            KeyUnavailableError: `key.pkcs11-missing`, `key.pkcs11-module`.
            EnvironmentalError: `key.pkcs11-crashed`, `key.pkcs11-slow`.
        """
        return ModuleProcess(self.module.path, self.variables, self.module.seconds)


class Session(msgspec.Struct, frozen=True):
    """A process that is logged in, and the private key that it has found, if it was to find one.

    `pin_each`: the PIN, for a key that wants it for every signature.
    """

    process: ModuleProcess
    token: TokenInfo
    key: TokenKey | None
    pin_each: str | None

    @property
    def signing_key(self) -> TokenKey:
        """The private key that it was to find."""
        assert self.key is not None  # noqa: S101  # or there would be no session
        return self.key


class Sessions:
    """The sessions of one place. Safe to share between threads; a process that was forked gets its own.

    Args:
        place: where the key is.
        passphrases: where the PIN comes from.
        writable: whether objects will be made.
        for_key: whether the private key of the URI has to be there.
    """

    def __init__(
        self, place: Place, passphrases: Passphrases, *, writable: bool = False, for_key: bool = True
    ) -> None:
        self.place = place
        self._passphrases = passphrases
        self._writable = writable
        self._for_key = for_key
        self._changed = threading.Condition()
        self._idle: list[Session] = []
        self._open: set[ModuleProcess] = set()
        self._most = limits.PKCS11_PROCESSES
        self._opening = False
        self._pin: str | None = None
        self._serial: str | None = None
        self._refused: SealwrightError | None = None
        self._owner = os.getpid()
        weakref.finalize(self, _close, self._open, self._owner)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for one thread, until the block ends.

        Raises:
            KeyUnavailableError: `key.pin-` codes, `key.pkcs11-no-token` and its like.
            EnvironmentalError: the module failed.
        """
        mine = self._take()
        try:
            yield mine
        except BaseException:
            self._drop(mine.process)
            raise
        with self._changed:
            self._idle.append(mine)
            self._changed.notify()

    def close(self) -> None:
        """End all processes. Whoever still wants a session gets a new one."""
        with self._changed:
            self._idle.clear()
            ending = list(self._open)
            self._open.clear()
        for process in ending:
            process.close()

    def _take(self) -> Session:
        while True:
            with self._changed:
                self._forked()
                if not self._idle and self._open:
                    self._changed.wait(limits.PKCS11_PATIENCE_SECONDS)
                while not self._idle and (self._opening or len(self._open) >= self._most):
                    self._changed.wait()
                if self._idle:
                    return self._idle.pop()
                if self._refused is not None:
                    raise type(self._refused)(self._refused.code, **self._refused.data)
                self._opening = True
            try:
                return self._opened()
            except SealwrightError as error:
                if not self._goes_on_after(error):
                    raise
            finally:
                with self._changed:
                    self._opening = False
                    self._changed.notify_all()

    def _goes_on_after(self, error: SealwrightError) -> bool:
        """Whether there are other sessions to wait for, after one could not be opened."""
        with self._changed:
            if error.code.startswith(_PIN_CODES):
                self._refused = error
            if self._open:
                self._most = len(self._open)
            return bool(self._open)

    def _opened(self) -> Session:
        process = self.place.process()
        try:
            present = process.ask(Tokens(), tuple[TokenInfo, ...], "looking for tokens")
            token = choosing.token(self.place.uri, process.about, present)
            self._require_same(token)
            if self._pin is None:
                self._pin = pin_of(self.place.uri, token, self._passphrases)
            login(process, token, self._pin, writable=self._writable)
            key = self._key(process, token) if self._for_key else None
        except BaseException:
            process.close()
            raise
        with self._changed:
            self._open.add(process)
        return Session(process, token, key, self._pin if key is not None and key.always else None)

    def _require_same(self, token: TokenInfo) -> None:
        """Keep the PIN from another token that has come to fit the URI."""
        if self._serial not in (None, token.serial):
            problem = "another token has taken its place"
            raise EnvironmentalError("key.pkcs11-token-gone", doing="logging in", problem=problem)
        self._serial = token.serial

    def _key(self, process: ModuleProcess, token: TokenInfo) -> TokenKey:
        uri = self.place.uri
        found = keys(process, uri.object, uri.id)
        return choosing.key(uri, found, token, lambda: keys(process))

    def _drop(self, process: ModuleProcess) -> None:
        process.close()
        with self._changed:
            self._open.discard(process)
            self._most = limits.PKCS11_PROCESSES
            self._changed.notify_all()

    def _forked(self) -> None:
        """Leave the processes to the one that we were forked from."""
        if os.getpid() != self._owner:
            self._owner = os.getpid()
            self._idle.clear()
            while self._open:
                self._open.pop().leave()
            weakref.finalize(self, _close, self._open, self._owner)


def keys(
    process: ModuleProcess,
    label: str = "",
    identifier: bytes = b"",
    *,
    public: bool = False,
    secret: bool = False,
) -> tuple[TokenKey, ...]:
    """The keys that a session sees.

    Args:
        process: with a session.
        label: empty: any.
        identifier: CKA_ID; empty: any.
        public: public keys instead of private ones.
        secret: keys of symmetric ciphers instead of private ones.

    Raises:
        EnvironmentalError: the module failed.
    """
    return process.ask(Keys(label, identifier, public, secret), tuple[TokenKey, ...], "looking for keys")


def login(process: ModuleProcess, token: TokenInfo, pin: str | None, *, writable: bool = False) -> None:
    """Open a session with a token, logged in if it wants that.

    Args:
        process: with the module.
        token: one of those that the process named.
        pin: None if the token asks for it by itself, or not at all.
        writable: whether objects will be made.

    Raises:
        KeyUnavailableError: a `key.pin-` code.
        EnvironmentalError: the module failed.
    """
    if not token.pin_set and token.login_required:
        raise KeyUnavailableError("key.pin-unset", token=token.label)
    if token.left == "none":
        raise KeyUnavailableError("key.pin-locked", token=token.label)
    question = Login(
        token.slot,
        token.serial,
        pin,
        protected=token.protected and token.login_required,
        writable=writable,
    )
    try:
        process.ask(question, type(None), "logging in", person=token.protected)
    except SealwrightError as error:
        left = {"few": "; few tries are left", "one": "; one try is left"}.get(
            str(error.data.get("left")), ""
        )
        error.data = {**error.data, "token": token.label, "left": left}
        raise


def look(process: ModuleProcess, token: TokenInfo) -> None:
    """Open a session with a token without logging in: it shows what anybody may see.

    Raises:
        EnvironmentalError: the module failed.
    """
    process.ask(Login(token.slot, token.serial), type(None), "opening a session")


def pin_of(uri: TokenUri, token: TokenInfo, passphrases: Passphrases) -> str | None:
    """The PIN of a token; None if it wants none, or asks for it by itself. The last try is left to a person.

    Raises:
        KeyUnavailableError: `key.pin-missing`, `key.pin-last-try`, `key.pin-refused`.
        StorageError: a file cannot be read.
    """
    if not token.login_required or token.protected:
        return None
    if token.left == "one":
        if passphrases.prompt is None:
            raise KeyUnavailableError("key.pin-last-try", token=token.label)
        found = passphrases.prompt(f"PIN of the token {token.label}, one try is left").encode()
    else:
        source = Path(uri.pin_source) if uri.pin_source else None
        found = passphrases.pin(f"the token {token.label}", source)
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise KeyUnavailableError("key.pin-refused", token=token.label) from None


def _close(processes: set[ModuleProcess], owner: int) -> None:
    if os.getpid() == owner:
        for process in list(processes):
            process.close()
