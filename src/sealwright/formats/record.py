"""The checks of one signature as they are made, in the order of its format."""

from collections.abc import Callable, Sequence
from typing import Literal

from sealwright.errors import ArtifactError
from sealwright.evidence import Unavailable
from sealwright.rules import Action
from sealwright.verdict import Check

__all__ = ["Finding", "Record"]

Finding = Unavailable | Literal["not_reached", "skipped"] | None
"""What a check found, if it did not fail: None says that it passed."""


class Record:
    """The checks made so far, and what a failure of each means.

    Args:
        order: the names of all checks, as the format makes them.
        action_of: what a failure of a check means, by its name.
    """

    def __init__(self, order: Sequence[str], action_of: Callable[[str], Action]) -> None:
        self._order = order
        self._action_of = action_of
        self._checks: list[Check] = []

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
        if isinstance(found, Unavailable):
            self.add(Check(name, action, "unavailable", found.reason, found.data))
        else:
            self.add(Check(name, action, found or "passed"))
        return found is None

    def complete(self) -> tuple[Check, ...]:
        """All checks in their order; those that were not made are marked so."""
        rest = self._order[len(self._checks) :]
        return (*self._checks, *(Check(name, self._action_of(name), "not_reached") for name in rest))
