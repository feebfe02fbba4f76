"""How a request stands, against a model that was written apart, and at the very edges of its times."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approval import model
from sealwright.approval.records import Alternative, Approver, Group, Rule, Rules
from sealwright.approval.requests import Request
from sealwright.approval.standing import standing
from sealwright.approval.votes import Received, Vote
from sealwright.errors import CheckFailedError
from world.approvers import AT, Person, group, people, request, rule, rules_of

SECOND = 1_000_000
NAMES = ("ada", "bob", "eve", "max", "zoe")
PEOPLE = dict(zip(NAMES, people(*NAMES), strict=True))
ADA, BOB, EVE, MAX, _ = PEOPLE.values()

groups = st.builds(
    lambda quorum, members: (min(quorum, len(members)), frozenset(members)),
    st.integers(1, 3),
    st.sets(st.sampled_from(NAMES), min_size=1),
)
wanted = st.builds(
    model.Wanted,
    st.lists(st.lists(groups, min_size=1, max_size=3).map(tuple), min_size=1, max_size=2).map(tuple),
    st.integers(0, 4),
    st.integers(1, 8),
    st.integers(1, 4),
    st.booleans(),
)
histories = st.lists(
    st.builds(model.Said, st.sampled_from(NAMES), st.sampled_from([False] * 6 + [True]), st.integers(0, 12)),
    max_size=9,
)


def ruled(asked: model.Wanted) -> Rules:
    """The rule as ours, with every person of it; each has two keys."""
    alternatives = tuple(
        Alternative(
            tuple(Group(f"g{i}", quorum, tuple(sorted(members))) for i, (quorum, members) in enumerate(one))
        )
        for one in asked.alternatives
    )
    made = Rule(alternatives, asked.lock, asked.out, asked.within, asked.several)
    return Rules(tuple(Approver(name, (one.key, one.also.key)) for name, one in PEOPLE.items()), made)


def received(asked: Request, history: list[model.Said], say: frozenset[str]) -> list[Received]:
    """Votes of those who have a say, by turns with either of their keys."""
    found = []
    for number, one in enumerate(history):
        person = PEOPLE[one.person] if number % 2 else PEOPLE[one.person].also
        if one.person in say:
            vote = person.vote(asked, "deny" if one.denies else "approve")
            found.append(Received(vote, AT + one.at * SECOND))
    return found


@given(wanted, histories, st.integers(0, 16))
@settings(max_examples=400)
def test_it_stands_as_the_model_says(asked: model.Wanted, history: list[model.Said], now: int) -> None:
    rules = ruled(asked)
    made = request(rules)
    assert rules.use is not None
    votes = received(made, history, rules.use.people)
    heard = [one for one in history if one.person in rules.use.people]
    found = standing(made, rules, votes, AT + now * SECOND)
    assert model.state(asked, heard, now) == found.state
    assert found == standing(made, rules, votes[::-1], AT + now * SECOND) or _same_time(heard)
    for counts, alternative in zip(found.counts, asked.alternatives, strict=True):
        assert [quorum for quorum, _ in alternative] == [one.quorum for one in counts]
        assert all(one.given <= one.quorum for one in counts)
        if not asked.several:
            assert sum(one.given for one in counts) <= len({one.person for one in heard})
    if found.state == "ready":
        assert any(all(one.given == one.quorum for one in counts) for counts in found.counts)


def _same_time(heard: list[model.Said]) -> bool:
    """Whether two spoke in one second: then their order is that in which they are given."""
    return len({one.at for one in heard}) < len(heard)


@given(wanted, st.sets(st.sampled_from(NAMES)))
@settings(max_examples=300)
def test_nobody_counts_twice_however_people_are_placed(asked: model.Wanted, approved: set[str]) -> None:
    from sealwright.approval import counting  # noqa: PLC0415  # beside its model

    rule_of = ruled(asked).use
    assert rule_of is not None
    ours = any(counting.is_met(one, sorted(approved), together=asked.several) for one in rule_of.alternatives)
    assert model.enough(asked, frozenset(approved)) == ours


TIMED = rules_of(
    ADA, BOB, EVE, use=rule(group("all", 2, ADA, BOB, EVE), time_lock=10, time_out=100, spend_within=50)
)


def at(*votes: tuple[Person, Any, float], now: float) -> Any:
    """How a request under `TIMED` stands, with times in seconds after it."""
    made = request(TIMED)
    got = [Received(one.vote(made, said), AT + int(when * SECOND)) for one, said, when in votes]
    return standing(made, TIMED, got, AT + int(now * SECOND))


def test_the_time_out_runs_to_the_last_approval_and_counts_to_its_end() -> None:
    assert "waiting" == at((ADA, "approve", 1), now=100).state
    assert "expired" == at((ADA, "approve", 1), now=100.000001).state
    assert "ready" == at((ADA, "approve", 1), (BOB, "approve", 100), now=110).state
    assert "expired" == at((ADA, "approve", 1), (BOB, "approve", 100.000001), now=110).state


def test_the_time_lock_runs_from_the_quorum_and_a_denial_counts_in_it() -> None:
    two = ((ADA, "approve", 1), (BOB, "approve", 5))
    assert "locked" == at(*two, now=14.999999).state
    assert AT + 15 * SECOND == at(*two, now=6).ready_at
    assert "ready" == at(*two, now=15).state
    assert "locked" == at(*two, (EVE, "approve", 14), now=14.5).state
    assert "ready" == at(*two, (EVE, "approve", 14), now=15).state
    assert ("denied", "eve") == (lambda s: (s.state, s.denied_by))(at(*two, (EVE, "deny", 14), now=14.5))
    assert "denied" == at(*two, (EVE, "deny", 14), now=500).state


def test_an_approval_waits_only_so_long_to_be_spent() -> None:
    two = ((ADA, "approve", 1), (BOB, "approve", 5))
    assert "ready" == at(*two, now=65).state
    assert "expired" == at(*two, now=65.000001).state
    assert AT + 65 * SECOND == at(*two, now=6).expires_at
    assert "expired" == at(*two, (EVE, "deny", 66), now=70).state


def test_what_is_waited_for_is_told_in_words() -> None:
    rules = rules_of(
        ADA,
        BOB,
        use=rule(
            group("release", 2, ADA, BOB), group("security", 1, BOB), same_person_in_several_groups=True
        ),
    )
    made = request(rules)
    found = standing(made, rules, [Received(ADA.vote(made), AT)], AT)
    assert "1 of 2 from release, 0 of 1 from security" == found.words


def test_later_votes_are_not_known_yet() -> None:
    assert "waiting" == at((ADA, "approve", 1), (BOB, "approve", 5), now=4).state
    assert "waiting" == at((ADA, "deny", 50), now=4).state


def test_a_vote_that_is_none_stops_everything() -> None:
    made = request(TIMED)
    good = [Received(ADA.vote(made), AT), Received(BOB.vote(made), AT)]
    other = request(TIMED, nonce=b"\1" * 32)
    for bad, code in (
        (BOB.vote(other), "approval.signature-invalid"),
        (MAX.vote(made), "approval.no-say"),
        (MAX.called("bob").vote(made), "approval.key-unknown"),
        (Vote("ada", ADA.key.fingerprint, "deny", ADA.vote(made).signature), "approval.signature-invalid"),
    ):
        with pytest.raises(CheckFailedError) as raised:
            standing(made, TIMED, [*good, Received(bad, AT)], AT)
        assert code == raised.value.code


def test_other_rules_and_operations_without_one_are_no_ground() -> None:
    made = request(TIMED)
    others = rules_of(ADA, BOB, use=TIMED.use)
    for rules, asked, code in (
        (others, made, "approval.rules-changed"),
        (rules_of(ADA, BOB), request(rules_of(ADA, BOB)), "approval.not-needed"),
    ):
        with pytest.raises(CheckFailedError) as raised:
            standing(asked, rules, [], AT)
        assert code == raised.value.code
        with pytest.raises(CheckFailedError) as again:
            standing(asked, rules, [Received(ADA.vote(asked), AT)], AT)
        assert code == again.value.code
