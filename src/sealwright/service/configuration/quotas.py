"""`[[quotas]]`: how much repositories may hold.

    [[quotas]]
    pattern = "team/*"
    bytes = 50_000_000_000
    tags = 1000

The first entry whose pattern matches a repository is its quota; without one there is no bound.
"""

from collections.abc import Sequence

import msgspec

from sealwright.service.configuration.patterns import matches

__all__ = ["Quota", "chosen"]


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much each repository of a pattern may hold.

    Attributes:
        pattern: the repositories that it is about; `*` stands for any characters.
        bytes: most bytes of blobs that each may hold, those that it shares with others included.
        manifests: most manifests.
        tags: most tags.
    """

    pattern: str
    bytes: int | None = None
    manifests: int | None = None
    tags: int | None = None


def chosen(quotas: Sequence[Quota], repository: str) -> Quota | None:
    """The first quota that is about a repository."""
    return next((quota for quota in quotas if matches(quota.pattern, repository)), None)
