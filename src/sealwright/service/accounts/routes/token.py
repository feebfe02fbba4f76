"""The token service, `/token` (distribution, "Token Authentication Specification" and "OAuth2").

    GET   ?service=…&scope=…&scope=…[&offline_token=true]     with Basic credentials, or none
    POST  grant_type=password | refresh_token | urn:ietf:params:oauth:grant-type:token-exchange (RFC 8693)

Less than what was asked is no error. Credentials that are wrong are one (401), and so is coming without any
where nothing is open to everybody.
"""

from urllib.parse import parse_qs

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError, UsageError
from sealwright.service.accounts import issuing
from sealwright.service.accounts.gate import AccountsGate
from sealwright.service.accounts.workloads.exchange import Exchange
from sealwright.service.web.answering import Slice
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import EVERYONE, Caller

__all__ = ["TokenService"]

_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_FIELDS = 64


class TokenService(Slice):
    """The ASGI application that answers at `/token`.

    Args:
        gate: of the service.
        exchange: the ID tokens of workloads.
        patience: how many seconds a client may be silent in the middle of a body.
    """

    def __init__(
        self, gate: AccountsGate, exchange: Exchange, patience: float = limits.BODY_PIECE_SECONDS
    ) -> None:
        async def answer(asked: Asked) -> Response:
            if asked.method not in ("GET", "POST"):
                raise asked.unsupported("GET, POST")
            if asked.caller is EVERYONE:
                raise NotFoundError("service.accounts-none")
            if asked.caller.by_token:  # or a token could live for ever
                raise AccessDeniedError("service.login-failed")
            members = await (_get(gate, asked) if asked.method == "GET" else _post(gate, exchange, asked))
            return Response(
                msgspec.json.encode(members),
                media_type="application/json",
                headers={"Cache-Control": "no-store"},
            )

        super().__init__(answer, gate, patience)


async def _get(gate: AccountsGate, asked: Asked) -> dict[str, object]:
    issuing.require_service(gate.accounts, asked.query("service"))
    if asked.caller.kind == "anonymous" and not asked.caller.grants:
        raise AccessDeniedError("service.login-required")
    offline = asked.query("offline_token") == "true"
    return await issuing.token(gate.accounts, asked.caller, asked.queries("scope"), offline=offline)


async def _post(gate: AccountsGate, exchange: Exchange, asked: Asked) -> dict[str, object]:
    form = await _form(asked)
    offline = form.get("access_type") == "offline"
    wanted = [form.get("scope", "")]
    given = form.get("grant_type", "")
    match given:
        case "password":
            issuing.require_service(gate.accounts, form.get("service"))
            caller = await gate.logins.by_password(
                form.get("username", ""), form.get("password", ""), asked.address
            )
        case "refresh_token":
            issuing.require_service(gate.accounts, form.get("service"))
            token = form.get("refresh_token", "")
            caller = await gate.logins.by_refresh_token(token, asked.address)
            answer = await issuing.token(gate.accounts, caller, wanted)
            return {**answer, "refresh_token": token}
        case _ if given == _EXCHANGE:
            issuing.require_service(gate.accounts, form.get("audience") or form.get("service"))
            caller = await _workload(exchange, form)
            answer = await issuing.token(gate.accounts, caller, wanted)
            return {**answer, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        case _:
            raise UsageError("service.grant-type-unsupported", given=ascii(given[:100]))
    return await issuing.token(gate.accounts, caller, wanted, offline=offline)


async def _workload(exchange: Exchange, form: dict[str, str]) -> Caller:
    kind = form.get("subject_token_type", "")
    if kind not in ("urn:ietf:params:oauth:token-type:id_token", "urn:ietf:params:oauth:token-type:jwt"):
        raise UsageError("service.request-invalid", problem=f"subject_token_type {kind[:100]!a}")
    return await exchange.caller(form.get("subject_token", ""))


async def _form(asked: Asked) -> dict[str, str]:
    """The fields of the form; a scope may stand several times.

    Raises:
        UsageError: `service.request-invalid`.
        MalformedContentError: `service.body-too-large`.
    """
    content = await asked.body.read(limits.ADMINISTRATION_BODY_BYTES, "service.body-too-large")
    try:
        fields = parse_qs(content.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise UsageError("service.request-invalid", problem="the form cannot be read") from None
    for name, values in fields.items():
        if len(values) > 1 and name != "scope":
            raise UsageError("service.request-invalid", problem=f"{name[:50]!a} stands twice")
    return {name: " ".join(values) for name, values in fields.items()}
