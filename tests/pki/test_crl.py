"""Revocation lists: what they say, and every way in which one says nothing."""

import datetime as dt
from typing import Any

import pytest
from asn1crypto import crl as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from sealwright import limits
from sealwright.errors import CheckFailedError
from sealwright.pki import certificate
from sealwright.pki.revocation import addresses, crl
from sealwright.pki.revocation.addresses import REASONS
from sealwright.pki.revocation.standing import Standing
from world import pki, revocation
from world.revocation import CA, LEAF, START, Revoked

CHAIN = revocation.chain(crl=("http://crl.acme.example/1",))
ABOUT, ISSUER, ROOT = (certificate.parse(der) for der in CHAIN.certificates)
POINT = addresses.of(ABOUT.der).points[0]
FLAGS = x509.ReasonFlags


def read(content: bytes, issuer: bytes = ISSUER.der) -> crl.RevocationList:
    return crl.issued(content, issuer)


def refused(content: bytes, **options: Any) -> CheckFailedError:
    with pytest.raises(CheckFailedError) as caught:
        read(content, **options)
    return caught.value


def standing(content: bytes, delta: bytes | None = None) -> Standing:
    base = read(content)
    return crl.standing(base, None if delta is None else read(delta), ABOUT)


def test_who_is_not_in_the_list_is_good() -> None:
    found = standing(revocation.crl(CHAIN, [Revoked(serial=3)]))
    assert ("good", revocation.hours(-1), revocation.hours(24)) == (found.state, found.made_at, found.until)


def test_who_is_in_the_list_was_revoked() -> None:
    entry = Revoked(reason=FLAGS.superseded, at=-5, invalid=-7)
    found = standing(revocation.crl(CHAIN, [Revoked(serial=3), entry]))
    assert ("revoked", "superseded") == (found.state, found.reason)
    assert (revocation.hours(-5), revocation.hours(-7)) == (found.revoked_at, found.invalid_since)
    assert "unspecified" == standing(revocation.crl(CHAIN, [Revoked()])).reason


def test_a_certificate_on_hold_is_revoked_for_now() -> None:
    found = standing(revocation.crl(CHAIN, [Revoked(reason=FLAGS.certificate_hold)]))
    assert ("revoked", "certificateHold") == (found.state, found.reason)


def test_a_delta_list_ends_a_hold() -> None:
    base = revocation.crl(CHAIN, [Revoked(reason=FLAGS.certificate_hold)])
    delta = revocation.crl(CHAIN, [Revoked(reason=FLAGS.remove_from_crl)], number=6, base=5, until=2)
    found = standing(base, delta)
    assert ("good", revocation.hours(2)) == (found.state, found.until)


def test_a_delta_list_ends_nothing_else() -> None:
    base = revocation.crl(CHAIN, [Revoked(reason=FLAGS.key_compromise)])
    delta = revocation.crl(CHAIN, [Revoked(reason=FLAGS.remove_from_crl)], number=6, base=5)
    assert "keyCompromise" == standing(base, delta).reason


def test_a_delta_list_adds_a_revocation() -> None:
    delta = revocation.crl(CHAIN, [Revoked(reason=FLAGS.superseded)], number=6, base=5)
    assert "superseded" == standing(revocation.crl(CHAIN), delta).reason


def test_only_delta_lists_take_certificates_off() -> None:
    with pytest.raises(CheckFailedError, match="only delta lists"):
        standing(revocation.crl(CHAIN, [Revoked(reason=FLAGS.remove_from_crl)]))


def test_of_several_entries_the_lasting_one_counts() -> None:
    hold, lasting = Revoked(reason=FLAGS.certificate_hold, at=-3), Revoked(reason=FLAGS.superseded, at=-9)
    for entries in ((hold, lasting), (lasting, hold)):
        assert "superseded" == standing(revocation.crl(CHAIN, entries)).reason


@pytest.mark.parametrize("serial", [1, 127, 128, 255, 256, 2**159 - 1])
def test_serial_numbers_of_every_length_are_found(serial: int) -> None:
    made = revocation.chain(crl=("http://crl.acme.example/1",), leaf={"serial": serial})
    about = certificate.parse(made.certificates[0])
    entries = [Revoked(serial, reason=FLAGS.certificate_hold), Revoked(serial, reason=FLAGS.superseded)]
    base = crl.issued(revocation.crl(made, entries), made.certificates[1])
    assert "superseded" == crl.standing(base, None, about).reason


UNUSABLE = {
    "another name": ({"issuer": pki.name("Somebody")}, "revocation.other-issuer"),
    "another key": ({"key": pki.key("ec256", "somebody")}, "revocation.signature-invalid"),
    "critical extension": ({"critical": True}, "revocation.critical-extension"),
    "critical extension of an entry": (
        {"entries": [Revoked(serial=3, critical=True)]},
        "revocation.critical-extension",
    ),
    "ends before it begins": ({"this": -1, "until": -0.5}, ""),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_list_that_is_not_the_issuers_or_not_understood_counts_for_nothing(what: str) -> None:
    changes: Any
    changes, code = UNUSABLE[what]
    content = revocation.crl(CHAIN, **changes)
    if code:
        assert code == refused(content).code
    else:
        assert read(content).until < START


def test_a_ca_that_may_not_sign_lists_signs_none() -> None:
    made = revocation.chain(issuer={"usages": ("key_cert_sign",)})
    error = refused(revocation.crl(made), issuer=made.certificates[1])
    assert "revocation.not-authorised" == error.code


@pytest.mark.parametrize("kind", ["rsa2048", "rsa3072", "ec384", "ec521"])
def test_every_kind_of_key_signs_lists(kind: str) -> None:
    made = revocation.chain("ec256", issuer_kind=kind)
    assert 5 == crl.issued(revocation.crl(made), made.certificates[1]).number


@pytest.mark.parametrize("content", [b"", b"\x30\x00", b"-----BEGIN X509 CRL-----", b"<html>"])
def test_what_is_no_list_is_told_so(content: bytes) -> None:
    assert "revocation.answer-malformed" == refused(content).code


def test_a_list_beyond_the_limit_is_refused() -> None:
    assert "revocation.answer-malformed" == refused(b"\0" * (limits.CRL_BYTES + 1)).code


def without_end() -> bytes:
    """A list without nextUpdate, which the library does not make."""
    found = asn1.CertificateList.load(revocation.crl(CHAIN))
    found["tbs_cert_list"]["next_update"] = None
    message = found["tbs_cert_list"].dump(force=True)
    found["signature"] = CHAIN.issuers[0].sign(message, ec.ECDSA(hashes.SHA256()))  # type: ignore[call-arg, arg-type]  # a key of the kind ec256
    made: bytes = found.dump(force=True)
    return made


def test_a_list_that_does_not_say_when_it_ends_is_refused() -> None:
    assert "revocation.no-end" == refused(without_end()).code


@pytest.mark.parametrize(
    ("times", "code"),
    [({"this": 1}, "revocation.not-yet-valid"), ({"this": -9, "until": -0.1}, "revocation.ended")],
)
def test_a_list_counts_in_its_time_alone(times: Any, code: str) -> None:
    with pytest.raises(CheckFailedError) as caught:
        read(revocation.crl(CHAIN, **times)).require_current(START)
    assert code == caught.value.code
    read(revocation.crl(CHAIN)).require_current(START + dt.timedelta(hours=24))


SCOPES = {
    "users alone": (revocation.scope(only_contains_user_certs=True), True),
    "cas alone": (revocation.scope(only_contains_ca_certs=True), False),
    "attributes alone": (revocation.scope(only_contains_attribute_certs=True), False),
    "several issuers": (revocation.scope(indirect_crl=True), False),
    "this point": (
        revocation.scope(full_name=[x509.UniformResourceIdentifier("http://crl.acme.example/1")]),
        True,
    ),
    "another point": (
        revocation.scope(full_name=[x509.UniformResourceIdentifier("http://crl.acme.example/2")]),
        False,
    ),
    "a relative name": (
        revocation.scope(
            relative_name=x509.RelativeDistinguishedName(
                [x509.NameAttribute(x509.NameOID.COMMON_NAME, "part 1")]
            )
        ),
        False,
    ),
}


@pytest.mark.parametrize("what", SCOPES)
def test_a_list_is_about_what_it_says(what: str) -> None:
    scope, good = SCOPES[what]
    found = read(revocation.crl(CHAIN, scope=scope))
    if good:
        assert REASONS == crl.covered(found, ABOUT, POINT)
        return
    with pytest.raises(CheckFailedError) as caught:
        crl.covered(found, ABOUT, POINT)
    assert "revocation.out-of-scope" == caught.value.code


def test_a_list_of_users_says_nothing_of_a_ca() -> None:
    scope = revocation.scope(only_contains_user_certs=True)
    found = crl.issued(revocation.crl(CHAIN, index=1, scope=scope), ROOT.der)
    with pytest.raises(CheckFailedError, match="not about CAs"):
        crl.covered(found, ISSUER, POINT)
    other = revocation.scope(only_contains_ca_certs=True)
    found = crl.issued(revocation.crl(CHAIN, [Revoked(serial=CA)], index=1, scope=other), ROOT.der)
    assert REASONS == crl.covered(found, ISSUER, POINT)
    assert "revoked" == crl.standing(found, None, ISSUER).state


def test_a_list_covers_the_reasons_that_both_it_and_its_point_name() -> None:
    some = frozenset({FLAGS.key_compromise, FLAGS.superseded})
    found = read(revocation.crl(CHAIN, scope=revocation.scope(only_some_reasons=some)))
    assert some == crl.covered(found, ABOUT, POINT)
    made = revocation.chain(crl=(revocation.point("http://a.example", reasons=[FLAGS.superseded]),))
    point = addresses.of(made.certificates[0]).points[0]
    assert frozenset({FLAGS.superseded}) == crl.covered(found, ABOUT, point)


def test_a_list_of_another_issuer_is_not_taken() -> None:
    made = revocation.chain(crl=(revocation.point("http://a.example", issuer="Lists"),))
    with pytest.raises(CheckFailedError, match="another issuer"):
        crl.covered(read(revocation.crl(CHAIN)), ABOUT, addresses.of(made.certificates[0]).points[0])


def test_a_delta_list_is_no_base_list() -> None:
    with pytest.raises(CheckFailedError, match="delta list"):
        crl.covered(read(revocation.crl(CHAIN, number=6, base=5)), ABOUT, POINT)


DELTAS: dict[str, tuple[Any, bool]] = {
    "newer": ({"number": 6, "base": 5}, True),
    "as old": ({"number": 5, "base": 4}, True),
    "older": ({"number": 4, "base": 3}, False),
    "of a later base": ({"number": 9, "base": 6}, False),
    "no delta": ({"number": 6}, False),
    "without number": ({"number": None, "base": 5}, False),
    "of another scope": (
        {"number": 6, "base": 5, "scope": revocation.scope(only_contains_user_certs=True)},
        False,
    ),
}


@pytest.mark.parametrize("what", DELTAS)
def test_a_delta_list_fits_its_base(what: str) -> None:
    changes, good = DELTAS[what]
    base, delta = read(revocation.crl(CHAIN)), read(revocation.crl(CHAIN, **changes))
    if good:
        crl.require_delta(delta, base)
        return
    with pytest.raises(CheckFailedError) as caught:
        crl.require_delta(delta, base)
    assert "revocation.delta-mismatch" == caught.value.code


def test_an_entry_is_found_among_many() -> None:
    entries = [Revoked(serial=10_000 + number) for number in range(3000)]
    found = read(revocation.crl(CHAIN, [*entries, Revoked()]))
    assert "revoked" == crl.standing(found, None, ABOUT).state
    assert [LEAF] == [entry.serial_number for entry in found.entries[LEAF]]


def with_entry(*extensions: tuple[x509.ExtensionType, bool]) -> bytes:
    """A list whose entry about the certificate has these extensions, critical or not."""
    entry = x509.RevokedCertificateBuilder().serial_number(LEAF).revocation_date(revocation.hours(-5))
    for extension, critical in extensions:
        entry = entry.add_extension(extension, critical=critical)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ISSUER.handle.subject)
        .last_update(revocation.hours(-1))
        .next_update(revocation.hours(24))
        .add_revoked_certificate(entry.build())
    )
    return builder.sign(CHAIN.issuers[0], hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_critical_reason_is_understood() -> None:
    found = standing(with_entry((x509.CRLReason(FLAGS.superseded), True)))
    assert ("revoked", "superseded") == (found.state, found.reason)


def test_an_extension_of_an_entry_that_is_not_critical_is_passed_over() -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.5"), b"\x05\x00")
    assert "revoked" == standing(with_entry((unknown, False))).state


def test_an_entry_that_cannot_be_read_spoils_the_list() -> None:
    nonsense = x509.UnrecognizedExtension(x509.CRLReason.oid, b"\x0a\x01\x63")
    with pytest.raises(CheckFailedError) as caught:
        standing(with_entry((nonsense, False)))
    assert "revocation.answer-malformed" == caught.value.code


def test_a_list_that_ends_before_it_begins_is_malformed() -> None:
    found = asn1.CertificateList.load(revocation.crl(CHAIN))
    found["tbs_cert_list"]["next_update"] = asn1.Time({"utc_time": revocation.hours(-2)})
    assert "revocation.answer-malformed" == refused(found.dump(force=True)).code


def test_what_was_looked_up_is_remembered_within_bounds() -> None:
    found = read(revocation.crl(CHAIN))
    for serial in range(1, limits.CRL_ENTRIES_REMEMBERED + 3):
        assert () == crl._entries(found, serial)
    assert 2 == len(found.entries)
