"""Responders and hosts of revocation lists, asked over HTTP (RFC 6960, appendix A; RFC 5280, 4.2.1.13).

Each has as long as the reference gives it, for everything from the name to the last byte, and is asked once.
A request goes by GET where it is short, so that caches on the way can answer.
"""

import base64
import secrets
from collections.abc import Mapping

from sealwright import limits
from sealwright.errors import NetworkError
from sealwright.evidence import Crl, OcspAnswer, OcspResponse
from sealwright.pki import certificate as certificates
from sealwright.pki.revocation import ocsp
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request
from sealwright.transport.retries import RetryPolicy

__all__ = ["Asking"]

_OK = 200
_TOO_MANY = 429
_SERVER_ERRORS = 500


class Asking:
    """Asks. Safe to use from several threads.

    Args:
        variables: of the environment, for proxies.
        nonce: whether each OCSP request has one.
        deadline: of all that is asked together.
    """

    def __init__(self, variables: Mapping[str, str], *, nonce: bool, deadline: Deadline) -> None:
        self._transport = Transport(environment=variables, retries=RetryPolicy(tries=1))
        self._nonce = nonce
        self._deadline = deadline

    def ocsp(self, need: OcspResponse) -> OcspAnswer:
        """The bytes that a responder answered, whatever they are.

        Args:
            need: responder, certificate and issuer.

        Raises:
            NetworkError: `revocation.http-status`, or a `network.` code.
        """
        nonce = secrets.token_bytes(limits.OCSP_NONCE_SENT_BYTES) if self._nonce else b""
        certificate, issuer = certificates.parse(need.certificate), certificates.parse(need.issuer)
        request = _request(need.url, ocsp.request(certificate, issuer, nonce))
        return OcspAnswer(self._answer(request, limits.OCSP_SECONDS, limits.OCSP_RESPONSE_BYTES), nonce)

    def crl(self, need: Crl) -> bytes:
        """The bytes at the place of a list, whatever they are.

        Args:
            need: the place.

        Raises:
            NetworkError: `revocation.http-status`, or a `network.` code.
        """
        return self._answer(Request("GET", need.url), limits.CRL_SECONDS, limits.CRL_BYTES)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _answer(self, request: Request, seconds: float, limit: int) -> bytes:
        with self._transport.send(request, self._deadline.within(seconds)) as response:
            if response.status == _OK:
                return response.read(limit)
            error = NetworkError("revocation.http-status", url=request.url[:200], status=response.status)
            error.retryable = response.status == _TOO_MANY or response.status >= _SERVER_ERRORS
            raise error


def _request(url: str, content: bytes) -> Request:
    """A request by GET if its URL is short, else by POST."""
    encoded = base64.b64encode(content).decode()
    for mark, escaped in (("+", "%2B"), ("/", "%2F"), ("=", "%3D")):
        encoded = encoded.replace(mark, escaped)
    if len(encoded) < limits.OCSP_GET_LENGTH and "?" not in url:
        return Request("GET", f"{url.rstrip('/')}/{encoded}")
    headers = {"Content-Type": "application/ocsp-request"}
    return Request("POST", url, headers, content, repeatable=True)
