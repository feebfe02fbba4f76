"""Exceptions of the layers below, as our codes."""

import errno
import ssl
from http.client import HTTPException, IncompleteRead
from socket import gaierror

import pytest

from sealwright.transport.failures import translate
from sealwright.transport.origin import Origin

ORIGIN = Origin.of("https://registry.example")


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] words")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (TimeoutError(), "network.timed-out", True),
        (ConnectionResetError(), "network.connection-lost", True),
        (BrokenPipeError(), "network.connection-lost", True),
        (ConnectionAbortedError(), "network.connection-lost", True),
        (ConnectionRefusedError(), "network.refused", True),
        (gaierror(-2, "Name or service not known"), "network.unknown-host", True),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "network.unreachable", True),
        (OSError("words alone"), "network.unreachable", True),
        (HTTPException("odd"), "network.protocol", False),
        (IncompleteRead(b""), "network.protocol", False),
        (ssl.SSLEOFError(8, "EOF occurred"), "network.connection-lost", True),
        (tls_error("UNEXPECTED_EOF_WHILE_READING"), "network.connection-lost", True),
        (tls_error("WRONG_VERSION_NUMBER"), "network.tls-not-spoken", False),
        (tls_error("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "network.tls-client-certificate", False),
        (tls_error("NO_SHARED_CIPHER"), "network.tls-failed", False),
    ],
)
def test_each_failure_has_a_code_a_sentence_and_a_hint(
    error: OSError | HTTPException, code: str, *, retryable: bool
) -> None:
    found = translate(error, ORIGIN)
    assert (code, retryable) == (found.code, found.retryable)
    assert "registry.example" in str(found)
    assert found.hint
