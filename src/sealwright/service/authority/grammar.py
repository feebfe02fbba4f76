"""What may stand in a path below `/pki/`."""

import base64
import binascii
import re
from typing import Literal

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError, NotFoundError

__all__ = ["Target", "request_in", "target"]

_PATH = re.compile(
    r"/pki/(?P<name>[a-z0-9._-]{1,64})/"
    r"(?:(?P<ca>[a-z0-9]{1,64}(?:\.[0-9a-f]{1,40})?)(?P<kind>-delta\.crl|\.crl|\.cer)"
    r"|(?P<tsa>tsa)|(?P<ocsp>ocsp)(?:/(?P<request>.*))?)",
    re.DOTALL,
)
_KINDS: dict[str, Literal["certificate", "list", "delta"]] = {
    ".cer": "certificate",
    ".crl": "list",
    "-delta.crl": "delta",
}


class Target(msgspec.Struct, frozen=True):
    """What is asked for: of which PKI, what, of which CA, and a request that stands in the path."""

    name: str
    kind: Literal["certificate", "list", "delta", "ocsp", "tsa"]
    ca: str = ""
    request: str | None = None


def target(path: str) -> Target:
    """Read a path, percent signs already decoded.

    Raises:
        NotFoundError: `service.pki-unknown`.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise NotFoundError("service.pki-unknown", path=ascii(path[:300]))
    if match["tsa"]:
        return Target(match["name"], "tsa")
    if match["ocsp"]:
        return Target(match["name"], "ocsp", request=match["request"])
    return Target(match["name"], _KINDS[match["kind"]], match["ca"])


def request_in(text: str) -> bytes:
    """The request that stands in a path, in base64 (RFC 6960, appendix A.1).

    Raises:
        MalformedContentError: `pki.ocsp-request-malformed`.
    """
    try:
        if len(text) > limits.OCSP_REQUEST_BYTES * 2:
            raise ValueError("it is too long")  # noqa: TRY301  # one answer to all
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedContentError(
            "pki.ocsp-request-malformed", problem="what stands in the path is not base64"
        ) from None
