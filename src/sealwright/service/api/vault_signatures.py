"""HTTP for signatures by keys of a vault: brought to an image, and verified by the vault.

POST   /api/v1/images/{digest}/signatures         {"repository": …, "format": "kms", "content": {…}}
POST   /api/v1/signatures/{id}/actions/verify     {"result": …, "reason": …, "time": …}
"""

import re
from collections.abc import Callable

import msgspec
from starlette.responses import Response

from sealwright import limits, strict_json
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, MalformedSignatureError, NotFoundError
from sealwright.evidence import PublicKey, PublicKeyAnswer, Unavailable
from sealwright.formats.kms import content as kept_form
from sealwright.policy.vault.scopes import is_scope
from sealwright.service.api.routes.answers import json, shown_each, signature_for
from sealwright.service.api.shown import moment
from sealwright.service.registry.content import Content
from sealwright.service.registry.grammar import require_name
from sealwright.service.signatures.actions import asking_vaults, uploading
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Gate, OpenGate

__all__ = ["PATHS", "VaultSignaturesApi"]

PATHS = ("/api/v1/images/{digest}/signatures", "/api/v1/signatures/{id}/actions/verify")
"""What is answered here."""

_PATH = re.compile(r"/api/v1/(?:images/(?P<image>[^/]+)/signatures|signatures/(?P<id>[^/]+)/actions/verify)")
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_CREATED = 201


class _Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    repository: str
    format: str
    content: dict[str, object]


class VaultSignaturesApi(Slice):
    """The ASGI application.

    Args:
        content: of the registry.
        keys: the service's own.
        noted: is told of each new signature.
        gate: finds out who asks.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self,
        content: Content,
        keys: Callable[[PublicKey], PublicKeyAnswer | Unavailable],
        noted: uploading.Noted,
        gate: Gate | None = None,
        patience: float = limits.BODY_PIECE_SECONDS,
    ) -> None:
        async def answer(asked: Asked) -> Response:
            match = _PATH.fullmatch(asked.path)
            if match is None:
                raise NotFoundError("service.path-unknown", path=ascii(asked.path[:300]))
            if asked.method != "POST":
                raise asked.unsupported("POST")
            if match["image"] is not None:
                return await _upload(asked, match["image"])
            return await _verify(asked, match["id"])

        async def _upload(asked: Asked, value: str) -> Response:
            digest = Digest.parse(value)
            order, kept = _order(await asked.body.read(limits.KMS_SIGNATURE_BYTES, "service.body-too-large"))
            repository = require_name(order.repository)
            asked.caller.require("sign", repository)
            found = await content.offload(
                uploading.add, content.storage, keys, noted, asked.caller, repository, digest, kept
            )
            (told,) = await shown_each(content, [found])
            response = json(told, _CREATED)
            response.headers["Location"] = f"/api/v1/signatures/{found.id}"
            return response

        async def _verify(asked: Asked, value: str) -> Response:
            signature = await signature_for(content, asked, value)
            asked.caller.require("audit", signature.repository)
            host = asked.header("host") or ""
            registry = host if is_scope(host) and "/" not in host else "localhost"
            made = await content.offload(
                asking_vaults.verify, content.storage, keys, asked.caller.name, registry, signature
            )
            told = {"result": made.result, "reason": made.reason, "problem": made.problem}
            return json(told | {"time": moment(made.at), "number": made.number})

        super().__init__(answer, gate or OpenGate(), patience, (_NOSNIFF,), frozenset({"POST"}))


def _order(body: bytes) -> tuple[_Order, kept_form.Content]:
    """What is brought.

    Raises:
        MalformedContentError: `kms.upload-malformed`.
    """
    try:
        order = msgspec.convert(strict_json.loads(body, limits.KMS_SIGNATURE_BYTES), _Order)
        kept = kept_form.parse(msgspec.json.encode(order.content))
    except (strict_json.JsonError, msgspec.ValidationError, MalformedSignatureError) as error:
        raise MalformedContentError("kms.upload-malformed", problem=str(error)) from None
    if order.format != "kms":
        raise MalformedContentError("kms.upload-malformed", problem="format is not kms")
    return order, kept
