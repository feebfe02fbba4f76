"""The rights that there are, and the patterns of repository names in which they are held."""

import re
from typing import Literal

from sealwright import limits

__all__ = ["RIGHTS", "Right", "is_pattern"]

Right = Literal["pull", "push", "delete", "sign", "audit", "admin"]

RIGHTS: tuple[Right, ...] = ("pull", "push", "delete", "sign", "audit", "admin")
"""All there are."""

_PATTERN = re.compile(r"[a-z0-9._/*-]+")


def is_pattern(text: str) -> bool:
    """Whether the text could be a repository name, were it not for asterisks."""
    return len(text) <= limits.REPOSITORY_NAME_LENGTH and _PATTERN.fullmatch(text) is not None
