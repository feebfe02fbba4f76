"""What all of Oracle's operations have in common on the wire, and the way from a request to its operation.

1. The gate finds out who signed the request (`identity`).
2. Method and path name one `Operation` of the table; its path has members in braces, as Oracle writes it.
3. The body is read, and has to be the one that was signed.
4. The operation answers, or raises; what changes something does it once (`once`).
5. The answer carries `opc-request-id`: the client's, a slash, and the identifier that our log has.

A table is put together from those of several APIs; see `Oracle`.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from sealwright import limits, strict_json
from sealwright.errors import (
    AccessDeniedError,
    MalformedContentError,
    NotFoundError,
    SealwrightError,
    UsageError,
)
from sealwright.service.oracle import paging, refusals, signing
from sealwright.service.oracle.answer import Answer
from sealwright.service.oracle.once import Once, Told
from sealwright.service.oracle.signing import Signed
from sealwright.service.storage import Transaction
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Caller, Gate
from sealwright.service.web.origin import current

__all__ = ["SIGNED", "Answer", "Call", "Operation", "Oracle", "OracleSlice", "Table"]

SIGNED = "sealwright.oracle-signed"
"""Where in the scope of a request the gate leaves what it found (`signing.Signed`)."""

T = TypeVar("T")

_REQUEST_ID = re.compile(rf"[A-Za-z0-9._:/+=-]{{1,{limits.REQUEST_ID_LENGTH}}}")
_RETRY_TOKEN = re.compile(rf"[\x21-\x7e]{{1,{limits.ORACLE_RETRY_TOKEN_LENGTH}}}")
_MEMBER = re.compile(r"\{([A-Za-z]+)\}")
_MISSING = re.compile(r"Object missing required field `([^`]+)`")
_TRUTHS = {"true": True, "false": False}


class Operation(msgspec.Struct, frozen=True):
    """One operation of an API.

    Attributes:
        name: as Oracle calls it, such as `GetContainerImage`.
        method: of the requests.
        path: of the requests, such as `/20160918/container/images/{imageId}`.
        run: what it does.
        once: whether it changes something, so that a request is answered once: `inside` if it calls
            `Call.change` for that, `around` if its transactions are its own. Empty: it may be repeated.
    """

    name: str
    method: str
    path: str
    run: Callable[["Call"], Awaitable[Answer]]
    once: Literal["", "inside", "around"] = ""


class Call:
    """A request to an operation.

    Attributes:
        asked: the request.
        caller: who signed it.
        path: the members of the path.
        content: the body.
    """

    def __init__(self, asked: Asked, path: Mapping[str, str], content: bytes, once: Once) -> None:
        self.asked = asked
        self.caller: Caller = asked.caller
        self.path = path
        self.content = content
        self._once = once

    def body(self, kind: type[T]) -> T:
        """The body as a record.

        Raises:
            MalformedContentError: `oracle.body-unreadable`.
            UsageError: `oracle.parameter-missing` or `oracle.parameter-invalid`.
        """
        try:
            value = strict_json.loads(self.content or b"{}", limits.ORACLE_BODY_BYTES)
        except strict_json.JsonError as error:
            raise MalformedContentError("oracle.body-unreadable", problem=error.problem) from None
        if not isinstance(value, dict):
            raise MalformedContentError("oracle.body-unreadable", problem="it is something else")
        if _holds_zero(value):  # not every database keeps such a text
            raise UsageError("oracle.parameter-invalid", name="the body", problem="it holds a zero byte")
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise _unfit(str(error)) from None

    def text(self, name: str) -> str | None:
        """A parameter of the query, or None if it is not given.

        Raises:
            UsageError: `oracle.parameter-invalid`: it is given twice.
        """
        values = self.asked.queries(name)
        if len(values) > 1:
            raise UsageError("oracle.parameter-invalid", name=name, problem="it is given twice")
        if values and "\0" in values[0]:
            raise UsageError("oracle.parameter-invalid", name=name, problem="it holds a zero byte")
        return values[0] if values else None

    def required(self, name: str) -> str:
        """A parameter of the query that has to be given.

        Raises:
            UsageError: `oracle.parameter-missing` or `oracle.parameter-invalid`.
        """
        value = self.text(name)
        if not value:
            raise UsageError("oracle.parameter-missing", name=name)
        return value

    def truth(self, name: str) -> bool | None:
        """A parameter that is true or false; raises as `text` does."""
        value = self.text(name)
        if value is None:
            return None
        if value not in _TRUTHS:
            raise UsageError("oracle.parameter-invalid", name=name, problem="it is neither true nor false")
        return _TRUTHS[value]

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        """A parameter that is one of a few words; raises as `text` does."""
        value = self.text(name)
        if value is not None and value not in choices:
            problem = f"it is none of {', '.join(choices)}"
            raise UsageError("oracle.parameter-invalid", name=name, problem=problem)
        return value

    def page(self) -> paging.Page:
        """The page of a list that is wanted; raises as `paging.page` does."""
        return paging.page(self.asked.path, self.asked.parameters)

    def require_match(self, etag: str) -> None:
        """Return unless the client wants the thing only as it was (`if-match`).

        Args:
            etag: that of the thing as it is.

        Raises:
            UsageError: `oracle.etag-changed`.
        """
        given = self.asked.header("if-match")
        if given is None:
            return
        wanted = {part.strip().removeprefix("W/").strip('"') for part in given.split(",")}
        if "*" not in wanted and etag not in wanted:
            raise UsageError("oracle.etag-changed")

    async def change(self, action: Callable[[Transaction], Answer]) -> Answer:
        """What an action answers that changes something in the transaction that it is given.

        Raises:
            UsageError: `oracle.retry-token-used`.
            AccessDeniedError: `oracle.request-replayed`.
            NetworkError: `oracle.retry-running`.
        """
        return await self._once.changed(self.told, action)

    @property
    def told(self) -> Told:
        """What `once` has to know of it.

        Raises:
            UsageError: `oracle.parameter-invalid`.
        """
        signed: Signed = self.asked.scope[SIGNED]
        token = self.asked.header("opc-retry-token") or ""
        if token and _RETRY_TOKEN.fullmatch(token) is None:
            problem = f"it is no text of at most {limits.ORACLE_RETRY_TOKEN_LENGTH} printable characters"
            raise UsageError("oracle.parameter-invalid", name="opc-retry-token", problem=problem)
        head = f"{self.asked.method} {self.asked.path}\0".encode(errors="surrogateescape")
        request = hashlib.sha256(head + self.content).hexdigest()
        return Told(self.caller.name, token, request, signed.digest, signed.at)


class Table:
    """Operations by method and path.

    Args:
        operations: of all APIs.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._by_path: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            self._by_path.setdefault(operation.path, {})[operation.method] = operation
        self._paths = [(_expression(path), found) for path, found in self._by_path.items()]

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]]:
        """The operation of a request, and the members of its path.

        Raises:
            NotFoundError: `oracle.path-unknown`.
            UsageError: `oracle.method-unknown`.
        """
        for expression, operations in self._paths:
            match = expression.fullmatch(path)
            if match is None or "\0" in path:
                continue
            operation = operations.get(method)
            if operation is None:
                allowed = ", ".join(operations)
                raise UsageError(
                    "oracle.method-unknown", method=ascii(method), path=ascii(path[:300]), allowed=allowed
                )
            return operation, match.groupdict()
        raise NotFoundError("oracle.path-unknown", path=ascii(path[:300]))


class OracleSlice(Slice):
    """A slice that tells errors as Oracle does."""

    def refusal(self, error: SealwrightError, scope: Scope, asked: Asked | None) -> Response:
        """An error as Oracle tells it."""
        del asked
        scope["sealwright.reason"] = error.code
        status, body = refusals.told(error)
        headers = {"opc-request-id": _request_id(scope), "cache-control": "no-store"}
        return Response(body, status, headers, media_type="application/json")


class Oracle(OracleSlice):
    """The ASGI application that answers Oracle's operations.

    Args:
        operations: of all APIs.
        gate: finds out who signed a request (`identity.SignedGate`).
        once: notes what was answered.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        gate: Gate,
        once: Once,
        patience: float = limits.BODY_PIECE_SECONDS,
    ) -> None:
        table = Table(operations)

        async def answer(asked: Asked) -> Response:
            operation, path = table.find(asked.method, asked.path)
            asked.scope["sealwright.route"] = operation.name
            content = await _content(asked)
            call = Call(asked, path, content, once)
            answer = await _answered(operation, call, once)
            response = answer.response()
            response.headers["opc-request-id"] = _request_id(asked.scope)
            return response

        super().__init__(answer, gate, patience)


async def _answered(operation: Operation, call: Call, once: Once) -> Answer:
    if not operation.once:
        return await operation.run(call)
    before = await once.answered(call.told)
    if before is not None:
        return before
    if operation.once == "around":
        return await once.around(call.told, lambda: operation.run(call))
    return await operation.run(call)


async def _content(asked: Asked) -> bytes:
    """The body, which is the one that was signed.

    Raises:
        MalformedContentError: `oracle.body-too-large`.
        AccessDeniedError: `oracle.body-altered` or `oracle.request-unsigned`.
    """
    signed: Signed = asked.scope[SIGNED]
    if not signed.body_digest:
        if not asked.body.finished:
            raise AccessDeniedError("oracle.request-unsigned", problem="it has a body that is not signed")
        return b""
    content = await asked.body.read(limits.ORACLE_BODY_BYTES, "oracle.body-too-large")
    signing.require_body(signed, content)
    return content


def _request_id(scope: Scope) -> str:
    """The client's identifier of the request, if it is a sane one, and ours."""
    given = dict(scope["headers"]).get(b"opc-request-id", b"").decode("latin-1")
    ours = current.get().request
    return f"{given}/{ours}" if _REQUEST_ID.fullmatch(given) else ours


def _expression(path: str) -> re.Pattern[str]:
    parts = _MEMBER.split(path)
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    )


def _holds_zero(value: object) -> bool:
    """Whether a text in the JSON holds a zero byte."""
    if isinstance(value, dict):
        return any(_holds_zero(one) for pair in value.items() for one in pair)
    if isinstance(value, list):
        return any(map(_holds_zero, value))
    return isinstance(value, str) and "\0" in value


def _unfit(problem: str) -> UsageError:
    """The error for a body of the wrong form, as msgspec words it."""
    missing = _MISSING.match(problem)
    if missing is not None:
        return UsageError("oracle.parameter-missing", name=missing[1])
    told, _, place = problem.partition(" - at `$.")
    name = place.rstrip("`") or "the body"
    return UsageError("oracle.parameter-invalid", name=name, problem=told[:1].lower() + told[1:])
