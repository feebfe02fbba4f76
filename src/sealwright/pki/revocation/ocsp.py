"""OCSP: the request, and what a response is worth (RFC 6960).

A response counts if it is signed by the issuer of the certificate itself, or by a delegate: a certificate
that this issuer issued directly, for the purpose id-kp-OCSPSigning (section 4.2.2.2). SHA-1 names the
certificate in requests, because public responders know nothing else; nothing is signed with it.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import ocsp

from sealwright import limits
from sealwright.errors import CheckFailedError, MalformedContentError
from sealwright.evidence import OcspAnswer
from sealwright.pki import certificate as certificates
from sealwright.pki.certificate import Certificate
from sealwright.pki.profile import STRONG_SIGNATURES
from sealwright.pki.revocation import signed
from sealwright.pki.revocation.standing import Standing, require_current, word

__all__ = ["Answered", "answered", "request"]

_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_NO_CHECK = x509.ObjectIdentifier("1.3.6.1.5.5.7.48.1.5")
_RSASSA_PSS = "1.2.840.113549.1.1.10"
_WITHOUT_END = timedelta(seconds=limits.OCSP_WITHOUT_END_SECONDS)
_NAMED_WITH = frozenset({"sha1", "sha224", "sha256", "sha384", "sha512"})
"""How a response may name a certificate; nothing follows from it but whom it means."""

_STATES: dict[ocsp.OCSPCertStatus, Literal["good", "revoked", "unknown"]] = {
    ocsp.OCSPCertStatus.GOOD: "good",
    ocsp.OCSPCertStatus.REVOKED: "revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}
_REFUSALS = {
    ocsp.OCSPResponseStatus.MALFORMED_REQUEST: "malformedRequest",
    ocsp.OCSPResponseStatus.INTERNAL_ERROR: "internalError",
    ocsp.OCSPResponseStatus.TRY_LATER: "tryLater",
    ocsp.OCSPResponseStatus.SIG_REQUIRED: "sigRequired",
    ocsp.OCSPResponseStatus.UNAUTHORIZED: "unauthorized",
}
_UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the libraries raise for bytes that they cannot read."""

_Single = ocsp.OCSPSingleResponse


class Answered(msgspec.Struct, frozen=True):
    """What a response says. `delegate` signed it for the issuer; None: the issuer did.

    `unchecked`: the delegate's certificate says that nobody need ask whether it was revoked.
    """

    standing: Standing
    delegate: Certificate | None = None
    unchecked: bool = False


class _Read(msgspec.Struct, frozen=True):
    """All that follows from the bytes alone."""

    answered: Answered
    nonce: bytes | None


def request(certificate: Certificate, issuer: Certificate, nonce: bytes = b"") -> bytes:
    """The DER bytes of a request about a certificate.

    Args:
        certificate: asked about.
        issuer: that issued it.
        nonce: sent along; empty: none.
    """
    name_hash, key_hash = _named(certificate, issuer, "sha1")
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        name_hash,
        key_hash,
        certificate.serial,
        hashes.SHA1(),  # noqa: S303  # names the certificate, see above
    )
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(serialization.Encoding.DER)


def answered(answer: OcspAnswer, certificate: Certificate, issuer: Certificate, at: datetime) -> Answered:
    """What a response says of a certificate.

    Args:
        answer: the response, and the nonce that was sent.
        certificate: that was asked about.
        issuer: that issued it.
        at: the time of verification, aware.

    1. It says that the request succeeded.
    2. One of its single responses is about this certificate.
    3. Its signer is the issuer, or a delegate of the issuer, and signed exactly these bytes.
    4. It has no critical extension that nobody knows.
    5. Its nonce is the one that was sent, if both are there.
    6. It is neither of the future nor over, and the delegate's certificate is valid.
    Steps 1 to 4 follow from the bytes and are remembered.

    Raises:
        CheckFailedError: a `revocation.` code.
    """
    read = _read(answer.content, certificate.der, issuer.der)
    # 5. nonce
    if answer.nonce and read.nonce is not None and read.nonce != answer.nonce:
        raise CheckFailedError("revocation.nonce-mismatch")
    # 6. time
    standing, delegate = read.answered.standing, read.answered.delegate
    require_current(standing.made_at, standing.until, at)
    if delegate is not None and not delegate.valid_at(at):
        raise _not_authorised(f"its certificate ({delegate.subject_text}) is not valid at this time")
    return read.answered


@lru_cache(maxsize=limits.REVOCATION_ANSWERS)
def _read(content: bytes, certificate: bytes, issuer: bytes) -> _Read:
    """Steps 1 to 4 of `answered`."""
    if len(content) > limits.OCSP_RESPONSE_BYTES:
        raise _malformed(f"it is larger than {limits.OCSP_RESPONSE_BYTES} bytes")
    try:
        # 1. the request succeeded
        response = ocsp.load_der_ocsp_response(content)
        refusal = _REFUSALS.get(response.response_status)
        if refusal is not None:
            raise CheckFailedError("revocation.responder-refused", status=refusal)
        # 2. about this certificate
        about, upper = certificates.parse(certificate), certificates.parse(issuer)
        single, others = _about(response, about, upper)
        # 3. signed by somebody who may
        signer = _signer(response, content, upper)
        # 4. no unknown critical extension
        _require_known(response, content, single, alone=not others)
        standing = _standing(single, _invalid_since(response, alone=not others))
        nonce = next(
            (one.value.nonce for one in response.extensions if isinstance(one.value, x509.OCSPNonce)), None
        )
    except _UNREADABLE as error:
        raise _malformed(str(error).partition("\n")[0][:200]) from None
    delegate = None if signer.der == issuer else signer
    return _Read(Answered(standing, delegate, delegate is not None and _unchecked(delegate)), nonce)


def _named(certificate: Certificate, issuer: Certificate, hash_name: str) -> tuple[bytes, bytes]:
    """The issuer as a hash of its name and one of its key (section 4.1.1)."""
    name = hashlib.new(hash_name, certificate.issuer_name, usedforsecurity=False)
    key = hashlib.new(hash_name, issuer.key_bits, usedforsecurity=False)
    return name.digest(), key.digest()


def _about(
    response: ocsp.OCSPResponse, certificate: Certificate, issuer: Certificate
) -> tuple[tuple[int, _Single], bool]:
    """The single response about a certificate with its place, and whether there are others beside.

    Of several about the same certificate a revocation goes first, then the youngest.
    """
    found: list[tuple[int, _Single]] = []
    count = 0
    for number, single in enumerate(response.responses):
        count += 1
        if count > limits.OCSP_RESPONSES:
            raise _malformed(f"it has more than {limits.OCSP_RESPONSES} single responses")
        name = single.hash_algorithm.name
        if single.serial_number != certificate.serial or name not in _NAMED_WITH:
            continue
        if (single.issuer_name_hash, single.issuer_key_hash) == _named(certificate, issuer, name):
            found.append((number, single))
    if not found:
        raise CheckFailedError("revocation.other-certificate")
    revoked = [one for one in found if one[1].certificate_status == ocsp.OCSPCertStatus.REVOKED]
    return max(revoked or found, key=lambda one: one[1].this_update_utc), count > 1


def _standing(found: tuple[int, _Single], invalid_since: datetime | None) -> Standing:
    single = found[1]
    made_at, until = single.this_update_utc, single.next_update_utc
    if until is None:
        until = made_at + _WITHOUT_END
    if until < made_at:
        raise _malformed("it ends before it begins")
    state = _STATES[single.certificate_status]
    if state != "revoked":
        return Standing(state, made_at, until)
    reason = word(single.revocation_reason)
    return Standing(state, made_at, until, single.revocation_time_utc, reason, invalid_since)


def _signer(response: ocsp.OCSPResponse, content: bytes, issuer: Certificate) -> Certificate:
    """Who signed a response: the issuer, or a delegate that may."""
    embedded = list(_embedded(response))
    named = [one for one in (issuer, *embedded) if _is_named(response, one)]
    if not named:
        raise _not_authorised("it names a signer whose certificate is not there")
    digest, pss = _algorithm(response, content)
    for one in named:
        if signed.is_signed(one.public_key, response.signature, response.tbs_response_bytes, digest, pss):
            if one.der != issuer.der:
                _require_delegate(one, issuer)
            return one
    raise CheckFailedError("revocation.signature-invalid")


def _algorithm(
    response: ocsp.OCSPResponse, content: bytes
) -> tuple[hashes.HashAlgorithm | None, padding.PSS | None]:
    """Hash and padding that a response was signed with."""
    if response.signature_algorithm_oid.dotted_string == _RSASSA_PSS:
        from sealwright.pki.revocation import ocsp_details  # noqa: PLC0415  # asn1crypto, which few responses need

        return ocsp_details.pss(content)
    return response.signature_hash_algorithm, None


def _embedded(response: ocsp.OCSPResponse) -> Iterator[Certificate]:
    for one in response.certificates:
        try:
            yield certificates.parse(one.public_bytes(serialization.Encoding.DER))
        except MalformedContentError:
            continue


def _is_named(response: ocsp.OCSPResponse, certificate: Certificate) -> bool:
    """Whether this is the responder that signed, as the response says (section 4.2.1, "ResponderID")."""
    key_hash = response.responder_key_hash
    if key_hash is not None:
        return key_hash == hashlib.sha1(certificate.key_bits, usedforsecurity=False).digest()
    return response.responder_name == certificate.handle.subject


def _require_delegate(delegate: Certificate, issuer: Certificate) -> None:
    """Check that a certificate may answer for an issuer (section 4.2.2.2); its time is looked at later."""
    if _OCSP_SIGNING not in (delegate.extended_key_usage or ()):
        raise _not_authorised(f"its certificate ({delegate.subject_text}) is not for OCSPSigning")
    if delegate.key_usage is not None and not delegate.key_usage.bits & {
        "digitalSignature",
        "nonRepudiation",
    }:
        raise _not_authorised(f"its certificate ({delegate.subject_text}) is not for signatures")
    if delegate.signed_with not in STRONG_SIGNATURES or not delegate.issued_by(issuer):
        raise _not_authorised(
            f"its certificate ({delegate.subject_text}) was not issued by {issuer.subject_text}"
        )


def _unchecked(delegate: Certificate) -> bool:
    return any(extension.oid == _NO_CHECK for extension in delegate.handle.extensions)


def _require_known(
    response: ocsp.OCSPResponse, content: bytes, found: tuple[int, _Single], *, alone: bool
) -> None:
    """Check that no critical extension of the response, or of the single one, is unknown."""
    unknown = _unknown(response.extensions)
    if alone:
        unknown |= _unknown(response.single_extensions)
    else:
        from sealwright.pki.revocation import ocsp_details  # noqa: PLC0415  # asn1crypto, which few responses need

        unknown |= ocsp_details.critical_extensions(content)[found[0]]
    if unknown:
        raise CheckFailedError("revocation.critical-extension", extensions=", ".join(sorted(unknown)))


def _unknown(extensions: Sequence[x509.Extension[x509.ExtensionType]] | x509.Extensions) -> frozenset[str]:
    return frozenset(
        extension.oid.dotted_string
        for extension in extensions
        if extension.critical and not isinstance(extension.value, x509.OCSPNonce | x509.InvalidityDate)
    )


def _invalid_since(response: ocsp.OCSPResponse, *, alone: bool) -> datetime | None:
    if not alone:  # the library tells it of a single one alone; without it the time of revocation counts
        return None
    extensions = response.single_extensions
    return next(
        (one.value.invalidity_date_utc for one in extensions if isinstance(one.value, x509.InvalidityDate)),
        None,
    )


def _malformed(problem: str) -> CheckFailedError:
    return CheckFailedError("revocation.answer-malformed", problem=problem)


def _not_authorised(problem: str) -> CheckFailedError:
    return CheckFailedError("revocation.not-authorised", problem=problem)
