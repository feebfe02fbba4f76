"""Requests that their senders signed (Oracle, "Request Signatures"; draft-cavage-http-signatures-08).

    Authorization: Signature version="1",keyId="<tenancy>/<user>/<fingerprint>",algorithm="rsa-sha256",
        headers="date (request-target) host",signature="<base64>"

What is signed is one line for each header that `headers` lists, in that order: its name in lower case, a
colon, a space, its value; `(request-target)` stands for the method in lower case, a space, and path and query
as they were sent. RSA PKCS #1 v1.5 with SHA-256.

A request is taken for a signed one if, in this order,

1. there is one Authorization header, not too long, of that form, each parameter once,
2. the list names `(request-target)`, `host` and `date` or `x-date`, and where a body may be also
   `content-length`, `content-type` and `x-content-sha256`; none of them twice,
3. each header that is listed is there, once,
4. `x-date` if it is listed, else `date`, is near enough to our clock.

Whether the key is known and the signature is by it is for `identity` to find out; whether the body has the
digest that was signed is seen when it has been read (`require_body`).
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from sealwright import limits
from sealwright.errors import AccessDeniedError

__all__ = ["Signed", "read", "require_body", "verifies"]

_TARGET = "(request-target)"
_ALWAYS = frozenset({_TARGET, "host"})
_WITH_BODY = frozenset({"content-length", "content-type", "x-content-sha256"})
_BODIES = frozenset({"POST", "PUT", "PATCH"})
_FORM = re.compile(r'Signature +([a-zA-Z]+="[^"]*"(?: *, *[a-zA-Z]+="[^"]*")*) *', re.IGNORECASE)
_PARAMETER = re.compile(r'([a-zA-Z]+)="([^"]*)"')
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}) GMT"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Signed(msgspec.Struct, frozen=True):
    """A signed request.

    Attributes:
        key_id: by whose key it says that it is signed.
        content: what was signed.
        signature: the raw signature.
        at: when it says that it was sent, in seconds since 1970.
        body_digest: the SHA-256 of the body in base64, as signed; empty if it has none.
    """

    key_id: str
    content: bytes
    signature: bytes
    at: int
    body_digest: str

    @property
    def digest(self) -> str:
        """What tells it from every other request: the SHA-256 of content and signature, in hexadecimal."""
        return hashlib.sha256(self.content + b"\0" + self.signature).hexdigest()


def read(method: str, target: bytes, headers: Sequence[tuple[bytes, bytes]], now: float) -> Signed:
    """What a request says of its signature.

    Args:
        method: of the request.
        target: its path and query as they were sent.
        headers: all of them, their names in lower case.
        now: the time, in seconds since 1970.

    Raises:
        AccessDeniedError: `oracle.request-unsigned` or `oracle.request-stale`.
    """
    given = _parameters(_authorization(headers))  # 1
    listed = given["headers"].split(" ")
    _require_listed(method, listed)  # 2
    found = {name: _value(headers, name) for name in listed if name != _TARGET}  # 3
    at = _sent(found.get("x-date") or found["date"])
    if abs(now - at) > limits.ORACLE_CLOCK_SKEW_SECONDS:  # 4
        raise AccessDeniedError("oracle.request-stale", most=limits.ORACLE_CLOCK_SKEW_SECONDS)
    lines = [
        b"(request-target): " + method.lower().encode() + b" " + target
        if name == _TARGET
        else f"{name}: {found[name]}".encode("latin-1")
        for name in listed
    ]
    try:
        signature = base64.b64decode(given["signature"], validate=True)
    except (binascii.Error, ValueError):
        raise _unsigned("its signature is not base64") from None
    return Signed(given["keyid"], b"\n".join(lines), signature, at, found.get("x-content-sha256", ""))


def verifies(signed: Signed, key: rsa.RSAPublicKey) -> bool:
    """Whether a request was signed by a key."""
    try:
        key.verify(signed.signature, signed.content, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def require_body(signed: Signed, body: bytes) -> None:
    """Return if a body is the one that was signed.

    Raises:
        AccessDeniedError: `oracle.body-altered`.
    """
    found = base64.b64encode(hashlib.sha256(body).digest())
    if not hmac.compare_digest(found, signed.body_digest.encode("latin-1")):
        raise AccessDeniedError("oracle.body-altered")


def _authorization(headers: Sequence[tuple[bytes, bytes]]) -> str:
    found = [value for name, value in headers if name == b"authorization"]
    if len(found) != 1:
        raise _unsigned(
            "it has no Authorization header" if not found else "it has several Authorization headers"
        )
    if len(found[0]) > limits.ORACLE_AUTHORIZATION_LENGTH:
        raise _unsigned("its Authorization header is too long")
    return found[0].decode("latin-1")


def _parameters(text: str) -> dict[str, str]:
    """The parameters of the header, their names in lower case."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise _unsigned("its Authorization header is not a signature")
    pairs = [(name.lower(), value) for name, value in _PARAMETER.findall(match[1])]
    given = dict(pairs)
    if len(given) != len(pairs):
        raise _unsigned("a parameter of its signature stands twice")
    if given.get("version") != "1":
        raise _unsigned("its signature is not of version 1")
    if given.get("algorithm") != "rsa-sha256":
        raise _unsigned("its signature is not by rsa-sha256")
    for name, shown in (("keyid", "keyId"), ("headers", "headers"), ("signature", "signature")):
        if not given.get(name):
            raise _unsigned(f"its signature has no {shown}")
    return given


def _require_listed(method: str, listed: list[str]) -> None:
    """Return if all is signed that has to be."""
    if len(set(listed)) != len(listed):
        raise _unsigned("a header is listed twice")
    needed = _ALWAYS | _WITH_BODY if method in _BODIES else _ALWAYS
    for name in sorted(needed.difference(listed)):
        raise _unsigned(f"{name} is not signed")
    if "date" not in listed and "x-date" not in listed:
        raise _unsigned("neither date nor x-date is signed")


def _value(headers: Sequence[tuple[bytes, bytes]], name: str) -> str:
    """The value of a header that is listed."""
    wanted = name.encode("latin-1")
    found = [value for known, value in headers if known == wanted]
    if len(found) != 1:
        raise _unsigned(f"the header {name[:50]!a} is {'missing' if not found else 'there twice'}")
    return found[0].decode("latin-1").strip()


def _sent(text: str) -> int:
    """A date as HTTP has it (RFC 9110, section 5.6.7), in seconds since 1970."""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)  # noqa: TRY301  # one way out for all that is no date
        day, month, year, time = match[1].split(" ")
        hour, minute, second = map(int, time.split(":"))
        at = dt.datetime(
            int(year), _MONTHS.index(month) + 1, int(day), hour, minute, min(second, 59), tzinfo=dt.UTC
        )
    except ValueError:
        raise _unsigned("its date is none as HTTP has them") from None
    return int(at.timestamp())


def _unsigned(problem: str) -> AccessDeniedError:
    return AccessDeniedError("oracle.request-unsigned", problem=problem)
