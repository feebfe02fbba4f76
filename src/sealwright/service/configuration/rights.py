"""The rights that there are, and the patterns of names in which they are held.

A pattern is about repositories, or, if it begins with `vault:`, about the keys of vaults: `vault:NAME/KEY`.
Neither is ever about the other.
"""

import re
from typing import Literal

from sealwright import limits

__all__ = ["RIGHTS", "VAULT", "Right", "is_pattern"]

Right = Literal["pull", "push", "delete", "sign", "audit", "admin"]

RIGHTS: tuple[Right, ...] = ("pull", "push", "delete", "sign", "audit", "admin")
"""All there are."""

VAULT = "vault:"
"""How the names of keys begin, and the patterns of these."""

_PATTERN = re.compile(rf"[a-z0-9._/*-]+|{VAULT}[A-Za-z0-9._ /*-]+")


def is_pattern(text: str) -> bool:
    """Whether the text could be the name of a repository or of a key, were it not for asterisks."""
    return len(text) <= limits.REPOSITORY_NAME_LENGTH and _PATTERN.fullmatch(text) is not None
