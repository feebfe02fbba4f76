"""Bearer tokens: JWTs that this service makes for itself (distribution, "Token Authentication").

Signed by HS256 with a key that the replicas share through their database: nobody else has to verify them.
A token is believed if, in this order,

1. it is not longer than a limit,
2. its header names a key that still verifies, and HS256 and nothing else,
3. the signature is right,
4. issuer and audience are ours, it was made, holds already, and holds still,
5. its claims have the form in which we write them.

Whether its account still exists, and still holds what the token says, is the gate's matter.
"""

import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from sealwright import limits
from sealwright.errors import AccessDeniedError, UsageError
from sealwright.service.accounts.queries.state import SigningKey
from sealwright.service.accounts.scopes import Access
from sealwright.service.web.caller import Caller

__all__ = ["Claims", "made", "verified"]

_ALGORITHM = "HS256"


class Claims(msgspec.Struct, frozen=True):
    """What a token says.

    Attributes:
        iss: who made it.
        aud: for whom.
        sub: the name of the account, or of the workload.
        kind: of account.
        generation: of the account, when it was made.
        iat: when it was made, in seconds since 1970.
        nbf: from when on it holds.
        exp: until when; `limits.BEARER_SKEW_SECONDS` longer, as clocks differ.
        jti: its own name.
        access: what it opens.
    """

    iss: str
    aud: str
    sub: str
    kind: Literal["anonymous", "user", "robot", "workload"]
    generation: int
    iat: int
    nbf: int
    exp: int
    jti: str
    access: tuple[Access, ...]


def made(key: SigningKey, service: str, caller: Caller, access: tuple[Access, ...], at: int) -> str:
    """A token for `limits.BEARER_SECONDS`.

    Args:
        key: signs it.
        service: who makes it and is to believe it.
        caller: for whom it speaks.
        access: what it opens.
        at: the time, in seconds since 1970.

    Raises:
        UsageError: `service.scopes-too-many`: it would be too long for a header field.
    """
    claims = {
        "iss": _issuer(service),
        "aud": service,
        "sub": caller.name,
        "kind": caller.kind,
        "generation": caller.generation,
        "iat": at,
        "nbf": at,
        "exp": at + limits.BEARER_SECONDS,
        "jti": secrets.token_urlsafe(12),
        "access": msgspec.to_builtins(access),
    }
    token = jwt.encode({"alg": _ALGORITHM, "kid": key.id}, claims, _imported(key), algorithms=[_ALGORITHM])
    if len(token) > limits.BEARER_BYTES:
        raise UsageError("service.scopes-too-many", most=limits.SCOPES_ASKED)
    return token


def verified(keys: Sequence[SigningKey], service: str, token: str, at: int) -> Claims:
    """What a token says, if it is to be believed at the time `at`, in seconds since 1970.

    Raises:
        AccessDeniedError: `service.login-failed`.
    """
    if len(token) > limits.BEARER_BYTES:  # 1
        raise AccessDeniedError("service.login-failed")
    registry = jwt.JWTClaimsRegistry(
        now=at,
        leeway=limits.BEARER_SKEW_SECONDS,
        iss={"essential": True, "value": _issuer(service)},
        aud={"essential": True, "value": service},
        iat={"essential": True},
        nbf={"essential": True},
        exp={"essential": True},
    )
    try:
        headers = jws.extract_compact(token.encode()).headers()
        key = next(key for key in keys if key.id == headers.get("kid"))  # 2
        if headers.get("alg") != _ALGORITHM or headers.get("typ") != "JWT":
            raise AccessDeniedError("service.login-failed")
        claims = jwt.decode(token, _imported(key), algorithms=[_ALGORITHM]).claims  # 3
        registry.validate(claims)  # 4
        return msgspec.convert(claims, Claims)  # 5
    except (JoseError, ValueError, TypeError, StopIteration):
        raise AccessDeniedError("service.login-failed") from None


def _issuer(service: str) -> str:
    return f"{service}/token"


def _imported(key: SigningKey) -> OctKey:
    return OctKey.import_key({"kty": "oct", "k": key.secret})
