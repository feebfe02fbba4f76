import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from sealwright.errors import KeyUnavailableError, UsageError
from sealwright.pki import certificate, chain, issuing, names
from world import pki

TERM = issuing.Term(pki.NOT_BEFORE, pki.NOT_AFTER, 2**158 + 7)


def subject(common_name: str) -> names.Name:
    return names.parse(f"CN={common_name},O=Acme,ST=WA,C=US")


def authority(kind: str = "ec256") -> tuple[issuing.Issuer, issuing.Issuer]:
    root_key, key = pki.key(kind, "root"), pki.key(kind, "intermediate 0")
    root = issuing.Issuer(issuing.root(root_key, subject("Root"), TERM), root_key)
    below = issuing.intermediate(key.public_key(), subject("Intermediate"), root, TERM)
    return root, issuing.Issuer(below, key)


@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "ec256", "ec384", "ec521"])
def test_what_is_issued_makes_a_chain_for_signing_code(kind: str) -> None:
    root, below = authority(kind)
    leaf = issuing.leaf(pki.key(kind).public_key(), subject("Leaf"), below, TERM)
    certificates = (leaf, below.certificate, root.certificate)
    chain.require(certificates)
    chain.require_valid(certificates, pki.NOW)
    assert "CN=Leaf,O=Acme,ST=WA,C=US" == leaf.subject_text
    assert (TERM.not_before, TERM.not_after, TERM.serial) == (leaf.not_before, leaf.not_after, leaf.serial)


def test_a_certificate_issued_has_the_extensions_of_its_role() -> None:
    root, below = authority()
    leaf = issuing.leaf(pki.key("ec256").public_key(), subject("Leaf"), below, TERM)
    common = {ExtensionOID.SUBJECT_KEY_IDENTIFIER: False, ExtensionOID.AUTHORITY_KEY_IDENTIFIER: False}
    of_ca = {**common, ExtensionOID.BASIC_CONSTRAINTS: True, ExtensionOID.KEY_USAGE: True}
    expected = [of_ca, of_ca, {**of_ca, ExtensionOID.EXTENDED_KEY_USAGE: False}]
    issued = (root.certificate, below.certificate, leaf)
    assert expected == [{one.oid: one.critical for one in each.handle.extensions} for each in issued]
    limits = [each.basic_constraints and each.basic_constraints.path_length for each in issued]
    assert [None, 0, None] == limits
    for lower, upper in ((leaf, below.certificate), (below.certificate, root.certificate)):
        own = upper.handle.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        above = lower.handle.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
        assert own.key_identifier == above.key_identifier


def test_a_ca_without_a_key_identifier_can_issue() -> None:
    old = pki.chain("ec256", 2)
    root = issuing.Issuer(certificate.parse(old.root), pki.key("ec256", "root"))
    leaf = issuing.leaf(old.signer.public_key(), subject("Leaf"), root, TERM)
    chain.require((leaf, root.certificate))


def test_a_path_length_can_be_asked_for() -> None:
    root, _ = authority()
    for path_length in (None, 2):
        below = issuing.intermediate(
            pki.key("ec256").public_key(), subject("CA"), root, TERM, path_length
        ).basic_constraints
        assert below is not None
        assert path_length == below.path_length


def test_a_leaf_can_stand_for_itself() -> None:
    alone = issuing.self_signed_leaf(pki.key("ec256"), subject("Alone"), TERM)
    chain.require((alone,))


def test_a_request_names_subject_and_key() -> None:
    private_key = pki.key("ec256")
    content = issuing.request(private_key, subject("Leaf"))
    der = base64.b64decode(b"".join(content.splitlines()[1:-1]))
    for form in (content, der):
        read = issuing.read_request(form)
        assert subject("Leaf") == read.subject
        assert private_key.public_key() == read.public_key


def test_a_request_whose_maker_does_not_hold_the_key_is_refused() -> None:
    content = issuing.request(pki.key("ec256"), subject("Leaf"))
    der = base64.b64decode(b"".join(content.splitlines()[1:-1]))
    assert b"Leaf" in der
    with pytest.raises(KeyUnavailableError) as caught:
        issuing.read_request(der.replace(b"Leaf", b"Fake"))
    assert "key.request-unproven" == caught.value.code
    assert "CN=Fake" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"x", b"-----BEGIN CERTIFICATE REQUEST-----\n", b"0\x80"])
def test_what_is_no_request_is_refused(content: bytes) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        issuing.read_request(content)
    assert "key.request-malformed" == caught.value.code


def test_a_request_of_another_version_is_refused() -> None:
    content = issuing.request(pki.key("ec256"), subject("Leaf"))
    der = base64.b64decode(b"".join(content.splitlines()[1:-1]))
    with pytest.raises(KeyUnavailableError, match="version"):
        issuing.read_request(der.replace(b"\x02\x01\x00", b"\x02\x01\x03", 1))


@pytest.mark.parametrize("kind", ["ed25519", "rsa1024"])
def test_a_request_for_a_key_that_signs_no_images_is_refused(kind: str) -> None:
    builder = x509.CertificateSigningRequestBuilder().subject_name(pki.name("x"))
    made = builder.sign(pki.key(kind), None if kind == "ed25519" else hashes.SHA256())
    with pytest.raises(KeyUnavailableError) as caught:
        issuing.read_request(made.public_bytes(Encoding.DER))
    assert "key.unsupported" == caught.value.code


def test_renewing_keeps_subject_and_role_and_maybe_the_key() -> None:
    root, below = authority()
    later = issuing.Term(TERM.not_before, TERM.not_after + timedelta(days=365), 9)
    old = issuing.leaf(pki.key("ec256").public_key(), subject("Leaf"), below, TERM)
    same_key = issuing.renewed(old, below, later)
    other_key = issuing.renewed(old, below, later, pki.key("ec384").public_key())
    for new in (same_key, other_key):
        chain.require((new, below.certificate, root.certificate))
        assert (old.subject, later.not_after, 9) == (new.subject, new.not_after, new.serial)
    assert old.key_fingerprint == same_key.key_fingerprint
    assert old.key_fingerprint != other_key.key_fingerprint
    # a renewed CA still stands above what its key has signed
    renewed_root = issuing.renewed(root.certificate, root, later)
    renewed_below = issuing.renewed(below.certificate, root, later)
    chain.require((old, renewed_below, renewed_root))
    assert below.certificate.basic_constraints == renewed_below.basic_constraints


def test_a_key_that_signs_no_images_cannot_be_renewed() -> None:
    odd = pki.certificate(
        pki.name("x"), pki.key("ed25519").public_key(), pki.name("Root"), pki.key("ec256", "root"), **pki.LEAF
    )
    with pytest.raises(KeyUnavailableError) as caught:
        issuing.renewed(certificate.parse(odd), authority()[1], TERM)
    assert "key.unsupported" == caught.value.code


def test_a_certificate_of_no_role_is_renewed_without_constraints_it_never_had() -> None:
    root, _ = authority()
    bare = pki.certificate(
        pki.name("x"), pki.key("ec256").public_key(), pki.name("Root"), pki.key("ec256", "root"), **pki.LEAF
    )
    assert not issuing.renewed(certificate.parse(bare), root, TERM).is_ca


def test_an_issuer_s_key_belongs_to_its_certificate() -> None:
    root, below = authority()
    with pytest.raises(KeyUnavailableError) as caught:
        issuing.leaf(
            pki.key("ec256").public_key(),
            subject("Leaf"),
            issuing.Issuer(root.certificate, below.private_key),
            TERM,
        )
    assert "key.certificate-mismatch" == caught.value.code


def test_no_certificate_is_issued_for_a_weak_key_or_an_odd_name() -> None:
    _, below = authority()
    with pytest.raises(KeyUnavailableError):
        issuing.leaf(pki.key("rsa1024").public_key(), subject("Leaf"), below, TERM)
    with pytest.raises(UsageError):
        issuing.leaf(pki.key("ec256").public_key(), (("C", "USA"),), below, TERM)


def test_certificates_are_written_as_one_file() -> None:
    root, below = authority()
    written = issuing.pem(below.certificate, root.certificate)
    assert (below.certificate, root.certificate) == certificate.parse_file(written)


@pytest.mark.parametrize("ocsp", ["", "http://ocsp.acme.example"])
@pytest.mark.parametrize("crl", ["", "http://crl.acme.example/1.crl"])
@pytest.mark.parametrize("above", ["", "http://ca.acme.example/1.cer"])
def test_a_certificate_says_where_to_ask_about_it(ocsp: str, crl: str, above: str) -> None:
    root, below = authority()
    addresses = issuing.Addresses(ocsp, crl, above)
    key = pki.key("ec256").public_key()
    for made in (
        issuing.leaf(key, subject("Leaf"), below, TERM, addresses),
        issuing.intermediate(key, subject("CA"), root, TERM, addresses=addresses),
        issuing.timestamper(key, subject("TSA"), below, TERM, addresses),
        issuing.renewed(below.certificate, root, TERM, addresses=addresses),
    ):
        found: dict[str, str] = {}
        for one in made.handle.extensions:
            if isinstance(one.value, x509.AuthorityInformationAccess):
                found |= {each.access_method.dotted_string: each.access_location.value for each in one.value}
            elif isinstance(one.value, x509.CRLDistributionPoints):
                (point,) = one.value
                assert point.full_name is not None
                found["crl"] = point.full_name[0].value
        expected = {"1.3.6.1.5.5.7.48.1": ocsp, "crl": crl, "1.3.6.1.5.5.7.48.2": above}
        assert {name: url for name, url in expected.items() if url} == found
        assert bool(ocsp or crl) is made.revocable
