"""The public keys of an issuer: from a file, or from where its discovery document says.

OpenID Connect Discovery 1.0, section 4, and RFC 7517.

A set is used for an hour. A key that it lacks makes us look again, for issuers change their keys, but not
more often than every half minute, for anyone can name a key. Many that wait for one look share it.
"""

import threading
import time
from pathlib import Path

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sealwright import limits
from sealwright.errors import DocumentError, NetworkError, SealwrightError
from sealwright.homes import files
from sealwright.service.configuration.accounts import Workload
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request
from sealwright.transport.origin import Origin

__all__ = ["Issuer"]

_OK = 200
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})


class _Discovery(msgspec.Struct, frozen=True):
    issuer: str
    jwks_uri: str


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, str | list[str]]]


class Issuer:
    """One issuer. Its methods run on worker threads.

    Args:
        workload: names it, and perhaps the file with its keys.
        transport: reaches it.
        refresh: least seconds between two looks for a key that is missing.
        patience: how many seconds it may take to tell its keys.
    """

    def __init__(
        self,
        workload: Workload,
        transport: Transport,
        refresh: float = limits.JWKS_REFRESH_SECONDS,
        patience: float = limits.ISSUER_SECONDS,
    ) -> None:
        self._refresh = refresh
        self._patience = patience
        self.name = workload.issuer
        self._file = workload.jwks
        self._transport = transport
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._looked = float("-inf")
        self._failed: SealwrightError | None = None

    def keys(self, wanted: str | None) -> KeySet:
        """The issuer's keys.

        Args:
            wanted: the name of the key that a token was signed with, if it tells.

        Raises:
            NetworkError: `service.issuer-unreachable`.
            DocumentError: the file cannot be used.
        """
        with self._lock:
            age = time.monotonic() - self._looked
            lacking = self._keys is None or (
                wanted is not None and all(key.kid != wanted for key in self._keys.keys)
            )
            if age > limits.JWKS_SECONDS or (lacking and age > self._refresh):
                self._look()
            if self._keys is None:
                raise self._failed or NetworkError("service.issuer-unreachable", issuer=self.name, problem="")
            return self._keys

    def _look(self) -> None:
        """Look for the keys; if that fails, those from before may still be used for an hour."""
        age = time.monotonic() - self._looked
        self._looked = time.monotonic()
        try:
            self._keys = _key_set(self._file_content() if self._file else self._told())
        except (NetworkError, DocumentError) as error:
            self._failed = error
            if age > limits.JWKS_SECONDS:
                self._keys = None

    def _file_content(self) -> bytes:
        try:
            return files.read(Path(self._file), limits.JWKS_BYTES)
        except SealwrightError as error:
            raise DocumentError.about(self._file, error) from None

    def _told(self) -> bytes:
        deadline = Deadline(self._patience)
        content = self._get(f"{self.name.rstrip('/')}/.well-known/openid-configuration", deadline)
        try:
            found = msgspec.json.decode(content, type=_Discovery)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._unreachable(str(error)) from None
        if found.issuer != self.name:
            raise self._unreachable(f"its discovery document is that of {found.issuer[:200]!a}")
        return self._get(found.jwks_uri, deadline)

    def _get(self, url: str, deadline: Deadline) -> bytes:
        shown = ascii(url[:200])
        try:
            origin = Origin.of(url)
            safe = origin.scheme == "https" or origin.is_loopback
            status, content = self._answer(url, deadline) if safe else (0, b"")
        except NetworkError as error:
            raise self._unreachable(str(error)) from None
        if not safe:
            raise self._unreachable(f"{shown} is not https")
        if status != _OK:
            raise self._unreachable(f"{shown} answers {status}")
        return content

    def _answer(self, url: str, deadline: Deadline) -> tuple[int, bytes]:
        with self._transport.send(Request("GET", url), deadline, "same-origin") as response:
            return response.status, response.read(limits.JWKS_BYTES)

    def _unreachable(self, problem: str) -> NetworkError:
        return NetworkError("service.issuer-unreachable", issuer=self.name, problem=problem)


def _key_set(content: bytes) -> KeySet:
    """Read a JWK set; keys that are for something else, or that we cannot read, are left out.

    Raises:
        DocumentError: `service.configuration-invalid`.
    """
    try:
        listed = msgspec.json.decode(content, type=_Keys).keys
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError("service.configuration-invalid", file="jwks", problem=str(error)) from None
    keys = []
    for members in listed[: limits.JWKS_KEYS]:
        if members.get("kty") not in ("RSA", "EC", "OKP") or members.get("use", "sig") != "sig":
            continue
        public = {name: value for name, value in members.items() if name not in _PRIVATE}
        try:
            keys += KeySet.import_key_set({"keys": [public]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(keys)
