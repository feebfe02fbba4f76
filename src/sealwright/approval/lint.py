"""What is wrong with rules (`faults`: they are not taken), and what may not be meant (`doubts`).

Among the faults is a quorum that nobody can reach: too few people, or too few when each counts in one group.
"""

from collections.abc import Iterator, Mapping

import msgspec

from sealwright.approval import counting
from sealwright.approval.records import OPERATIONS, Alternative, Rule, Rules
from sealwright.errors import KeyUnavailableError

__all__ = ["Fault", "doubts", "faults"]


class Fault(msgspec.Struct, frozen=True):
    """One thing: a reason code, and what its sentence names."""

    code: str
    data: Mapping[str, object]


def faults(rules: Rules) -> Iterator[Fault]:
    """Why rules cannot be used, in their order."""
    yield from _in_people(rules)
    for operation in OPERATIONS:
        rule = rules.rule(operation)
        if rule is not None:
            for number, alternative in enumerate(rule.alternatives, 1):
                yield from _in_alternative(rules, rule, alternative, f"{operation}, alternative {number}")


def doubts(rules: Rules) -> Iterator[Fault]:
    """What may not be meant: people without a say, and rules that nobody can ever change."""
    heard: set[str] = set()
    for operation in OPERATIONS:
        rule = rules.rule(operation)
        heard |= rule.people if rule is not None else set()
    for approver in rules.people:
        if approver.person not in heard:
            yield Fault("approval.person-unheard", {"person": approver.person})
    if heard and rules.change is None:
        yield Fault("approval.change-closed", {})


def _in_people(rules: Rules) -> Iterator[Fault]:
    names: set[str] = set()
    owners: dict[bytes, str] = {}
    for approver in rules.people:
        if approver.person in names:
            yield Fault("approval.person-repeated", {"person": approver.person})
        names.add(approver.person)
        for key in approver.keys:
            try:
                key.require_sound()
            except KeyUnavailableError as error:
                yield Fault("approval.key-unusable", dict(error.data) | {"person": approver.person})
                continue
            shared = {owners.setdefault(one, approver.person) for one in key.identities} - {approver.person}
            for other in sorted(shared):
                told = {"first": other, "second": approver.person, "fingerprint": key.fingerprint}
                yield Fault("approval.key-shared", told)


def _in_alternative(rules: Rules, rule: Rule, alternative: Alternative, place: str) -> Iterator[Fault]:
    known = {approver.person for approver in rules.people}
    names: set[str] = set()
    sound = True
    for group in alternative.groups:
        told = {"place": place, "group": group.name}
        if group.name in names:
            yield Fault("approval.group-repeated", told)
        names.add(group.name)
        if not group.people:
            sound = False
            yield Fault("approval.group-empty", told)
        if len(set(group.people)) < len(group.people):
            yield Fault("approval.group-counts-twice", told)
        for person in sorted(set(group.people) - known):
            sound = False
            yield Fault("approval.person-unknown", told | {"person": person})
    everybody = {person for group in alternative.groups for person in group.people}
    together = rule.same_person_in_several_groups
    if sound and not counting.is_met(alternative, everybody, together=together):
        yield Fault("approval.quorum-unreachable", {"place": place})
