"""HTTP for what CAs give out.

Sources: RFC 6960, appendix A, and RFC 5019, sections 5 and 6 (OCSP and its caches); RFC 3161, section 3.4;
RFC 5280, sections 4.2.1.13 and 4.2.2.1; RFC 9111 (caches).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.responses import Response

from sealwright import limits
from sealwright.errors import MalformedContentError, NotFoundError, StorageError
from sealwright.pki.authority import responses
from sealwright.service.authority.grammar import Target, request_in, target
from sealwright.service.authority.office import Office, Published
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import OpenGate
from sealwright.workflow import clock
from sealwright.workflow.authority.responding import Answered

__all__ = ["AuthorityRoutes", "unchanging"]

_NOSNIFF = (b"x-content-type-options", b"nosniff")
_NOT_STORED = {"Cache-Control": "no-store"}
_OCSP_REQUEST, _OCSP_RESPONSE = "application/ocsp-request", "application/ocsp-response"
_TIMESTAMP_QUERY, _TIMESTAMP_REPLY = "application/timestamp-query", "application/timestamp-reply"
_CERTIFICATE_SECONDS = 24 * 3600
_TYPES = {
    "certificate": "application/pkix-cert",
    "list": "application/pkix-crl",
    "delta": "application/pkix-crl",
}


def unchanging(offices: Sequence[Office]) -> frozenset[str]:
    """The paths at which a POST changes nothing."""
    return frozenset(f"/pki/{one.settings.name}/{kind}" for one in offices for kind in ("ocsp", "tsa"))


class AuthorityRoutes(Slice):
    """The ASGI application that answers below `/pki/`, or, for one thing alone, everywhere.

    Args:
        offices: what is given out.
        patience: how many seconds a client may be silent in the middle of a body.
        alone: what every path is about, of the only office: `ocsp` or `tsa`.
    """

    def __init__(
        self, offices: Sequence[Office], patience: float = limits.BODY_PIECE_SECONDS, alone: str = ""
    ) -> None:
        named: Mapping[str, Office] = {one.settings.name: one for one in offices}

        async def answer(asked: Asked) -> Response:
            asked.scope["sealwright.route"] = "pki"
            path = f"/pki/{offices[0].settings.name}/{alone}{asked.path.rstrip('/')}" if alone else asked.path
            wanted = target(path)
            office = named.get(wanted.name)
            if office is None:
                raise _unknown(asked)
            if wanted.kind == "ocsp":
                return await _ocsp(office, asked, wanted)
            if wanted.kind == "tsa":
                return await _tsa(office, asked)
            return await _file(office, asked, wanted)

        super().__init__(answer, OpenGate(), patience, (_NOSNIFF,), frozenset({"POST"}))


async def _ocsp(office: Office, asked: Asked, wanted: Target) -> Response:
    if asked.method == "POST" and not wanted.request:
        _require_type(asked, _OCSP_REQUEST)
        content = await asked.body.read(limits.OCSP_REQUEST_BYTES, "service.body-too-large")
    elif asked.method in ("GET", "HEAD") and wanted.request:
        try:
            content = request_in(wanted.request)
        except MalformedContentError as error:
            asked.scope["sealwright.reason"] = error.code
            refusal = responses.refusal("malformedRequest")
            return Response(refusal, 200, _NOT_STORED, _OCSP_RESPONSE)
    else:
        raise asked.unsupported("POST, GET with the request in the path")
    answered = office.kept(content) or await office.offload(office.respond, content)
    if answered is None:
        raise _unknown(asked)
    if answered.problem is not None:
        asked.scope["sealwright.reason"] = answered.problem.code
    headers = _cached(answered) if asked.method != "POST" else _NOT_STORED
    if asked.method != "POST" and "ETag" in headers and asked.unchanged(headers["ETag"]):
        return Response(b"", 304, headers)
    return _given(asked, answered.content, headers, _OCSP_RESPONSE)


def _cached(answered: Answered) -> Mapping[str, str]:
    """What a cache may do with an answer (RFC 5019, section 6.2)."""
    if answered.this_update is None or answered.next_update is None:
        return _NOT_STORED
    left = max(int((answered.next_update - clock.now()).total_seconds()), 0)
    return {
        "Cache-Control": f"max-age={left}, public, no-transform, must-revalidate",
        "Last-Modified": _date(answered.this_update),
        "Expires": _date(answered.next_update),
        "ETag": answered.etag,
    }


async def _tsa(office: Office, asked: Asked) -> Response:
    if asked.method != "POST":
        raise asked.unsupported("POST")
    _require_type(asked, _TIMESTAMP_QUERY)
    content = await asked.body.read(limits.TIMESTAMP_REQUEST_BYTES, "service.body-too-large")
    stamped = await office.offload(office.stamp, content)
    if stamped is None:
        raise _unknown(asked)
    if stamped.problem is not None:
        asked.scope["sealwright.reason"] = stamped.problem.code
    return Response(stamped.content, 200, _NOT_STORED, _TIMESTAMP_REPLY)


async def _file(office: Office, asked: Asked, wanted: Target) -> Response:
    asked.require_reading()
    if wanted.kind == "certificate":
        found = await office.offload(office.certificate, wanted.ca)
        seconds = _CERTIFICATE_SECONDS
    else:
        found = await office.offload(office.revocation_list, wanted.ca, delta=wanted.kind == "delta")
        seconds = _seconds(found)
    if found is None:
        raise _unknown(asked)
    if not found.content:
        raise StorageError("service.pki-list-absent", path=ascii(asked.path[:300]))
    headers = {"Cache-Control": f"public, max-age={seconds}", "ETag": found.etag}
    if found.head is not None:
        headers |= {"Last-Modified": _date(found.head.this_update), "Expires": _date(found.head.next_update)}
    if asked.unchanged(found.etag):
        return Response(b"", 304, headers)
    return _given(asked, found.content, headers, _TYPES[wanted.kind])


def _seconds(found: Published | None) -> int:
    """How long a cache may keep a list."""
    if found is None or found.head is None:
        return 0
    left = (found.head.next_update - clock.now()).total_seconds()
    return max(min(int(left), limits.CRL_KEPT_SECONDS), 0)


def _given(asked: Asked, content: bytes, headers: Mapping[str, str], media_type: str) -> Response:
    body = b"" if asked.method == "HEAD" else content
    return Response(body, 200, {**headers, "Content-Length": str(len(content))}, media_type)


def _require_type(asked: Asked, wanted: str) -> None:
    """Return if the body is of that type.

    Raises:
        MalformedContentError: `service.pki-type-unsupported`.
    """
    found = (asked.header("content-type") or "").partition(";")[0].strip().lower()
    if found != wanted:
        raise MalformedContentError(
            "service.pki-type-unsupported", found=ascii(found[:100]) if found else "no type", wanted=wanted
        )


def _date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _unknown(asked: Asked) -> NotFoundError:
    return NotFoundError("service.pki-unknown", path=ascii(asked.path[:300]))
