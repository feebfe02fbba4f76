"""Timestamp authorities, asked over HTTP (RFC 3161, section 3.4).

An authority has `limits.TIMESTAMP_SECONDS` for everything from the name to the last byte, and is asked once:
a request holds a nonce, and a nonce is used once. Redirects are followed as the transport follows them, so
never from https to http, and only those that keep the request as it is (307, 308).
"""

from collections.abc import Mapping

from sealwright import limits
from sealwright.errors import EnvironmentalError, NetworkError, UsageError
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request
from sealwright.transport.origin import split_url
from sealwright.transport.retries import RetryPolicy

__all__ = ["TimestampAuthority"]

_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"
_OK = 200
_TOO_MANY = 429
_SERVER_ERRORS = 500


class TimestampAuthority:
    """One authority. Safe to use from several threads.

    Attributes:
        url: where it is.

    Args:
        url: http or https.
        variables: of the environment, for proxies and certificate folders.
        seconds: how long the authority may take for its whole answer.

    Raises:
        UsageError: `timestamp.url-unusable`.
    """

    def __init__(
        self, url: str, variables: Mapping[str, str], seconds: float = limits.TIMESTAMP_SECONDS
    ) -> None:
        try:
            split_url(url)
        except NetworkError as error:
            raise UsageError("timestamp.url-unusable", url=url[:200], problem=str(error)) from None
        self.url = url
        self._seconds = seconds
        self._transport = Transport(environment=variables, retries=RetryPolicy(tries=1))

    def __call__(self, request: bytes, /) -> bytes:
        """The bytes that the authority answers, whatever they are.

        Args:
            request: a TimeStampReq in DER.

        Raises:
            NetworkError: `timestamp.http-status`, or a `network.` code.
            EnvironmentalError: `timestamp.content-type`.
        """
        headers = {"Content-Type": _QUERY, "Accept": _REPLY}
        asked = Request("POST", self.url, headers, request)
        with self._transport.send(asked, Deadline(self._seconds)) as response:
            if response.status != _OK:
                error = NetworkError("timestamp.http-status", url=self.url, status=response.status)
                error.retryable = response.status == _TOO_MANY or response.status >= _SERVER_ERRORS
                raise error
            found = response.headers.get("content-type", "")
            if found != _REPLY:
                raise EnvironmentalError("timestamp.content-type", url=self.url, found=found[:200])
            return response.read(limits.TIMESTAMP_BYTES)
