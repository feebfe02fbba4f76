"""What an operation answers."""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

__all__ = ["Answer"]

_NO_CONTENT = 204


class Answer(msgspec.Struct, frozen=True):
    """What an operation answers.

    Attributes:
        body: what becomes JSON, or None for nothing: then the status is 204.
        status: where there is a body.
        etag: the entity tag of what the body shows.
        next_page: the token of the next page, if there is one.
        encoded: the JSON, where it is there already; goes before `body`.
    """

    body: object = None
    status: int = 200
    etag: str = ""
    next_page: str = ""
    encoded: bytes = b""

    @property
    def content(self) -> bytes:
        """The JSON; empty for nothing."""
        if self.encoded or self.body is None:
            return self.encoded
        return msgspec.json.encode(self.body, enc_hook=str)  # digests are texts

    @property
    def headers(self) -> Mapping[str, str]:
        """The header fields that go with it."""
        given = {"etag": self.etag, "opc-next-page": self.next_page}
        return {name: value for name, value in given.items() if value}

    def response(self) -> Response:
        """The whole answer."""
        content = self.content
        if not content:
            return Response(status_code=_NO_CONTENT, headers=dict(self.headers))
        headers = {**self.headers, "cache-control": "no-store", "x-content-type-options": "nosniff"}
        return Response(content, self.status, headers, media_type="application/json")
