"""Secrets, and what of them is kept.

A password that somebody chose is kept as `scrypt$N$r$p$salt$hash`, which costs a fifth of a second to try.
A token is made here from 256 random bits, which nobody can try, so its SHA-256 is enough.
"""

import base64
import hashlib
import hmac
import secrets

from sealwright import limits
from sealwright.errors import UsageError

__all__ = [
    "NOBODY",
    "PREFIX",
    "fingerprint",
    "hashed",
    "is_right",
    "make_password",
    "make_token",
    "require_fit",
]

PREFIX = "seal_"
"""What every token begins with, so that scanners find those that were published by mistake."""

_SALT_BYTES = 16
_HASH_BYTES = 32
_TOKEN_BYTES = 32
_PASSWORD_BYTES = 18
_MEMORY_SPARE = 1024 * 1024


def make_token() -> str:
    """A new token."""
    return PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def make_password() -> str:
    """A password of 144 random bits."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def fingerprint(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()


def require_fit(password: str) -> str:
    """Give a password back if a user may have it.

    Raises:
        UsageError: `service.password-unfit`.
    """
    size = len(password.encode(errors="surrogateescape"))
    if len(password) < limits.PASSWORD_LENGTH or size > limits.PASSWORD_BYTES:
        raise UsageError("service.password-unfit", least=limits.PASSWORD_LENGTH, most=limits.PASSWORD_BYTES)
    return password


def hashed(password: str) -> str:
    """What is kept of a password."""
    costs = (limits.PASSWORD_SCRYPT_COST, limits.PASSWORD_SCRYPT_BLOCK, limits.PASSWORD_SCRYPT_LANES)
    salt = secrets.token_bytes(_SALT_BYTES)
    made = _scrypt(password, salt, *costs)
    return "$".join(("scrypt", *map(str, costs), _text(salt), _text(made)))


def is_right(password: str, kept: str) -> bool:
    """Whether a password is the one of which `kept` was kept; takes as long if it is not."""
    if len(password) > limits.PASSWORD_BYTES:
        return False
    _, cost, block, lanes, salt, made = kept.split("$")
    found = _scrypt(password, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, base64.b64decode(made))


def _scrypt(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        password.encode(errors="surrogateescape"),
        salt=salt,
        n=cost,
        r=block,
        p=lanes,
        maxmem=128 * block * (cost + lanes) + _MEMORY_SPARE,
        dklen=_HASH_BYTES,
    )


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


NOBODY = "$".join(
    (
        "scrypt",
        str(limits.PASSWORD_SCRYPT_COST),
        str(limits.PASSWORD_SCRYPT_BLOCK),
        str(limits.PASSWORD_SCRYPT_LANES),
        _text(bytes(_SALT_BYTES)),
        _text(bytes(_HASH_BYTES)),
    )
)
"""What stands for the password of accounts that are not there or have none: as slow to try, never right."""
