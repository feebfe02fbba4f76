"""Rules, and how requests stand, in the words of people."""

import pytest

from sealwright.approval import words
from sealwright.events import ApprovalAwaited, Approvers
from world.approvers import group, people, rule, rules_of

ADA, BOB = people("ada", "bob")
GROUPS = ((Approvers("release", 2, 3), Approvers("security", 0, 1)), (Approvers("board", 0, 1),))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7200, "2 hours"),
        (172_800, "2 days"),
    ],
)
def test_a_time_is_told_in_a_fitting_unit(seconds: int, text: str) -> None:
    assert text == words.left_text(seconds)


def test_what_is_waited_for_is_told_group_by_group() -> None:
    event = ApprovalAwaited("4f1c", "release", "waiting", GROUPS, 840, resumable=True)
    assert [
        "people have to approve the use of release: request 4f1c",
        "after an interruption go on with: seal sign --resume 4f1c",
        "2 of 3 from release, 0 of 1 from security, or 0 of 1 from board, 14 minutes left",
    ] == list(words.lines(event))
    assert 1 == len(list(words.lines(event, first=False)))


def test_the_end_of_the_waiting_is_told() -> None:
    locked = ApprovalAwaited("4f1c", "release", "locked", GROUPS, 600)
    assert "the time lock ends in 10 minutes" in list(words.lines(locked))[-1]
    ready = ApprovalAwaited("4f1c", "release", "ready", GROUPS, 600)
    assert ["people have to approve the use of release: request 4f1c", "approved"] == list(words.lines(ready))


def test_rules_are_told_with_the_keys_of_their_people() -> None:
    rules = rules_of(
        ADA,
        BOB,
        use=rule(group("release", 2, ADA, BOB), time_lock=600, same_person_in_several_groups=True),
    )
    assert [
        "use: 2 from release (ada, bob)",
        "     within 24 hours, then a time lock of 10 minutes, then to be used within 24 hours",
        "     one person counts in each of their groups",
        "change: needs no approval",
        "block: needs no approval",
        "unblock: needs no approval",
        f"ada: ed25519 {ADA.key.fingerprint}",
        f"bob: ed25519 {BOB.key.fingerprint}",
    ] == list(words.rules_lines(rules))


def test_alternatives_stand_below_each_other() -> None:
    both = rule(group("release", 1, ADA)).alternatives + rule(group("board", 1, BOB)).alternatives
    one = rule(group("release", 1, ADA))
    told = list(words.rule_lines("use", type(one)(both)))
    assert ["use: 1 from release (ada)", "     or 1 from board (bob)"] == told[:2]
