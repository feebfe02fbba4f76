"""`[gc]`: when the server collects garbage by itself."""

from typing import Annotated

import msgspec

from sealwright import limits

__all__ = ["Gc"]

Hours = Annotated[float, msgspec.Meta(ge=0, le=24 * 365 * 10)]


class Gc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the server collects garbage by itself; where several share a storage, one of them does.

    Attributes:
        every_hours: how often; 0: never, only `seal admin gc` does.
        grace_hours: how long a thing must have been of no use to anybody.
        untagged_hours: after how long manifests go that no tag names; 0: they stay.
    """

    every_hours: Hours = 24
    grace_hours: Hours = limits.COLLECTION_GRACE_SECONDS / 3600
    untagged_hours: Hours = 0
