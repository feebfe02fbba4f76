from datetime import UTC, datetime, timedelta
from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import InternalError, NoStatementError, RefusedError
from sealwright.evidence import Evidence, Need, TrustStore, Unavailable
from sealwright.formats.judged import Judged
from sealwright.policy.decide import Candidate, Case, Opinion, decide
from sealwright.policy.settle import settle, without_statement
from sealwright.reference import Reference
from sealwright.rules import Accept, AllOf, AtLeast, Reject, Requirement, Rule, SignedBy, Statement, X509Rule
from sealwright.signature import (
    CertificateSummary,
    StoredSignature,
    Subject,
    Summary,
    Unreadable,
)
from sealwright.verdict import Check, Judgement, PolicyUsed, SignatureReport, Verdict

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
IMAGE = Descriptor("application/vnd.oci.image.manifest.v1+json", Digest.of(b"image"), 5)
SUBJECT = Subject(IMAGE, "docker", Reference.parse("localhost:5000/net-monitor:v1"))
NEED = TrustStore("ca", "acme")


class Scripted(msgspec.Struct, frozen=True):
    """A signature of `signer` that satisfies the rules whose first store is in `satisfies`.

    Its authenticity is only logged, and fails, if `unproven`. With `asks` it needs a trust store first.
    """

    signer: str
    satisfies: frozenset[str]
    unproven: bool = False
    asks: bool = False
    about: bool = True
    not_after: datetime = AT + timedelta(days=1)
    made: datetime = AT
    scheme: str = "notary.x509"

    @property
    def summary(self) -> Summary:
        certificate = CertificateSummary("00", "CN=x", "CN=y", AT - timedelta(days=1), self.not_after)
        return Summary(
            format="notary",
            envelope="application/jose+json",
            algorithm="ECDSA-SHA-256",
            signer=self.signer,
            payload=IMAGE,
            signing_scheme=self.scheme,
            signing_time=self.made,
            expiry=AT + timedelta(days=3),
            certificates=(certificate,),
        )

    def judge(
        self, subject: Subject, rule: Rule, origin: str, evidence: Evidence, at: datetime
    ) -> Judged | None:
        del subject, at
        if not self.about:
            return None
        if self.asks and NEED not in evidence:
            return Judged(
                Judgement(origin, "", (Check("parse", "enforce", "passed"),), counts=False), frozenset({NEED})
            )
        assert isinstance(rule, X509Rule)
        good = rule.stores[0] in self.satisfies
        trust = Check("authenticity", "enforce", "passed")
        if self.unproven:
            trust = Check("authenticity", "log", "failed", "authenticity.untrusted-chain")
        if not good:
            trust = Check("authenticity", "enforce", "failed", "authenticity.untrusted-chain", DATA)
        passed = [Check(name, "enforce", "passed") for name in ("integrity", "artifact", "identity")]
        return Judged(Judgement(origin, self.signer, (*passed, trust), counts=good))


DATA = {"stores": "ca:acme", "root": "CN=r", "fingerprint": "00"}


def signed_by(store: str) -> SignedBy:
    return SignedBy(f"policy: {store}", X509Rule((store,), (), {}))


def case(requirement: Requirement, *signatures: Scripted, thorough: bool = False) -> Case:
    return Case(
        Statement("one", requirement),
        SUBJECT,
        PolicyUsed("notation", "trustpolicy.json", Digest.of(b"")),
        AT,
        tuple(
            Candidate(StoredSignature("notary", f"at-{i}", "application/jose+json", b""), signature)
            for i, signature in enumerate(signatures)
        ),
        thorough=thorough,
    )


def verdict(requirement: Requirement, *signatures: Scripted) -> Verdict:
    opinion = decide(case(requirement, *signatures), Evidence())
    assert frozenset() == opinion.needs
    return opinion.verdict


def good(signer: str, *stores: str, **more: object) -> Scripted:
    return Scripted(signer, frozenset(stores), **more)  # type: ignore[arg-type]


def test_a_good_signature_is_accepted_and_pins_the_digest() -> None:
    found = verdict(signed_by("a"), good("alice", "a"))

    assert ("accepted", "verdict.accepted") == (found.decision, found.reason)
    assert 'signed by alice, as the statement "one" asks' == found.sentence
    assert f"localhost:5000/net-monitor@{IMAGE.digest}" == found.require()
    assert found.signatures[0].counts
    assert AT + timedelta(days=1) == found.settled_until


def test_a_verdict_is_settled_until_a_signing_time_of_the_future_may_have_come() -> None:
    found = verdict(signed_by("a"), good("alice", "a", made=AT + timedelta(minutes=7)))

    assert AT + timedelta(minutes=2) == found.settled_until
    first = datetime.min.replace(tzinfo=UTC)
    assert AT + timedelta(days=1) == verdict(signed_by("a"), good("alice", "a", made=first)).settled_until


def test_a_verdict_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(verdict(Accept("x")))


def test_without_signatures_the_image_is_refused_as_unsigned() -> None:
    found = verdict(signed_by("a"))

    assert ("refused", "verdict.unsigned", None) == (found.decision, found.reason, found.settled_until)
    with pytest.raises(RefusedError, match="has no signature") as caught:
        found.require()
    assert found is caught.value.verdict


def test_the_one_failing_signature_gives_the_reason() -> None:
    found = verdict(signed_by("a"), good("alice", "b"))

    assert ("refused", "authenticity.untrusted-chain", DATA) == (found.decision, found.reason, found.data)


def test_several_failing_signatures_are_counted() -> None:
    found = verdict(signed_by("a"), good("alice", "b"), good("bob"))

    assert ("verdict.none-counts", 2) == (found.reason, found.data["count"])


def test_the_one_unreadable_signature_gives_the_reason_and_may_be_retried() -> None:
    unreadable = Unreadable("somewhere", "network.refused", {"host": "x"}, retryable=True)
    alone = msgspec.structs.replace(case(signed_by("a")), unreadable=(unreadable,))

    found = decide(alone, Evidence()).verdict

    assert ("refused", "network.refused", True) == (found.decision, found.reason, found.retryable)
    both = msgspec.structs.replace(case(signed_by("a"), good("bob")), unreadable=(unreadable,))
    assert "verdict.none-counts" == decide(both, Evidence()).verdict.reason


def test_accept_allows_and_reject_refuses() -> None:
    assert ("allowed", "verdict.allowed-unchecked") == _decision(Accept("x"))
    assert ("refused", "verdict.rejected") == _decision(Reject("x"))
    assert ("refused", "verdict.rejected") == _decision(Reject("x"), good("alice", "a"))
    unable = Reject("x", "containers.sigstore-unsupported", {"origin": "x"})
    assert ("refused", "containers.sigstore-unsupported") == _decision(unable)
    both = AllOf("both", (signed_by("a"), unable))
    assert ("refused", "containers.sigstore-unsupported") == _decision(both, good("alice", "a"))


def test_where_each_part_has_to_accept_one_that_only_allows_is_not_enough() -> None:
    parts = (signed_by("a"), Accept("x"))
    assert ("accepted", "verdict.accepted") == _decision(AllOf("all", parts), good("alice", "a"))
    each = AllOf("all", parts, each_accepts=True)
    assert ("allowed", "verdict.allowed-in-part") == _decision(each, good("alice", "a"))
    twice = AllOf("all", (signed_by("a"), signed_by("b")), each_accepts=True)
    assert "accepted" == _decision(twice, good("alice", "a"), good("bob", "b"))[0]
    assert "refused" == _decision(twice, good("alice", "a"))[0]


def test_a_signer_who_is_not_proven_only_allows() -> None:
    found = verdict(signed_by("a"), good("alice", "a", unproven=True))

    assert ("allowed", "verdict.allowed-logged") == (found.decision, found.reason)
    with pytest.raises(RefusedError):
        found.require()


def test_a_proven_signer_beside_an_unproven_one_is_accepted() -> None:
    assert "accepted" == verdict(signed_by("a"), good("x", "a", unproven=True), good("y", "a")).decision


def test_signatures_of_other_formats_are_not_considered() -> None:
    found = verdict(signed_by("a"), good("alice", "a", about=False))

    assert "refused" == found.decision
    assert (False, "verdict.not-about") == (found.signatures[0].considered, found.signatures[0].reason)


def test_an_authority_is_the_source_of_its_signing_time() -> None:
    claimed, authority = verdict(
        signed_by("a"), good("x", "a"), good("y", "a", scheme="notary.x509.signingAuthority")
    ).signatures

    assert claimed.signing_times is not None
    assert authority.signing_times is not None
    assert ("claimed", "authority") == (claimed.signing_times.source, authority.signing_times.source)


def test_needs_are_given_back_until_they_are_answered() -> None:
    asking = case(signed_by("a"), good("alice", "a", asks=True))

    first = decide(asking, Evidence())
    second = decide(asking, Evidence().with_answers({NEED: (b"der",)}))

    assert (frozenset({NEED}), "refused") == (first.needs, first.verdict.decision)
    assert (frozenset(), "accepted") == (second.needs, second.verdict.decision)


def test_an_answer_that_may_come_later_makes_a_refusal_retryable() -> None:
    asking = case(signed_by("a"), good("alice", "b", asks=True))

    now = decide(asking, Evidence({NEED: Unavailable("file.unreadable", retryable=True)})).verdict
    never = decide(asking, Evidence({NEED: Unavailable("truststore.absent", retryable=False)})).verdict

    assert (True, False) == (now.retryable, never.retryable)


def test_asking_stops_when_the_outcome_is_certain_unless_thorough() -> None:
    signatures = (good("alice", "a"), good("bob", "a", asks=True))

    assert frozenset() == decide(case(signed_by("a"), *signatures), Evidence()).needs
    assert frozenset({NEED}) == decide(case(signed_by("a"), *signatures, thorough=True), Evidence()).needs


def test_one_refused_part_settles_all_of() -> None:
    opinion = decide(case(AllOf("x", (Reject("y"), signed_by("a"))), good("bob", "a", asks=True)), Evidence())

    assert ("refused", frozenset()) == (opinion.verdict.decision, opinion.needs)


def test_an_open_part_leaves_all_of_and_at_least_open() -> None:
    asking = good("bob", "a", asks=True)

    for requirement in (AllOf("x", (signed_by("a"), Accept("y"))), AtLeast("x", 1, (signed_by("a"),))):
        assert frozenset({NEED}) == decide(case(requirement, asking), Evidence()).needs


def test_signatures_that_were_passed_over_are_reported() -> None:
    over = SignatureReport(
        "notary", "far", considered=False, reason="verdict.limit-reached", data={"limit": 1}
    )
    found = decide(msgspec.structs.replace(case(signed_by("a")), passed_over=(over,)), Evidence()).verdict

    assert ((over,), "verdict.none-counts") == (found.signatures, found.reason)


def test_a_subject_without_a_registry_is_named_by_its_path() -> None:
    subjects = (Subject(IMAGE, "oci", "some/layout"), Subject(IMAGE, "oci", "a.example/b", typed="oci:x:v1"))

    found = [
        decide(msgspec.structs.replace(case(Accept("x")), subject=subject), Evidence()).verdict.subject
        for subject in subjects
    ]

    assert [("some/layout", "some/layout", "oci"), ("oci:x:v1", "a.example/b", "oci")] == [
        (one.typed, one.name, one.transport) for one in found
    ]


def test_requirements_that_ask_for_nothing_cannot_be_made() -> None:
    for make in (
        lambda: AllOf("x", ()),
        lambda: AtLeast("x", 0, (signed_by("a"),)),
        lambda: AtLeast("x", 2, (signed_by("a"),)),
    ):
        with pytest.raises(InternalError, match="asks for nothing"):
            make()


def test_a_requirement_of_an_unknown_kind_is_our_fault() -> None:
    with pytest.raises(InternalError, match="a requirement of type int"):
        decide(case(3), Evidence())  # type: ignore[arg-type]


STORES = st.sampled_from(["a", "b", "c"])
SIGNATURES = st.lists(
    st.builds(
        Scripted, st.sampled_from(["alice", "bob", "carol"]), st.frozensets(STORES), unproven=st.booleans()
    ),
    max_size=4,
)
LEAVES = STORES.map(signed_by) | st.sampled_from([Accept("x"), Reject("y")])
AT_LEAST = st.lists(STORES.map(signed_by), min_size=1, max_size=3).flatmap(
    lambda of: st.integers(1, len(of)).map(lambda count: AtLeast("n", count, tuple(of)))
)
TREES = st.recursive(
    LEAVES | AT_LEAST,
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda of: AllOf("all", tuple(of))),
    max_leaves=5,
)


@given(TREES, SIGNATURES)
def test_the_decision_agrees_with_a_slow_model(tree: Requirement, signatures: list[Scripted]) -> None:
    assert model(tree, signatures) == verdict(tree, *signatures).decision


def _store(requirement: SignedBy) -> str:
    assert isinstance(requirement.rule, X509Rule)
    return requirement.rule.stores[0]


def model(tree: Requirement, signatures: list[Scripted]) -> str:
    """The meaning of a tree, spelled out."""
    if isinstance(tree, Accept):
        return "allowed"
    if isinstance(tree, Reject):
        return "refused"
    if isinstance(tree, SignedBy):
        fitting = [one for one in signatures if _store(tree) in one.satisfies]
        if any(not one.unproven for one in fitting):
            return "accepted"
        return "allowed" if fitting else "refused"
    if isinstance(tree, AllOf):
        parts = [model(part, signatures) for part in tree.of]
        if "refused" in parts:
            return "refused"
        return "accepted" if "accepted" in parts else "allowed"
    able = [
        {one.signer for one in signatures if _store(part) in one.satisfies and not one.unproven}
        for part in tree.of
    ]
    enough = any(
        _all_different([able[i] for i in chosen]) for chosen in combinations(range(len(able)), tree.count)
    )
    return "accepted" if enough else "refused"


def _all_different(choices: list[set[str]]) -> bool:
    """Whether one can be taken from each without taking any twice, by trying everything."""
    if not choices:
        return True
    return any(_all_different([rest - {one} for rest in choices[1:]]) for one in choices[0])


def _decision(requirement: Requirement, *signatures: Scripted) -> tuple[str, str]:
    found: Opinion = decide(case(requirement, *signatures), Evidence())
    return found.verdict.decision, found.verdict.reason


def test_what_a_decision_asks_for_is_gathered_until_it_is_settled() -> None:
    asked: list[frozenset[Need]] = []

    def gather(needs: frozenset[Need]) -> dict[Need, object]:
        asked.append(needs)
        return {NEED: (b"der",)}

    found, evidence = settle(case(signed_by("a"), good("alice", "a", asks=True)), Evidence(), gather)

    assert "accepted" == found.decision
    assert [frozenset({NEED})] == asked
    assert NEED in evidence


def test_a_decision_that_is_never_answered_is_our_own_fault() -> None:
    with pytest.raises(InternalError):
        settle(case(signed_by("a"), good("alice", "a", asks=True)), Evidence(), lambda _: {})


def test_without_a_statement_an_image_is_refused_in_the_words_of_its_policy() -> None:
    error = NoStatementError("policy.no-statement", repository="localhost:5000/net-monitor", file="p.json")

    found = without_statement(SUBJECT, PolicyUsed("notation", "p.json", Digest.of(b"")), AT, error)

    assert ("refused", "policy.no-statement", "") == (found.decision, found.reason, found.statement)
    assert str(error) == found.sentence
