"""What judging one signature by one rule gives."""

import msgspec

from sealwright.evidence import Need
from sealwright.verdict import Judgement

__all__ = ["Judged"]


class Judged(msgspec.Struct, frozen=True):
    """A judgement, and the needs that it still has. Without needs it is final."""

    judgement: Judgement
    needs: frozenset[Need] = frozenset()
