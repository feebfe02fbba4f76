"""Envelopes in hand, without file, network and clock."""

import datetime as dt
from typing import Any

import msgspec
import pytest

import sealwright
from api.conftest import POLICY, pem
from world import notary, pki
from world.home import statement

CHAIN = pki.chain("ec256")
TRUST = {"ca:acme": pem(CHAIN.root)}
NAME = "registry.acme.example/net-monitor"


def envelope(kind: str = notary.ENVELOPES[0], location: str = "", **changes: Any) -> sealwright.Envelope:
    return sealwright.Envelope(notary.signed(CHAIN, kind, **changes), kind, location)


def judged(*envelopes: sealwright.Envelope, **changes: Any) -> sealwright.Verdict:
    how: dict[str, Any] = {"policy": POLICY, "trust": TRUST, "at": pki.NOW, **changes}
    return sealwright.judge_envelopes(envelopes, notary.IMAGE, NAME, **how)


@pytest.mark.parametrize("kind", notary.ENVELOPES)
def test_a_good_envelope_is_accepted(kind: str) -> None:
    verdict = judged(envelope(kind))

    assert "accepted" == verdict.decision
    assert f"{NAME}@{notary.IMAGE.digest}" == verdict.require()
    assert ["envelope 1"] == [report.location for report in verdict.signatures]


def test_an_envelope_tells_what_it_says() -> None:
    summary = sealwright.inspect_envelope(envelope())

    assert (notary.IMAGE.digest, notary.SIGNED_AT) == (summary.payload.digest, summary.signing_time)
    with pytest.raises(sealwright.MalformedSignatureError):
        sealwright.inspect_envelope(sealwright.Envelope(b"{}", notary.ENVELOPES[0]))


def test_the_given_time_decides() -> None:
    expiring = envelope(expiry=pki.NOW + dt.timedelta(days=1))

    assert "accepted" == judged(expiring).decision
    assert pki.NOW + dt.timedelta(days=1) == judged(expiring).settled_until
    assert "expiry.expired" == judged(expiring, at=pki.NOW + dt.timedelta(days=1)).reason
    assert "timestamp.certificate-expired" == judged(envelope(), at=pki.NOT_AFTER + dt.timedelta(1)).reason


def test_every_envelope_is_reported() -> None:
    junk = sealwright.Envelope(b"junk", notary.ENVELOPES[1], "sha256:…")
    verdict = judged(junk, envelope(location="first"), envelope())

    assert ["first", "envelope 3"] == [report.location for report in verdict.signatures]
    assert ["sha256:…"] == [one.location for one in verdict.unreadable]
    assert "accepted" == verdict.decision


def test_no_envelope_is_no_signature() -> None:
    assert ("refused", "verdict.unsigned") == (judged().decision, judged().reason)


def test_an_image_that_no_statement_is_about_is_refused() -> None:
    policy = {"version": "1.0", "trustPolicies": [statement(scopes=("a.b/c",))]}

    assert ("refused", "policy.no-statement") == (
        judged(envelope(), policy=policy).decision,
        judged(envelope(), policy=policy).reason,
    )


def test_another_image_is_refused() -> None:
    other = sealwright.Descriptor(notary.IMAGE.media_type, sealwright.Digest.of(b"other"), 5)
    verdict = sealwright.judge_envelopes([envelope()], other, NAME, policy=POLICY, trust=TRUST, at=pki.NOW)

    assert "artifact.payload-mismatch" == verdict.reason


def test_a_policy_that_does_not_tell_its_needs_beforehand_is_answered_all_the_same() -> None:
    class Reticent:
        language, origin, digest = "own", "here", sealwright.Digest.of(b"")

        def statement(self, subject: sealwright.Subject) -> object:
            told = sealwright.read_policy(POLICY).statement(subject)
            return msgspec.structs.replace(told, needs=frozenset())

    assert "accepted" == judged(envelope(), policy=Reticent()).decision


def test_trust_stores_are_made_once_and_used_often() -> None:
    stores = sealwright.TrustStores({"ca:acme": [CHAIN.root, pem(*pki.chain("ec384").certificates[1:])]})

    assert ("ca:acme",) == stores.names
    assert {"accepted"} == {judged(envelope(), trust=stores).decision for _ in range(2)}
    assert "truststore.not-given" == judged(envelope(), trust={"ca:other": CHAIN.root}).reason


@pytest.mark.parametrize(
    ("stores", "code"),
    [
        ({"acme": CHAIN.root}, "truststore.kind-unknown"),
        ({"ca:": CHAIN.root}, "truststore.name-invalid"),
        ({"ca:../x": CHAIN.root}, "truststore.name-invalid"),
        ({"ca:acme": []}, "truststore.empty"),
        ({"ca:acme": b""}, "certificate.none-in-file"),
        ({"ca:acme": b"0junk"}, "certificate.malformed"),
        ({"ca:acme": CHAIN.certificates[0]}, "certificate.not-an-anchor"),
        ({"tsa:acme": CHAIN.certificates[1]}, "certificate.not-a-root"),
    ],
)
def test_trust_stores_that_are_wrong_are_refused(stores: Any, code: str) -> None:
    with pytest.raises(sealwright.SealwrightError) as caught:
        sealwright.TrustStores(stores)

    assert code == caught.value.code


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(sealwright.UsageError, match="has no time zone"):
        judged(envelope(), at=pki.NOW.replace(tzinfo=None))
