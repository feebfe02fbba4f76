"""Blobs from a registry, in pieces, taken up again where a connection was lost (RFC 9110, 14: ranges)."""

import re
from collections.abc import Iterator

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NetworkError
from sealwright.repositories import answers
from sealwright.repositories.content import checked, require_size
from sealwright.repositories.exchange import Exchange
from sealwright.repositories.manifests import told_digest
from sealwright.transport.response import Response

__all__ = ["Blobs"]

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")
_RESUMED_AFTER = frozenset({"network.body-cut-short", "network.connection-lost"})


class Blobs:
    """The blobs of one repository, for reading.

    Args:
        exchange: sends the requests.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def has(self, digest: Digest) -> bool:
        """Whether the registry says that it holds a blob."""
        response = self._exchange.send("HEAD", self._url(digest))
        response.close()
        if response.status in (200, 404):
            return response.status == 200  # noqa: PLR2004  # OK
        raise answers.failure(response, self._exchange.name, "blob", digest=str(digest))

    def pieces(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob; nothing is asked before the first piece is wanted.

        Raises:
            NotFoundError: `registry.blob-unknown`.
            MalformedContentError: `artifact.size-mismatch`, `artifact.digest-mismatch`,
                `registry.digest-conflict`, `registry.range-conflict`.
        """
        return checked(descriptor, self._unchecked(descriptor))

    def _unchecked(self, descriptor: Descriptor) -> Iterator[bytes]:
        done = 0
        for tries_left in reversed(range(limits.REQUEST_TRIES)):
            response = self._open(descriptor, done)
            skip = done if response.status == 200 else 0  # noqa: PLR2004  # OK: it starts at the beginning
            try:
                for piece in response.pieces():
                    fresh = piece[skip:]
                    skip = max(0, skip - len(piece))
                    if fresh:
                        done += len(fresh)
                        yield fresh
            except NetworkError as error:
                if error.code not in _RESUMED_AFTER or not tries_left:
                    raise
            else:
                return

    def _open(self, descriptor: Descriptor, start: int) -> Response:
        headers = {"Range": f"bytes={start}-{descriptor.size - 1}"} if start else {}
        exchange = self._exchange
        response = exchange.send("GET", self._url(descriptor.digest), headers, deadline=exchange.long())
        try:
            self._require(response, descriptor, start)
        except BaseException:
            response.close()
            raise
        return response

    def _require(self, response: Response, descriptor: Descriptor, start: int) -> None:
        """Raise unless the answer holds the blob, or the part of it from `start` on."""
        if response.status == 206 and start:  # noqa: PLR2004  # Partial Content
            given = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
            if given is None or int(given[1]) != start:
                raise MalformedContentError("registry.range-conflict", digest=str(descriptor.digest))
        elif response.status == 200:  # noqa: PLR2004  # OK
            if response.length is not None:
                require_size(descriptor, response.length, "blob")
            told_digest(response, descriptor.digest)
        else:
            digest = str(descriptor.digest)
            raise answers.failure(response, self._exchange.name, "blob", digest=digest)

    def _url(self, digest: Digest) -> str:
        return self._exchange.url(f"blobs/{digest}")
