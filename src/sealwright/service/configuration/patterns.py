"""Patterns of repository names: a name in which `*` stands for any characters, slashes too."""

import re
from functools import lru_cache

__all__ = ["matches"]


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in re.split(r"\*+", pattern)]
    return re.compile(".*".join(parts), re.DOTALL)


def matches(pattern: str, repository: str) -> bool:
    """Whether a pattern is about a repository: `*`, `team/*`, `team/app`."""
    return pattern in ("*", repository) or _expression(pattern).fullmatch(repository) is not None
