"""A bound on the head of a request, which httptools and uvicorn read without one."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sealwright import limits

__all__ = ["BoundedHeadProtocol"]

_REFUSAL = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHeadProtocol(HttpToolsProtocol):
    """HTTP/1.1 that hangs up once `limits.REQUEST_HEAD_BYTES` came without a head, or a body, going on.

    What counts is the bytes since the parser last got somewhere, so one read beyond the limit may pass.
    """

    _idle_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Feed the parser, then look how far it got."""
        self._idle_bytes += len(data)
        super().data_received(data)
        if self._idle_bytes > limits.REQUEST_HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(_REFUSAL)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The head ended."""
        self._idle_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """The body goes on."""
        self._idle_bytes = 0
        super().on_body(body)
