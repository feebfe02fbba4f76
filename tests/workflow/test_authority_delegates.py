"""Who answers and stamps in a CA's name: made, renewed, revoked, and what it says when it may not."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sealwright.errors import DocumentError, EnvironmentalError, UsageError
from sealwright.events import ignore
from sealwright.homes.environment import Environment
from sealwright.keys.passphrases import Passphrases
from sealwright.pki import certificate
from sealwright.workflow.authority import cas, delegates, lists
from sealwright.workflow.authority.addresses import Given, remember_deltas
from sealwright.workflow.authority.responding import Responder
from sealwright.workflow.authority.revoking import Why, revoke, rows
from sealwright.workflow.authority.stamping import Believed, Timestamper, require_policy
from sealwright.workflow.certify import INTERMEDIATE, Pki
from world.authority import PASSPHRASES, SUBJECT, AuthorityFolder

AT = dt.datetime(2026, 11, 20, 12, 0, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
URL = "http://pki.acme.example/pki/acme"


@pytest.fixture
def made(tmp_path: Path) -> AuthorityFolder:
    return AuthorityFolder(tmp_path / "pki", URL, at=AT - DAY)


class Clock:
    """A clock that a test moves: the time of day, and the seconds that pass."""

    def __init__(self) -> None:
        self.at = AT
        self.steady = 100.0

    def pass_(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)
        self.steady += seconds

    @property
    def believed(self) -> Believed:
        return Believed(lambda: self.at, lambda: self.steady)


def question(
    made: AuthorityFolder, name: str = "build", algorithm: hashes.HashAlgorithm | None = None
) -> bytes:
    own, above, *_ = x509.load_pem_x509_certificates(made.file(f"{name}.pem").read_bytes())
    builder = ocsp.OCSPRequestBuilder().add_certificate(own, above, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


def stamp_request() -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(b"x").digest()}
    return bytes(tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump())


def failure(content: bytes) -> Any:
    return tsp.PKIStatusInfo.load(core.Sequence.load(content)[0].dump())["fail_info"].native


def responder(
    made: AuthorityFolder, at: dt.datetime = AT, passphrases: Passphrases = PASSPHRASES
) -> Responder:
    return Responder(cas.opened(made.folder, at), passphrases, at)


def timestamper(made: AuthorityFolder, clock: Clock) -> Timestamper:
    return Timestamper(cas.opened(made.folder, clock.at), PASSPHRASES, clock.believed)


def test_each_ca_has_a_responder_that_is_used_again(made: AuthorityFolder) -> None:
    first = responder(made)
    assert {ca.key for ca in cas.found(made.folder)} == set(first.delegates)
    assert [True, True] == [one.made for one in first.delegates.values()]
    again = responder(made)
    assert [False, False] == [one.made for one in again.delegates.values()]
    roles = [row.issued.role for row in rows(made.folder, AT)]
    assert ["ca", "ca", "leaf", "ocsp", "ocsp"] == roles


def test_a_responder_is_renewed_in_its_last_third_and_keeps_its_key(
    made: AuthorityFolder,
) -> None:
    ledger = cas.opened(made.folder, AT)
    ca = cas.of_name(made.folder, "intermediate")
    first = delegates.responder(ledger, ca, PASSPHRASES, AT, 30)
    early = delegates.responder(ledger, ca, PASSPHRASES, AT + 19 * DAY, 30)
    late = delegates.responder(ledger, ca, PASSPHRASES, AT + 21 * DAY, 30)
    assert (first.signer.certificate, False) == (early.signer.certificate, early.made)
    assert late.made
    assert AT + 51 * DAY == late.until
    assert first.signer.certificate.public_key == late.signer.certificate.public_key


def test_without_the_key_of_the_ca_a_delegate_serves_until_it_ends(made: AuthorityFolder) -> None:
    ledger = cas.opened(made.folder, AT)
    ca = cas.of_name(made.folder, "intermediate")
    first = delegates.responder(ledger, ca, PASSPHRASES, AT, 30)
    made.file("intermediate.key").unlink()
    later = delegates.responder(ledger, ca, PASSPHRASES, AT + 29 * DAY, 30)
    assert first.signer.certificate == later.signer.certificate
    with pytest.raises(UsageError) as caught:
        delegates.responder(ledger, ca, PASSPHRASES, AT + 31 * DAY, 30)
    assert "pki.ca-key-absent" == caught.value.code


def test_a_delegate_that_was_revoked_gets_another_key_or_says_nothing(made: AuthorityFolder) -> None:
    clock = Clock()
    first, stamps = responder(made), timestamper(made, clock)
    before = {ca: one.signer.certificate for ca, one in first.delegates.items()}
    old = stamps.delegate.signer.certificate
    for one in (*before.values(), old):
        revoke(made.folder, f"{one.serial:x}", Why("keyCompromise"), AT)
    first._ledger.refresh()
    stamps._ledger.refresh()
    assert "tryLater" == first.answer(question(made), AT).said
    refused = stamps.answer(stamp_request())
    assert ("timeNotAvailable", {"time_not_available"}) == (refused.said, failure(refused.content))
    first.renew(AT)
    stamps.renew(AT)
    assert "good" == first.answer(question(made), AT).said
    assert "granted" == stamps.answer(stamp_request()).said
    assert stamps.delegate.signer.certificate.public_key != old.public_key
    for ca, delegate in first.delegates.items():
        assert delegate.signer.certificate.public_key != before[ca].public_key


def test_a_timestamper_carries_the_addresses_and_sends_what_is_below_the_root(made: AuthorityFolder) -> None:
    stamps = timestamper(made, Clock())
    own = stamps.delegate.signer.certificate
    assert own.revocable
    assert [own.subject_text, "CN=Signing CA,O=Acme,ST=WA,C=US"] == [
        one.subject_text for one in stamps.delegate.chain
    ]


def test_a_root_alone_stamps_by_itself(tmp_path: Path) -> None:
    pki = Pki(tmp_path, AT - DAY, PASSPHRASES, ignore)
    pki.root((("CN", "Root"), *SUBJECT), "EC-256", 7300)
    stamps = Timestamper(cas.opened(tmp_path, AT), PASSPHRASES, Clock().believed)
    assert "granted" == stamps.answer(stamp_request()).said


def test_keys_of_delegates_are_closed_as_that_of_the_ca_is(made: AuthorityFolder, tmp_path: Path) -> None:
    responder(made)
    assert "ENCRYPTED" in made.file("responders/root.key").read_text()
    problems = responder(made, passphrases=_nobody()).problems
    assert ["key.passphrase-missing"] * 2 == [problem.code for problem in problems.values()]
    plain = Pki(tmp_path / "plain", AT - DAY, _nobody(), ignore, unencrypted=True)
    plain.root((("CN", "Root"), *SUBJECT), "EC-256", 7300)
    open_ = Responder(cas.opened(plain.folder, AT), _nobody(), AT)
    assert {} == open_.problems
    assert "ENCRYPTED" not in (plain.folder / "responders/root.key").read_text()


def _nobody() -> Passphrases:
    return Passphrases(Environment({}, Path("/")))


def test_keys_that_belong_to_others_are_refused(made: AuthorityFolder) -> None:
    responder(made)
    other = made.file("responders/root.key").read_bytes()
    made.file("responders/intermediate.key").write_bytes(other)
    problem = responder(made).problems["intermediate"]
    assert (DocumentError, "key.certificate-mismatch") == (type(problem), problem.code)
    made.file("intermediate.key").write_bytes(made.file("root.key").read_bytes())
    with pytest.raises(DocumentError) as caught:
        cas.of_name(made.folder, "intermediate").issuer(PASSPHRASES)
    assert "key.certificate-mismatch" == caught.value.code
    with pytest.raises(UsageError) as unknown:
        cas.of_name(made.folder, "build")
    assert "pki.no-such-name" == unknown.value.code


def test_an_answer_is_given_again_until_half_of_its_time_or_until_something_is_revoked(
    made: AuthorityFolder,
) -> None:
    one = responder(made)
    minute = dt.timedelta(minutes=1)
    first = one.answer(question(made), AT)
    assert first is one.answer(question(made), AT + 29 * minute)
    later = one.answer(question(made), AT + 31 * minute)
    assert (AT + 31 * minute, AT + 91 * minute) == (later.this_update, later.next_update)
    before = one.answer(question(made), AT)
    assert AT == before.this_update, "an answer from later than now is not given"
    revoke(made.folder, "build", Why(), AT)
    one._ledger.refresh()
    one.look(AT, cas.found(made.folder))
    assert "revoked" == one.answer(question(made), AT).said


def test_a_former_key_of_a_ca_still_answers_for_what_it_issued(made: AuthorityFolder) -> None:
    one = responder(made)
    asked = question(made)
    made.pki.renew("intermediate", 100, "EC-384")
    made.pki.issue("second", None, "EC-256", 10)
    one._ledger.refresh()
    one.look(AT, cas.found(made.folder))
    assert 3 == len(one.delegates)
    assert ["good", "good"] == [one.answer(content, AT).said for content in (asked, question(made, "second"))]


def test_nobody_answers_for_a_delegate_that_has_ended(made: AuthorityFolder) -> None:
    one = responder(made)
    late = one.answer(question(made), AT + 40 * DAY)
    assert ("tryLater", None) == (late.said, late.next_update)
    clock = Clock()
    stamps = timestamper(made, clock)
    clock.pass_(400 * 86400)
    assert "timeNotAvailable" == stamps.answer(stamp_request()).said


def test_a_ca_that_has_ended_makes_nothing_more(made: AuthorityFolder) -> None:
    late = AT + 4000 * DAY
    ledger = cas.opened(made.folder, late)
    ca = cas.of_name(made.folder, "intermediate")
    pki = Pki(made.folder, late, PASSPHRASES, ignore)
    for act in (
        lambda: pki.issue("second", None, "EC-256", 10),
        lambda: delegates.responder(ledger, ca, PASSPHRASES, late),
        lambda: delegates.timestamper(ledger, PASSPHRASES, late),
        lambda: lists.make(ledger, ca, ca.issuer(PASSPHRASES), late, 1),
    ):
        with pytest.raises(UsageError) as caught:
            act()
        assert "pki.ca-ended" == caught.value.code
    assert not made.file("second.pem").exists()


def test_a_clock_that_went_back_is_never_believed_again(made: AuthorityFolder) -> None:
    clock = Clock()
    stamps = timestamper(made, clock)
    clock.pass_(3600)
    assert "granted" == stamps.answer(stamp_request()).said
    clock.at -= dt.timedelta(seconds=0.9)
    assert "granted" == stamps.answer(stamp_request()).said, "clocks are slewed"
    clock.at -= dt.timedelta(seconds=60)
    refused = stamps.answer(stamp_request())
    assert ("timeNotAvailable", {"time_not_available"}) == (refused.said, failure(refused.content))
    assert refused.problem is not None
    assert "pki.clock-went-back" == refused.problem.code
    clock.pass_(7200)
    clock.at += dt.timedelta(seconds=120)
    assert "timeNotAvailable" == stamps.answer(stamp_request()).said


def test_a_clock_that_lags_behind_the_time_that_passes_is_not_believed() -> None:
    clock = Clock()
    believed = clock.believed
    clock.steady += 10
    with pytest.raises(EnvironmentalError) as caught:
        believed.now()
    assert ("pki.clock-went-back", "10.0") == (caught.value.code, caught.value.data["seconds"])


def test_a_machine_that_slept_is_believed() -> None:
    clock = Clock()
    believed = clock.believed
    clock.at += DAY  # the steady clock does not count sleep
    assert AT + DAY == believed.now()


@pytest.mark.parametrize("policy", ["", "1", "3.1", "1.2.", "a.b", "1.02", "1.2.3.4.5 ", "1." + "9" * 12])
def test_a_policy_is_a_number(policy: str) -> None:
    with pytest.raises(UsageError) as caught:
        require_policy(policy)
    assert "pki.policy-invalid" == caught.value.code


def test_addresses_are_written_with_the_key_of_the_ca_and_can_be_forgotten(made: AuthorityFolder) -> None:
    (key,) = [ca.key for ca in cas.found(made.folder) if ca.stem == "intermediate"]
    assert _addresses(made, "build") == [f"{URL}/ocsp", f"{URL}/{key}.cer", f"{URL}/{key}.crl"]
    forgetting = Pki(made.folder, AT, PASSPHRASES, ignore, given=Given(ocsp="", issuer=""))
    forgetting.issue("second", None, "EC-256", 10)
    assert [f"{URL}/{key}.crl"] == _addresses(made, "second")
    made.pki.renew("second", 5)
    assert [f"{URL}/ocsp", f"{URL}/{key}.cer", f"{URL}/{key}.crl"] == _addresses(made, "second")


def _addresses(made: AuthorityFolder, name: str) -> list[str]:
    chain = cas.chain_of(made.file(f"{name}.pem"))
    assert chain is not None
    found = []
    for one in chain[0].handle.extensions:
        if isinstance(one.value, x509.AuthorityInformationAccess):
            found += [access.access_location.value for access in one.value]
        elif isinstance(one.value, x509.CRLDistributionPoints):
            found += [name.value for point in one.value for name in point.full_name or ()]
    return found


@pytest.mark.parametrize(
    "url", ["ftp://x", "http://", "http://x/a b", "x", "http://x/\u00e4", "http://x/" + "y" * 1024]
)
def test_what_is_no_address_is_refused(made: AuthorityFolder, url: str) -> None:
    before = made.file("ledger.jsonl").read_bytes()
    with pytest.raises(UsageError) as caught:
        Pki(made.folder, AT, PASSPHRASES, ignore, given=Given(crl=url)).remember(INTERMEDIATE)
    assert "pki.address-invalid" == caught.value.code
    assert before == made.file("ledger.jsonl").read_bytes()


def test_delta_lists_of_two_cas_need_two_addresses(made: AuthorityFolder) -> None:
    with pytest.raises(UsageError) as caught:
        remember_deltas(made.folder, f"{URL}/delta.crl", AT)
    assert "pki.address-of-one-ca" == caught.value.code
    remember_deltas(made.folder, f"{URL}/{{ca}}-delta.crl", AT)
    kept = cas.opened(made.folder, AT).addressed
    assert {"root", "intermediate"} == set(kept)
    assert f"{URL}/ocsp" == kept["root"].addresses.ocsp, "what else was remembered stays"


def test_a_former_ca_is_found_and_no_list_is_taken_for_one(
    made: AuthorityFolder,
) -> None:
    old = cas.of_name(made.folder, "intermediate").certificate
    made.pki.renew("intermediate", 100, "EC-384")
    made.file("root.crl.pem").write_text("-----BEGIN X509 CRL-----\n")
    assert ["root", "intermediate", f"intermediate.{old.serial:x}"] == [
        ca.stem for ca in cas.found(made.folder)
    ]
    assert certificate.parse(old.der) == cas.found(made.folder)[2].certificate
