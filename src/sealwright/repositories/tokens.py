"""Getting authorised at a registry (distribution, "Token Authentication" and "OAuth2 Token Authentication").

1. A request goes out with what is cached for its scopes, or with nothing.
2. On 401 the challenge is read. Bearer is preferred to Basic.
3. Bearer: one thread per repository asks the realm, the others wait for its token. Asked are the scopes that
   the run will need together with those that the challenge names, ours first.
   - A registry token is sent as it is.
   - An identity token is exchanged: POST, grant_type=refresh_token.
   - A user name and password: GET with Basic, and where the service knows no GET: POST,
     grant_type=password.
   - Nothing: GET without authorisation, for what is public.
4. The request is repeated once. A second 401 is final.

Tokens are kept until shortly before they expire, at most `limits.TOKENS_CACHED`. Nothing is written down.
"""

import threading
import time
from base64 import b64encode
from collections.abc import Callable
from urllib.parse import urlencode

import msgspec

from sealwright import limits, strict_json
from sealwright.errors import AccessDeniedError, NetworkError, RegistryError
from sealwright.homes.credential_helper import Credential
from sealwright.repositories import answers
from sealwright.repositories.challenge import Challenge
from sealwright.repositories.realm import require_decent
from sealwright.repositories.scopes import Scope, covers, merged, words
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request
from sealwright.transport.origin import Origin
from sealwright.transport.response import Response

__all__ = ["Authoriser", "CredentialLookup", "Wanted"]

CredentialLookup = Callable[[str, str], Credential | None]
"""Domain and path of a repository to the credential for it, if there is one. See `homes.credentials`."""

_CLIENT = "sealwright"
_USUAL_LIFE = 60.0
"""Seconds a token lives if its service does not say (distribution, "Token Response Fields")."""
_SKEW = 10.0
"""Seconds before its end at which a token is no longer used."""


class Wanted(msgspec.Struct, frozen=True):
    """For what authorisation is wanted: the registry's domain, a repository's path, and scopes."""

    domain: str
    path: str
    scopes: tuple[Scope, ...]


class _Held(msgspec.Struct, frozen=True):
    header: str
    scopes: tuple[Scope, ...]
    until: float


class Authoriser:
    """Authorisation for all registries of one run. Safe to use from several threads.

    Args:
        transport: to reach token services.
        credentials: looked up when a registry asks, not before.
    """

    def __init__(self, transport: Transport, credentials: CredentialLookup) -> None:
        self._transport = transport
        self._credentials = credentials
        self._lock = threading.Lock()
        self._held: dict[tuple[str, str], list[_Held]] = {}
        self._flights: dict[tuple[str, str], threading.Lock] = {}

    def header(self, wanted: Wanted) -> str | None:
        """The Authorization header that is at hand; None if there is none."""
        now = time.monotonic()
        with self._lock:
            for held in self._held.get((wanted.domain, wanted.path), ()):
                if held.until > now and covers(held.scopes, wanted.scopes):
                    return held.header
        return None

    def obtain(
        self,
        wanted: Wanted,
        registry: Origin,
        challenges: tuple[Challenge, ...],
        rejected: str | None,
        deadline: Deadline,
    ) -> str:
        """A new Authorization header.

        Args:
            wanted: for what.
            registry: the origin that challenged.
            challenges: what it asks for.
            rejected: the header that it did not accept, if one was sent.
            deadline: of the call.

        Raises:
            AccessDeniedError: `registry.login-required`, `registry.login-rejected`,
                `registry.challenge-unknown`, `registry.realm-refused`.
            RegistryError: `registry.token-unusable`, `registry.token-service-failed`.
        """
        key = (wanted.domain, wanted.path)
        with self._lock:
            while len(self._flights) >= limits.TOKENS_CACHED and key not in self._flights:
                del self._flights[next(iter(self._flights))]
            flight = self._flights.setdefault(key, threading.Lock())
        with flight:
            header = self.header(wanted)
            if header is not None and header != rejected:
                return header
            credential = self._credentials(wanted.domain, wanted.path)
            if credential is not None and credential.is_empty:
                credential = None
            by_scheme = {challenge.scheme: challenge for challenge in reversed(challenges)}
            if "bearer" in by_scheme:
                held = self._bearer(wanted, registry, by_scheme["bearer"], credential, deadline)
            elif "basic" in by_scheme:
                held = self._basic(wanted, credential)
            else:
                raise AccessDeniedError(
                    "registry.challenge-unknown",
                    registry=wanted.domain,
                    schemes=", ".join(by_scheme) or "nothing",
                )
            if held.header == rejected:
                raise _rejected(wanted, credential)
            self._keep(key, held)
            return held.header

    def _keep(self, key: tuple[str, str], held: _Held) -> None:
        with self._lock:
            others = self._held.pop(key, [])
            self._held[key] = [held, *(one for one in others if not covers(held.scopes, one.scopes))]
            while len(self._held) > limits.TOKENS_CACHED:
                del self._held[next(iter(self._held))]

    def _basic(self, wanted: Wanted, credential: Credential | None) -> _Held:
        if credential is None:
            raise AccessDeniedError("registry.login-required", registry=wanted.domain, scheme="basic")
        if not credential.password:
            raise _rejected(wanted, credential)
        everything = merged((*wanted.scopes, Scope.of_repository(wanted.path, "pull", "push", "delete", "*")))
        return _Held(_basic_header(credential), everything, float("inf"))

    def _bearer(
        self,
        wanted: Wanted,
        registry: Origin,
        challenge: Challenge,
        credential: Credential | None,
        deadline: Deadline,
    ) -> _Held:
        scopes = merged((*wanted.scopes, *words(challenge.parameters.get("scope", ""))))
        if credential is not None and credential.registry_token:
            return _Held(f"Bearer {credential.registry_token}", scopes, float("inf"))
        realm = require_decent(challenge.parameters.get("realm", ""), registry)
        asked = {"service": challenge.parameters.get("service", "")}
        sent = time.monotonic()
        with self._ask(realm, asked, scopes, credential, deadline) as response:
            if response.status in (401, 403):
                if credential is None:
                    raise AccessDeniedError("registry.login-required", registry=wanted.domain)
                raise _rejected(wanted, credential)
            if response.status != 200:  # noqa: PLR2004  # OK
                raise answers.token_failure(response, wanted.domain)
            token, seconds = _read_token(response, wanted.domain)
        life = max(seconds - _SKEW, seconds / 2)
        return _Held(f"Bearer {token}", scopes, sent + life)

    def _ask(
        self,
        realm: str,
        asked: dict[str, str],
        scopes: tuple[Scope, ...],
        credential: Credential | None,
        deadline: Deadline,
    ) -> Response:
        if credential is not None and credential.identity_token:
            grant = {"grant_type": "refresh_token", "refresh_token": credential.identity_token}
            return self._post(realm, {**asked, **grant}, scopes, deadline)
        query = [(name, value) for name, value in asked.items() if value]
        query += [("scope", str(scope)) for scope in scopes]
        headers = {}
        if credential is not None:
            query.append(("account", credential.username))
            headers["Authorization"] = _basic_header(credential)
        joint = "&" if "?" in realm else "?"
        url = f"{realm}{joint}{urlencode(query)}" if query else realm
        response = self._transport.send(Request("GET", url, headers), deadline, "same-origin")
        if response.status not in (404, 405) or credential is None:
            return response
        response.discard()
        grant = {
            "grant_type": "password",
            "username": credential.username,
            "password": credential.password,
        }
        return self._post(realm, {**asked, **grant}, scopes, deadline)

    def _post(
        self, realm: str, form: dict[str, str], scopes: tuple[Scope, ...], deadline: Deadline
    ) -> Response:
        form = {**form, "client_id": _CLIENT, "scope": " ".join(map(str, scopes))}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(form).encode()
        # asking twice for a token does no harm
        request = Request("POST", realm, headers, body, repeatable=True)
        return self._transport.send(request, deadline, "none")


class _Answer(msgspec.Struct):
    token: str = ""
    access_token: str = ""
    expires_in: float | None = None


def _read_token(response: Response, domain: str) -> tuple[str, float]:
    """The token and how many seconds it lives."""
    try:
        value = strict_json.loads(response.read(limits.TOKEN_BYTES), limits.TOKEN_BYTES)
        answer = msgspec.convert(value, _Answer, strict=False)
    except (strict_json.JsonError, msgspec.ValidationError, NetworkError) as error:
        if isinstance(error, NetworkError) and error.retryable:
            raise
        raise RegistryError("registry.token-unusable", registry=domain, problem=str(error)) from None
    token = answer.token or answer.access_token
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise RegistryError("registry.token-unusable", registry=domain, problem="there is no token in it")
    return token, answer.expires_in if answer.expires_in and answer.expires_in > 0 else _USUAL_LIFE


def _basic_header(credential: Credential) -> str:
    return "Basic " + b64encode(f"{credential.username}:{credential.password}".encode()).decode()


def _rejected(wanted: Wanted, credential: Credential | None) -> AccessDeniedError:
    if credential is None:
        return AccessDeniedError("registry.login-required", registry=wanted.domain)
    return AccessDeniedError(
        "registry.login-rejected",
        registry=wanted.domain,
        user=credential.username or "the token",
        origin=credential.origin or "this call",
    )
