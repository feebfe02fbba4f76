"""Registry scopes: full names of repositories (trust-store-trust-policy.md, "Trust Policy Properties").

A scope is `domain[:port]/repository` or, alone, `*`. Short names are not expanded as docker expands them:
`alpine` is no scope, `docker.io/library/alpine` is one.
"""

import re

__all__ = ["WILDCARD", "is_scope"]

WILDCARD = "*"

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_SCOPE = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?::[0-9]+)?(?:/{_PART})+")


def is_scope(text: str) -> bool:
    """Whether `text` is the full name of a repository."""
    return _SCOPE.fullmatch(text) is not None
