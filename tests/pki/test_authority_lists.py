import datetime as dt
import time

import pytest
from asn1crypto import crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from sealwright import limits
from sealwright.errors import KeyUnavailableError, MalformedContentError
from sealwright.pki import certificate, issuing, names
from sealwright.pki.authority import lists
from sealwright.pki.authority.lists import Edition
from sealwright.pki.authority.revocations import REASONS, Revocation
from world import pki

TERM = issuing.Term(pki.NOT_BEFORE, pki.NOT_AFTER, 2**158 + 7)
DAY = dt.timedelta(days=1)
EDITION = Edition(7, pki.NOW, pki.NOW + DAY)


def authority(kind: str = "ec256") -> issuing.Issuer:
    key = pki.key(kind, "root")
    return issuing.Issuer(issuing.root(key, names.parse("CN=Root,O=Acme,ST=WA,C=US"), TERM), key)


def made(edition: Edition = EDITION, *revoked: Revocation) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(lists.made(authority(), edition, revoked))


def reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason


@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "ec256", "ec384", "ec521"])
def test_a_list_is_signed_by_its_issuer_and_has_number_and_times(kind: str) -> None:
    issuer = authority(kind)
    parsed = x509.load_der_x509_crl(lists.made(issuer, EDITION, ()))
    assert parsed.is_signature_valid(issuer.private_key.public_key())
    assert issuer.certificate.handle.subject == parsed.issuer
    assert (pki.NOW, pki.NOW + DAY) == (parsed.last_update_utc, parsed.next_update_utc)
    assert 0 == len(list(parsed))
    expected = {ExtensionOID.CRL_NUMBER: False, ExtensionOID.AUTHORITY_KEY_IDENTIFIER: False}
    assert expected == {one.oid: one.critical for one in parsed.extensions}
    own = issuer.certificate.handle.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    above = parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert own.key_identifier == above.key_identifier
    assert 7 == parsed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


@pytest.mark.parametrize("name", REASONS)
def test_an_entry_tells_since_when_and_why(name: str) -> None:
    before = pki.NOW - DAY
    (entry,) = made(EDITION, Revocation(2**150, before, name, before - DAY))
    assert (2**150, before) == (entry.serial_number, entry.revocation_date_utc)
    since = entry.extensions.get_extension_for_class(x509.InvalidityDate).value
    assert before - DAY == since.invalidity_date_utc
    if name == "unspecified":
        assert CRLEntryExtensionOID.CRL_REASON not in {one.oid for one in entry.extensions}
    else:
        assert REASONS[name] == reason(entry)


def test_an_entry_without_more_to_say_has_no_extensions() -> None:
    (entry,) = made(EDITION, Revocation(5, pki.NOW))
    assert 0 == len(entry.extensions)


def test_a_whole_list_tells_where_its_delta_lists_are() -> None:
    url = "http://pki.acme.example/1-delta.crl"
    parsed = made(Edition(7, pki.NOW, pki.NOW + DAY, delta_url=url))
    (point,) = parsed.extensions.get_extension_for_class(x509.FreshestCRL).value
    assert point.full_name is not None
    assert [url] == [name.value for name in point.full_name]


def test_a_delta_list_names_its_base_and_takes_back_what_was_on_hold() -> None:
    edition = Edition(9, pki.NOW, pki.NOW + DAY, base=7, delta_url="http://pki.acme.example/not-in-a-delta")
    new, old = Revocation(5, pki.NOW, "superseded"), Revocation(6, pki.NOW, "certificateHold", pki.NOW)
    parsed = x509.load_der_x509_crl(lists.made(authority(), edition, [new], [old]))
    indicator = parsed.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    assert (True, 7) == (indicator.critical, indicator.value.crl_number)
    assert ExtensionOID.FRESHEST_CRL not in {one.oid for one in parsed.extensions}
    told = {entry.serial_number: reason(entry) for entry in parsed}
    assert {5: x509.ReasonFlags.superseded, 6: x509.ReasonFlags.remove_from_crl} == told


def test_a_list_is_not_made_with_a_key_of_somebody_else() -> None:
    issuer = issuing.Issuer(authority().certificate, pki.key("ec256", "leaf"))
    with pytest.raises(KeyUnavailableError, match="key") as caught:
        lists.made(issuer, EDITION, ())
    assert "key.certificate-mismatch" == caught.value.code


def test_a_list_of_a_ca_without_a_key_identifier_names_its_key() -> None:
    old = certificate.parse(pki.chain("ec256", 2).root)
    key = pki.key("ec256", "root")
    parsed = x509.load_der_x509_crl(lists.made(issuing.Issuer(old, key), EDITION, ()))
    named = parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    assert x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest == named


def test_ten_times_as_many_entries_take_some_ten_times_as_long() -> None:
    issuer = authority()

    def seconds(count: int) -> float:
        revoked = [Revocation(serial, pki.NOW) for serial in range(1, count + 1)]
        begun = time.thread_time()
        lists.made(issuer, EDITION, revoked)
        return time.thread_time() - begun

    few, many = (min(seconds(count) for _ in range(3)) for count in (2_000, 20_000))
    assert many < 40 * few, "adding them one by one takes a hundred times as long"


def test_the_top_of_a_list_is_read_again() -> None:
    content = lists.made(authority(), EDITION, ())
    assert lists.Head(7, pki.NOW, pki.NOW + DAY) == lists.head(content)
    assert lists.is_signed_by(content, authority().certificate)
    assert not lists.is_signed_by(content, authority("ec384").certificate)
    assert lists.in_pem(content).startswith(b"-----BEGIN X509 CRL-----")


def test_what_is_no_list_of_ours_is_refused() -> None:
    without_number = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(pki.name("Root"))
        .last_update(pki.NOW)
        .next_update(pki.NOW + DAY)
        .sign(pki.key("ec256"), hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    endless = crl.CertificateList.load(lists.made(authority(), EDITION, ()))
    endless["tbs_cert_list"]["next_update"] = None
    large = bytes(limits.CRL_MADE_BYTES + 1)
    for content in (
        b"",
        b"junk",
        without_number,
        lists.made(authority(), EDITION, ())[:-3],
        endless.dump(),
        large,
    ):
        with pytest.raises(MalformedContentError) as caught:
            lists.head(content)
        assert "pki.list-malformed" == caught.value.code
