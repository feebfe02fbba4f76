"""TLS: the certificate that is shown, and its exchange for a new one while the service runs.

Connections are accepted with one context whose callback, asked at each handshake, puts the current
certificate in its place. A new pair of files is taken once it has stayed the same between two looks, so that
nobody meets a file that is still being written, and only if it can be used; else the old one goes on.
"""

import logging
import os
import ssl
from pathlib import Path

from sealwright.errors import CallerError

__all__ = ["Certificate"]

_log = logging.getLogger(__name__)

_Stamp = tuple[tuple[int, int, int], ...]


class Certificate:
    """A pair of files, and what was read from it.

    Args:
        certificate: PEM of the certificate and its chain.
        key: PEM of its private key.

    Attributes:
        context: for the listening socket; it always shows the current certificate.

    Raises:
        CallerError: `service.tls-unusable`.
    """

    def __init__(self, certificate: str, key: str) -> None:
        self._certificate = certificate
        self._key = key
        self._taken = self._stamp()
        self._seen = self._taken
        self._current = self._read()
        self.context = self._read()
        self.context.sni_callback = self._show

    def look(self, *, at_once: bool = False) -> None:
        """Take the new pair, if there is one.

        Args:
            at_once: do not wait until the files have stayed the same between two looks.
        """
        stamp = self._stamp()
        settled, self._seen = stamp == self._seen, stamp
        if stamp == self._taken or not (settled or at_once):
            return
        self._taken = stamp
        try:
            self._current = self._read()
        except CallerError as error:
            _log.warning("the old certificate stays in use: %s", error)
        else:
            _log.info("the certificate was read again from %s", self._certificate)

    def _show(
        self, connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _of: ssl.SSLContext
    ) -> None:
        connection.context = self._current

    def _stamp(self) -> _Stamp:
        """What changes with the files."""
        stamps = []
        for path in (self._certificate, self._key):
            try:
                found = Path(path).stat()
                stamps.append((found.st_ino, found.st_mtime_ns, found.st_size))
            except OSError:
                stamps.append((0, 0, 0))
        return tuple(stamps)

    def _read(self) -> ssl.SSLContext:
        if not self._certificate or not self._key:
            raise self._unusable("both are needed")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        try:
            context.load_cert_chain(self._certificate, self._key, password=_no_password)
        except ssl.SSLError as error:
            fits = error.reason != "KEY_VALUES_MISMATCH"
            problem = "one is not a whole PEM file" if fits else "the key is not that of the certificate"
            raise self._unusable(problem) from None
        except OSError as error:
            raise self._unusable(error.strerror or os.strerror(error.errno or 0)) from None
        except ValueError as error:
            raise self._unusable(str(error)) from None
        return context

    def _unusable(self, problem: str) -> CallerError:
        return CallerError(
            "service.tls-unusable",
            certificate=self._certificate or "(none)",
            key=self._key or "(none)",
            problem=problem,
        )


def _no_password() -> str:
    raise ValueError("the key is encrypted")
