"""HTTP for the signature extension. What skopeo and podman rely on is said in `extension`."""

import hashlib
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import NotFoundError
from sealwright.service.extension import actions
from sealwright.service.extension.actions import require_held
from sealwright.service.extension.document import Signature
from sealwright.service.extension.grammar import Target, target
from sealwright.service.registry.content import Content
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.reasons_given import reason_in
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Gate, OpenGate

__all__ = ["SUPPORTED", "Extension"]

SUPPORTED = (b"x-registry-supports-signatures", b"1")
"""The header by which clients know of the extension; they look for exactly this value, also with a 401."""

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_VERSION = 2
_ALLOWED = {False: "GET, HEAD, PUT", True: "GET, HEAD, DELETE"}


class Extension(Slice):
    """The ASGI application that answers below `/extensions/v2/`.

    Args:
        content: of the registry.
        gate: finds out who asks.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self, content: Content, gate: Gate | None = None, patience: float = limits.BODY_PIECE_SECONDS
    ) -> None:
        async def answer(asked: Asked) -> Response:
            return await _answer(content, asked)

        super().__init__(answer, gate or OpenGate(), patience, (SUPPORTED, _NOSNIFF))


async def _answer(content: Content, asked: Asked) -> Response:
    wanted = target(asked.path)
    if asked.method in ("GET", "HEAD"):
        return await (_one if wanted.signature else _all)(content, asked, wanted)
    if asked.method == "PUT" and not wanted.signature:
        return await _put(content, asked, wanted)
    if asked.method == "DELETE" and wanted.signature:
        return await _delete(content, asked, wanted)
    raise asked.unsupported(_ALLOWED[bool(wanted.signature)])


async def _all(content: Content, asked: Asked, wanted: Target) -> Response:
    """Every live signature of a manifest, or a page of them; an empty list if it has none."""
    asked.caller.require("pull", wanted.name)
    await content.read(require_held, wanted.name, wanted.digest)
    listed = await content.read(rows.listed, wanted.name, wanted.digest)
    most = asked.page_length(limits.SIMPLE_SIGNATURES)
    last = (asked.query("last") or "").rpartition("@")[2]
    after = next((n + 1 for n, one in enumerate(listed) if one[0] == last), 0)
    page = listed[after : after + most] if most else []
    body = msgspec.json.encode({"signatures": [_written(wanted, *one) for one in page]})
    response = _answered(asked, body)
    if page and after + most < len(listed):
        query = urlencode({"n": str(most), "last": page[-1][0]})
        response.headers["Link"] = f'<{asked.path}?{query}>; rel="next"'
    return response


async def _one(content: Content, asked: Asked, wanted: Target) -> Response:
    """One live signature, by its name."""
    asked.caller.require("pull", wanted.name)
    await content.read(require_held, wanted.name, wanted.digest)
    listed = await content.read(rows.listed, wanted.name, wanted.digest)
    found = next((one for one in listed if one[0] == wanted.signature), None)
    if found is None:
        raise NotFoundError("service.signature-unknown", signature=f"{wanted.digest}@{wanted.signature}")
    return _answered(asked, msgspec.json.encode(_written(wanted, *found)))


async def _put(content: Content, asked: Asked, wanted: Target) -> Response:
    """Attach one signature. Clients take 201 for success, and no other status."""
    asked.caller.require("sign", wanted.name)
    with content.claims.arriving():
        body = await asked.body.read(limits.SIMPLE_SIGNATURE_BODY_BYTES, "service.signature-body-too-large")
        await content.offload(actions.attach, content.storage, asked.caller, wanted.name, wanted.digest, body)
    return Response(status_code=201)


async def _delete(content: Content, asked: Asked, wanted: Target) -> Response:
    """Revoke one signature."""
    asked.caller.require("sign", wanted.name, "delete")
    why = reason_in(asked.query("reason"))
    await content.offload(
        actions.revoke, content.storage, asked.caller, wanted.name, wanted.digest, wanted.signature, why
    )
    return Response(status_code=202)


def _written(wanted: Target, name: str, kind: str, content: bytes) -> Signature:
    return Signature(_VERSION, f"{wanted.digest}@{name}", kind, content)


def _answered(asked: Asked, body: bytes) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if asked.unchanged(etag):
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(len(body))
    content = b"" if asked.method == "HEAD" else body
    return Response(content, headers=headers, media_type="application/json")
