"""Who counts for which group, so that nobody counts twice.

A person may stand in several groups of an alternative. Whether some people are enough is then a matter of
whom to count where: each person fills at most one place, each group has as many places as its quorum. This is
a maximum matching between people and places, found by augmenting paths: a person without a place takes one
whose holder can take another. No order of people or groups changes how many places can be filled.
"""

from collections.abc import Collection

from sealwright.approval.records import Alternative

__all__ = ["counted", "is_met"]


def is_met(alternative: Alternative, approved: Collection[str], *, together: bool) -> bool:
    """Whether the people who approved are enough for an alternative.

    Args:
        alternative: groups with quorums.
        approved: their names.
        together: whether one person counts in each group that names them.
    """
    filled = counted(alternative, approved, together=together)
    return all(len(people) == group.quorum for group, people in zip(alternative.groups, filled, strict=True))


def counted(
    alternative: Alternative, approved: Collection[str], *, together: bool
) -> tuple[tuple[str, ...], ...]:
    """Who counts for each group, in the order of the groups: as many as can be, at most its quorum.

    Args:
        alternative: groups with quorums.
        approved: names, in the order in which they are to be preferred.
        together: whether one person counts in each group that names them.
    """
    people = tuple(dict.fromkeys(approved))
    if together:
        return tuple(
            tuple(one for one in people if one in group.people)[: group.quorum]
            for group in alternative.groups
        )
    return _matched(alternative, people)


def _matched(alternative: Alternative, people: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    places = [index for index, group in enumerate(alternative.groups) for _ in range(group.quorum)]
    fits = {
        person: [at for at, index in enumerate(places) if person in alternative.groups[index].people]
        for person in people
    }
    holders: dict[int, str] = {}

    def seat(person: str, tried: set[int]) -> bool:
        """Find a person a place, if need be by moving others; `tried` are places that are looked at."""
        for at in fits[person]:
            if at not in tried:
                tried.add(at)
                if at not in holders or seat(holders[at], tried):
                    holders[at] = person
                    return True
        return False

    for person in people:
        seat(person, set())
    filled: list[list[str]] = [[] for _ in alternative.groups]
    for at, index in enumerate(places):
        if at in holders:
            filled[index].append(holders[at])
    return tuple(tuple(one) for one in filled)
