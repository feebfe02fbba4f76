"""HTTP for approvals and the people who approve.

    GET, POST      /api/v1/approvals
    GET            /api/v1/approvals/{id}           ?wait=SECONDS&known=REVISION
    POST           /api/v1/approvals/{id}/votes
    GET            /api/v1/approvals/{id}/proof
    GET, POST      /api/v1/approvers
    GET, DELETE    /api/v1/approvers/{person}
    GET            /api/v1/keys/{key}/approvers

`openapi.json` describes them. A request is shown to whoever may see its key, to whoever asked for it, and to
those who have a say in it and are called as their account is. What a vote is worth, its signature says.
"""

import base64
import re
from collections.abc import Awaitable, Callable

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.approval.orders import Order
from sealwright.approval.votes import Vote
from sealwright.errors import NotFoundError, UsageError
from sealwright.service.approvals import orders, shown
from sealwright.service.approvals.approvals import Approvals
from sealwright.service.approvals.enrolment import Enrolment
from sealwright.service.approvals.ledger import Opened
from sealwright.service.approvals.waiting import Waiting
from sealwright.service.storage import now
from sealwright.service.storage.workers import Workers
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Caller, Gate

__all__ = ["PATHS", "ApprovalRoutes"]

PATHS = (
    "/api/v1/approvals",
    "/api/v1/approvals/{id}",
    "/api/v1/approvals/{id}/votes",
    "/api/v1/approvals/{id}/proof",
    "/api/v1/approvers",
    "/api/v1/approvers/{person}",
    "/api/v1/keys/{key}/approvers",
)
"""What it answers."""

_PATH = re.compile(
    r"/api/v1/(?:(?P<approvals>approvals)|approvals/(?P<votes>[^/]+)/votes|approvals/(?P<proof>[^/]+)/proof"
    r"|approvals/(?P<approval>[^/]+)|(?P<approvers>approvers)|approvers/(?P<approver>[^/]+)"
    r"|keys/(?P<who>[^/]+)/approvers)"
)
_CREATED, _NO_CONTENT = 201, 204
_NO_STORE = {"Cache-Control": "no-store"}


class ApprovalRoutes(Slice):
    """The ASGI application that answers at `PATHS`.

    Args:
        approvals: of the service.
        workers: run what they do.
        gate: finds out who asks.
        ending: whether the server is about to end.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self,
        approvals: Approvals,
        workers: Workers,
        gate: Gate,
        ending: Callable[[], bool],
        patience: float = limits.BODY_PIECE_SECONDS,
    ) -> None:
        self._approvals = approvals
        self._enrolment = Enrolment(approvals.database, approvals.sealing)
        self._workers = workers
        self._waiting = Waiting(workers, ending)
        routes: dict[tuple[str, str], Callable[[Asked, str], Awaitable[Response]]] = {
            ("approvals", "GET"): self._list,
            ("approvals", "POST"): self._open,
            ("approval", "GET"): self._show,
            ("votes", "POST"): self._vote,
            ("proof", "GET"): self._proof,
            ("approvers", "GET"): self._people,
            ("approvers", "POST"): self._enrol,
            ("approver", "GET"): self._person,
            ("approver", "DELETE"): self._withdraw,
            ("who", "GET"): self._who,
        }

        async def answer(asked: Asked) -> Response:
            match = _PATH.fullmatch(asked.path)
            if match is None or match.lastgroup is None:
                raise NotFoundError("service.path-unknown", path=ascii(asked.path[:300]))
            kind = match.lastgroup
            route = routes.get((kind, asked.method))
            if route is None:
                raise asked.unsupported(", ".join(method for of, method in routes if of == kind))
            asked.caller.require_login()
            return await route(asked, match[kind])

        super().__init__(answer, gate, patience)

    async def _list(self, asked: Asked, _value: str) -> Response:
        """Requests, the newest first."""
        named = asked.query("key")
        key = "" if named is None else await self._workers.offload(self._key, asked.caller, named)
        wanted = orders.wanted(asked, key)
        found, following = await self._workers.offload(self._approvals.requests, asked.caller, wanted)
        items = await self._workers.offload(lambda: [self._shown(one) for one in found])
        return _json({"items": items, "next": following})

    async def _open(self, asked: Asked, _value: str) -> Response:
        """A new request."""
        order = await orders.read(asked, Order, limits.APPROVAL_REQUEST_BYTES)
        opened = await self._workers.offload(self._approvals.open_request, asked.caller, order)
        return await self._told(opened, _CREATED)

    async def _show(self, asked: Asked, value: str) -> Response:
        """One request, at once or when it has changed."""
        seconds, known = orders.wait(asked)
        opened = await self._workers.offload(self._approvals.request, asked.caller, value)
        if seconds:
            await self._waiting.change(value, known, seconds)
            opened = await self._workers.offload(self._approvals.request, asked.caller, value)
        return await self._told(opened)

    async def _vote(self, asked: Asked, value: str) -> Response:
        """An approval or a denial."""
        vote = await orders.read(asked, Vote, limits.APPROVAL_VOTE_BYTES)
        opened = await self._workers.offload(self._approvals.vote, asked.caller, value, vote)
        return await self._told(opened, _CREATED)

    async def _proof(self, asked: Asked, value: str) -> Response:
        """The proof of a request that was spent."""
        opened = await self._workers.offload(self._approvals.request, asked.caller, value)
        if opened.proof is None:
            raise NotFoundError("approval.unproven", request=value)
        return Response(opened.proof, media_type="application/json", headers=_NO_STORE)

    async def _people(self, asked: Asked, _value: str) -> Response:
        """Who has enrolled."""
        most = asked.page_length(limits.APPROVALS_PAGE, 1)
        found = await self._workers.offload(self._enrolment.listed, asked.query("last") or "", most + 1)
        items = [shown.approver(one) for one in found[:most]]
        return _json({"items": items, "next": items[-1].person if len(found) > most else None})

    async def _enrol(self, asked: Asked, _value: str) -> Response:
        """A person, enrolled."""
        order = await orders.read(asked, orders.EnrolmentOrder, limits.APPROVER_BYTES)
        keys = [_key_bytes(one) for one in order.keys]
        enrolled = await self._workers.offload(self._enrolment.enrol, asked.caller, order.person, keys)
        return _json(shown.approver(enrolled), _CREATED)

    async def _person(self, _asked: Asked, value: str) -> Response:
        """One person who has enrolled."""
        return _json(shown.approver(await self._workers.offload(self._enrolment.find, value)))

    async def _withdraw(self, asked: Asked, value: str) -> Response:
        """A person, forgotten."""
        await self._workers.offload(self._enrolment.withdraw, asked.caller, value)
        return Response(status_code=_NO_CONTENT)

    async def _who(self, asked: Asked, value: str) -> Response:
        """Who can approve what of a key."""
        key = await self._workers.offload(self._key, asked.caller, value)
        rules = await self._workers.offload(self._approvals.keys.rules_of, key)
        return _json(shown.who(key, rules))

    def _key(self, caller: Caller, named: str) -> str:
        """The identifier of a key that a caller may see.

        Raises:
            NotFoundError: `approval.no-such-key`.
        """
        found = self._approvals.keys.seen(caller, named)
        if found is None:
            raise NotFoundError("approval.no-such-key", key=ascii(named[:300]))
        return found

    async def _told(self, opened: Opened, status: int = 200) -> Response:
        response = _json(await self._workers.offload(self._shown, opened), status)
        if status == _CREATED:
            response.headers["Location"] = f"/api/v1/approvals/{opened.kept.id}"
        return response

    def _shown(self, opened: Opened) -> shown.ShownApproval:
        at = now()
        return shown.approval(opened, self._approvals.state(opened, at), at)


def _key_bytes(text: str) -> bytes:
    """A public key as it was sent: text as it is, else base64.

    Raises:
        UsageError: `service.request-invalid`.
    """
    if text.lstrip().startswith("-----BEGIN"):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise UsageError("service.request-invalid", problem="a key is neither PEM nor base64") from None


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json", headers=_NO_STORE)
