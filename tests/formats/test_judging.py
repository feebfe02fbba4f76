"""What a rule thinks of a signature: each check, what its failure means, and what is then not looked at."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.x509.oid import NameOID

from sealwright import limits, media_types, reasons
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.evidence import Crl, Evidence, Need, OcspResponse, PluginReply, TrustStore, Unavailable
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import signature
from sealwright.formats.notary.attributes import UnsignedAttributes
from sealwright.pki import names
from sealwright.rules import X509Identity
from sealwright.signature import Subject
from sealwright.verdict import STAGES, Judgement
from world import notary, pki, revocation

JWS = media_types.NOTARY_JWS
CHAIN = pki.chain("ec256")
CONTENT = notary.signed(CHAIN, user_metadata={"build": "42"})
TRUST = notary.trusting(CHAIN.root)
ALL_PASSED = dict.fromkeys(STAGES, "passed") | {"plugin": "skipped"}
BOTH = pytest.mark.parametrize("envelope", notary.ENVELOPES)


def identity(text: str) -> X509Identity:
    return X509Identity(text, names.parse_identity(text))


def judged(content: bytes = CONTENT, evidence: Evidence = TRUST, **changes: Any) -> Judgement:
    return notary.judged(content, JWS, evidence, **changes)


def found(judgement: Judgement) -> Mapping[str, str]:
    """What is other than where all passed."""
    for check in judgement.checks:
        if check.reason:
            assert reasons.sentence(check.reason, check.data)
            assert isinstance(reasons.hint(check.reason, check.data), str)
    outcomes = notary.outcomes(judgement)
    assert list(STAGES) == list(outcomes)
    return {name: how for name, how in outcomes.items() if how != ALL_PASSED[name]}


def rest(after: str) -> dict[str, str]:
    return dict.fromkeys(STAGES[STAGES.index(after) + 1 :], "not_reached")


@BOTH
def test_a_good_signature_passes_every_check(envelope: str) -> None:
    judgement = notary.judged(notary.signed(CHAIN, envelope), envelope, TRUST)
    assert {} == found(judgement)
    assert judgement.counts
    assert judgement.authentic
    assert "policy:1" == judgement.requirement


def test_the_signer_is_the_key_whatever_its_certificate() -> None:
    alone = pki.chain("ec256", 1)
    other = judged(notary.signed(alone), notary.trusting(alone.root))
    assert judged().signer == other.signer
    ec384 = pki.chain("ec384")
    assert judged().signer != judged(notary.signed(ec384), notary.trusting(ec384.root)).signer


# integrity


@BOTH
def test_an_unknown_critical_attribute_fails(envelope: str) -> None:
    odd = notary.attributes(CHAIN, extended={"com.acme.x": 1}, critical=(attribute.SCHEME, "com.acme.x"))
    judgement = notary.judged(notary.crafted(CHAIN, envelope, odd), envelope, TRUST)
    assert {"integrity": "integrity.unknown-critical-attribute", **rest("integrity")} == found(judgement)
    assert not judgement.counts
    assert "" == judgement.signer


@BOTH
def test_an_unknown_attribute_that_is_not_critical_passes(envelope: str) -> None:
    odd = notary.attributes(CHAIN, extended={"com.acme.x": 1})
    assert notary.judged(notary.crafted(CHAIN, envelope, odd), envelope, TRUST).counts


@BOTH
def test_the_algorithm_is_the_key_s_own(envelope: str) -> None:
    other = pki.chain("ec384")
    odd = notary.attributes(CHAIN, algorithm=other.algorithm)
    judgement = notary.judged(notary.crafted(CHAIN, envelope, odd), envelope, TRUST)
    assert {"integrity": "integrity.algorithm-mismatch", **rest("integrity")} == found(judgement)


@pytest.mark.parametrize(
    ("chain", "problem"),
    [
        (CHAIN._replace(certificates=CHAIN.certificates[:2]), "certificate.root-not-self-signed"),
        (pki.chain("ec256", leaf={"ca": True}), "certificate.leaf-is-ca"),
        (
            pki.chain("ec256", leaf={"not_before": notary.SIGNED_AT + timedelta(seconds=1)}),
            "certificate.not-valid-at-signing",
        ),
        (
            pki.chain("ec256", root={"not_after": notary.SIGNED_AT - timedelta(seconds=1)}),
            "certificate.not-valid-at-signing",
        ),
    ],
)
def test_a_chain_that_cannot_carry_a_signature_fails_integrity(chain: pki.Chain, problem: str) -> None:
    judgement = judged(notary.crafted(chain), notary.trusting(chain.root))
    assert {"integrity": "integrity.chain", **rest("integrity")} == found(judgement)
    assert problem == judgement.checks[1].data["rule"]


def test_integrity_cannot_be_relaxed_and_is_found_out_once() -> None:
    changed = CHAIN._replace(certificates=CHAIN.certificates[:2])
    actions = dict.fromkeys(STAGES, "log")
    judgement = judged(notary.crafted(changed), actions=actions)
    assert not judgement.counts
    assert ["enforce"] * 3 == [check.action for check in judgement.checks[:3]]
    parsed = signature.parse(notary.stored(CONTENT, JWS))
    first, second = (parsed.judge(notary.SUBJECT, notary.rule(), "x", TRUST, pki.NOW) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.judgement.checks[1] is second.judgement.checks[1]


# artifact


@pytest.mark.parametrize(
    "other",
    [
        Descriptor(notary.IMAGE.media_type, Digest.of(b"x"), notary.IMAGE.size),
        Descriptor(notary.IMAGE.media_type, notary.IMAGE.digest, notary.IMAGE.size + 1),
        Descriptor(media_types.IMAGE_INDEX, notary.IMAGE.digest, notary.IMAGE.size),
    ],
)
def test_the_payload_is_about_the_subject(other: Descriptor) -> None:
    judgement = judged(subject=Subject(other, "docker", "x"))
    assert {"artifact": "artifact.payload-mismatch", **rest("artifact")} == found(judgement)
    assert not judgement.counts


@pytest.mark.parametrize(
    ("metadata", "fits"),
    [({"build": "42"}, True), ({"build": "43"}, False), ({"other": "42"}, False), ({"Build": "42"}, False)],
)
def test_the_metadata_asked_for_is_in_the_payload(metadata: Mapping[str, str], *, fits: bool) -> None:
    expected = {} if fits else {"artifact": "artifact.metadata-missing", **rest("artifact")}
    assert expected == found(judged(metadata=metadata))


# authenticity


def test_missing_trust_stores_are_asked_for() -> None:
    parsed = signature.parse(notary.stored(CONTENT, JWS))
    rule = notary.rule(stores=("ca:acme", "ca:b", "signingAuthority:c", "tsa:d"))
    result = parsed.judge(notary.SUBJECT, rule, "policy:1", TRUST, pki.NOW)
    assert result is not None
    assert {TrustStore("ca", "b")} == result.needs
    assert not result.judgement.counts
    assert rest("artifact") == found(result.judgement)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_any_certificate_of_the_chain_may_be_the_trusted_one(which: int) -> None:
    assert judged(evidence=notary.trusting(b"other", CHAIN.certificates[which])).counts


def test_the_same_key_in_another_certificate_is_not_trusted() -> None:
    renewed = pki.chain("ec256", 2, root={"serial": 2}).root
    judgement = judged(evidence=notary.trusting(renewed))
    assert {
        "authenticity": "authenticity.untrusted-chain",
        "revocation": "not_reached",
    } == found(judgement)
    assert not judgement.counts
    assert not judgement.authentic


@pytest.mark.parametrize("stores", [("ca:acme",), ("tsa:acme",), ("signingAuthority:acme",)])
def test_without_certificates_nothing_is_trusted(stores: tuple[str, ...]) -> None:
    judgement = judged(evidence=notary.trusting(), stores=stores)
    assert "authenticity.no-trusted-certificates" == found(judgement)["authenticity"]


def test_a_store_that_cannot_be_read_makes_the_check_unavailable_whatever_another_holds() -> None:
    broken = Unavailable("truststore.absent", retryable=False, data={"kind": "ca", "name": "b"})
    evidence = TRUST.with_answers({TrustStore("ca", "b"): broken})
    for stores in (("ca:b",), ("ca:b", "ca:acme"), ("ca:acme", "ca:b")):
        judgement = judged(evidence=evidence, stores=stores)
        check = judgement.checks[STAGES.index("authenticity")]
        assert ("unavailable", "truststore.absent") == (check.outcome, check.reason)
        assert not judgement.counts


@BOTH
def test_an_authority_is_trusted_by_its_own_stores_only(envelope: str) -> None:
    content = notary.crafted(CHAIN, envelope, notary.authority(CHAIN))
    as_authority = notary.trusting(CHAIN.root, kind="signingAuthority")
    assert notary.judged(content, envelope, as_authority, stores=("signingAuthority:acme",)).counts
    judgement = notary.judged(content, envelope, TRUST, stores=("ca:acme",))
    assert "authenticity.no-trusted-certificates" == found(judgement)["authenticity"]


# identity


@pytest.mark.parametrize(
    ("identities", "reason"),
    [
        ((identity("C=US, ST=WA, O=Acme"),), ""),
        ((identity("C=US, ST=WA, O=Other"), identity("C=US, S=WA, O=Acme, CN=Leaf ec256")), ""),
        ((identity("C=US, ST=WA, O=Other"),), "identity.no-match"),
        ((), "identity.no-match"),
    ],
)
def test_the_leaf_s_subject_is_a_trusted_identity(identities: Any, reason: str) -> None:
    judgement = judged(identities=identities)
    expected = {"identity": reason, "revocation": "not_reached"} if reason else {}
    assert expected == found(judgement)
    assert judgement.counts is (not reason)


def test_a_subject_with_two_of_an_attribute_matches_nobody_but_the_wildcard() -> None:
    units = ((NameOID.ORGANIZATIONAL_UNIT_NAME, "a"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "b"))
    chain = pki.chain("ec256", subject=pki.name("two", *units))
    content = notary.signed(chain)
    assert judged(content).counts
    judgement = judged(content, identities=(identity("C=US, ST=WA, O=Acme"),))
    assert "identity.subject-ambiguous" == found(judgement)["identity"]


def test_identity_means_what_authenticity_means() -> None:
    judgement = judged(identities=(), actions={"authenticity": "log"})
    assert "log" == judgement.checks[STAGES.index("identity")].action


# expiry


@pytest.mark.parametrize(
    ("later", "reason"),
    [(timedelta(seconds=-1), ""), (timedelta(0), "expiry.expired"), (timedelta(days=1), "expiry.expired")],
)
def test_a_signature_counts_until_it_expires(later: timedelta, reason: str) -> None:
    content = notary.signed(CHAIN, expiry=pki.NOW)
    judgement = judged(content, at=pki.NOW + later)
    assert ({"expiry": reason} if reason else {}) == found(judgement)
    assert judged(content, at=pki.NOW + later, actions={"expiry": "log"}).counts


# timestamp

OUTLIVED = pki.NOT_AFTER + timedelta(seconds=1)
WITH_TOKEN = notary.crafted(CHAIN, unsigned=UnsignedAttributes(timestamp=b"token"))


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (pki.NOT_AFTER, ""),
        (OUTLIVED, "timestamp.certificate-expired"),
        (pki.NOT_BEFORE - timedelta(seconds=1), "timestamp.signing-time-in-future"),
    ],
)
def test_without_a_timestamp_the_chain_is_valid_now(at: Any, reason: str) -> None:
    judgement = judged(at=at)
    assert ({"timestamp": reason} if reason else {}) == found(judgement)


def test_a_chain_that_is_not_yet_valid_is_no_better() -> None:
    content = notary.crafted(CHAIN, signed_attributes=notary.attributes(CHAIN, signing_time=None))
    judgement = judged(content, at=pki.NOT_BEFORE - timedelta(seconds=1))
    assert {"timestamp": "timestamp.certificate-not-yet-valid"} == found(judgement)


@pytest.mark.parametrize(("skew", "counts"), [(0, True), (1, False)])
@pytest.mark.parametrize("authority", [False, True])
def test_a_signature_from_the_future_fails(skew: int, *, counts: bool, authority: bool) -> None:
    made = notary.authority(CHAIN) if authority else notary.attributes(CHAIN)
    stores = ("ca:acme", "signingAuthority:acme")
    evidence = notary.trusting(CHAIN.root, kind="signingAuthority").with_answers(
        {TrustStore("ca", "acme"): (CHAIN.root,)}
    )
    at = notary.SIGNED_AT - timedelta(seconds=limits.CLOCK_SKEW_SECONDS + skew)
    judgement = judged(notary.crafted(CHAIN, signed_attributes=made), evidence, at=at, stores=stores)
    assert counts is judgement.counts
    assert counts is ("timestamp" not in found(judgement))


def test_an_authority_s_time_stands_after_the_chain_has_expired() -> None:
    content = notary.crafted(CHAIN, signed_attributes=notary.authority(CHAIN))
    evidence = notary.trusting(CHAIN.root, kind="signingAuthority")
    assert {} == found(judged(content, evidence, at=OUTLIVED, stores=("signingAuthority:acme",)))


STORES = ("ca:acme", "tsa:digicert")


@pytest.mark.parametrize(
    ("content", "at", "when", "outcome"),
    [
        (CONTENT, pki.NOW, "always", "timestamp.missing"),
        (WITH_TOKEN, pki.NOW, "always", "timestamp.malformed"),
        (CONTENT, pki.NOW, "afterCertExpiry", ""),
        (WITH_TOKEN, pki.NOW, "afterCertExpiry", ""),
        (CONTENT, OUTLIVED, "afterCertExpiry", "timestamp.missing"),
        (WITH_TOKEN, OUTLIVED, "afterCertExpiry", "timestamp.malformed"),
    ],
)
def test_a_timestamp_that_is_asked_for_cannot_be_passed_over(
    content: bytes, at: Any, when: str, outcome: str
) -> None:
    evidence = TRUST.with_answers({TrustStore("tsa", "digicert"): (CHAIN.root,)})
    judgement = judged(content, evidence, stores=STORES, timestamp=when, at=at)
    assert ({"timestamp": outcome} if outcome else {}) == found(judgement)
    assert judgement.counts is (not outcome)
    assert judged(
        content, evidence, stores=STORES, timestamp=when, at=at, actions={"timestamp": "log"}
    ).counts


# revocation


DEAD = Unavailable("network.timed-out", retryable=True, data={"host": "acme.example"})


def asked(chain: pki.Chain, place: int, where: Any) -> OcspResponse | Crl:
    """The question that a certificate of a chain gives rise to."""
    about, issuer = chain.certificates[place : place + 2]
    if where is pki.CRL:
        return Crl("http://crl.acme.example/1.crl", issuer)
    return OcspResponse("http://ocsp.acme.example", about, issuer)


@pytest.mark.parametrize("where", [pki.OCSP, pki.CRL])
@pytest.mark.parametrize("place", ["leaf", "issuer"])
def test_a_certificate_of_which_nothing_is_known_is_judged_by_the_level(place: str, where: Any) -> None:
    changes: Any = {place: {"extensions": (where,)}}
    chain = pki.chain("ec256", **changes)
    content = notary.signed(chain)
    evidence = TRUST.with_answers({asked(chain, ["leaf", "issuer"].index(place), where): DEAD})
    judgement = judged(content, evidence)
    assert {"revocation": "revocation.unknown"} == found(judgement)
    assert "unavailable" == judgement.outcome("revocation")
    assert not judgement.counts
    assert judged(content, evidence, actions={"revocation": "log"}).counts
    skipped = judged(content, actions={"revocation": "skip"})
    assert skipped.counts
    assert {"revocation": "skipped"} == found(skipped)


@pytest.mark.parametrize(
    ("word", "revoked", "counts"),
    [("refuse", 1, False), ("accept", 1, True), ("accept", -1, False), ("accept", 0, False)],
)
def test_a_time_that_an_authority_proves_is_compared_with_the_revocation(
    word: str, revoked: float, *, counts: bool
) -> None:
    """`revoked` is in hours after the time of signing."""
    chain = revocation.chain(crl=["http://crl.acme.example/1.crl"])
    signed_at = revocation.hours(-48)
    attributes = notary.authority(chain, authentic_signing_time=signed_at)
    content = notary.crafted(chain, signed_attributes=attributes)
    listed = revocation.crl(chain, [revocation.Revoked(at=-48 + revoked)])
    need = Crl("http://crl.acme.example/1.crl", chain.certificates[1])
    evidence = notary.trusting(chain.root, kind="signingAuthority").with_answers({need: listed})
    judgement = judged(
        content,
        evidence,
        at=revocation.START,
        stores=("signingAuthority:acme",),
        revoked_after_signing=word,
    )
    assert counts is judgement.counts
    assert ({} if counts else {"revocation": "revocation.revoked"}) == found(judgement)


def test_a_time_that_nobody_proves_is_not_compared() -> None:
    chain = revocation.chain(crl=["http://crl.acme.example/1.crl"])
    need = Crl("http://crl.acme.example/1.crl", chain.certificates[1])
    listed = revocation.crl(chain, [revocation.Revoked(at=-1)])
    evidence = notary.trusting(chain.root).with_answers({need: listed})
    judgement = judged(notary.signed(chain), evidence, at=revocation.START, revoked_after_signing="accept")
    assert "revocation.revoked" == found(judgement)["revocation"]


@pytest.mark.parametrize("where", [pki.OCSP, pki.CRL])
@pytest.mark.parametrize("action", ["enforce", "log"])
def test_nobody_is_asked_for_a_stranger(action: str, where: Any) -> None:
    chain = pki.chain("ec384", leaf={"extensions": (where,)})
    actions = {"authenticity": action, "revocation": action}
    judgement = judged(notary.signed(chain), actions=actions)
    assert "not_reached" == judgement.outcome("revocation")


def test_a_root_is_not_asked_about() -> None:
    chain = pki.chain("ec256", root={"extensions": (pki.CRL,)})
    assert judged(notary.signed(chain), notary.trusting(chain.root)).counts


# what a signature names


@pytest.mark.parametrize("action", ["enforce", "log", "skip"])
@pytest.mark.parametrize("wrong", ["authenticity", "identity"])
def test_nothing_that_a_signature_names_is_used_before_its_signer_is_trusted(action: Any, wrong: str) -> None:
    chain = pki.chain("ec256", leaf={"extensions": (pki.OCSP,)})
    made = notary.attributes(chain, plugin="x", critical=(attribute.SCHEME, attribute.PLUGIN))
    content = notary.crafted(chain, signed_attributes=made, unsigned=UnsignedAttributes(timestamp=b"token"))
    asked = PluginReply("x", "get-plugin-metadata", b"{}")
    known: Mapping[Need, object] = {asked: notary.plugin_metadata("x", notary.REVOCATION)}
    judgement = judged(
        content,
        notary.trusting(b"x") if wrong == "authenticity" else TRUST.with_answers(known),
        identities=() if wrong == "identity" else notary.ANYBODY,
        stores=STORES,
        actions={"authenticity": action},
    )
    reached = {name: judgement.outcome(name) for name in ("timestamp", "revocation", "plugin")}
    assert dict.fromkeys(reached, "not_reached") == reached
    assert not judgement.counts


def test_where_authenticity_is_only_logged_a_signature_counts_but_is_not_authentic() -> None:
    judgement = judged(
        evidence=notary.trusting(b"x"),
        actions={"authenticity": "log", "timestamp": "log", "expiry": "log", "revocation": "log"},
    )
    assert judgement.counts
    assert not judgement.authentic
