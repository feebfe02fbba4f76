"""An issuer of ID tokens (OpenID Connect), over real HTTP, with known vices."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from world.served import Served

__all__ = ["Issuer"]

Key = RSAKey | ECKey | OKPKey


class Issuer(Served):
    """An issuer on loopback.

    Attributes:
        url: what it calls itself.
        keys: those that it tells, by their names.
        told: the path of every request that it got.
        named: what its discovery document says its name is; its own if None.
        keys_at: where that document says the keys are; here if None.
        seconds: how long it takes for an answer.
        padding: bytes added to the set of keys.
        status: of its answers.
    """

    def __init__(self) -> None:
        self.told: list[str] = []
        self.keys: dict[str, Key] = {}
        self.named: str | None = None
        self.keys_at: str | None = None
        self.seconds = 0.0
        self.padding = 0
        self.status = 200
        self.answered = threading.Event()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the name that the class calls
                issuer.told.append(self.path)
                time.sleep(issuer.seconds)
                content = json.dumps(issuer.answer(self.path)).encode()
                self.send_response(issuer.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        self.url = f"http://{self.address}"
        self.rotate("first")

    def answer(self, path: str) -> dict[str, Any]:
        """What it tells."""
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.named or self.url, "jwks_uri": self.keys_at or f"{self.url}/keys"}
        keys = [{**key.as_dict(private=False), "kid": name} for name, key in self.keys.items()]
        return {"keys": keys, "padding": "a" * self.padding}

    def rotate(self, name: str, key: Key | None = None) -> None:
        """Have this key alone from now on."""
        self.keys = {name: key or ECKey.generate_key("P-256")}

    def token(
        self, *, alg: str = "ES256", kid: str | None = None, key: Key | None = None, **claims: Any
    ) -> str:
        """An ID token of a workload; a claim that is None is left out."""
        name = kid or next(iter(self.keys))
        at = int(time.time())
        members: dict[str, Any] = {
            "iss": self.url,
            "aud": "registry.example",
            "sub": "repo:acme/app:ref:refs/heads/main",
            "iat": at,
            "exp": at + 300,
            "repository": "acme/app",
            "ref": "refs/heads/main",
        } | claims
        members = {member: value for member, value in members.items() if value is not None}
        signer = key or self.keys[next(iter(self.keys))]
        return jwt.encode({"alg": alg, "kid": name}, members, signer, algorithms=[alg])
