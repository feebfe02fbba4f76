"""Which images a statement is about: a registry, a part of one, a repository, or all.

| scope | the images |
|---|---|
| `*` | all that no other scope is about |
| `registry.example:5000` | of that registry |
| `registry.example:5000/namespace/project` | of that repository, and of those below it |

Of several the longest decides. Names are compared as docker writes them out in full.
"""

import re
from collections.abc import Iterator

__all__ = ["WILDCARD", "candidates", "is_scope"]

WILDCARD = "*"

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = rf"(?:localhost|{_LABEL}(?:\.{_LABEL})+|{_LABEL}(?=:))(?::[0-9]+)?"
_SCOPE = re.compile(rf"{_HOST}(?:/{_PART})*")


def is_scope(text: str) -> bool:
    """Whether a text is a scope that an image can have."""
    return text == WILDCARD or _SCOPE.fullmatch(text) is not None


def candidates(repository: str) -> Iterator[str]:
    """The scopes that a repository may be found under, the most specific first.

    Args:
        repository: the full name, `host/path`; what is in no registry has only itself and `*`.
    """
    scope = repository
    while scope:
        yield scope
        scope = scope.rpartition("/")[0]
    yield WILDCARD
