"""A registry's gate and its token service (distribution, "Token Authentication"), with known vices."""

import base64
import json
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from world.hostile_registry import HostileRegistry, Reply, Seen

__all__ = ["TokenService"]


class TokenService:
    """Issues tokens and guards a registry with them.

    Args:
        registry: to be guarded; the service answers on it at `/token` unless `at` is another server.
        at: the server that answers.

    Attributes:
        users: name to password.
        refresh_tokens: those that are taken for a token.
        granted: the actions that a user gets, whatever was asked; None: those asked.
        anonymous: whether a token is given to nobody in particular.
        seconds: `expires_in` told; None: not told.
        member: the member of the answer that holds the token.
        challenge: makes the WWW-Authenticate value from realm and scope.
        get: whether GET is known; else it is answered with 405.
        issued: every scope list that a token was issued for.
    """

    def __init__(self, registry: HostileRegistry, at: HostileRegistry | None = None) -> None:
        self.users = {"alice": "wonderland"}
        self.refresh_tokens: set[str] = set()
        self.anonymous = False
        self.seconds: float | None = None
        self.member = "token"
        self.get = True
        self.granted: frozenset[str] | None = None
        self.challenge: Callable[[str, str], str] = lambda realm, scope: (
            f'Bearer realm="{realm}",service="test",scope="{scope}"'
        )
        self.issued: list[list[str]] = []
        self._tokens: dict[str, tuple[list[str], float]] = {}
        self._at = at or registry
        self.realm = f"{self._at.url}/token"
        self._at.on("GET /token", self._get)
        self._at.on("POST /token", self._post)
        registry.gate = self._gate

    def expire(self) -> None:
        """Let every token given out end now."""
        self._tokens.clear()

    def _gate(self, seen: Seen) -> Reply | None:
        if seen.path == "/token":
            return None
        scheme, _, token = seen.headers.get("authorization", "").partition(" ")
        wanted = self._wanted(seen)
        scopes, until = self._tokens.get(token, ([], 0.0))
        known = scheme == "Bearer" and until > time.monotonic()
        if known and (wanted is None or self._allows(scopes, wanted)):
            return None
        value = self.challenge(self.realm, wanted or "")
        return Reply(401, b'{"errors":[{"code":"UNAUTHORIZED"}]}', {"WWW-Authenticate": value})

    @staticmethod
    def _wanted(seen: Seen) -> str | None:
        """The scope that a request needs."""
        parts = seen.path.removeprefix("/v2/").split("/")
        for kind in ("manifests", "blobs", "tags", "referrers"):
            if kind in parts:
                name = "/".join(parts[: parts.index(kind)])
                action = {"GET": "pull", "HEAD": "pull", "DELETE": "delete"}.get(seen.method, "pull,push")
                return f"repository:{name}:{action}"
        return "registry:catalog:*" if parts == ["_catalog"] else None

    @staticmethod
    def _allows(scopes: list[str], wanted: str) -> bool:
        thing, _, actions = wanted.rpartition(":")
        held = {
            action
            for scope in scopes
            if scope.startswith(f"{thing}:")
            for action in scope[len(thing) + 1 :].split(",")
        }
        return set(actions.split(",")) <= held

    def _get(self, seen: Seen) -> Reply:
        if not self.get:
            return Reply(405)
        query = parse_qs(seen.target.partition("?")[2])
        given = seen.headers.get("authorization")
        if given is None:
            return self._issue(query.get("scope", [])) if self.anonymous else Reply(401)
        user, _, password = base64.b64decode(given.removeprefix("Basic ")).decode().partition(":")
        return self._issue(query.get("scope", [])) if self.users.get(user) == password else Reply(401)

    def _post(self, seen: Seen) -> Reply:
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        if form.get("grant_type") == "refresh_token":
            known = form.get("refresh_token") in self.refresh_tokens
        else:
            known = self.users.get(form.get("username", "")) == form.get("password")
        return self._issue(form.get("scope", "").split()) if known else Reply(401)

    def _issue(self, scopes: list[str]) -> Reply:
        self.issued.append(scopes)
        if self.granted is not None:
            scopes = [f"{scope.rpartition(':')[0]}:{','.join(sorted(self.granted))}" for scope in scopes]
        token = secrets.token_urlsafe(12)
        self._tokens[token] = (scopes, time.monotonic() + (60 if self.seconds is None else self.seconds))
        told = {} if self.seconds is None else {"expires_in": self.seconds}
        return Reply(200, json.dumps({self.member: token, **told}).encode())
