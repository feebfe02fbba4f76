"""What a certificate must be like to stand in a chain that signs code or timestamps, as a table of checks.

Source: signature-specification.md, "Certificate Requirements". Only basic constraints, key usage and
extended key usage are looked at; every other extension has no say, and validity periods need not nest.

Each row: the reason code (its sentence is in `reasons.certificate`), whom it is for, and whether a
certificate passes. Rows are tried from the top; the first that fails is told.

Stricter than the reference implementation: a leaf with anyExtendedKeyUsage is refused, as the
specification has it; a leaf names somebody, and CA keys have a floor, on which the specification is silent.
A timestamp authority's key has the floor of a CA's.
"""

from collections.abc import Callable
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from sealwright.errors import CheckFailedError
from sealwright.pki.certificate import Certificate

__all__ = ["CHECKS", "ProfileCheck", "Role", "require"]

Role = Literal["leaf", "ca", "tsa", "tsa-ca"]
"""A certificate that signs code, a CA above such, a timestamp authority's, and a CA above that."""

STRONG_SIGNATURES = frozenset({"sha256", "sha384", "sha512", "ed25519"})
"""What an issuer may have signed with."""

FORBIDDEN_PURPOSES = {
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
}
"""Extended key usages that a code-signing leaf must not have."""

TIMESTAMPING = "1.3.6.1.5.5.7.3.8"
"""The extended key usage of a timestamp authority: the only one that it has (RFC 3161, section 2.3)."""

LEAF_USAGES = frozenset({"digitalSignature", "nonRepudiation"})
"""Bits of key usage that a leaf may have; the first it must have."""

CA_RSA_BITS = 2048
CA_EC_BITS = 256


class ProfileCheck(msgspec.Struct, frozen=True):
    """One row: `holds` says whether a certificate passes, `found` what it has instead, for the sentence."""

    code: str
    roles: frozenset[Role]
    holds: Callable[[Certificate], bool]
    found: Callable[[Certificate], str] = lambda _: ""


def _usages(certificate: Certificate) -> frozenset[str]:
    return certificate.key_usage.bits if certificate.key_usage is not None else frozenset()


def _purposes(certificate: Certificate) -> frozenset[str]:
    return certificate.extended_key_usage or frozenset()


def _found_usages(certificate: Certificate) -> str:
    return ", ".join(sorted(_usages(certificate))) or "nothing"


def _found_purposes(certificate: Certificate) -> str:
    return ", ".join(
        FORBIDDEN_PURPOSES[purpose] for purpose in sorted(_purposes(certificate) & FORBIDDEN_PURPOSES.keys())
    )


def _all_purposes(certificate: Certificate) -> str:
    return ", ".join(FORBIDDEN_PURPOSES.get(one, one) for one in sorted(_purposes(certificate))) or "nothing"


def _strong_key(certificate: Certificate) -> bool:
    if certificate.algorithm is not None:  # whatever may sign images is strong enough
        return True
    key = certificate.public_key
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= CA_RSA_BITS
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.key_size >= CA_EC_BITS
    return isinstance(key, ed25519.Ed25519PublicKey)


_LEAF: frozenset[Role] = frozenset({"leaf"})
_CA: frozenset[Role] = frozenset({"ca"})
_TSA: frozenset[Role] = frozenset({"tsa"})
_TSA_CA: frozenset[Role] = frozenset({"tsa-ca"})
_LEAVES = _LEAF | _TSA
_CAS = _CA | _TSA_CA
_ALL = _LEAVES | _CAS

CHECKS = (
    ProfileCheck(
        "certificate.signature-weak",
        _ALL,
        lambda it: it.signed_with in STRONG_SIGNATURES,
        lambda it: it.signed_with or "an unknown algorithm",
    ),
    ProfileCheck("certificate.subject-missing", _LEAVES, lambda it: bool(it.subject)),
    ProfileCheck("certificate.leaf-is-ca", _LEAVES, lambda it: not it.is_ca),
    ProfileCheck("certificate.ca-constraints-missing", _CAS, lambda it: it.is_ca),
    ProfileCheck(
        "certificate.ca-constraints-not-critical",
        _CAS,
        lambda it: it.basic_constraints is not None and it.basic_constraints.critical,
    ),
    ProfileCheck("certificate.key-usage-missing", _ALL, lambda it: it.key_usage is not None),
    ProfileCheck(
        "certificate.key-usage-not-critical",
        _LEAF | _CA,
        lambda it: it.key_usage is not None and it.key_usage.critical,
    ),
    ProfileCheck(
        "certificate.leaf-cannot-sign", _LEAVES, lambda it: "digitalSignature" in _usages(it), _found_usages
    ),
    ProfileCheck(
        "certificate.leaf-key-usage-too-wide", _LEAVES, lambda it: _usages(it) <= LEAF_USAGES, _found_usages
    ),
    ProfileCheck("certificate.ca-cannot-issue", _CAS, lambda it: "keyCertSign" in _usages(it), _found_usages),
    ProfileCheck(
        "certificate.leaf-purpose-forbidden",
        _LEAF,
        lambda it: not _purposes(it) & FORBIDDEN_PURPOSES.keys(),
        _found_purposes,
    ),
    ProfileCheck(
        "certificate.not-for-timestamps", _TSA, lambda it: _purposes(it) == {TIMESTAMPING}, _all_purposes
    ),
    ProfileCheck("certificate.timestamping-not-critical", _TSA, lambda it: it.extended_key_usage_critical),
    ProfileCheck(
        "certificate.key-unsupported", _LEAF, lambda it: it.algorithm is not None, lambda it: it.key_words
    ),
    ProfileCheck("certificate.key-too-weak", _CAS | _TSA, _strong_key, lambda it: it.key_words),
)


def require(certificate: Certificate, role: Role) -> None:
    """Check a certificate against the rows for a role.

    Args:
        certificate: the certificate.
        role: `leaf` for the one that signs code (also where it is self-signed and alone), `ca` for all above;
            `tsa` for the one that signs timestamps, `tsa-ca` for all above that.

    Raises:
        CheckFailedError: the code of the first row that fails.
    """
    for check in CHECKS:
        if role in check.roles and not check.holds(certificate):
            raise CheckFailedError(
                check.code, subject=certificate.subject_text, found=check.found(certificate)
            )
