"""What judging one signature by one rule gives."""

from datetime import datetime

import msgspec

from sealwright.evidence import Need
from sealwright.verdict import Judgement, SigningTimes

__all__ = ["Judged"]


class Judged(msgspec.Struct, frozen=True):
    """A judgement, and the needs that it still has. Without needs it is final.

    `times` are the times of signing that the checks have proven, where that is more than what the signature
    says of itself. `until` is when the evidence that it rests on ends; None: nothing but certificates ends.
    """

    judgement: Judgement
    needs: frozenset[Need] = frozenset()
    times: SigningTimes | None = None
    until: datetime | None = None
