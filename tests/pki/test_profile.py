from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from sealwright.errors import CheckFailedError
from sealwright.pki import certificate, profile
from world import pki

SHA1 = Path(__file__).parents[1] / "producers" / "openssl-3.0" / "sha1.pem"
SIGN = "digital_signature"


def leaf(kind: str = "ec256", **changes: Any) -> certificate.Certificate:
    return certificate.parse(pki.chain(kind, leaf=changes).certificates[0])


def root(kind: str = "ec256", **changes: Any) -> certificate.Certificate:
    return certificate.parse(pki.chain("ec256", 2, root=changes, issuer_kind=kind).root)


def refusal(one: certificate.Certificate, role: profile.Role) -> str:
    with pytest.raises(CheckFailedError) as caught:
        profile.require(one, role)
    assert str(caught.value)
    assert caught.value.hint
    return caught.value.code


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"ca": None},
        {"constraints_critical": False},
        {"purposes": None},
        {"purposes_critical": True},
        {"purposes": (x509.ObjectIdentifier("1.2.3.4"),)},
        {"usages": (SIGN, "content_commitment")},
        {"hash_name": "SHA512"},
        {"extensions": ((x509.NameConstraints([x509.DNSName("x")], None), True),)},
        {"extensions": ((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"x"), True),)},
        {"extensions": ((x509.SubjectAlternativeName([x509.DNSName("x")]), True),)},
    ],
)
def test_a_leaf_passes(changes: Mapping[str, Any]) -> None:
    profile.require(leaf(**changes), "leaf")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hash_name": "SHA224"}, "certificate.signature-weak"),
        ({"hash_name": "SHA3_256"}, "certificate.signature-weak"),
        ({"ca": True}, "certificate.leaf-is-ca"),
        ({"usages": None}, "certificate.key-usage-missing"),
        ({"usages_critical": False}, "certificate.key-usage-not-critical"),
        ({"usages": ("content_commitment",)}, "certificate.leaf-cannot-sign"),
        *(
            ({"usages": (SIGN, *more)}, "certificate.leaf-key-usage-too-wide")
            for more in (
                ("key_encipherment",),
                ("data_encipherment",),
                ("key_agreement",),
                ("key_cert_sign",),
                ("crl_sign",),
                ("key_agreement", "encipher_only"),
                ("key_agreement", "decipher_only"),
            )
        ),
        *(
            ({"purposes": (Purpose.CODE_SIGNING, more)}, "certificate.leaf-purpose-forbidden")
            for more in (
                Purpose.ANY_EXTENDED_KEY_USAGE,
                Purpose.SERVER_AUTH,
                Purpose.CLIENT_AUTH,
                Purpose.EMAIL_PROTECTION,
                Purpose.TIME_STAMPING,
                Purpose.OCSP_SIGNING,
            )
        ),
    ],
)
def test_a_leaf_is_refused(changes: Mapping[str, Any], code: str) -> None:
    assert code == refusal(leaf(**changes), "leaf")


@pytest.mark.parametrize("kind", ["rsa1024", "ec192", "ec256k", "ed25519"])
def test_a_leaf_needs_a_key_that_signs_images(kind: str) -> None:
    public_key = pki.key(kind).public_key()
    der = pki.certificate(pki.name("x"), public_key, pki.name("Root"), pki.key("ec256", "root"), **pki.LEAF)
    assert "certificate.key-unsupported" == refusal(certificate.parse(der), "leaf")


def test_a_leaf_names_somebody() -> None:
    nobody = pki.chain("ec256", subject=x509.Name([])).certificates[0]
    unreadable = pki.chain("ec256").certificates[0].replace(b"Leaf ec256", b"Leaf \xff\xff256")
    for der in (nobody, unreadable):
        assert () == certificate.parse(der).subject
        assert "certificate.subject-missing" == refusal(certificate.parse(der), "leaf")


def test_sha_1_is_refused() -> None:
    (old,) = certificate.parse_file(SHA1.read_bytes())
    assert "sha1" == old.signed_with
    assert "certificate.signature-weak" == refusal(old, "leaf")


@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "ec256", "ec521", "ec256k", "ed25519"])
def test_a_ca_passes_with_any_strong_key(kind: str) -> None:
    profile.require(root(kind), "ca")


@pytest.mark.parametrize("changes", [{"usages": ("key_cert_sign",)}, {"purposes": (Purpose.SERVER_AUTH,)}])
def test_a_ca_passes(changes: Mapping[str, Any]) -> None:
    profile.require(root(**changes), "ca")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hash_name": "SHA224"}, "certificate.signature-weak"),
        ({"ca": None}, "certificate.ca-constraints-missing"),
        ({"ca": False}, "certificate.ca-constraints-missing"),
        ({"constraints_critical": False}, "certificate.ca-constraints-not-critical"),
        ({"usages": None}, "certificate.key-usage-missing"),
        ({"usages_critical": False}, "certificate.key-usage-not-critical"),
        ({"usages": ("crl_sign",)}, "certificate.ca-cannot-issue"),
        ({"usages": ()}, "certificate.ca-cannot-issue"),
    ],
)
def test_a_ca_is_refused(changes: Mapping[str, Any], code: str) -> None:
    assert code == refusal(root(**changes), "ca")


@pytest.mark.parametrize("kind", ["rsa1024", "ec192"])
def test_a_ca_needs_a_strong_key(kind: str) -> None:
    assert "certificate.key-too-weak" == refusal(root(kind), "ca")


def test_a_ca_with_an_unknown_key_is_refused() -> None:
    odd = pki.chain("ec256", 2).root
    odd = odd.replace(bytes.fromhex("2a8648ce3d0201"), bytes.fromhex("2a8648ce3d0263"))
    assert "certificate.key-too-weak" == refusal(certificate.parse(odd), "ca")


def tsa(kind: str = "ec256", **changes: Any) -> certificate.Certificate:
    purposes = {"purposes": (Purpose.TIME_STAMPING,), "purposes_critical": True}
    return certificate.parse(
        pki.chain(kind, leaf={**purposes, **changes}, issuer_kind="ec256").certificates[0]
    )


@pytest.mark.parametrize("kind", ["rsa2048", "ec256", "ec521"])
def test_a_timestamp_authority_passes(kind: str) -> None:
    for changes in ({}, {"usages_critical": False}, {"usages": (SIGN, "content_commitment")}):
        profile.require(tsa(kind, **changes), "tsa")
    profile.require(root(usages_critical=False), "tsa-ca")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hash_name": "SHA224"}, "certificate.signature-weak"),
        ({"ca": True}, "certificate.leaf-is-ca"),
        ({"usages": None}, "certificate.key-usage-missing"),
        ({"usages": ("content_commitment",)}, "certificate.leaf-cannot-sign"),
        ({"usages": (SIGN, "key_encipherment")}, "certificate.leaf-key-usage-too-wide"),
        ({"purposes": None}, "certificate.not-for-timestamps"),
        ({"purposes": (Purpose.CODE_SIGNING,)}, "certificate.not-for-timestamps"),
        ({"purposes": (Purpose.TIME_STAMPING, Purpose.OCSP_SIGNING)}, "certificate.not-for-timestamps"),
        ({"purposes_critical": False}, "certificate.timestamping-not-critical"),
    ],
)
def test_a_timestamp_authority_is_refused(changes: Mapping[str, Any], code: str) -> None:
    assert code == refusal(tsa(**changes), "tsa")


def test_a_timestamp_authority_needs_a_strong_key_and_a_strong_ca() -> None:
    assert "certificate.key-too-weak" == refusal(tsa("rsa1024"), "tsa")
    assert "certificate.key-too-weak" == refusal(root("rsa1024"), "tsa-ca")
    assert "certificate.ca-cannot-issue" == refusal(root(usages=("crl_sign",)), "tsa-ca")
    assert "certificate.ca-constraints-not-critical" == refusal(root(constraints_critical=False), "tsa-ca")


def test_an_unknown_signature_algorithm_is_named_as_such() -> None:
    odd = pki.chain("ec256", 2).root
    odd = odd.replace(bytes.fromhex("2a8648ce3d040302"), bytes.fromhex("2a8648ce3d040363"))
    with pytest.raises(CheckFailedError, match="an unknown algorithm"):
        profile.require(certificate.parse(odd), "ca")


def test_every_row_of_the_table_has_refused_something_above() -> None:
    source = Path(__file__).read_text()
    assert [] == [check.code for check in profile.CHECKS if f'"{check.code}"' not in source]
