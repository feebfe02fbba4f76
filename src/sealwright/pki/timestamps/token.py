"""A timestamp token: that it is one, what it is about, and that its signer made it.

Sources: RFC 3161, section 2.4.2; RFC 5652, sections 5.4 and 5.6; RFC 5816 (which certificate signed).

`claimed` reads what a token says, `read` checks its whole form, and `Token.require_about` what is
timestamped. `Token.require_signed` checks that the signer's key made the token. Whether the signer is
trusted is `authority`'s question.

Form:

1. SignedData of version 3 around a TSTInfo of version 1               not-signed-data, not-a-timestamp
2. exactly one signer, named by issuer and serial, of version 1        signers, signer-unnamed
3. signed attributes are there, no type twice, each with one value     attributes
4. no extension that must be understood: none is known                 extension

Signed:

5. the attribute content type says TSTInfo                             attributes
6. the attribute message digest is the hash of the TSTInfo             digest-mismatch
7. the certificate that the signer names is in the token               signer-missing
8. and is the one whose hash the signer has signed                     signer-not-named, signer-mismatch
9. the signature over the attributes, in DER, is the key's             algorithm, signature-invalid

SHA-1 names a certificate in old tokens (ESSCertID), and counts for nothing else: the key that verifies is
compared by its signature, and a certificate made to collide would have to be issued by a trusted authority.
"""

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from sealwright.errors import CheckFailedError
from sealwright.pki import certificate as certificates
from sealwright.pki.certificate import Certificate
from sealwright.pki.timestamps import structures
from sealwright.pki.timestamps.request import Request
from sealwright.pki.timestamps.structures import Scheme, SignedData, Signer, TimestampInfo

__all__ = ["Token", "claimed", "read"]

_BASELINE_POLICY = "0.4.0.2023.1.1"
_BASELINE_ACCURACY = timedelta(seconds=1)
"""What ETSI EN 319 421's baseline policy promises where the token itself names no accuracy."""

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_VERSION_SIGNED_DATA = 3
_VERSION_SIGNER = 1
_VERSION_INFO = 1
_OID_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_CERTIFICATE_HASHES = frozenset({"sha1", *_HASHES})
_SET = 0x31
_OCTETS = 0x04


class Token(msgspec.Struct, frozen=True):
    """A token whose form is right. Nothing that it says is believed."""

    info: TimestampInfo
    signed: SignedData

    @property
    def signer(self) -> Signer:
        """The one that signed."""
        return self.signed.signers[0]

    @property
    def accuracy(self) -> timedelta:
        """By how much the time may be wrong, in either direction."""
        if self.info.accuracy is not None:
            return self.info.accuracy
        return _BASELINE_ACCURACY if self.info.policy == _BASELINE_POLICY else timedelta()

    @property
    def earliest(self) -> datetime:
        """The first time at which it may have been made."""
        return _moved(self.info.made_at, -self.accuracy)

    @property
    def latest(self) -> datetime:
        """The last time at which it may have been made."""
        return _moved(self.info.made_at, self.accuracy)

    def require_about(self, content: bytes) -> None:
        """Check that it is about these bytes.

        Raises:
            CheckFailedError: `timestamp.imprint-algorithm` or `timestamp.imprint-mismatch`.
        """
        imprint = self.info.imprint
        if imprint.hash_name not in _HASHES:
            raise CheckFailedError("timestamp.imprint-algorithm", found=imprint.hash_name)
        if imprint.value != hashlib.new(imprint.hash_name, content).digest():
            raise CheckFailedError("timestamp.imprint-mismatch")

    def require_answers(self, request: Request) -> None:
        """Check that it is the answer to a request.

        Raises:
            CheckFailedError: `timestamp.imprint-mismatch`, `timestamp.nonce-mismatch` or
                `timestamp.policy-mismatch`.
        """
        if self.info.imprint != request.imprint:
            raise CheckFailedError("timestamp.imprint-mismatch")
        if self.info.nonce != request.nonce:
            raise CheckFailedError("timestamp.nonce-mismatch", found=self.info.nonce, wanted=request.nonce)
        if request.policy and self.info.policy != request.policy:
            raise CheckFailedError("timestamp.policy-mismatch", found=self.info.policy, wanted=request.policy)

    def require_signed(self) -> Certificate:
        """Check that the key of the certificate that the signer names made the token; give the certificate.

        Raises:
            CheckFailedError: a `timestamp.` code.
            MalformedContentError: `certificate.malformed`.
        """
        signer = self.signer
        # 5. the content type
        if self._value(structures.CONTENT_TYPE) != _OID_TST_INFO:
            raise CheckFailedError(
                "timestamp.attributes", problem="the content type is not that of a timestamp"
            )
        # 6. the digest
        if signer.digest not in _HASHES:
            raise CheckFailedError("timestamp.algorithm", found=signer.digest)
        digest = hashlib.new(signer.digest, self.signed.content).digest()
        if self._value(structures.MESSAGE_DIGEST) != bytes((_OCTETS, len(digest))) + digest:
            raise CheckFailedError("timestamp.digest-mismatch")
        # 7., 8. the certificate
        certificate = certificates.parse(self._named())
        # 9. the signature
        _verify(certificate, signer.scheme, signer.signature, self._message())
        return certificate

    def _value(self, kind: str) -> bytes:
        found = next((one for one in self.signer.attributes if one.type == kind), None)
        if found is None:
            raise CheckFailedError("timestamp.attributes", problem=f"there is none of the type {kind}")
        return found.values[0]

    def _named(self) -> bytes:
        """The DER of the certificate that the signer names."""
        named = self.signer.named
        der = next((der for name, der in self.signed.certificates if name == named), None)
        if der is None:
            raise CheckFailedError("timestamp.signer-missing")
        if not self.signer.certificates:
            raise CheckFailedError("timestamp.signer-not-named")
        for one in self.signer.certificates:
            if one.hash_name not in _CERTIFICATE_HASHES:
                raise CheckFailedError("timestamp.algorithm", found=one.hash_name)
            if one.value != hashlib.new(one.hash_name, der, usedforsecurity=False).digest():
                raise CheckFailedError("timestamp.signer-mismatch")
            if one.named is not None and one.named != named:
                raise CheckFailedError("timestamp.signer-mismatch")
        return der

    def _message(self) -> bytes:
        """What was signed: the attributes as a SET OF in DER, so in the order of their bytes."""
        return _set(b"".join(sorted(one.der for one in self.signer.attributes)))


def _moved(time: datetime, by: timedelta) -> datetime:
    try:
        return time + by
    except OverflowError:
        return _LAST if by > timedelta() else _FIRST


def _set(content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:  # noqa: PLR2004  # X.690, section 8.1.3.4
        return bytes((_SET, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((_SET, 0x80 | len(length))) + length + content


def claimed(content: bytes) -> Token:
    """Read what a token says, whoever made it and how often.

    Args:
        content: a TimeStampToken, BER or DER.

    Raises:
        CheckFailedError: `timestamp.not-a-timestamp`.
        MalformedContentError: `timestamp.malformed`, `timestamp.not-signed-data` or
            `timestamp.not-a-timestamp`.
    """
    signed = structures.read_token(content)
    # 1. what it is
    if signed.version != _VERSION_SIGNED_DATA or signed.content_type != structures.TST_INFO:
        raise CheckFailedError(
            "timestamp.not-a-timestamp", version=signed.version, content_type=signed.content_type
        )
    info = structures.read_info(signed.content)
    if info.version != _VERSION_INFO:
        raise CheckFailedError(
            "timestamp.not-a-timestamp", version=info.version, content_type=signed.content_type
        )
    return Token(info, signed)


def read(content: bytes) -> Token:
    """Read a token and check its form.

    Args:
        content: a TimeStampToken, BER or DER.

    Raises:
        CheckFailedError: a `timestamp.` code.
        MalformedContentError: as `claimed`.
    """
    found = claimed(content)
    signed = found.signed
    # 2. who signed
    if len(signed.signers) != 1:
        raise CheckFailedError("timestamp.signers", found=len(signed.signers))
    (signer,) = signed.signers
    if signer.version != _VERSION_SIGNER or signer.named is None:
        raise CheckFailedError("timestamp.signer-unnamed")
    # 3. the attributes
    types = [attribute.type for attribute in signer.attributes]
    if not types:
        raise CheckFailedError("timestamp.attributes", problem="there are none")
    if len(set(types)) < len(types):
        raise CheckFailedError("timestamp.attributes", problem="one is there twice")
    if any(len(attribute.values) != 1 for attribute in signer.attributes):
        raise CheckFailedError("timestamp.attributes", problem="one has not exactly one value")
    # 4. extensions
    if found.info.critical:
        raise CheckFailedError("timestamp.extension", extension=found.info.critical[0])
    return found


def _verify(certificate: Certificate, scheme: Scheme, signature: bytes, message: bytes) -> None:
    key = certificate.public_key
    digest = _HASHES.get(scheme.hash_name)
    if digest is None:
        raise CheckFailedError("timestamp.algorithm", found=scheme.hash_name)
    try:
        if isinstance(key, rsa.RSAPublicKey) and scheme.kind == "pkcs1":
            key.verify(signature, message, padding.PKCS1v15(), digest)
        elif isinstance(key, rsa.RSAPublicKey) and scheme.kind == "pss":
            key.verify(signature, message, padding.PSS(padding.MGF1(digest), scheme.salt), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and scheme.kind == "ecdsa":
            key.verify(signature, message, ec.ECDSA(digest))
        else:
            found = f"{scheme.kind} with a key of the kind {certificate.key_words}"
            raise CheckFailedError("timestamp.algorithm", found=found)
    except (InvalidSignature, ValueError, OverflowError, UnsupportedAlgorithm):
        raise CheckFailedError("timestamp.signature-invalid", subject=certificate.subject_text) from None
