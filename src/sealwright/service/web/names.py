"""Names of repositories (distribution-spec main, "Pulling manifests").

The expression is linear: each separator needs a letter or digit after it, which no other branch accepts.
"""

import re

from sealwright import limits
from sealwright.errors import UsageError

__all__ = ["REPOSITORY", "is_name", "require_name"]

_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
REPOSITORY = rf"{_PART}(?:/{_PART})*"
"""The expression, to stand in others."""

_WHOLE_NAME = re.compile(REPOSITORY)


def is_name(text: str) -> bool:
    """Whether a repository can have this name."""
    return len(text) <= limits.REPOSITORY_NAME_LENGTH and _WHOLE_NAME.fullmatch(text) is not None


def require_name(name: str) -> str:
    """Give a repository name back if it is one.

    Raises:
        UsageError: `service.name-invalid`.
    """
    if not is_name(name):
        raise UsageError("service.name-invalid", name=ascii(name[:300]), most=limits.REPOSITORY_NAME_LENGTH)
    return name
