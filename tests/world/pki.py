"""A certification authority for tests, in the manner of trustme: any chain in one call, odd ones too.

The same call gives the same bytes all session long.

    pki.chain("rsa3072")                     leaf, intermediate, root; keys made once per session
    pki.chain("ec256", length=1)             a self-signed leaf
    pki.chain("ec256", leaf={"ca": True})    the same chain with a leaf that says it is a CA

Certificates are built with `cryptography` alone, so that the product is not tested with itself.
"""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from sealwright.pki import keys
from sealwright.pki.algorithms import Algorithm

KINDS = ("rsa2048", "rsa3072", "rsa4096", "ec256", "ec384", "ec521")
NOT_BEFORE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 20, 12, 0, 0, tzinfo=dt.UTC)
NOT_AFTER = dt.datetime(2036, 1, 1, tzinfo=dt.UTC)

_CURVES: Mapping[str, ec.EllipticCurve] = {
    "ec192": ec.SECP192R1(),
    "ec256": ec.SECP256R1(),
    "ec384": ec.SECP384R1(),
    "ec521": ec.SECP521R1(),
    "ec256k": ec.SECP256K1(),
}
_HASHES = {"2048": "SHA256", "3072": "SHA384", "4096": "SHA512", "384": "SHA384", "521": "SHA512"}
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)

AnyKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

LEAF: Mapping[str, Any] = {
    "ca": False,
    "usages": ("digital_signature",),
    "purposes": (ExtendedKeyUsageOID.CODE_SIGNING,),
}
CA: Mapping[str, Any] = {"ca": True, "usages": ("key_cert_sign", "crl_sign"), "purposes": None}


class Chain(NamedTuple):
    """A private key and its certificates in DER, the leaf first. It is a `Signer`."""

    signer: keys.PrivateKey
    certificates: tuple[bytes, ...]
    issuers: tuple[keys.PrivateKey, ...] = ()

    @property
    def root(self) -> bytes:
        return self.certificates[-1]

    @property
    def algorithm(self) -> Algorithm:
        return keys.require_algorithm(self.signer.public_key())

    def sign(self, message: bytes, algorithm: Algorithm) -> bytes:
        return keys.sign(self.signer, message, algorithm)


@cache
def key(kind: str, which: str = "leaf") -> Any:
    """The private key of a kind for a place, the same all session long."""
    del which  # part of what is remembered
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    return ec.generate_private_key(_CURVES[kind])


def name(common_name: str, *more: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    pairs = [
        (NameOID.COUNTRY_NAME, "US"),
        (NameOID.STATE_OR_PROVINCE_NAME, "WA"),
        (NameOID.ORGANIZATION_NAME, "Acme"),
        *more,
        (NameOID.COMMON_NAME, common_name),
    ]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


def certificate(
    subject: x509.Name,
    public_key: Any,
    issuer: x509.Name,
    issuer_key: AnyKey,
    *,
    ca: bool | None,
    usages: tuple[str, ...] | None,
    purposes: tuple[x509.ObjectIdentifier, ...] | None,
    constraints_critical: bool = True,
    path_length: int | None = None,
    usages_critical: bool = True,
    purposes_critical: bool = False,
    not_before: dt.datetime = NOT_BEFORE,
    not_after: dt.datetime = NOT_AFTER,
    hash_name: str = "",
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    serial: int = 1,
) -> bytes:
    """Any certificate at all, in DER. None leaves an extension out."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), constraints_critical)
    if usages is not None:
        bits = {usage: usage in usages for usage in _USAGES}
        builder = builder.add_extension(x509.KeyUsage(**bits), usages_critical)
    if purposes is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), purposes_critical)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    size = str(getattr(issuer_key, "key_size", ""))
    digest = getattr(hashes, hash_name or _HASHES.get(size, "SHA256"))()
    made = builder.sign(
        issuer_key,
        None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else digest,
        ecdsa_deterministic=True if isinstance(issuer_key, ec.EllipticCurvePrivateKey) else None,
    )
    return made.public_bytes(Encoding.DER)


def chain(
    kind: str = "ec256",
    length: int = 3,
    *,
    leaf: Mapping[str, Any] | None = None,
    issuer: Mapping[str, Any] | None = None,
    root: Mapping[str, Any] | None = None,
    subject: x509.Name | None = None,
    issuer_kind: str = "",
) -> Chain:
    """A chain of certificates.

    Args:
        kind: of the leaf's key; CAs have the same kind, only rsa4096 (slow to make) has rsa3072 above it.
        length: 1 is a self-signed leaf, 2 a leaf below a root, more put intermediates between.
        leaf: changes to the leaf, as arguments of `certificate`.
        issuer: changes to every intermediate.
        root: changes to the root.
        subject: of the leaf.
        issuer_kind: of the CAs' keys, if not as above.
    """
    above = issuer_kind or {"rsa4096": "rsa3072"}.get(kind, kind)
    leaf_key = key(kind, "leaf")
    leaf_name = name(f"Leaf {kind}") if subject is None else subject
    if length == 1:
        der = certificate(leaf_name, leaf_key.public_key(), leaf_name, leaf_key, **{**LEAF, **(leaf or {})})
        return Chain(leaf_key, (der,))
    upper_name, upper_key = name(f"Root {kind}"), key(above, "root")
    made = [certificate(upper_name, upper_key.public_key(), upper_name, upper_key, **{**CA, **(root or {})})]
    issuers = [upper_key]
    for index in range(length - 2):
        own_name, own_key = name(f"Intermediate {index} {kind}"), key(above, f"intermediate {index}")
        changes = {**CA, **(issuer or {})}
        made.append(certificate(own_name, own_key.public_key(), upper_name, upper_key, **changes))
        upper_name, upper_key = own_name, own_key
        issuers.append(own_key)
    changes = {**LEAF, **(leaf or {})}
    made.append(certificate(leaf_name, leaf_key.public_key(), upper_name, upper_key, **changes))
    return Chain(leaf_key, tuple(reversed(made)), tuple(reversed(issuers)))


OCSP = (
    x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP,
                x509.UniformResourceIdentifier("http://ocsp.acme.example"),
            )
        ]
    ),
    False,
)
CRL = (
    x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(
                [x509.UniformResourceIdentifier("http://crl.acme.example/1.crl")], None, None, None
            )
        ]
    ),
    False,
)
CA_ISSUERS = (
    x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS,
                x509.UniformResourceIdentifier("http://ca.acme.example/ca.cer"),
            )
        ]
    ),
    False,
)
