"""HTTP for the records of verifications of a signature."""

import re

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import NotFoundError, UsageError
from sealwright.service.api import orders
from sealwright.service.api.routes.answers import json, link, signature_for
from sealwright.service.api.shown import VerificationPage, shown_verification
from sealwright.service.registry.content import Content
from sealwright.service.signatures.actions import recording, verifying
from sealwright.service.signatures.queries import verifications
from sealwright.service.signatures.verifications import Verification, status_of
from sealwright.service.web.asked import Asked

__all__ = ["history", "record", "show", "verify"]

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_BEHIND_ALL = 2**62
_CREATED = 201


async def history(content: Content, asked: Asked, value: str) -> Response:
    """GET `/api/v1/signatures/{id}/verifications`: its records, the last one first."""
    most = asked.page_length(limits.VERIFICATIONS_PAGE, 1)
    last = asked.query("last")
    before = _BEHIND_ALL if last is None else _number("last", last)
    signature = await signature_for(content, asked, value)
    found = await content.read(verifications.history, signature.id, before, most + 1)
    newest = (
        found if last is None else await content.read(verifications.history, signature.id, _BEHIND_ALL, 1)
    )
    shown = [shown_verification(one) for one in found[:most]]
    following = str(shown[-1].number) if len(found) > most else None
    response = json(VerificationPage(status_of(next(iter(newest), None)), shown, following))
    if following is not None:
        link(response, asked, most, following)
    return response


async def record(content: Content, asked: Asked, value: str) -> Response:
    """POST `/api/v1/signatures/{id}/verifications`: what the caller has found, or takes back."""
    signature = await signature_for(content, asked, value)
    asked.caller.require("audit", signature.repository)
    body = await asked.body.read(limits.VERIFICATION_BYTES, "service.verification-too-large")
    new = orders.verification(body, signature)
    kept = await content.offload(recording.record, content.storage, asked.caller.name, signature, new)
    return _made(signature.id, kept)


async def verify(content: Content, asked: Asked, value: str) -> Response:
    """POST `/api/v1/signatures/{id}/verify`: have the service find out, and record it."""
    signature = await signature_for(content, asked, value)
    asked.caller.require("audit", signature.repository)
    body = await asked.body.read(limits.VERIFICATION_BYTES, "service.verification-too-large")
    keys, expected = orders.keys_and_name(body)
    kept = await content.offload(
        verifying.verify, content.storage, asked.caller.name, signature, keys, expected
    )
    return _made(signature.id, kept)


async def show(content: Content, asked: Asked, value: str) -> Response:
    """GET `/api/v1/signatures/{id}/verifications/{number}`: one record, with its verdict."""
    identifier, _, text = value.partition("/verifications/")
    number = _number("number", text)
    signature = await signature_for(content, asked, identifier)
    found = await content.read(verifications.find, signature.id, number)
    if found is None:
        raise NotFoundError("service.verification-unknown", signature=signature.id, number=number)
    verdict = await content.read(verifications.verdict, signature.id, number)
    told = msgspec.to_builtins(shown_verification(found))
    return json(told | {"verdict": msgspec.Raw(verdict.encode() or b"null")})


def _made(signature: str, kept: Verification) -> Response:
    response = json(shown_verification(kept), _CREATED)
    response.headers["Location"] = f"/api/v1/signatures/{signature}/verifications/{kept.number}"
    return response


def _number(name: str, text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise UsageError(
            "service.filter-invalid", name=name, wanted="the number of a record", value=ascii(text[:100])
        )
    return int(text)
