"""GET `/api/v1/audit`: what was done, the newest first, for administrators."""

import re
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service.audit.queries import Entry, Wanted, page
from sealwright.service.audit.shown import entry, moment
from sealwright.service.storage.workers import Workers
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Gate

__all__ = ["Audit"]

_FILTERS = ("actor", "action", "repository", "subject", "since", "until")
_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_USUAL = 100


class Audit(Slice):
    """The ASGI application that answers there.

    Args:
        workers: the threads on which the database is read.
        gate: finds out who asks.
    """

    def __init__(self, workers: Workers, gate: Gate) -> None:
        async def answer(asked: Asked) -> Response:
            asked.scope["sealwright.route"] = "api"
            asked.require_reading()
            asked.caller.require_admin()
            most, wanted, after = _most(asked), _wanted(asked), _after(asked)
            found = await workers.read(page, wanted, after, most + 1)
            return _page(asked, found, most)

        super().__init__(answer, gate)


def _wanted(asked: Asked) -> Wanted:
    return Wanted(
        _exact(asked, "actor"),
        _exact(asked, "action"),
        _exact(asked, "repository"),
        _exact(asked, "subject"),
        _moment(asked, "since"),
        _moment(asked, "until"),
    )


def _exact(asked: Asked, name: str) -> str:
    text = asked.query(name) or ""
    if "\0" in text:  # which PostgreSQL does not take
        raise UsageError("service.parameter-invalid", name=name, text=ascii(text[:100]))
    return text


def _moment(asked: Asked, name: str) -> int:
    text = asked.query(name)
    return moment(name, text) if text is not None else 0


def _after(asked: Asked) -> tuple[int, int] | None:
    text = asked.query("after")
    if text is None:
        return None
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise UsageError("service.parameter-invalid", name="after", text=ascii(text[:100]))
    return int(match[1]), int(match[2])


def _most(asked: Asked) -> int:
    text = asked.query("n")
    if text is None:
        return _USUAL
    if _NUMBER.fullmatch(text) is None:
        raise UsageError("service.parameter-invalid", name="n", text=ascii(text[:100]))
    return min(int(text), limits.AUDIT_PAGE)


def _page(asked: Asked, found: list[Entry], most: int) -> Response:
    shown = found[:most]
    response = Response(
        msgspec.json.encode({"entries": [entry(row) for row in shown]}), media_type="application/json"
    )
    if len(found) > most:
        query = {name: text for name in _FILTERS if (text := asked.query(name))}
        query |= {"n": str(most), "after": f"{shown[-1].at}-{shown[-1].id}"}
        response.headers["Link"] = f'<{asked.path}?{urlencode(query)}>; rel="next"'
    return response
