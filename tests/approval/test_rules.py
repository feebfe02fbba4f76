"""Rules: what is read, in which one way they are written, and what is refused of them."""

import json
from typing import Any

import pytest

from sealwright import limits, reasons
from sealwright.approval import counting, lint
from sealwright.approval.keys import ApproverKey
from sealwright.approval.records import Alternative, Approver, Rule, Rules
from sealwright.approval.rules import parse
from sealwright.errors import DocumentError
from world.approvers import Person, group, people, rule, rules_of

ADA, BOB, EVE = people("ada", "bob", "eve")
GOOD = rules_of(
    ADA,
    Person.p256("bob"),
    Person.rsa("eve"),
    Person.openpgp("max"),
    use=rule(group("release", 2, "ada", "bob", "eve"), group("security", 1, "max"), time_lock=60),
    change=Rule(
        (Alternative((group("a", 1, "ada"),)), Alternative((group("b", 2, "bob", "eve"),))),
        same_person_in_several_groups=True,
    ),
)


def document(rules: Rules = GOOD) -> Any:
    return json.loads(rules.encoded())


def refused(content: bytes) -> list[str]:
    with pytest.raises(DocumentError) as raised:
        parse(content, "rules.json")
    assert str(raised.value).startswith("rules.json")
    return [error.code for error in (raised.value, *raised.value.others)]


def test_rules_are_read_as_they_were_written() -> None:
    assert parse(GOOD.encoded()) == GOOD
    laid_out = json.dumps(document(), indent=4, sort_keys=True).encode()
    assert parse(laid_out) == GOOD
    assert GOOD.encoded() == parse(laid_out).encoded()
    assert GOOD.digest == parse(laid_out).digest
    assert b"\n" not in GOOD.encoded()


def test_an_operation_without_a_rule_needs_no_approval() -> None:
    read = parse(json.dumps({"$schema": document()["$schema"], "people": []}).encode())
    assert [None] * 4 == [read.use, read.change, read.block, read.unblock]
    assert GOOD.use == GOOD.rule("use")
    assert None is GOOD.rule("block")
    assert None is GOOD.approver("nobody")


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update({"$schema": "https://sealwright.dev/schema/approval-rules/2"}),
        lambda d: d.update(more=1),
        lambda d: d["use"].update(timeLock=-1),
        lambda d: d["use"].update(timeOut=0),
        lambda d: d["use"].update(timeOut=limits.APPROVAL_SECONDS + 1),
        lambda d: d["use"].update(timeOut=1.5),
        lambda d: d["use"].update(spendWithin=0),
        lambda d: d["use"].update(alternatives=[]),
        lambda d: d["use"].update(alternatives=d["use"]["alternatives"] * 17),
        lambda d: d["use"]["alternatives"][0].update(groups=[]),
        lambda d: d["use"]["alternatives"][0]["groups"][0].update(quorum=0),
        lambda d: d["use"]["alternatives"][0]["groups"][0].update(quorum="2"),
        lambda d: d["use"]["alternatives"][0]["groups"][0].update(name="two words"),
        lambda d: d["people"][0].update(person="-ada"),
        lambda d: d["people"][0].update(person="ada\n"),
        lambda d: d["people"][0].update(keys=[]),
        lambda d: d["people"][0].update(keys=d["people"][0]["keys"] * 5),
        lambda d: d["people"][0]["keys"][0].update(kind="dsa"),
        lambda d: d["people"][0]["keys"][0].update(public="not base64!"),
    ],
)
def test_what_is_no_rules_is_refused(change: Any) -> None:
    told = document()
    change(told)
    assert ["approval.rules-malformed"] == refused(json.dumps(told).encode())


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"null", b'{"people":[],"people":[]}', b"\xff", b"[" * 1000]
)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    assert ["approval.rules-malformed"] == refused(content)


def test_rules_that_are_too_large_are_refused() -> None:
    assert ["approval.rules-malformed"] == refused(GOOD.encoded() + b" " * limits.APPROVAL_RULES_BYTES)


def test_rules_that_are_too_large_as_they_are_written_are_refused() -> None:
    """What is left out when they are read is written, and counts."""
    names = [f"{number:03}" + "x" * 252 for number in range(limits.APPROVAL_PEOPLE)]
    key = json.loads(rules_of(ADA).encoded())["people"][0]["keys"]
    told: Any = {"$schema": document()["$schema"], "people": [{"person": one, "keys": key} for one in names]}
    for operation in ("use", "change", "block", "unblock"):
        told[operation] = {"alternatives": [{"groups": []}]}

    def size() -> int:
        return len(json.dumps(told, separators=(",", ":")))

    for number in range(limits.APPROVAL_GROUPS * 4):
        operation = ("use", "change", "block", "unblock")[number % 4]
        groups = told[operation]["alternatives"][0]["groups"]
        for most in (0, *range(1, len(names) + 1)):
            groups.append({"name": f"g{number}", "quorum": 1, "people": names[:most]})
            if size() > limits.APPROVAL_RULES_BYTES:
                groups.pop()
                break
            if most < len(names):
                groups.pop()
        else:
            continue
        groups.append({"name": f"g{number}", "quorum": 1, "people": names[: max(most - 1, 0)]})
        break
    groups[-1]["name"] += "g" * min(limits.APPROVAL_RULES_BYTES - size(), 250)
    content = json.dumps(told, separators=(",", ":")).encode()
    assert limits.APPROVAL_RULES_BYTES - 100 < len(content) <= limits.APPROVAL_RULES_BYTES
    assert ["approval.rules-malformed"] == refused(content)


def test_every_fault_is_told_at_once() -> None:
    """Nobody is named twice, shares a key, or stands where nobody knows them; no quorum is out of reach."""
    shared = Person("bob", ADA.public, ADA.sign)
    rules = Rules(
        (
            ADA.approver,
            ADA.approver,
            shared.approver,
            Approver("eve", (ApproverKey("p256", "0" * 64, b"0"),)),
        ),
        use=rule(group("a", 1), group("a", 1, "ada", "ada"), group("b", 1, "nobody"), group("c", 2, "ada")),
    )
    assert [
        "approval.person-repeated",
        "approval.key-shared",
        "approval.key-unusable",
        "approval.group-empty",
        "approval.group-repeated",
        "approval.group-counts-twice",
        "approval.person-unknown",
    ] == refused(rules.encoded())


def test_faults_are_told_in_sentences() -> None:
    rules = Rules((ADA.approver,), use=rule(group("a", 2, "ada")))
    with pytest.raises(DocumentError) as raised:
        parse(rules.encoded(), "rules.json")
    assert "<" not in str(raised.value) + raised.value.hint
    assert "use, alternative 1" in str(raised.value)


@pytest.mark.parametrize("kind", ["fingerprint", "kind"])
def test_a_key_that_is_not_what_it_says_is_refused(kind: str) -> None:
    told = document()
    told["people"][0]["keys"][0][kind] = {"fingerprint": "0" * 64, "kind": "p256"}[kind]
    assert ["approval.key-unusable"] == refused(json.dumps(told).encode())


@pytest.mark.parametrize(
    ("groups", "several", "good"),
    [
        ((group("a", 2, ADA),), False, False),
        ((group("a", 1, ADA), group("b", 1, ADA)), False, False),
        ((group("a", 1, ADA), group("b", 1, ADA)), True, True),
        ((group("a", 1, ADA, BOB), group("b", 1, ADA)), False, True),
        ((group("a", 2, ADA, BOB, EVE), group("b", 2, ADA, BOB)), False, False),
        ((group("a", 1, ADA, BOB, EVE), group("b", 2, ADA, BOB)), False, True),
    ],
)
def test_a_quorum_must_be_reachable(groups: Any, several: bool, good: bool) -> None:  # noqa: FBT001  # of the table
    rules = rules_of(ADA, BOB, EVE, use=rule(*groups, same_person_in_several_groups=several))
    if good:
        assert rules == parse(rules.encoded())
    else:
        assert ["approval.quorum-unreachable"] == refused(rules.encoded())


def test_one_person_may_have_several_keys_and_the_same_one_twice() -> None:
    rules = Rules((Approver("ada", (ADA.key, ADA.key, ADA.also.key)),), use=rule(group("a", 1, "ada")))
    assert rules == parse(rules.encoded())


def test_doubts_are_told_apart_from_faults() -> None:
    rules = rules_of(ADA, BOB, use=rule(group("a", 1, ADA)))
    found = list(lint.doubts(parse(rules.encoded())))
    assert ["approval.person-unheard", "approval.change-open"] == [one.code for one in found]
    assert {"person": "bob"} == found[0].data
    assert all(reasons.sentence(one.code, one.data) for one in found)
    assert [] == list(lint.doubts(rules_of(ADA, change=rule(group("a", 1, ADA)))))
    assert [] == list(lint.doubts(Rules(())))


def test_people_are_counted_where_most_places_are_filled() -> None:
    """Ada could be of either group; whoever comes first, both are met by two people."""
    alternative = Alternative((group("a", 1, ADA, BOB), group("b", 1, ADA)))
    for order in (["ada", "bob"], ["bob", "ada"], ["ada", "ada", "bob"]):
        assert (("bob",), ("ada",)) == counting.counted(alternative, order, together=False)
    assert (("ada",), ()) == counting.counted(alternative, ["ada"], together=False)
    assert (("ada",), ("ada",)) == counting.counted(alternative, ["ada"], together=True)
    assert not counting.is_met(alternative, ["max", "bob"], together=False)
