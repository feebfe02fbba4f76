"""What went wrong on the network, from the exceptions of the socket, TLS and HTTP layers to our codes."""

import ssl
from http.client import HTTPException
from socket import gaierror

from sealwright.errors import NetworkError
from sealwright.transport.origin import Origin

__all__ = ["is_lost", "translate"]

_HOSTNAME_MISMATCH = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL's x509_vfy.h."""

_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")
_WANTS_CERTIFICATE = (
    "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "SSLV3_ALERT_BAD_CERTIFICATE",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "TLSV1_ALERT_UNKNOWN_CA",
)
_CUT = ("UNEXPECTED_EOF_WHILE_READING",)


def is_lost(error: Exception) -> bool:
    """Whether the peer dropped the connection, so that another try may succeed."""
    if isinstance(error, ssl.SSLError):
        return isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or error.reason in _CUT
    return isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError)


def translate(error: OSError | HTTPException, origin: Origin) -> NetworkError:
    """The error that users see.

    Args:
        error: what the socket, TLS or HTTP layer raised.
        origin: the peer that was spoken to.
    """
    code, retryable, data = _classify(error)
    made = NetworkError(code, host=origin.authority, **data)
    made.retryable = retryable
    return made


def _classify(error: OSError | HTTPException) -> tuple[str, bool, dict[str, object]]:
    if isinstance(error, TimeoutError):
        return "network.timed-out", True, {}
    if isinstance(error, ssl.SSLError):
        return _classify_tls(error)
    if is_lost(error):
        return "network.connection-lost", True, {}
    if isinstance(error, ConnectionRefusedError):
        return "network.refused", True, {}
    if isinstance(error, gaierror):
        return "network.unknown-host", True, {"problem": error.strerror or str(error)}
    if isinstance(error, HTTPException):
        return "network.protocol", False, {"problem": ascii(str(error) or type(error).__name__)[:200]}
    return "network.unreachable", True, {"problem": error.strerror or type(error).__name__}


def _classify_tls(error: ssl.SSLError) -> tuple[str, bool, dict[str, object]]:
    reason = getattr(error, "reason", None) or str(error)[:200]
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _HOSTNAME_MISMATCH:
            return "network.tls-hostname", False, {}
        return "network.tls-not-trusted", False, {"problem": error.verify_message}
    if is_lost(error):
        return "network.connection-lost", True, {}
    if reason in _NOT_TLS:
        return "network.tls-not-spoken", False, {}
    if reason in _WANTS_CERTIFICATE:
        return "network.tls-client-certificate", False, {"problem": _words(reason)}
    return "network.tls-failed", False, {"problem": _words(reason)}


def _words(reason: str) -> str:
    return reason.replace("_", " ").lower()
