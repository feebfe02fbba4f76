"""The outermost layer: every request passes it on its way in, every answer on its way out.

1. The request gets its identifier, and the client its address (`origin`, `client_address`).
2. A client that asks too often, a body that is too large, and a change while there may be none are refused,
   before anybody looks for an account.
3. The answer carries the identifier, and `Connection: close` while the service is ending.
4. When it has ended it is counted and told (`metrics`, `request_lines`).
"""

import time

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sealwright import limits
from sealwright.errors import MalformedContentError, SealwrightError, UsageError
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import OpenGate
from sealwright.service.web.client_address import Proxies, key
from sealwright.service.web.metrics import Metrics
from sealwright.service.web.origin import Origin, current, request_id
from sealwright.service.web.rates import Rates
from sealwright.service.web.request_lines import RequestLine, Tell, agent, query, shown, stamp

__all__ = ["Front", "Rules"]

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_GONE = 499  # as nginx writes of clients that did not wait
_FAULT = 500
_CLOSE = (b"connection", b"close")


class Rules(msgspec.Struct, frozen=True):
    """What is refused before anybody looks for an account.

    Attributes:
        body_bytes: most bytes of a body.
        patience: how many seconds a client may be silent in the middle of one.
        read_only: whether changes are refused.
        unchanging: paths at which a POST changes nothing, such as the one that gives tokens.
        unrated: paths that may be asked for as often as one likes: a probe must not fail of its zeal.
        forms: beginnings of paths below which refusals have a form of their own, and the slices that tell it.
    """

    body_bytes: int = limits.BLOB_BYTES
    patience: float = limits.BODY_PIECE_SECONDS
    read_only: bool = False
    unchanging: frozenset[str] = frozenset()
    unrated: frozenset[str] = frozenset()
    forms: tuple[tuple[str, type[Slice]], ...] = ()


class Front:
    """An ASGI application around another.

    Args:
        app: the other one.
        rules: what is refused.
        rates: how often one address may ask.
        proxies: whose word on the client's address is taken.
        tell: is told of every request that has ended, or None.

    Attributes:
        metrics: what is counted.
        ending: whether the service is about to end.
    """

    def __init__(
        self,
        app: ASGIApp,
        rules: Rules,
        rates: Rates,
        proxies: Proxies,
        metrics: Metrics,
        tell: Tell | None = None,
    ) -> None:
        self._app = app
        self._rules = rules
        self._rates = rates
        self._proxies = proxies
        self._tell = tell
        self.metrics = metrics
        self.ending = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passing = _Passing(self, scope, receive, send, self._proxies)
        current.set(passing.origin)
        method: str = scope["method"]
        metrics = self.metrics
        uploading = metrics.uploading(method, scope["path"])
        metrics.requests += 1
        if uploading:
            metrics.uploads += 1
        try:
            try:
                self._require_welcome(scope, passing)
            except SealwrightError as error:
                await self._refuse(error, scope, passing)
            else:
                await self._app(scope, passing.receive, passing.send)
        except BaseException:
            passing.status = passing.status or _FAULT
            raise
        finally:
            metrics.requests -= 1
            if uploading:
                metrics.uploads -= 1
            self._note(scope, method, passing)

    def _require_welcome(self, scope: Scope, passing: "_Passing") -> None:
        """Return if the request may be looked at.

        Raises:
            EnvironmentalError: `service.rate-exceeded`.
            UsageError: `service.read-only`.
            MalformedContentError: `service.body-too-large`.
        """
        rules = self._rules
        path: str = scope["path"]
        if self._rates.rate and path not in rules.unrated:
            self._rates.take(key(passing.origin.client))
        if rules.read_only and scope["method"] not in _READING and path not in rules.unchanging:
            raise UsageError("service.read-only", method=ascii(scope["method"]), path=ascii(path[:300]))
        if passing.announced > rules.body_bytes:
            raise MalformedContentError("service.body-too-large", most=rules.body_bytes)

    async def _refuse(self, error: SealwrightError, scope: Scope, passing: "_Passing") -> None:
        async def answer(_asked: Asked) -> Response:
            raise error

        path: str = scope["path"]
        form = next((form for start, form in self._rules.forms if path.startswith(start)), Slice)
        refusing = form(answer, OpenGate(), self._rules.patience)
        await refusing(scope, passing.receive, passing.send)

    def most(self) -> int:
        """Most bytes of a body."""
        return self._rules.body_bytes

    def _note(self, scope: Scope, method: str, passing: "_Passing") -> None:
        seconds = time.perf_counter() - passing.began
        status = passing.status or _GONE
        reason: str = scope.get("sealwright.reason", "")
        route: str = scope.get("sealwright.route") or scope["path"]
        self.metrics.count(route, method, status, seconds, passing.received, passing.sent, reason)
        if self._tell is None:
            return
        self._tell(
            RequestLine(
                stamp(time.time()),
                "error" if status >= _FAULT else "info",
                passing.origin.request,
                passing.origin.client,
                scope.get("sealwright.caller", ""),
                method,
                shown(scope["path"]),
                status,
                round(seconds * 1000, 2),
                passing.received,
                passing.sent,
                query(scope["query_string"]),
                agent(passing.agent),
                reason,
            )
        )


class _Passing:
    """One request while it passes: what is known of its head, and what has come and gone of the bodies."""

    __slots__ = (
        "_front", "_receive", "_send", "agent", "announced", "began", "origin", "received", "sent", "status"
    )  # fmt: skip

    def __init__(self, front: Front, scope: Scope, receive: Receive, send: Send, proxies: Proxies) -> None:
        self.began = time.perf_counter()
        self.status = 0
        self.received = 0
        self.sent = 0
        self.announced = 0
        self.agent = b""
        self._front = front
        self._receive = receive
        self._send = send
        given: bytes | None = None
        forwarded: list[bytes] = []
        for name, value in scope["headers"]:
            if name == b"user-agent":
                self.agent = value
            elif name == b"x-request-id":
                given = value
            elif name == b"x-forwarded-for":
                forwarded.append(value)
            elif name == b"content-length":
                self.announced = int(value)  # digits: the parser of the head sees to it
        peer: str = scope["client"][0] if scope["client"] else ""
        self.origin = Origin(request_id(given), proxies.client(peer, forwarded))

    async def receive(self) -> Message:
        """A message of the client's, counted; raises `service.body-too-large` in good time."""
        message = await self._receive()
        body = message.get("body")
        if body:
            self.received += len(body)
            if self.received > self._front.most():
                raise MalformedContentError("service.body-too-large", most=self._front.most())
        return message

    async def send(self, message: Message) -> None:
        """A message to the client, counted."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            extra = [(b"x-request-id", self.origin.request.encode())]
            if self._front.ending:
                extra.append(_CLOSE)
            message["headers"] = [*message["headers"], *extra]
        else:
            self.sent += len(message.get("body", b""))
        await self._send(message)
