import base64
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import KeyUnavailableError, MalformedContentError
from sealwright.pki import certificate
from world import pki

PRODUCERS = Path(__file__).parents[1] / "producers"
CHAIN = pki.chain("ec256")
LEAF, ISSUER, ROOT = CHAIN.certificates


def pem(der: bytes, label: str = "CERTIFICATE") -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()


def test_a_certificate_is_read_once_into_a_record() -> None:
    leaf = certificate.parse(LEAF)
    assert LEAF == leaf.der
    assert hashlib.sha256(LEAF).hexdigest() == leaf.fingerprint
    assert "CN=Leaf ec256,O=Acme,ST=WA,C=US" == leaf.subject_text
    assert (pki.NOT_BEFORE, pki.NOT_AFTER) == (leaf.not_before, leaf.not_after)
    assert leaf.algorithm is not None
    assert "EC-256" == leaf.algorithm.key_spec
    assert "sha256" == leaf.signed_with
    assert not leaf.is_ca
    assert certificate.KeyUsage(critical=True, bits=frozenset({"digitalSignature"})) == leaf.key_usage
    assert frozenset({"1.3.6.1.5.5.7.3.3"}) == leaf.extended_key_usage
    assert leaf is certificate.parse(LEAF)


def test_what_is_remembered_can_be_forgotten() -> None:
    before = certificate.parse(LEAF)
    assert before is certificate.parse(LEAF)
    certificate.forget()
    assert before is not certificate.parse(LEAF)


def test_a_certificate_of_version_1_has_a_key_too() -> None:
    (old,) = certificate.parse_file((PRODUCERS / "openssl-3.0" / "version1.pem").read_bytes())
    key = old.handle.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert x509.Version.v1 == old.handle.version
    assert hashlib.sha256(key).hexdigest() == old.key_fingerprint


def test_an_issuer_that_cannot_be_read_is_nobody() -> None:
    odd = certificate.parse(LEAF.replace(b"Intermediate 0", b"Intermediate\xff0"))
    assert () == odd.issuer
    assert "" == odd.summary.issuer


def test_the_fingerprint_of_a_key_is_the_same_in_every_certificate_of_it() -> None:
    other = pki.chain("ec256", 1)
    assert certificate.parse(LEAF).fingerprint != certificate.parse(other.certificates[0]).fingerprint
    for kind in pki.KINDS:
        chain = pki.chain(kind)
        spki = chain.signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        leaf = certificate.parse(chain.certificates[0])
        assert hashlib.sha256(spki).hexdigest() == leaf.key_fingerprint
    spki = CHAIN.signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for der in (LEAF, other.certificates[0]):
        assert hashlib.sha256(spki).hexdigest() == certificate.parse(der).key_fingerprint


def test_a_summary_is_what_people_recognise() -> None:
    summary = certificate.parse(LEAF).summary
    assert "CN=Intermediate 0 ec256,O=Acme,ST=WA,C=US" == summary.issuer
    assert hashlib.sha256(LEAF).hexdigest() == summary.fingerprint


@pytest.mark.parametrize(
    ("options", "revocable"),
    [
        ({}, False),
        ({"extensions": (pki.OCSP,)}, True),
        ({"extensions": (pki.CRL,)}, True),
        ({"extensions": (pki.CA_ISSUERS,)}, False),
    ],
)
def test_a_certificate_that_says_where_to_ask_can_be_revoked(options: Any, *, revocable: bool) -> None:
    assert revocable is certificate.parse(pki.chain("ec256", leaf=options).certificates[0]).revocable


@pytest.mark.parametrize("usages", [("key_agreement", "encipher_only"), ("key_agreement", "decipher_only")])
def test_every_bit_of_key_usage_is_read(usages: tuple[str, ...]) -> None:
    found = certificate.parse(pki.chain("ec256", leaf={"usages": usages}).certificates[0]).key_usage
    assert found is not None
    assert {"keyAgreement", usages[1].replace("_o", "O")} == found.bits


def test_absent_extensions_are_none() -> None:
    bare = certificate.parse(
        pki.chain("ec256", 1, leaf={"ca": None, "usages": None, "purposes": None}).certificates[0]
    )
    assert (None, None, None) == (bare.basic_constraints, bare.key_usage, bare.extended_key_usage)
    assert not bare.is_ca


def test_self_signed_means_by_the_own_key() -> None:
    assert certificate.parse(ROOT).is_self_signed
    assert not certificate.parse(ISSUER).is_self_signed
    impostor = pki.certificate(
        pki.name("Root ec256"),
        pki.key("ec256", "other").public_key(),
        pki.name("Root ec256"),
        pki.key("ec256", "root"),
        **pki.CA,
    )
    assert not certificate.parse(impostor).is_self_signed


def test_ed25519_is_known_as_a_signature() -> None:
    root = pki.chain("ec256", 2, issuer_kind="ed25519").root
    assert "ed25519" == certificate.parse(root).signed_with
    assert certificate.parse(root).is_self_signed


def _with_unknown_number(der: bytes, old: str, new: str) -> bytes:
    assert bytes.fromhex(old) in der
    return der.replace(bytes.fromhex(old), bytes.fromhex(new))


def test_an_unknown_signature_algorithm_is_no_strong_one() -> None:
    odd = _with_unknown_number(ROOT, "2a8648ce3d040302", "2a8648ce3d040363")
    assert "" == certificate.parse(odd).signed_with
    assert not certificate.parse(odd).is_self_signed


def test_an_ed448_signature_is_not_taken_for_ed25519() -> None:
    odd = pki.chain("ec256", 2, issuer_kind="ed25519").certificates[0]
    assert "" == certificate.parse(_with_unknown_number(odd, "2b6570", "2b6571")).signed_with


def test_an_unknown_key_signs_nothing() -> None:
    odd = certificate.parse(_with_unknown_number(ROOT, "2a8648ce3d0201", "2a8648ce3d0263"))
    assert odd.algorithm is None
    assert "no known key" == odd.key_words


def test_what_a_library_cannot_read_is_refused() -> None:
    directory = x509.SubjectAlternativeName([x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))])
    good = pki.chain("ec256", 1, leaf={"extensions": ((directory, False),)}).certificates[0]
    assert certificate.parse(good).subject_text
    # the same with x400Address (tag 3) in place of registeredID (tag 8)
    for odd in (good.replace(b"\x88\x02\x2a\x03", b"\xa3\x02\x05\x00"), good[:-1], good + b"\0", b"", b"0"):
        with pytest.raises(MalformedContentError) as caught:
            certificate.parse(odd)
        assert "certificate.malformed" == caught.value.code
        assert str(caught.value)


@pytest.mark.parametrize("serial", [b"\x00", b"\xff"])
def test_an_odd_serial_is_read(serial: bytes) -> None:
    version_and_serial = bytes.fromhex("a003020102") + b"\x02\x01"
    odd = ROOT.replace(version_and_serial + b"\x01", version_and_serial + serial)
    assert ROOT != odd
    assert certificate.parse(odd).serial <= 0


def test_a_signature_of_odd_bits_is_refused() -> None:
    """The library ignores the count of unused bits, so one byte could be changed without a trace."""
    length = len(certificate.parse(ROOT).handle.signature)
    odd = bytearray(ROOT)
    odd[-length - 1] = 1
    odd[-1] &= 0xFE
    with pytest.raises(MalformedContentError, match=r"unused|whole bytes"):
        certificate.parse(bytes(odd))


def test_a_huge_certificate_is_not_looked_at() -> None:
    with pytest.raises(MalformedContentError, match="larger than"):
        certificate.parse(bytes(limits.CERTIFICATE_BYTES + 1))


def test_the_library_s_warnings_of_odd_certificates_reach_nobody() -> None:
    program = (
        "import sys; from sealwright.pki import certificate;"
        " print(certificate.parse(bytes.fromhex(sys.argv[1])).serial)"
    )
    version_and_serial = bytes.fromhex("a003020102") + b"\x02\x01"
    odd = ROOT.replace(version_and_serial + b"\x01", version_and_serial + b"\x00")
    done = subprocess.run(
        [sys.executable, "-c", program, odd.hex()], capture_output=True, check=True, text=True
    )
    assert ("0\n", "") == (done.stdout, done.stderr)


@given(st.data())
def test_no_bytes_bring_the_reader_down(data: st.DataObject) -> None:
    der = bytearray(LEAF)
    for _ in range(data.draw(st.integers(1, 3))):
        der[data.draw(st.integers(0, len(der) - 1))] = data.draw(st.integers(0, 255))
    try:
        parsed = certificate.parse(bytes(der))
    except MalformedContentError as error:
        assert "certificate.malformed" == error.code
    else:
        assert isinstance(parsed.is_self_signed, bool)
        assert isinstance(parsed.subject_text, str)


def test_a_file_holds_one_der_certificate_or_any_number_in_pem() -> None:
    bundle = (
        b"subject=x\n" + pem(LEAF) + b"# the next\r\n" + pem(ROOT, "X509 CERTIFICATE").replace(b"\n", b"\r\n")
    )
    assert [ROOT] == [one.der for one in certificate.parse_file(ROOT)]
    assert [LEAF, ROOT] == [one.der for one in certificate.parse_file(bundle)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "certificate.none-in-file"),
        (b"hello", "certificate.none-in-file"),
        (b"0", "certificate.malformed"),
        (LEAF + ROOT, "certificate.malformed"),
        (pem(LEAF) + pem(b"x", "PRIVATE KEY"), "certificate.other-block"),
        (pem(LEAF)[:-10], "certificate.malformed"),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", "certificate.malformed"),
        (pem(b"no certificate"), "certificate.malformed"),
    ],
)
def test_a_file_of_anything_else_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(MalformedContentError) as caught:
        certificate.parse_file(content)
    assert code == caught.value.code
    assert str(caught.value)


@pytest.mark.parametrize("kind", ["ca", "signingAuthority"])
def test_a_trust_store_takes_cas_and_self_signed_certificates(kind: str) -> None:
    alone = pki.chain("ec256", 1).certificates[0]
    for der in (ROOT, ISSUER, alone):
        assert (der,) == certificate.trust_anchors(der, kind)
    with pytest.raises(KeyUnavailableError) as caught:
        certificate.trust_anchors(pem(ROOT) + pem(LEAF), kind)
    assert "certificate.not-an-anchor" == caught.value.code


def test_a_tsa_store_takes_roots_only() -> None:
    assert (ROOT,) == certificate.trust_anchors(ROOT, "tsa")
    for der in (ISSUER, LEAF, pki.chain("ec256", 1).certificates[0]):
        with pytest.raises(KeyUnavailableError) as caught:
            certificate.trust_anchors(der, "tsa")
        assert "certificate.not-a-root" == caught.value.code
