"""A timestamp authority: what it is asked, and the token or the refusal that it answers.

Source: RFC 3161, section 2.4; RFC 5816. What is refused, and how (section 2.4.2, PKIFailureInfo):

1. bytes that are no request, or an imprint of another length than its hash   badDataFormat
2. a version other than 1, a nonce that is too long                            badRequest
3. a hash other than SHA-256, SHA-384 and SHA-512                              badAlg
4. a policy that is not the authority's                                        unacceptedPolicy
5. any extension                                                               unacceptedExtension
6. a clock that cannot be believed                                             timeNotAvailable
"""

from datetime import datetime
from typing import Any, Literal

import msgspec
from asn1crypto import algos, core, tsp, x509

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.pki.authority import der
from sealwright.pki.authority.signed_data import SignerParts, identifier, parts, signed
from sealwright.pki.issuing import Issuer

__all__ = ["ANY_POLICY", "Authority", "Failure", "Request", "authority", "made", "read", "refusal"]

ANY_POLICY = "2.5.29.32.0"
"""The number for no policy in particular."""

Failure = Literal[
    "badAlg",
    "badRequest",
    "badDataFormat",
    "timeNotAvailable",
    "unacceptedPolicy",
    "unacceptedExtension",
]
"""Why there is no token, by its name in RFC 3161."""

_BITS = {
    "badAlg": 0,
    "badRequest": 2,
    "badDataFormat": 5,
    "timeNotAvailable": 14,
    "unacceptedPolicy": 15,
    "unacceptedExtension": 16,
}
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_MILLIS = 0x80
_GRANTED = der.sequence(der.integer(0))
_ALGORITHMS = {
    name: bytes(algos.DigestAlgorithm({"algorithm": name, "parameters": core.Null()}).dump())
    for name in ("sha256", "sha384", "sha512")
}
_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)
"""What the library raises for bytes that have another form."""


class Request(msgspec.Struct, frozen=True):
    """What is to be stamped (TimeStampReq). `policy` is empty, and `nonce` None, where none came."""

    hash_name: str
    imprint: bytes
    policy: str
    nonce: int | None
    certificates: bool


class Authority(msgspec.Struct, frozen=True):
    """A timestamp authority at work; `authority` makes it.

    Attributes:
        signer: who signs.
        name: of the authority, as tokens have it, in DER.
        policy: under which it stamps, in dotted numbers.
        accuracy: how far its clock may be off, in milliseconds.
    """

    signer: SignerParts
    name: bytes
    policy: str
    accuracy: int


def authority(
    signer: Issuer, chain: tuple[bytes, ...], policy: str = ANY_POLICY, accuracy: int = 1000
) -> Authority:
    """An authority that stamps with a key.

    Args:
        signer: certificate and key.
        chain: DER certificates to send along, the signer's first, without the root.
        policy: in dotted numbers.
        accuracy: in milliseconds, from 1 on.

    Raises:
        KeyUnavailableError: `key.unsupported`.
    """
    own = x509.Certificate.load(signer.certificate.der, strict=True)
    name = der.context(0, x509.GeneralName("directory_name", own.subject).dump())
    return Authority(parts(signer, chain), name, policy, accuracy)


def read(content: bytes, policy: str) -> Request:
    """Read a request and check that it can be granted.

    Args:
        content: DER, at most `limits.TIMESTAMP_REQUEST_BYTES`.
        policy: that of the authority.

    Raises:
        CheckFailedError: `pki.timestamp-refused`, with the `failure`.
    """
    if len(content) > limits.TIMESTAMP_REQUEST_BYTES:
        raise _refused("badDataFormat", f"it is larger than {limits.TIMESTAMP_REQUEST_BYTES} bytes")
    try:
        asked = tsp.TimeStampReq.load(content, strict=True)
        version = asked["version"].contents
        imprint = asked["message_imprint"]
        algorithm: str = imprint["hash_algorithm"]["algorithm"].native
        value: bytes = imprint["hashed_message"].native
        wanted, nonce = _given(asked["req_policy"]), _given(asked["nonce"])
        request = Request(
            algorithm,
            value,
            "" if wanted is None else wanted.dotted,
            None if nonce is None else int(nonce),
            bool(asked["cert_req"].native),
        )
        extended = _given(asked["extensions"]) is not None
    except _UNREADABLE as error:
        raise _refused("badDataFormat", " ".join(str(error).split())[:200].rstrip(".")) from None
    if version != b"\x01":
        raise _refused("badRequest", "its version is not 1")
    if nonce is not None and len(nonce.contents) > limits.TIMESTAMP_NONCE_BYTES:
        raise _refused("badRequest", f"its nonce has more than {limits.TIMESTAMP_NONCE_BYTES} bytes")
    if request.hash_name not in _SIZES:
        raise _refused("badAlg", f"the hash {request.hash_name} is not one of {', '.join(_SIZES)}")
    if len(request.imprint) != _SIZES[request.hash_name]:
        raise _refused(
            "badDataFormat", f"a hash of {request.hash_name} has {_SIZES[request.hash_name]} bytes"
        )
    if request.policy and request.policy != policy:
        raise _refused("unacceptedPolicy", f"the policy is {policy}")
    if extended:
        raise _refused("unacceptedExtension", "it has extensions, and none is known")
    return request


def _given(member: Any) -> Any:
    """A member of a request; None if it was left out."""
    return None if isinstance(member, core.Void) else member


def made(authority: Authority, request: Request, at: datetime, serial: int) -> bytes:
    """A TimeStampResp in DER that grants a request.

    Args:
        authority: who stamps.
        request: what is stamped.
        at: the time, aware; milliseconds are kept.
        serial: of the token, never used twice.
    """
    content = der.sequence(
        der.integer(1),
        identifier(authority.policy),
        der.sequence(_ALGORITHMS[request.hash_name], der.octets(request.imprint)),
        der.integer(serial),
        der.time(at),
        _accuracy(authority.accuracy),
        b"" if request.nonce is None else der.integer(request.nonce),
        authority.name,
    )
    token = signed(authority.signer, identifier(_TST_INFO), content, with_certificates=request.certificates)
    return der.sequence(_GRANTED, token)


def _accuracy(millis: int) -> bytes:
    seconds, millis = divmod(millis, 1000)
    return der.sequence(
        der.integer(seconds) if seconds else b"", der.integer(millis, _MILLIS) if millis else b""
    )


def refusal(failure: Failure, words: str) -> bytes:
    """A TimeStampResp in DER that says why there is no token.

    Args:
        failure: by its name in RFC 3161.
        words: the same for people.
    """
    bit = _BITS[failure]
    info = tsp.PKIFailureInfo(tuple(1 if place == bit else 0 for place in range(bit + 1)))
    status = tsp.PKIStatusInfo(
        {"status": "rejection", "status_string": [core.UTF8String(words)], "fail_info": info}
    )
    return bytes(core.Sequence(contents=status.dump()).dump())


def _refused(failure: Failure, problem: str) -> CheckFailedError:
    return CheckFailedError(
        "pki.timestamp-refused", failure=failure, problem=problem or "its form is unknown"
    )
