"""Putting blobs into a registry (distribution-spec, "Pushing a blob").

1. HEAD: a blob that is there is not sent.
2. Where another repository of the registry holds it: POST with `mount` and `from`; 201 is done, 202 is an
   ordinary upload session.
3. POST opens a session; its Location changes with each answer.
4. A blob up to `limits.UPLOAD_WHOLE_BYTES` goes in one PUT with the digest. A larger one, or one above the
   OCI-Chunk-Min-Length that the registry names, goes in chunks by PATCH, then an empty PUT with the digest.
5. A chunk that failed: GET on the session tells how much has arrived; go on from there. A registry that does
   not take chunks (404, 405, 501 on the first) is sent the whole in a new session.
"""

import re
import time
from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

import msgspec

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.errors import NetworkError, RegistryError
from sealwright.interfaces import BlobSource
from sealwright.repositories import answers
from sealwright.repositories.blobs import Blobs
from sealwright.repositories.content import checked
from sealwright.repositories.exchange import Exchange
from sealwright.repositories.manifests import told_digest
from sealwright.repositories.scopes import Scope
from sealwright.transport.message import StreamedBody
from sealwright.transport.response import Response
from sealwright.transport.retries import retry_after

__all__ = ["Uploads"]

_RANGE = re.compile(r"(?:bytes=)?0-(\d+)")
_OCTETS = {"Content-Type": "application/octet-stream"}
_MAY_HAVE_ARRIVED = frozenset({408, 416, 429, 500, 502, 503, 504})
_NO_CHUNKS = frozenset({404, 405, 501})


class _Session(msgspec.Struct, frozen=True):
    url: str
    chunk: int = 0
    """The least size of a chunk that the registry asks for; 0 if it asks for none."""


class Uploads:
    """Uploads into one repository.

    Args:
        exchange: sends the requests.
        blobs: tells what is there already.
        whole: the largest blob that is sent in one piece, in bytes.
        chunk: the size of chunks, in bytes.
    """

    def __init__(
        self,
        exchange: Exchange,
        blobs: Blobs,
        whole: int = limits.UPLOAD_WHOLE_BYTES,
        chunk: int = limits.UPLOAD_CHUNK_BYTES,
    ) -> None:
        self._exchange = exchange
        self._blobs = blobs
        self._whole = whole
        self._chunk = chunk

    def push(
        self, descriptor: Descriptor, source: BlobSource, mount_from: str | None
    ) -> Literal["moved", "mounted", "present"]:
        """Put a blob there unless it is; tells how.

        Args:
            descriptor: of the blob.
            source: opens its content anew for each try; what it gives is checked on the way.
            mount_from: path of another repository of the same registry that holds it.

        Raises:
            MalformedContentError: the source does not give what the descriptor says.
            RegistryError: the registry does not take it.
        """
        if self._blobs.has(descriptor.digest):
            return "present"
        session = self._mount(descriptor, mount_from) if mount_from else self._open()
        if session is None:
            return "mounted"
        chunked = descriptor.size > self._whole or (0 < session.chunk < descriptor.size)
        if chunked and self._push_chunks(descriptor, source, session):
            return "moved"
        if chunked:
            session = self._open()
        body = StreamedBody(lambda: checked(descriptor, source()), descriptor.size)
        self._close(descriptor, session.url, body)
        return "moved"

    def _open(self) -> _Session:
        exchange = self._exchange
        response = exchange.send("POST", exchange.url("blobs/uploads/"), repeatable=True)
        return self._session(response)

    def _mount(self, descriptor: Descriptor, path: str) -> _Session | None:
        exchange = self._exchange
        query = f"mount={quote(descriptor.digest)}&from={quote(path, safe='')}"
        response = exchange.send(
            "POST",
            exchange.url(f"blobs/uploads/?{query}"),
            more=(Scope.of_repository(path, "pull"),),
            repeatable=True,
        )
        if response.status == 201:  # noqa: PLR2004  # Created
            response.discard()
            return None
        return self._session(response)

    def _session(self, response: Response) -> _Session:
        location = response.headers.get("location", "")
        if response.status != 202:  # noqa: PLR2004  # Accepted
            raise answers.failure(response, self._exchange.name, "upload")
        response.discard()
        if not location:
            raise RegistryError("registry.no-location", name=self._exchange.name)
        least = response.headers.get("oci-chunk-min-length", "")
        chunk = int(least) if least.isascii() and least.isdigit() else 0
        if chunk > limits.UPLOAD_CHUNK_MOST_BYTES:
            chunk = 0
        return _Session(self._exchange.landed(response, location), chunk)

    def _close(self, descriptor: Descriptor, url: str, body: StreamedBody | None) -> None:
        """End a session with the digest, perhaps with all of the content."""
        joint = "&" if "?" in url else "?"
        url = f"{url}{joint}digest={quote(descriptor.digest)}"
        headers = _OCTETS if body else {}
        response = self._exchange.send("PUT", url, headers, body, deadline=self._exchange.long())
        if response.status not in (201, 204):
            raise answers.failure(response, self._exchange.name, "upload")
        response.discard()
        told_digest(response, descriptor.digest)

    def _push_chunks(self, descriptor: Descriptor, source: BlobSource, session: _Session) -> bool:
        """Send all chunks and close the session; false if the registry does not know chunks."""
        size = max(self._chunk, session.chunk)
        url, done, tries_left = session.url, 0, limits.REQUEST_TRIES
        backoff = self._exchange.backoff()
        while done < descriptor.size:
            end = min(done + size, descriptor.size)
            before = done
            pause = backoff.next()
            try:
                response = self._patch(descriptor, source, url, done, end)
            except NetworkError as error:
                if not tries_left or not error.retryable:
                    raise
                time.sleep(min(pause, self._exchange.long().left()))
                url, done = self._status(url)
            else:
                if response.status in _NO_CHUNKS and not done:
                    response.discard()
                    return False
                if response.status == 202:  # noqa: PLR2004  # Accepted
                    response.discard()
                    location = response.headers.get("location", "")
                    url = self._exchange.landed(response, location) if location else url
                    done = _arrived(response, end)
                elif response.status in _MAY_HAVE_ARRIVED and tries_left:
                    response.discard()
                    asked = retry_after(response.headers)
                    pause = pause if asked is None else min(asked, limits.RETRY_AFTER_SECONDS)
                    time.sleep(min(pause, self._exchange.long().left()))
                    url, done = self._status(url)
                else:
                    raise answers.failure(response, self._exchange.name, "upload")
            if done > descriptor.size or done > end:
                raise RegistryError("registry.upload-confused", name=self._exchange.name)
            tries_left = limits.REQUEST_TRIES if done > before else tries_left - 1
            if tries_left < 0:
                raise RegistryError("registry.upload-confused", name=self._exchange.name)
        self._close(descriptor, url, None)
        return True

    def _patch(self, descriptor: Descriptor, source: BlobSource, url: str, start: int, end: int) -> Response:
        def chunk() -> Iterator[bytes]:
            return _between(checked(descriptor, source()), start, end)

        headers = {**_OCTETS, "Content-Range": f"{start}-{end - 1}"}
        body = StreamedBody(chunk, end - start)
        return self._exchange.send("PATCH", url, headers, body, deadline=self._exchange.long())

    def _status(self, url: str) -> tuple[str, int]:
        """Where a session goes on, and how many bytes have arrived."""
        response = self._exchange.send("GET", url)
        if response.status not in (200, 202, 204):
            raise answers.failure(response, self._exchange.name, "upload")
        response.discard()
        location = response.headers.get("location", "")
        return (self._exchange.landed(response, location) if location else url), _arrived(response, 0)


def _arrived(response: Response, default: int) -> int:
    """How many bytes a session holds by its Range header; `0-0` is what an empty one says too."""
    found = _RANGE.fullmatch(response.headers.get("range", "").strip())
    if found is None:
        return default
    last = int(found[1])
    return last + 1 if last else default


def _between(pieces: Iterator[bytes], start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to `end`, not included."""
    at = 0
    for piece in pieces:
        wanted = piece[max(0, start - at) : max(0, end - at)]
        at += len(piece)
        if wanted:
            yield wanted
        if at >= end:
            break
