"""HTTP for the signature store of the service."""

from starlette.responses import Response

from sealwright import limits
from sealwright.service.lookaside.grammar import Target, no_more, target
from sealwright.service.registry.content import Content
from sealwright.service.signatures.queries import rows
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Caller, Gate, OpenGate

__all__ = ["NOSNIFF", "Lookaside", "given"]

NOSNIFF = (b"x-content-type-options", b"nosniff")


class Lookaside(Slice):
    """The ASGI application that answers below `/lookaside/`.

    Args:
        content: of the registry.
        gate: finds out who asks.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self, content: Content, gate: Gate | None = None, patience: float = limits.BODY_PIECE_SECONDS
    ) -> None:
        async def answer(asked: Asked) -> Response:
            asked.require_reading()
            wanted = target(asked.path)
            find = _in_repository if wanted.names else _anywhere
            found = await find(content, asked.caller, wanted)
            if found is None:
                raise no_more(asked.path)
            return given(asked, *found)

        super().__init__(answer, gate or OpenGate(), patience, (NOSNIFF,), frozenset())


def given(asked: Asked, digest: str, content: bytes) -> Response:
    """A signature as the answer. Numbers move when one is revoked, so it may be kept, but not unasked."""
    etag = f'"{digest}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if asked.unchanged(etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(len(content))
    return Response(
        b"" if asked.method == "HEAD" else content, headers=headers, media_type="application/octet-stream"
    )


async def _in_repository(content: Content, caller: Caller, wanted: Target) -> tuple[str, bytes] | None:
    """The signature in the first repository that has one of that number.

    Where a name may begin with a host, the right to pull from either repository is enough to ask.
    """
    readable = [name for name in wanted.names if caller.may("pull", name)]
    if not readable:
        caller.require("pull", wanted.names[-1])
    for name in readable:
        found = await content.read(rows.placed, name, wanted.digest, wanted.number)
        if found is not None:
            return found
    return None


async def _anywhere(content: Content, caller: Caller, wanted: Target) -> tuple[str, bytes] | None:
    """The signature of that number among those of all repositories that the caller may pull from."""
    listed = await content.read(rows.of_digest, wanted.digest, limits.LOOKASIDE_ROWS)
    visible: dict[str, str] = {}
    for identifier, repository, digest in listed:
        if digest not in visible and caller.may("pull", repository):
            visible[digest] = identifier
    if wanted.number > len(visible):
        return None
    digest, identifier = list(visible.items())[wanted.number - 1]
    found = await content.read(rows.content, identifier)
    return None if found is None else (digest, found)
