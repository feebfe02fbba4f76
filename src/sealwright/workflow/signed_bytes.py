"""What a signature is over, and whether a key has made it, for formats whose signatures people approve."""

import hashlib
from collections.abc import Callable

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from sealwright.errors import CheckFailedError
from sealwright.formats.kms import algorithms, content
from sealwright.formats.notary import judging
from sealwright.formats.notary import signature as notary
from sealwright.signature import StoredSignature

__all__ = ["SignedBytes", "read"]


class SignedBytes(msgspec.Struct, frozen=True):
    """A signature, as far as an approval is about it.

    Attributes:
        message: the bytes that were signed.
        is_by: whether it was made by a public key, given in PEM.
    """

    message: bytes
    is_by: Callable[[str], bool]


def read(stored: StoredSignature) -> SignedBytes:
    """Read a signature of the Notary Project, or by a key of a vault.

    Args:
        stored: as a store gave it.

    Raises:
        MalformedSignatureError: it is none.
        CheckFailedError: a Notary signature that its own certificate does not bear out.
    """
    if stored.format == "kms":
        return _by_vault(stored)
    signature = notary.parse(stored)
    judging.integrity(signature.envelope, signature.chain)
    return SignedBytes(signature.envelope.message, lambda pem: _fingerprint(pem) == signature.signer)


def _by_vault(stored: StoredSignature) -> SignedBytes:
    kept = content.parse(stored.content)
    algorithm = algorithms.IMAGE_ALGORITHMS.get(kept.signing_algorithm)
    if algorithm is None:
        raise CheckFailedError("parse.kms-algorithm", algorithm=kept.signing_algorithm[:64])
    message, value = kept.message_bytes, kept.signature_bytes

    def is_by(pem: str) -> bool:
        return algorithms.verifies(algorithms.public_key(pem.encode()), algorithm, message, value)

    return SignedBytes(message, is_by)


def _fingerprint(pem: str) -> str:
    """The SHA-256 of a public key, as Notary signatures name their signer."""
    key = load_pem_public_key(pem.encode())
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
