"""Whole chains: who is asked, in which order, and what all answers together say."""

from collections.abc import Mapping
from typing import Any

import pytest
from cryptography import x509

from sealwright import limits
from sealwright.errors import CheckFailedError, InternalError, MalformedContentError
from sealwright.evidence import Crl, Evidence, Need, OcspAnswer, OcspResponse, Unavailable
from sealwright.pki import certificate
from sealwright.pki.revocation import bundle
from sealwright.pki.revocation.addresses import REASONS
from sealwright.pki.revocation.answers import judged
from sealwright.pki.revocation.assess import Assessment, assess
from world import pki, revocation
from world.revocation import CA, START, Revoked

A, B, C, D = (f"http://{letter}.acme.example/here" for letter in "abcd")
DEAD = Unavailable("network.timed-out", retryable=True, data={"host": "acme.example"})
FLAGS = x509.ReasonFlags

Answers = Mapping[str, object]


class Asked:
    """A chain that is assessed until nothing is left to ask."""

    def __init__(self, chain: pki.Chain, answers: Answers) -> None:
        self.chain = tuple(certificate.parse(der) for der in chain.certificates)
        self.answers = answers
        self.rounds: list[frozenset[str]] = []

    def assess(self, **options: Any) -> Assessment:
        evidence = Evidence()
        while True:
            found = assess(self.chain, evidence, START, **options)
            if not found.needs:
                return found
            self.rounds.append(
                frozenset(need.url for need in found.needs if isinstance(need, OcspResponse | Crl))
            )
            assert len(self.rounds) < limits.EVIDENCE_ROUNDS
            evidence = evidence.with_answers({need: self._answer(need) for need in found.needs})

    def revoked(self, **options: Any) -> CheckFailedError:
        with pytest.raises(CheckFailedError) as caught:
            self.assess(**options)
        assert "revocation.revoked" == caught.value.code
        return caught.value

    def unknown(self, **options: Any) -> Unavailable:
        found = self.assess(**options).unknown
        assert found is not None
        assert "revocation.unknown" == found.reason
        return found

    def _answer(self, need: Need) -> OcspAnswer | bytes | Unavailable:
        assert isinstance(need, OcspResponse | Crl)
        answer = self.answers[need.url]
        assert isinstance(answer, bytes | Unavailable)
        return OcspAnswer(answer) if isinstance(need, OcspResponse) and isinstance(answer, bytes) else answer


def urls(asked: Asked) -> list[list[str]]:
    return [sorted(one) for one in asked.rounds]


def test_a_chain_without_addresses_is_good_and_nobody_is_asked() -> None:
    asked = Asked(revocation.chain(), {})
    assert Assessment() == asked.assess()
    assert [] == asked.rounds


def test_a_root_is_not_asked_about() -> None:
    chain = revocation.chain(root={"extensions": revocation.extensions([A], [B])})
    assert Assessment() == Asked(chain, {}).assess()


def test_all_certificates_are_asked_about_in_one_round() -> None:
    chain = revocation.chain(ocsp=[A], ca=revocation.extensions([], [B]))
    answers = {A: revocation.ocsp(chain, until=9), B: revocation.crl(chain, index=1, until=5)}
    asked = Asked(chain, answers)
    found = asked.assess()
    assert [[A, B]] == urls(asked)
    assert found.unknown is None
    assert revocation.hours(5) == found.until
    told = [(one["method"], one["url"], one["answer"]) for one in found.asked]
    assert [("ocsp", A, "good"), ("crl", B, "good")] == told
    assert ["Leaf ec256", "Intermediate 0 ec256"] == [
        str(one["subject"]).split(",")[0][3:] for one in found.asked
    ]


def test_a_revocation_says_all_that_was_asked() -> None:
    chain = revocation.chain(ocsp=[A, B])
    asked = Asked(chain, {A: DEAD, B: revocation.ocsp(chain, state="revoked", reason=FLAGS.superseded)})
    error = asked.revoked()
    assert B == error.data["url"]
    assert "superseded" == error.data["cause"]
    assert ["none", "revoked"] == [one["answer"] for one in error.data["asked"]]  # type: ignore[attr-defined]
    assert str(revocation.hours(-48).date()) in str(error)


def test_a_revoked_ca_refuses_whatever_is_known_of_the_leaf() -> None:
    chain = revocation.chain(ocsp=[A], ca=revocation.extensions([B]))
    answers = {A: DEAD, B: revocation.ocsp(chain, 1, state="revoked")}
    error = Asked(chain, answers).revoked()
    assert "Intermediate" in str(error.data["subject"])


def test_responders_are_asked_in_turn_and_the_first_good_answer_counts() -> None:
    chain = revocation.chain(ocsp=[A, B, C])
    stale = revocation.ocsp(chain, this=-9, until=-1)
    asked = Asked(chain, {A: DEAD, B: stale, C: revocation.ocsp(chain)})
    assert asked.assess().unknown is None
    assert [[A], [B], [C]] == urls(asked)


def test_nobody_further_is_asked_after_an_answer() -> None:
    chain = revocation.chain(ocsp=[A, B], crl=[C])
    asked = Asked(chain, {A: revocation.ocsp(chain)})
    assert asked.assess().unknown is None
    assert [[A]] == urls(asked)


@pytest.mark.parametrize("state", ["unknown", "dead", "wrong"])
def test_lists_tell_where_responders_cannot(state: str) -> None:
    chain = revocation.chain(ocsp=[A], crl=[B])
    first: Any = {
        "unknown": revocation.ocsp(chain, state="unknown"),
        "dead": DEAD,
        "wrong": revocation.ocsp(chain, serial=1),
    }[state]
    good = Asked(chain, {A: first, B: revocation.crl(chain)})
    assert good.assess().unknown is None
    assert [[A], [B]] == urls(good)
    assert B == Asked(chain, {A: first, B: revocation.crl(chain, [Revoked()])}).revoked().data["url"]


def test_a_responder_that_knows_nothing_leaves_it_unknown_without_lists() -> None:
    chain = revocation.chain(ocsp=[A, B])
    found = Asked(chain, {A: revocation.ocsp(chain, state="unknown")}).unknown()
    assert "revocation.status-unknown" == found.data["rule"]
    assert not found.retryable


def test_what_may_come_later_is_worth_another_try() -> None:
    chain = revocation.chain(ocsp=[A, B])
    found = Asked(chain, {A: DEAD, B: b"junk"}).unknown()
    assert found.retryable
    assert "revocation.answer-malformed" == found.data["rule"]
    assert not Asked(chain, {A: b"junk", B: b"junk"}).unknown().retryable


def test_urls_of_other_schemes_are_passed_over_and_told() -> None:
    chain = revocation.chain(ocsp=["https://acme.example", "ldap://acme.example/x", A])
    asked = Asked(chain, {A: revocation.ocsp(chain)})
    found = asked.assess()
    assert [[A]] == urls(asked)
    reasons = [one.get("reason") for one in found.asked]
    assert ["revocation.url-unsupported", "revocation.url-unsupported", None] == reasons
    alone = revocation.chain(crl=["ldap://acme.example/x"])
    assert "revocation.url-unsupported" == Asked(alone, {}).unknown().data["rule"]


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http:///",
        "http://a.example/\x01",
        "http://a.example/b c",
        "http://a.example/" + "x" * 2048,
    ],
)
def test_urls_that_nobody_can_ask_are_passed_over(url: str) -> None:
    for chain in (revocation.chain(ocsp=[url]), revocation.chain(crl=[url])):
        found = Asked(chain, {}).unknown()
        assert "revocation.url-unsupported" == found.data["rule"]


def test_a_point_without_a_url_leaves_it_unknown() -> None:
    nowhere = x509.DistributionPoint([x509.DirectoryName(pki.name("Lists"))], None, None, None)
    assert "revocation.no-url" == Asked(revocation.chain(crl=[nowhere]), {}).unknown().data["rule"]


def test_the_urls_of_one_point_are_the_same_list() -> None:
    chain = revocation.chain(crl=[revocation.point(A, B)])
    asked = Asked(chain, {A: DEAD, B: revocation.crl(chain)})
    assert asked.assess().unknown is None
    assert [[A], [B]] == urls(asked)


def test_all_points_are_asked_at_once_and_each_may_revoke() -> None:
    chain = revocation.chain(crl=[A, B])
    asked = Asked(chain, {A: revocation.crl(chain), B: revocation.crl(chain, [Revoked()])})
    asked.revoked()
    assert [[A, B]] == urls(asked)
    assert Asked(chain, {A: revocation.crl(chain), B: DEAD}).assess().unknown is None


def test_lists_of_some_reasons_are_enough_only_together() -> None:
    some = frozenset({FLAGS.key_compromise})
    rest = REASONS - some
    chain = revocation.chain(crl=[A, B])
    first = revocation.crl(chain, scope=revocation.scope(only_some_reasons=some))
    second = revocation.crl(chain, scope=revocation.scope(only_some_reasons=rest))
    assert Asked(chain, {A: first, B: second}).assess().unknown is None
    found = Asked(chain, {A: first, B: DEAD}).unknown()
    assert "revocation.reasons-not-covered" == found.data["rule"]
    assert found.retryable


def test_the_delta_list_that_a_base_list_names_is_asked_for() -> None:
    chain = revocation.chain(crl=[A])
    base = revocation.crl(chain, deltas=[B, C])
    delta = revocation.crl(chain, [Revoked(reason=FLAGS.superseded)], number=6, base=5)
    asked = Asked(chain, {A: base, B: DEAD, C: delta})
    assert "superseded" == asked.revoked().data["cause"]
    assert [[A], [B], [C]] == urls(asked)


def test_the_delta_list_that_a_certificate_names_is_asked_for() -> None:
    chain = revocation.chain(crl=[A], deltas=[B])
    delta = revocation.crl(chain, number=6, base=5, until=1)
    asked = Asked(chain, {A: revocation.crl(chain), B: delta})
    assert revocation.hours(1) == asked.assess().until
    assert [[A], [B]] == urls(asked)


@pytest.mark.parametrize("what", ["dead", "stale", "of another base", "of another issuer"])
def test_without_its_delta_list_a_base_list_does_not_count(what: str) -> None:
    chain = revocation.chain(crl=[A])
    bad: Any = {
        "dead": DEAD,
        "stale": revocation.crl(chain, number=6, base=5, this=-9, until=-1),
        "of another base": revocation.crl(chain, number=9, base=8),
        "of another issuer": revocation.crl(chain, index=1, number=6, base=5),
    }[what]
    found = Asked(chain, {A: revocation.crl(chain, deltas=[B]), B: bad}).unknown()
    assert "revocation.no-delta" == found.data["rule"]


def test_a_delegate_with_lists_of_its_own_is_looked_up() -> None:
    chain = revocation.chain(ocsp=[A])
    signer = revocation.delegate(chain, unchecked=False, more=revocation.extensions([], [B]))
    answer = revocation.ocsp(chain, signer=signer)
    asked = Asked(chain, {A: answer, B: revocation.crl(chain)})
    assert asked.assess().unknown is None
    assert [[A], [B]] == urls(asked)
    assert [(B, "good"), (A, "good")] == [(one["url"], one["answer"]) for one in asked.assess().asked]
    for bad in (revocation.crl(chain, [Revoked(serial=9001)]), DEAD):
        found = Asked(chain, {A: answer, B: bad}).unknown()
        assert "revocation.not-authorised" == found.data["rule"]
        assert (bad is DEAD) is found.retryable


def test_a_delegate_that_need_not_be_looked_up_is_not() -> None:
    chain = revocation.chain(ocsp=[A])
    signer = revocation.delegate(chain, more=revocation.extensions([], [B]))
    asked = Asked(chain, {A: revocation.ocsp(chain, signer=signer)})
    assert asked.assess().unknown is None
    assert [[A]] == urls(asked)


def test_no_more_urls_are_asked_than_the_limit() -> None:
    many = [f"http://{number}.acme.example/" for number in range(limits.REVOCATION_URLS + 3)]
    chain = revocation.chain(ocsp=many)
    asked = Asked(chain, dict.fromkeys(many, DEAD))
    found = asked.unknown()
    assert limits.REVOCATION_URLS == len(asked.rounds)
    assert "revocation.too-many-urls" in {one.get("reason") for one in found.data["asked"]}  # type: ignore[attr-defined]
    lists = revocation.chain(crl=many)
    asked = Asked(lists, dict.fromkeys(many, DEAD))
    asked.unknown()
    assert [limits.REVOCATION_URLS] == [len(one) for one in asked.rounds]


AFTER: dict[str, tuple[Revoked, float, bool]] = {
    "signed before": (Revoked(at=-5), -6, True),
    "signed at that moment": (Revoked(at=-5), -5, False),
    "signed after": (Revoked(at=-5), -4, False),
    "superseded": (Revoked(at=-5, reason=FLAGS.superseded), -6, True),
    "on hold": (Revoked(at=-5, reason=FLAGS.certificate_hold), -6, True),
    "invalid earlier": (Revoked(at=-5, invalid=-8), -6, False),
    "signed before it was invalid": (Revoked(at=-5, invalid=-8), -9, True),
    "invalid later than revoked": (Revoked(at=-5, invalid=-3), -4, False),
    "compromised": (Revoked(at=-5, reason=FLAGS.key_compromise), -6, False),
    "compromised, and told since when": (Revoked(at=-5, reason=FLAGS.key_compromise, invalid=-7), -8, True),
    "compromised, and signed since": (Revoked(at=-5, reason=FLAGS.key_compromise, invalid=-7), -6, False),
    "a compromised ca": (Revoked(at=-5, reason=FLAGS.ca_compromise), -600, False),
}


@pytest.mark.parametrize("what", AFTER)
def test_a_signature_of_before_the_revocation_counts_if_the_policy_lets_it(what: str) -> None:
    entry, signed, good = AFTER[what]
    chain = revocation.chain(crl=[A])
    asked = Asked(chain, {A: revocation.crl(chain, [entry])})
    asked.revoked()
    if good:
        found = asked.assess(signed_at=revocation.hours(signed))
        assert found.unknown is None
        assert "revoked" == found.asked[0]["answer"]
    else:
        asked.revoked(signed_at=revocation.hours(signed))


def test_a_ca_that_was_revoked_later_may_have_signed() -> None:
    chain = revocation.chain(ca=revocation.extensions([], [A]))
    content = revocation.crl(chain, [Revoked(serial=CA, at=-5)], index=1)
    assert Asked(chain, {A: content}).assess(signed_at=revocation.hours(-6)).unknown is None


def test_the_worst_of_all_certificates_is_done_with_in_time() -> None:
    """Each responder has a delegate whose lists are dead, but for the last, whose delta lists are dead."""
    many = range(limits.REVOCATION_URLS)

    def urls_of(kind: str) -> list[str]:
        return [f"http://{kind}{number}.acme.example/" for number in many]

    def lists(kind: str, answers: dict[str, object], serial: int = 3) -> x509.DistributionPoint:
        found, deltas = urls_of(f"{kind}-list"), urls_of(f"{kind}-delta")
        answers.update(dict.fromkeys(found + deltas, DEAD))
        base = revocation.crl(plain, [Revoked(serial)], deltas=deltas)
        answers[found[-1]] = base
        return revocation.point(*found)

    plain = revocation.chain()
    answers: dict[str, object] = {}
    responders = urls_of("ocsp")
    chain = revocation.chain(ocsp=responders, crl=[lists("own", answers)])
    for number, url in enumerate(responders):
        more = revocation.extensions([], [lists(f"delegate{number}", answers)])
        signer = revocation.delegate(chain, unchecked=False, more=more, key=f"delegate {number}")
        answers[url] = revocation.ocsp(chain, signer=signer)
    asked = Asked(chain, answers)
    asked.unknown()
    assert 44 == len(asked.rounds)


def test_answers_are_of_their_own_certificates_and_issuers() -> None:
    chain, other = revocation.chain(ocsp=[A], crl=[B]), revocation.chain("ec384")
    found = Asked(chain, {A: revocation.ocsp(other), B: revocation.crl(other)}).unknown()
    assert ["revocation.other-certificate", "revocation.other-issuer"] == [
        one["reason"]
        for one in found.data["asked"]  # type: ignore[attr-defined]
    ]


def test_a_delegate_without_lists_of_its_own_is_believed() -> None:
    chain = revocation.chain(ocsp=[A])
    signer = revocation.delegate(chain, unchecked=False)
    asked = Asked(chain, {A: revocation.ocsp(chain, signer=signer)})
    assert asked.assess().unknown is None
    assert [[A]] == urls(asked)


def test_an_answer_of_another_kind_is_a_fault_of_ours() -> None:
    chain = revocation.chain(crl=[A])
    with pytest.raises(InternalError):
        judged(Crl(A, chain.certificates[1]), OcspAnswer(revocation.ocsp(chain)), START)


def test_a_bundle_holds_answers_alone_and_so_many() -> None:
    issuer = revocation.chain(crl=[A]).certificates[1]
    in_vain: Any = Unavailable("network.refused", retryable=True)
    assert bundle.write({}) == bundle.write({Crl(A, issuer): in_vain})
    many: dict[OcspResponse | Crl, OcspAnswer | bytes] = {
        Crl(f"{A}{number}", issuer): b"" for number in range(limits.REVOCATION_BUNDLE_ANSWERS + 1)
    }
    with pytest.raises(MalformedContentError) as caught:
        bundle.write(many)
    assert "revocation.bundle-too-large" == caught.value.code
