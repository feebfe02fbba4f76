"""The checks of one signature as they are made, in the order of its format."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from sealwright.errors import ArtifactError
from sealwright.evidence import Need, Unavailable
from sealwright.rules import Action
from sealwright.verdict import Check

__all__ = ["Finding", "Passed", "Record", "Wanting"]


class Passed(msgspec.Struct, frozen=True):
    """A check that passed, and what the verdict tells of it."""

    data: Mapping[str, object]


class Wanting(msgspec.Struct, frozen=True):
    """A check that cannot be made before these needs are answered."""

    needs: frozenset[Need]


Finding = Unavailable | Passed | Wanting | Literal["not_reached", "skipped"] | None
"""What a check found, if it did not fail: None says that it passed."""


class Record:
    """The checks made so far, and what a failure of each means.

    Attributes:
        needs: what some of the checks are still waiting for.

    Args:
        order: the names of all checks, as the format makes them.
        action_of: what a failure of a check means, by its name.
    """

    def __init__(self, order: Sequence[str], action_of: Callable[[str], Action]) -> None:
        self._order = order
        self._action_of = action_of
        self._checks: list[Check] = []
        self.needs: frozenset[Need] = frozenset()

    def add(self, check: Check) -> None:
        """Take a check that was made before."""
        self._checks.append(check)

    def make(self, name: str, check: Callable[[], Finding]) -> bool:
        """Make a check and tell whether it passed.

        Args:
            name: of the check.
            check: gives what it found; an `ArtifactError` that it raises is its failure.
        """
        action = self._action_of(name)
        if action == "skip":
            self.add(Check(name, action, "skipped"))
            return False
        try:
            found = check()
        except ArtifactError as error:
            self.add(Check(name, action, "failed", error.code, error.data))
            return False
        match found:
            case Unavailable():
                self.add(Check(name, action, "unavailable", found.reason, found.data))
            case Wanting():
                self.needs |= found.needs
                self.add(Check(name, action, "not_reached"))
            case Passed():
                self.add(Check(name, action, "passed", data=found.data))
            case _:
                self.add(Check(name, action, found or "passed"))
        return found is None or isinstance(found, Passed)

    def complete(self) -> tuple[Check, ...]:
        """All checks in their order; those that were not made are marked so."""
        rest = self._order[len(self._checks) :]
        return (*self._checks, *(Check(name, self._action_of(name), "not_reached") for name in rest))
