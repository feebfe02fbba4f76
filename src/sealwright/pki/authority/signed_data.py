"""CMS SignedData with one signer, as timestamp tokens have it.

Sources: RFC 5652, sections 5.1 to 5.4; RFC 5816 and RFC 5035, section 3 (ESSCertIDv2); RFC 3370 and RFC 5754
(algorithms). Signed are content type, message digest, and which certificate signs, so that no other
certificate of the same key can be put in its place.
"""

import hashlib
from collections.abc import Sequence
from functools import cache

import msgspec
from asn1crypto import algos, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from sealwright.pki import keys
from sealwright.pki.authority import der
from sealwright.pki.issuing import Issuer

__all__ = ["SignerParts", "identifier", "parts", "signed"]

_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_IMPLICIT = b"\xa0"
_SIGNER_VERSION = 1
_DATA_VERSION = 3
"""What is signed is not plain data (RFC 5652, section 5.1)."""


@cache
def identifier(dotted: str) -> bytes:
    """An object identifier in DER."""
    return bytes(core.ObjectIdentifier(dotted).dump())


class SignerParts(msgspec.Struct, frozen=True):
    """What of a SignedData is the same whenever a signer signs, in DER; `parts` makes it.

    Attributes:
        signer: whose it is.
        hash_name: hashlib's name of the hash that goes with the key.
        digest: the same as an algorithm.
        algorithm: of the signature.
        named: who signs, by issuer and serial.
        certificate_hash: the attribute that says which certificate signs.
        certificates: those that are sent along if wanted.
    """

    signer: Issuer
    hash_name: str
    digest: bytes
    algorithm: bytes
    named: bytes
    certificate_hash: bytes
    certificates: bytes


def parts(signer: Issuer, chain: Sequence[bytes]) -> SignerParts:
    """What is the same for everything that a signer signs.

    Args:
        signer: certificate and key.
        chain: DER certificates to send along: the signer's and those above it, without the root.

    Raises:
        KeyUnavailableError: `key.unsupported`.
    """
    hash_name = keys.require_algorithm(signer.private_key.public_key()).hash_name
    curve = isinstance(signer.private_key, ec.EllipticCurvePrivateKey)
    algorithm = {"algorithm": f"{hash_name}_ecdsa" if curve else "rsassa_pkcs1v15"}
    own = x509.Certificate.load(signer.certificate.der, strict=True)
    issuer, serial = own.issuer, own.serial_number
    ess = tsp.ESSCertIDv2(
        {
            "cert_hash": hashlib.sha256(signer.certificate.der).digest(),
            "issuer_serial": {
                "issuer": [x509.GeneralName("directory_name", issuer)],
                "serial_number": serial,
            },
        }
    )
    return SignerParts(
        signer,
        hash_name,
        bytes(algos.DigestAlgorithm({"algorithm": hash_name}).dump()),
        bytes(algos.SignedDigestAlgorithm(algorithm).dump()),
        der.sequence(issuer.dump(), der.integer(serial)),
        _attribute(_SIGNING_CERTIFICATE_V2, tsp.SigningCertificateV2({"certs": [ess]}).dump()),
        der.context(0, b"".join(sorted(chain))),
    )


def signed(signer: SignerParts, content_type: bytes, content: bytes, *, with_certificates: bool) -> bytes:
    """A ContentInfo that holds the SignedData, in DER.

    Args:
        signer: from `parts`.
        content_type: the identifier of what is signed, in DER.
        content: what is signed.
        with_certificates: whether the certificates are sent along.
    """
    digest = hashlib.new(signer.hash_name, content).digest()
    attributes = der.set_of(
        (
            _attribute(_CONTENT_TYPE, content_type),
            _attribute(_MESSAGE_DIGEST, der.octets(digest)),
            signer.certificate_hash,
        )
    )
    info = der.sequence(
        der.integer(_SIGNER_VERSION),
        signer.named,
        signer.digest,
        _IMPLICIT + attributes[1:],  # signed as a set, sent as what its place explains (section 5.4)
        signer.algorithm,
        der.octets(_signature(signer, attributes)),
    )
    data = der.sequence(
        der.integer(_DATA_VERSION),
        der.set_of((signer.digest,)),
        der.sequence(content_type, der.context(0, der.octets(content))),
        signer.certificates if with_certificates else b"",
        der.set_of((info,)),
    )
    return der.sequence(identifier(_SIGNED_DATA), der.context(0, data))


def _attribute(kind: str, value: bytes) -> bytes:
    return der.sequence(identifier(kind), der.set_of((value,)))


def _signature(signer: SignerParts, message: bytes) -> bytes:
    """As CMS has it: what other programs verify everywhere, for RSA by PKCS #1 v1.5."""
    key = signer.signer.private_key
    digest = _HASHES[signer.hash_name]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(digest))
    return key.sign(message, padding.PKCS1v15(), digest)
