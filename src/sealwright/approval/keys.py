"""The public keys of those who approve, and what verifies with them.

    ed25519   RFC 8032, over the statement itself
    p256      ECDSA with SHA-256 (FIPS 186-5), in DER
    rsa       2048 bits or more: RSASSA-PSS with SHA-256 and any salt, or RSASSA-PKCS1-v1_5 with SHA-256
              (RFC 8017)
    openpgp   a detached signature of a document, binary or armored, by the key or one of its subkeys
              (`openpgp.detached`)

A fingerprint is, in small hexadecimal digits, that of OpenPGP, or else the SHA-256 of the key as it is
written (DER, SubjectPublicKeyInfo). What two persons may not share is the key itself (`identities`), however
each of them has written it.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from sealwright import limits
from sealwright.errors import KeyUnavailableError, SealwrightError
from sealwright.openpgp import detached
from sealwright.openpgp.key_material import PublicKey, identity

__all__ = ["ApproverKey", "KeyKind"]

KeyKind = Literal["ed25519", "p256", "rsa", "openpgp"]

_RSA_BITS = 2048
_PSS = padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO)
_ARMOR = b"-----BEGIN PGP"


class ApproverKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One public key of a person.

    Attributes:
        kind: what it is.
        fingerprint: small hexadecimal digits, as told above.
        public: DER (SubjectPublicKeyInfo), or the packets of an OpenPGP key with its signing subkeys.
    """

    kind: KeyKind
    fingerprint: str
    public: bytes

    @classmethod
    def of(cls, content: bytes) -> "ApproverKey":
        """A key as people have it.

        Args:
            content: PEM or DER of a public key, or an OpenPGP key, armored or not.

        Raises:
            KeyUnavailableError: `approval.key-unusable`.
        """
        if len(content) > limits.APPROVAL_PUBLIC_KEY_BYTES:
            raise _unusable(f"it has more than {limits.APPROVAL_PUBLIC_KEY_BYTES} bytes")
        text = content.strip()
        if text.startswith(_ARMOR) or (content[:1] >= b"\x80"):
            try:
                found = detached.reduced(content)
            except SealwrightError as error:
                raise _unusable(str(error)) from None
            return cls("openpgp", detached.read_key(found).fingerprint, found)
        public = _loaded(content)
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return cls(_kind(public), hashlib.sha256(der).hexdigest(), der)

    def require_sound(self) -> None:
        """Return if the key is what it says, and can be used.

        Raises:
            KeyUnavailableError: `approval.key-unusable`.
        """
        made = ApproverKey.of(self.public)
        if made != self:
            raise _unusable("kind, fingerprint and key do not belong together")

    @property
    def identities(self) -> frozenset[bytes]:
        """What stands for the key itself, and for each that signs in its place: equal for equal keys."""
        if self.kind == "openpgp":
            return frozenset(identity(one) for one in detached.read_key(self.public).signers.values())
        return frozenset({identity(_loaded(self.public))})

    def verifies(self, statement: bytes, signature: bytes) -> bool:
        """Whether a signature is one of a statement, by this key."""
        return _verifies(self, statement, signature)


@lru_cache(maxsize=limits.APPROVAL_SIGNATURES_REMEMBERED)
def _verifies(key: ApproverKey, statement: bytes, signature: bytes) -> bool:
    """The same; remembered, for a request is judged at each look at it."""
    if key.kind == "openpgp":
        return detached.verifies(detached.read_key(key.public), statement, signature)
    public = _loaded(key.public)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return _verified(lambda: public.verify(signature, statement))
    if isinstance(public, ec.EllipticCurvePublicKey):
        return _verified(lambda: public.verify(signature, statement, ec.ECDSA(SHA256())))
    return any(
        _verified(lambda scheme=scheme: public.verify(signature, statement, scheme, SHA256()))  # type: ignore[misc]
        for scheme in (_PSS, padding.PKCS1v15())
    )


@lru_cache(maxsize=limits.APPROVAL_PEOPLE * limits.APPROVAL_PERSON_KEYS)
def _loaded(content: bytes) -> PublicKey:
    """The key in DER or PEM.

    Raises:
        KeyUnavailableError: `approval.key-unusable`.
    """
    load = load_pem_public_key if content.lstrip().startswith(b"-----BEGIN") else load_der_public_key
    try:
        found = load(content)
    except (ValueError, UnsupportedAlgorithm):
        raise _unusable("it is no public key, in PEM, in DER or of OpenPGP") from None
    match found:
        case ed25519.Ed25519PublicKey():
            return found
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            return found
        case rsa.RSAPublicKey() if found.key_size >= _RSA_BITS:
            return found
    raise _unusable(f"it is not Ed25519, P-256, or RSA of {_RSA_BITS} bits or more")


def _kind(public: PublicKey) -> KeyKind:
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "ed25519"
    return "p256" if isinstance(public, ec.EllipticCurvePublicKey) else "rsa"


def _verified(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except InvalidSignature:
        return False
    return True


def _unusable(problem: str) -> KeyUnavailableError:
    return KeyUnavailableError("approval.key-unusable", problem=problem)
