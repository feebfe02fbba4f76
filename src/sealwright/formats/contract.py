"""What a parsed signature of any format offers to the floors above."""

from datetime import datetime
from typing import Protocol, runtime_checkable

from sealwright.evidence import Evidence
from sealwright.formats.judged import Judged
from sealwright.rules import Rule
from sealwright.signature import Subject, Summary

__all__ = ["Detailed", "Signature"]


class Signature(Protocol):
    """A parsed signature: claims, none of them believed."""

    @property
    def summary(self) -> Summary:
        """What it says of itself."""
        ...

    def judge(
        self, subject: Subject, rule: Rule, origin: str, evidence: Evidence, at: datetime
    ) -> Judged | None:
        """What a rule thinks of it at a time; None if the rule is not about such signatures."""
        ...


@runtime_checkable
class Detailed(Protocol):
    """A signature that has more to tell to people who look at it than a verification needs."""

    @property
    def details(self) -> Summary:
        """What it says of itself, with what takes longer to find out."""
        ...
