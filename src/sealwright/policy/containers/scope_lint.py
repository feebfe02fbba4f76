"""Scopes that clients take and no image ever has: names are compared as docker writes them out in full."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sealwright.errors import UsageError
from sealwright.formats.simple.identity import named
from sealwright.reference import DOCKER_HUB

__all__ = ["NAMED", "ScopeProblem", "is_registry", "problem"]

NAMED = frozenset({"docker", "docker-daemon", "atomic"})
"""The transports whose scopes are names."""

_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?::[0-9]+)?")


class ScopeProblem(NamedTuple):
    """Why nothing matches a scope: the end of a reason code, and what may have been meant."""

    code: str
    meant: str = ""


def problem(transport: str, scope: str) -> ScopeProblem | None:
    """Why no image has this scope; None if some may have it.

    Args:
        transport: of the scope.
        scope: as written, not empty.
    """
    if transport in ("oci", "oci-archive") and ":" in scope:
        return ScopeProblem("scope-with-colon", scope.partition(":")[0])
    return _of_name(scope) if transport in NAMED else None


def is_registry(text: str) -> bool:
    """Whether a text is the name of a registry as names of images begin with it."""
    return _DOMAIN.fullmatch(text) is not None and (bool(set(text) & set(".:")) or text == "localhost")


def _of_name(scope: str) -> ScopeProblem | None:
    if "*" in scope:
        good = scope.startswith("*.") and _HOST.fullmatch(scope[2:]) is not None
        return None if good else ScopeProblem("scope-wildcard")
    meant = next(iter(_bare(scope)), "")
    if meant:
        return ScopeProblem("scope-never", meant)
    if is_registry(scope) or scope == f"{DOCKER_HUB}/library":
        return None
    try:
        reference = named(scope)
    except UsageError:
        return ScopeProblem("scope-no-name")
    full = str(reference)
    if reference.tag is not None and reference.digest is not None:
        return ScopeProblem("scope-never", f"{reference.repository}@{reference.digest}")
    if full == scope:
        return None
    below_hub = scope.startswith(f"{DOCKER_HUB}/") and reference.tag is None and reference.digest is None
    return ScopeProblem("scope-official" if below_hub else "scope-never", full)


def _bare(scope: str) -> Iterator[str]:
    """What is left of a scope without a scheme before it and slashes behind it, if it has either."""
    bare = scope.partition("://")[2] or scope
    if bare.rstrip("/") != scope:
        yield bare.rstrip("/") or "a name"
