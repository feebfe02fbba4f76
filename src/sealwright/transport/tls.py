"""TLS settings: whom to trust and how to identify ourselves. The context is made when first wanted."""

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sealwright.errors import KeyUnavailableError, UsageError

if TYPE_CHECKING:
    import ssl

__all__ = ["InsecureTls", "VerifiedTls"]


class VerifiedTls:
    """TLS that verifies the peer's chain and name.

    Args:
        ca_file: PEM certificates trusted in addition to the system's.
        client_certificate: PEM chain that identifies us, leaf first; may hold the key as well.
        client_key: PEM private key of it, not encrypted.
        environment: for SSL_CERT_FILE and SSL_CERT_DIR, which replace the system's certificates.
    """

    def __init__(
        self,
        ca_file: str | None = None,
        client_certificate: str | None = None,
        client_key: str | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.ca_file = ca_file
        self.client_certificate = client_certificate
        self.client_key = client_key
        self._environment = environment
        self._lock = threading.Lock()
        self._made: ssl.SSLContext | None = None

    def context(self) -> "ssl.SSLContext":
        """The context, made once.

        Raises:
            UsageError: `network.ca-file-unusable`.
            KeyUnavailableError: `network.client-certificate-unusable`.
        """
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> "ssl.SSLContext":
        import ssl  # noqa: PLC0415  # costs milliseconds that plain HTTP need not pay

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._trust(context)
        self._identify(context)
        return context

    def _trust(self, context: "ssl.SSLContext") -> None:
        file, folder = self._environment.get("SSL_CERT_FILE"), self._environment.get("SSL_CERT_DIR")
        if file or folder:
            self._load(context, file, folder)
        else:
            _trust_system(context)
        if self.ca_file:
            self._load(context, self.ca_file, None)

    @staticmethod
    def _load(context: "ssl.SSLContext", file: str | None, folder: str | None) -> None:
        try:
            context.load_verify_locations(cafile=file or None, capath=folder or None)
        except OSError as error:  # SSLError is one
            problem = error.strerror or "it holds no certificate in PEM form"
            raise UsageError("network.ca-file-unusable", file=file or folder, problem=problem) from None

    def _identify(self, context: "ssl.SSLContext") -> None:
        if not self.client_certificate:
            return
        try:
            context.load_cert_chain(self.client_certificate, self.client_key, password=_refuse_prompt)
        except (OSError, _EncryptedKeyError) as error:
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
            raise KeyUnavailableError(
                "network.client-certificate-unusable",
                file=self.client_key or self.client_certificate,
                problem=str(reason).replace("_", " ").lower(),
            ) from None


class InsecureTls(VerifiedTls):
    """TLS that encrypts but accepts any certificate: for registries that the user called insecure."""

    def _trust(self, context: "ssl.SSLContext") -> None:
        import ssl  # noqa: PLC0415  # as above

        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE


class _EncryptedKeyError(Exception):
    pass


def _refuse_prompt() -> str:
    """Stands where OpenSSL would ask the terminal for a passphrase."""
    raise _EncryptedKeyError("the key is encrypted")


def _trust_system(context: "ssl.SSLContext") -> None:
    """Trust what the system trusts.

    A folder of hashed names is opened certificate by certificate when a chain needs one: hardly any work
    beside the 20 to 30 ms that reading the bundle takes. Where there is no such folder, the bundle is read.
    """
    import ssl  # noqa: PLC0415  # as above

    folder = ssl.get_default_verify_paths().capath or "/etc/ssl/certs"
    if _is_hashed(folder):
        context.load_verify_locations(capath=folder)
    else:
        context.load_default_certs()


def _is_hashed(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(".0") for entry in entries)
    except OSError:
        return False
