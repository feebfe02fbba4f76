"""Session tokens: JWTs of ours that carry the public key by which their holder signs requests (`ST$<token>`).

They are for CI, and for whoever has credentials of the service but no API key. As with bearer tokens, HS256
is enough, since only this service has to believe them; the audience tells the two apart. Clients look at
nothing but `exp`. `jwk` is the key as JSON in a text, as in Oracle's own.

What a token opens is what its account may do when it is used; of a workload, which has no account, it says
itself what it may do.
"""

import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, RSAKey

from sealwright.errors import AccessDeniedError
from sealwright.service.accounts.queries.state import SigningKey
from sealwright.service.oracle import public_keys
from sealwright.service.web.caller import Caller, Grant

__all__ = ["PREFIX", "Session", "made", "verified"]

PREFIX = "ST$"
"""What stands before a token in the `keyId` of a signed request."""

_ALGORITHM = "HS256"
_AUDIENCE = "oracle-session"


class Session(msgspec.Struct, frozen=True):
    """What a token says; `jwk` is the key of its holder. Times are in seconds since 1970."""

    sub: str
    kind: Literal["anonymous", "user", "robot", "workload"]
    generation: int
    tenant: str
    exp: int
    jwk: str
    grants: tuple[Grant, ...] = ()

    @property
    def key(self) -> rsa.RSAPublicKey:
        """The key by which its holder signs.

        Raises:
            UsageError: `oracle.api-key-unfit`.
        """
        members = msgspec.json.decode(self.jwk, type=dict[str, str])
        return public_keys.read(RSAKey.import_key(members).as_pem(private=False).decode())  # type: ignore[arg-type]  # msgspec gave texts


def made(
    signing_key: SigningKey,
    service: str,
    caller: Caller,
    tenant: str,
    key: rsa.RSAPublicKey,
    at: int,
    seconds: int,
) -> str:
    """A token, without what stands before it.

    Args:
        signing_key: of the service.
        service: who makes it, and is to believe it.
        caller: for whom.
        tenant: the identifier of the tenancy.
        key: by which they sign requests.
        at: the time, in seconds since 1970.
        seconds: how long it holds.
    """
    claims = {
        "iss": service,
        "aud": _AUDIENCE,
        "sub": caller.name,
        "kind": caller.kind,
        "generation": caller.generation,
        "tenant": tenant,
        "iat": at,
        "exp": at + seconds,
        "jti": secrets.token_urlsafe(12),
        "jwk": msgspec.json.encode(RSAKey.import_key(public_keys.pem(key)).as_dict(private=False)).decode(),
        "grants": msgspec.to_builtins(caller.grants) if caller.kind == "workload" else [],
    }
    header = {"alg": _ALGORITHM, "kid": signing_key.id}
    return jwt.encode(header, claims, _imported(signing_key), algorithms=[_ALGORITHM])


def verified(keys: Sequence[SigningKey], service: str, token: str, at: int) -> Session:
    """What a token says, if it is to be believed at the time `at`, in seconds since 1970.

    Raises:
        AccessDeniedError: `oracle.login-failed`.
    """
    registry = jwt.JWTClaimsRegistry(
        now=at,
        leeway=0,
        iss={"essential": True, "value": service},
        aud={"essential": True, "value": _AUDIENCE},
        exp={"essential": True},
    )
    try:
        headers = jws.extract_compact(token.encode()).headers()
        key = next(key for key in keys if key.id == headers.get("kid"))
        if headers.get("alg") != _ALGORITHM:
            raise AccessDeniedError("oracle.login-failed")
        claims = jwt.decode(token, _imported(key), algorithms=[_ALGORITHM]).claims
        registry.validate(claims)
        return msgspec.convert(claims, Session)
    except (JoseError, ValueError, TypeError, StopIteration):
        raise AccessDeniedError("oracle.login-failed") from None


def _imported(key: SigningKey) -> OctKey:
    return OctKey.import_key({"kty": "oct", "k": key.secret})
