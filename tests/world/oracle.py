"""Clients of Oracle's APIs: a signer written from Oracle's page on request signatures, and a service with
keys."""

import base64
import hashlib
import itertools
import json
import time
from collections.abc import Mapping, Sequence
from email.utils import formatdate
from functools import cache
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealwright.service.oracle import public_keys
from sealwright.service.oracle.tenancy import Tenancy
from world.wire import Answer, Wire

__all__ = ["IMAGES", "Signer", "new_key", "pem", "private_key"]

IMAGES = "/20160918/container/images"
_numbers = itertools.count()
_SECONDS = 200
_GENERIC = ("date", "(request-target)", "host")
_BODY = ("content-length", "content-type", "x-content-sha256")


@cache
def private_key(number: int = 0) -> rsa.RSAPrivateKey:
    """A key that is made once for all tests; another for every number."""
    del number
    return new_key()


def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A new key."""
    return rsa.generate_private_key(65537, bits)


def pem(key: rsa.RSAPrivateKey) -> str:
    """Its public key."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class Signer:
    """Signs requests to one server, and sends them.

    Args:
        address: of the server.
        key_id: what it calls its key.
        key: its key.
    """

    def __init__(self, address: str, key_id: str, key: rsa.RSAPrivateKey) -> None:
        self.wire = Wire(address)
        self.key_id = key_id
        self.key = key

    @classmethod
    def of(cls, address: str, tenancy: Tenancy, user: str, key: rsa.RSAPrivateKey) -> "Signer":
        """One with an API key of a user."""
        fingerprint = public_keys.fingerprint(key.public_key())
        return cls(address, f"{tenancy.id}/{tenancy.user(user)}/{fingerprint}", key)

    def headers(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        listed: Sequence[str] | None = None,
        at: float | None = None,
        more: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """The header fields of a signed request.

        Args:
            method: of the request.
            target: its path and query.
            body: of the request.
            listed: which headers are signed, if not those that have to be.
            at: when it says that it is sent; None for now.
            more: further header fields, which may go before these.
        """
        if at is None:  # no two requests are the same, though a second has room for many
            at = time.time() - next(_numbers) % _SECONDS
        fields = {
            "date": formatdate(at, usegmt=True),
            "host": self.wire.address,
            "content-type": "application/json",
        }
        with_body = method in ("POST", "PUT", "PATCH")
        if with_body:
            fields["content-length"] = str(len(body))
            fields["x-content-sha256"] = base64.b64encode(hashlib.sha256(body).digest()).decode()
        fields |= more or {}
        names = listed if listed is not None else _GENERIC + (_BODY if with_body else ())
        lines = [
            f"(request-target): {method.lower()} {target}"
            if name == "(request-target)"
            else f"{name}: {fields[name]}"
            for name in names
        ]
        signature = self.key.sign("\n".join(lines).encode(), padding.PKCS1v15(), SHA256())
        fields["authorization"] = (
            f'Signature algorithm="rsa-sha256",headers="{" ".join(names)}",keyId="{self.key_id}",'
            f'signature="{base64.b64encode(signature).decode()}",version="1"'
        )
        return fields

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        more: Mapping[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """Send a signed request; the body as JSON."""
        target = f"{path}?{urlencode(query)}" if query else path
        content = b"" if body is None else json.dumps(body).encode()
        sent = content if method in ("POST", "PUT", "PATCH") else None
        return self.wire.ask(method, target, sent, self.headers(method, target, content, more=more))

    def got(self, path: str, /, **query: Any) -> Answer:
        """Send a signed GET with a query."""
        return self.ask("GET", path, None, None, **query)
