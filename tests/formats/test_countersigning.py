"""Timestamps of Notary signatures: what each level makes of good ones, wrong ones and those out of reach."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright import limits, media_types, reasons
from sealwright.evidence import Evidence, OcspAnswer, OcspResponse, TrustStore, Unavailable
from sealwright.formats.judged import Judged
from sealwright.formats.notary import signature, signing
from sealwright.verdict import STAGES
from world import notary, pki, timestamps

CHAIN = pki.chain("ec256")
TSA = timestamps.authority()
OTHER = timestamps.authority("ec384")
STORES = ("ca:acme", "tsa:clock")
BOTH = pytest.mark.parametrize("envelope", notary.ENVELOPES)
SECOND = dt.timedelta(seconds=1)
JWS = media_types.NOTARY_JWS

STRICT: Mapping[str, Any] = {}
PERMISSIVE = dict.fromkeys(("timestamp", "expiry", "revocation"), "log")
AUDIT = {**PERMISSIVE, "authenticity": "log"}
CUSTOM = {"timestamp": "log"}
LEVELS = {"strict": STRICT, "permissive": PERMISSIVE, "audit": AUDIT, "custom": CUSTOM}


def with_token(
    token: Callable[[bytes], bytes], envelope: str = JWS, chain: pki.Chain = CHAIN, **changes: Any
) -> bytes:
    """A signature with a token beside it, which is made of the signature's value."""
    prepared = signing.prepare(notary.order(envelope, **changes), chain.certificates)
    value = chain.sign(prepared.message, chain.algorithm)
    return signing.assemble(prepared, value, token(value))


def stamped(envelope: str = JWS, chain: pki.Chain = CHAIN, tsa: pki.Chain = TSA, **changes: Any) -> bytes:
    """A signature with the token of an authority; `changes` are as of `timestamps.token`."""
    return with_token(lambda value: timestamps.token(tsa, value, **changes), envelope, chain)


def evidence(*roots: bytes, chain: pki.Chain = CHAIN) -> Evidence:
    return Evidence(
        {TrustStore("ca", "acme"): (chain.root,), TrustStore("tsa", "clock"): roots or (TSA.root,)}
    )


def judged(
    content: bytes,
    known: Evidence | None = None,
    envelope: str = JWS,
    at: dt.datetime = pki.NOW,
    **changes: Any,
) -> Judged:
    parsed = signature.parse(notary.stored(content, envelope))
    rule = notary.rule(**{"stores": STORES, **changes})
    result = parsed.judge(notary.SUBJECT, rule, "policy:1", known or evidence(), at)
    assert result is not None
    return result


def outcome(result: Judged) -> str:
    """What became of the timestamp, the code in place of the outcome where there is one."""
    (check,) = [check for check in result.judgement.checks if check.name == "timestamp"]
    if check.reason:
        assert reasons.sentence(check.reason, check.data)
    return check.reason or check.outcome


@BOTH
def test_a_good_timestamp_proves_the_time_of_signing(envelope: str) -> None:
    result = judged(stamped(envelope, policy=timestamps.BASELINE), envelope=envelope)
    assert "passed" == outcome(result)
    assert result.judgement.counts
    assert not result.needs
    assert result.times is not None
    assert ("timestamp", timestamps.MADE_AT - SECOND, timestamps.MADE_AT + SECOND) == (
        result.times.source,
        result.times.earliest,
        result.times.latest,
    )
    (check,) = [check for check in result.judgement.checks if check.name == "timestamp"]
    assert "CN=Clock ec256" in str(check.data["authority"])


@BOTH
@pytest.mark.parametrize("when", ["always", "afterCertExpiry"])
def test_a_signature_outlives_its_certificates_by_its_timestamp(envelope: str, when: Any) -> None:
    at = pki.NOT_AFTER + dt.timedelta(days=365)
    content = stamped(envelope)
    result = judged(content, envelope=envelope, at=at, timestamp=when)
    assert dict.fromkeys(STAGES, "passed") | {"plugin": "skipped"} == notary.outcomes(result.judgement)
    assert not judged(content, envelope=envelope, at=at, timestamp=when, stores=("ca:acme",)).judgement.counts


def test_a_chain_that_is_valid_needs_no_timestamp_where_only_expired_ones_do() -> None:
    broken = with_token(lambda _: b"no token")
    assert "passed" == outcome(judged(broken, timestamp="afterCertExpiry"))
    assert "timestamp.malformed" == outcome(judged(broken, timestamp="always"))


# every wrong token, at every level


def _of(**changes: Any) -> Callable[[], tuple[bytes, Evidence]]:
    """The token of an authority of its own, trusted for all that it is."""

    def make() -> tuple[bytes, Evidence]:
        tsa = timestamps.authority(**changes)
        return stamped(tsa=tsa), evidence(tsa.root)

    return make


def _token(**changes: Any) -> Callable[[], tuple[bytes, Evidence]]:
    return lambda: (stamped(**changes), evidence())


FUTURE = pki.NOW + dt.timedelta(seconds=limits.CLOCK_SKEW_SECONDS + 1)
BEFORE = pki.NOT_BEFORE - SECOND
HUGE = timestamps.sequence(timestamps.integer(10**9))
CODE_SIGNING = ExtendedKeyUsageOID.CODE_SIGNING
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
WRONG: Mapping[str, tuple[Callable[[], tuple[bytes, Evidence]], str]] = {
    "wrong purpose": (_of(leaf={"purposes": (CODE_SIGNING,)}), "timestamp.chain"),
    "purpose not critical": (_of(leaf={"purposes_critical": False}), "timestamp.chain"),
    "one purpose more": (_of(leaf={"purposes": (TIME_STAMPING, CODE_SIGNING)}), "timestamp.chain"),
    "about something else": (_token(imprint=bytes(32)), "timestamp.imprint-mismatch"),
    "still to come": (_token(made_at=FUTURE), "timestamp.in-future"),
    "before the signer's certificate": (
        lambda: (
            stamped(
                tsa=(
                    tsa := timestamps.authority(
                        leaf={"not_before": BEFORE},
                        issuer={"not_before": BEFORE},
                        root={"not_before": BEFORE},
                    )
                ),
                made_at=BEFORE,
            ),
            evidence(tsa.root),
        ),
        "timestamp.before-certificate",
    ),
    "an accuracy of decades": (_token(accuracy=HUGE), "timestamp.before-certificate"),
    "an authority that had expired": (
        _of(leaf={"not_after": timestamps.MADE_AT - SECOND}),
        "timestamp.authority-not-valid",
    ),
    "an attacker's own chain": (
        lambda: (stamped(tsa=OTHER, certificates=OTHER.certificates), evidence()),
        "timestamp.untrusted-chain",
    ),
    "no name of its certificate": (_token(drop=("naming",)), "timestamp.signer-not-named"),
    "the name of another certificate": (_token(named=OTHER.certificates[0]), "timestamp.signer-mismatch"),
    "two signers": (_token(times=2), "timestamp.signers"),
    "SHA-1": (_token(digest="sha1"), "timestamp.algorithm"),
    "SHA-1 of the signature": (_token(hash_name="sha1"), "timestamp.imprint-algorithm"),
    "no token": (lambda: (with_token(lambda _: b"no token"), evidence()), "timestamp.malformed"),
    "none": (lambda: (notary.signed(CHAIN), evidence()), "timestamp.missing"),
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_a_wrong_timestamp_is_told_at_each_level_and_refused_where_it_is_enforced(
    row: tuple[Callable[[], tuple[bytes, Evidence]], str], level: str
) -> None:
    make, expected = row
    content, known = make()
    result = judged(content, known, actions=LEVELS[level])
    assert expected == outcome(result)
    assert (level != "strict") is result.judgement.counts
    assert result.times is None


GOOD: Mapping[str, Mapping[str, Any]] = {
    "an unsorted set": {"certificates": tuple(sorted(TSA.certificates, reverse=True))},
    "unsorted attributes": {"sort": False},
    "its own root with it": {"certificates": TSA.certificates},
    "the old name of its certificate": {"naming": "v1"},
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_what_authorities_differ_in_is_taken(changes: Mapping[str, Any]) -> None:
    assert "passed" == outcome(judged(stamped(**changes)))


def test_a_token_in_ber_is_taken() -> None:
    content = with_token(lambda value: timestamps.berish(timestamps.token(TSA, value)))
    assert "passed" == outcome(judged(content))


def test_a_timestamp_after_the_certificates_had_expired_is_of_no_use() -> None:
    short = pki.chain("ec256", leaf={"not_after": timestamps.MADE_AT})
    known = evidence(chain=short)
    assert "passed" == outcome(judged(stamped(chain=short), known))
    late = stamped(chain=short, made_at=timestamps.MADE_AT + SECOND)
    assert "timestamp.after-certificate" == outcome(judged(late, known))
    unsure = stamped(chain=short, policy=timestamps.BASELINE)
    assert "timestamp.after-certificate" == outcome(judged(unsure, known))


def test_a_verdict_over_a_time_to_come_ends_when_it_comes() -> None:
    result = judged(stamped(made_at=FUTURE))
    assert FUTURE - dt.timedelta(seconds=limits.CLOCK_SKEW_SECONDS) == result.until
    assert "passed" == outcome(judged(stamped(made_at=FUTURE), at=result.until))


# what is asked


def test_the_trust_stores_are_asked_for_first() -> None:
    known = notary.trusting(CHAIN.root)
    for content in (stamped(), with_token(lambda _: b"no token")):
        result = judged(content, known)
        assert {TrustStore("tsa", "clock")} == result.needs
        assert "not_reached" == outcome(result)


def test_nothing_is_asked_of_a_signature_that_nobody_trusts() -> None:
    known = notary.trusting(OTHER.root)
    for actions in (STRICT, AUDIT):
        result = judged(stamped(), known, actions=actions)
        assert not result.needs
        assert "not_reached" == outcome(result)


def test_a_trust_store_that_cannot_be_read_is_told() -> None:
    broken = Unavailable("truststore.empty", retryable=False, data={"kind": "tsa", "name": "clock"})
    known = notary.trusting(CHAIN.root).with_answers({TrustStore("tsa", "clock"): broken})
    result = judged(stamped(), known)
    assert "truststore.empty" == outcome(result)
    assert not result.judgement.counts


def test_any_of_several_stores_may_hold_the_root() -> None:
    known = evidence(OTHER.root).with_answers({TrustStore("tsa", "spare"): (TSA.root,)})
    assert "passed" == outcome(judged(stamped(), known, stores=(*STORES, "tsa:spare")))
    assert "timestamp.untrusted-chain" == outcome(judged(stamped(), known))


# revocation


REVOCABLE = timestamps.authority(leaf={"extensions": (pki.OCSP,)})
ASKED = OcspResponse("http://ocsp.acme.example", *REVOCABLE.certificates[:2])


def with_status(answer: object) -> Evidence:
    return evidence(REVOCABLE.root).with_answers({ASKED: answer})


def test_whether_the_authority_is_revoked_is_asked_once_it_is_trusted() -> None:
    result = judged(stamped(tsa=REVOCABLE), evidence(REVOCABLE.root))
    assert {ASKED} == result.needs
    assert "not_reached" == outcome(result)
    assert not judged(stamped(tsa=REVOCABLE), evidence(OTHER.root)).needs
    wrong = stamped(tsa=REVOCABLE, imprint=bytes(32))
    assert not judged(wrong, evidence(REVOCABLE.root)).needs


@pytest.mark.parametrize("level", LEVELS)
def test_a_revoked_authority_is_refused_where_timestamps_are_enforced(level: str) -> None:
    answer = OcspAnswer(timestamps.ocsp(REVOCABLE, pki.NOW, pki.NOW - dt.timedelta(days=1)))
    result = judged(stamped(tsa=REVOCABLE), with_status(answer), actions=LEVELS[level])
    assert "timestamp.revoked" == outcome(result)
    assert (level != "strict") is result.judgement.counts
    assert result.times is None


@pytest.mark.parametrize("level", LEVELS)
def test_an_authority_of_which_nothing_is_known_is_refused_where_timestamps_are_enforced(level: str) -> None:
    unreachable = Unavailable("network.refused", retryable=True, data={"host": "ocsp.acme.example"})
    for answer in (unreachable, OcspAnswer(b"nonsense")):
        result = judged(stamped(tsa=REVOCABLE), with_status(answer), actions=LEVELS[level])
        assert "timestamp.revocation-unknown" == outcome(result)
        assert "unavailable" == result.judgement.outcome("timestamp")
        assert (level != "strict") is result.judgement.counts


def test_where_revocation_is_skipped_that_of_the_authority_is_asked_for_all_the_same() -> None:
    result = judged(stamped(tsa=REVOCABLE), evidence(REVOCABLE.root), actions={"revocation": "skip"})
    assert {ASKED} == result.needs


def test_an_authority_in_good_standing_is_told_with_who_was_asked() -> None:
    answer = OcspAnswer(timestamps.ocsp(REVOCABLE, pki.NOW))
    result = judged(stamped(tsa=REVOCABLE), with_status(answer))
    assert "passed" == outcome(result)
    assert result.until == pki.NOW + dt.timedelta(hours=1)
    (check,) = [check for check in result.judgement.checks if check.name == "timestamp"]
    assert "http://ocsp.acme.example" in str(check.data["asked"])
