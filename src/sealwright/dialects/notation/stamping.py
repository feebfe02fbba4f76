"""The timestamp flags of `sign`: the authority that they name, and what notation says where it gives nothing.

notation reads the answer with Go's asn1 and x509 packages. What these say is said here where it follows from
what is wrong; in place of the rest our own sentence stands.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation import certificate_files
from sealwright.dialects.notation.logs import log
from sealwright.dialects.notation.subjects import in_order
from sealwright.dialects.notation.words.registries import network
from sealwright.dialects.notation.words.timestamps import CMS, parsing, unfit
from sealwright.errors import EnvironmentalError, SealwrightError, UsageError

if TYPE_CHECKING:
    from sealwright.pki.certificate import Certificate
    from sealwright.workflow.stamping import Stamping

__all__ = ["chosen", "told"]

_URL, _ROOT = "timestamp-url", "timestamp-root-cert"
_EXPECTED = ". Expecting single x509 root certificate in PEM or DER format from the file"
_CANNOT_SIGN = "x509: invalid signature: parent certificate cannot sign this kind of certificate"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")

_INVALID = "invalid timestamping response: "
_NO_SIGNER = _INVALID + (
    "certReq is True in request, but did not find any TSA signing certificate in the response"
)
_STATUSES = {
    2: "rejected",
    3: "the request body part has not yet been processed, expect to hear more later",
    4: "warning: a revocation is imminent",
    5: "a revocation has occurred",
}
_FAILURES = {
    0: "unrecognized or unsupported Algorithm Identifier",
    2: "transaction not permitted or supported",
    5: "the data submitted has the wrong format",
    14: "the TSA's time source is not available",
    15: "the requested TSA policy is not supported by the TSA",
    16: "the requested extension is not supported by the TSA",
    17: "the additional information requested could not be understood or is not available",
    25: "the request cannot be handled due to system failure",
}
_WORDS = {
    "timestamp.nonce-mismatch": _INVALID
    + "nonce in response {found} does not match nonce in request {wanted}",
    "timestamp.signer-missing": _NO_SIGNER,
    "timestamp.signer-mismatch": _NO_SIGNER,
    "timestamp.signer-not-named": _NO_SIGNER,
    "timestamp.digest-mismatch": "failed to verify signed token: " + CMS + "mismatch message digest",
    "timestamp.algorithm": "failed to verify signed token: " + CMS + "unknown signature algorithm",
    "timestamp.untrusted-chain": (
        "failed to verify signed token: " + CMS + "x509: certificate signed by unknown authority"
    ),
    "timestamp.revoked": "timestamping certificate with subject {subject} is revoked",
    "timestamp.revocation-unknown": (
        "timestamping certificate with subject {subject} revocation status is unknown"
    ),
}


def chosen(invocation: Invocation) -> "Stamping | None":
    """The authority that the flags name; None without them.

    Raises:
        Fault: in notation's words.
    """
    url = str(invocation.values[_URL])
    if not url:
        return None
    _require_url(url)
    file = str(invocation.values[_ROOT])
    root = _root(file)
    from sealwright.authorities.tsa import TimestampAuthority  # noqa: PLC0415  # HTTP, only where it is asked for
    from sealwright.workflow.stamping import Stamping  # noqa: PLC0415  # ASN.1, the same

    try:
        log(invocation, "info", f"Configured to timestamp with TSA {quote(url)}")
        return Stamping(url, TimestampAuthority(url, invocation.environment.variables), (root.der,))
    except UsageError as error:
        raise Fault(f"cannot get http timestamper for timestamping: {error}") from None


def _require_url(url: str) -> None:
    """Check a URL as tspclient-go does."""
    found = _SCHEME.match(url)
    scheme = found[1].lower() if found else ""
    if url.startswith(":"):
        problem = f"parse {quote(url)}: missing protocol scheme"
        raise Fault(f"cannot get http timestamper for timestamping: {problem}")
    problem = ""
    if scheme not in ("http", "https"):
        problem = f"scheme must be http or https, but got {quote(scheme)}"
    elif not urlsplit(url).netloc:
        problem = "host cannot be empty"
    if problem:
        raise Fault(f"cannot get http timestamper for timestamping: endpoint {quote(url)}: {problem}")


def _root(file: str) -> "Certificate":
    found = certificate_files.read(file)
    if not found:
        raise Fault(f"cannot find any certificate from {quote(file)}{_EXPECTED}")
    if len(found) > 1:
        raise Fault(f"found more than one certificates from {quote(file)}{_EXPECTED}")
    (root,) = found
    if not root.is_ca:
        raise Fault(f"failed to check root certificate with error: {_CANNOT_SIGN}")
    if not root.is_self_signed:
        kind = "crypto/ecdsa" if root.key_words.startswith("EC") else "crypto/rsa"
        problem = (
            "x509: ECDSA verification failure" if kind == "crypto/ecdsa" else f"{kind}: verification error"
        )
        raise Fault(f"failed to check root certificate with error: {problem}")
    return root


def told(error: EnvironmentalError) -> str:
    """What notation says where an authority gave no timestamp that could be kept.

    Args:
        error: with a `timestamp.` code, as `workflow.stamping` raises it.
    """
    return f"timestamp: {_told(error)}"


def _told(error: SealwrightError) -> str:
    url = quote(str(error.data.get("url", "")))
    match error.code:
        case "timestamp.unreachable":
            if error.data["rule"] == "network.answer-too-large":
                return f"POST {url}: unexpected large http response, max response body size allowed is 1 MiB"
            said = network(str(error.data["rule"]), str(error.data["url"]))
            return f"Post {url}: {said}" if said else str(error)
        case "timestamp.http-status":
            return f"POST {url}: https response bad status: {_status(error.data['status'])}"
        case "timestamp.content-type":
            return f"POST {url}: unexpected response content type: {error.data['found']}"
    detail = error.data.get("detail")
    return _unusable(str(error.data.get("rule")), detail if isinstance(detail, Mapping) else {}) or str(error)


def _unusable(rule: str, detail: Mapping[str, object]) -> str:
    if rule == "timestamp.rejected":
        return f"{_INVALID}{_rejected(detail)}"
    if rule == "timestamp.chain":
        return unfit(detail)
    if rule in _WORDS:
        known = {**detail, "subject": quote(in_order(str(detail.get("subject", ""))))}
        known["found"] = "<nil>" if known.get("found") is None else known["found"]
        return _WORDS[rule].format_map(known)
    said = parsing(rule, detail)
    return f"{_INVALID}{said}" if said else ""


def _rejected(detail: Mapping[str, object]) -> str:
    number = int(str(detail["number"]))
    said = (
        f"invalid response with status code {number}: {_STATUSES.get(number, f'unknown PKIStatus {number}')}"
    )
    bits = detail["failures"]
    failures = [_FAILURES[bit] for bit in bits if bit in _FAILURES] if isinstance(bits, list) else []
    return f"{said}. Failure info: {'; '.join(failures)}" if failures else said


def _status(status: object) -> str:
    try:
        return f"{status} {HTTPStatus(int(str(status))).phrase}"
    except ValueError:
        return str(status)
