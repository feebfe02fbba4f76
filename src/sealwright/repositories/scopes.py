"""Scopes of access: `type:name:action[,action]` (distribution, "Token Scope Documentation")."""

from collections.abc import Iterable
from typing import Self

import msgspec

__all__ = ["CATALOG", "KEYS", "Scope", "covers", "merged", "words"]

_ORDER = ("pull", "push", "delete", "*")


class Scope(msgspec.Struct, frozen=True):
    """What may be done with one thing. `kind` is `repository` or `registry`."""

    kind: str
    name: str
    actions: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read one scope; None if it is not one. A name may hold a colon, so both ends are split off.

        Args:
            text: for example `repository:ns/app:pull,push`.
        """
        kind, _, rest = text.partition(":")
        name, colon, actions = rest.rpartition(":")
        if not (colon and kind and name and actions):
            return None
        return cls(kind, name, frozenset(actions.split(",")))

    @classmethod
    def of_repository(cls, path: str, *actions: str) -> Self:
        """The scope of actions on a repository."""
        return cls("repository", path, frozenset(actions))

    def __str__(self) -> str:
        known = [action for action in _ORDER if action in self.actions]
        others = sorted(self.actions - set(_ORDER))
        return f"{self.kind}:{self.name}:{','.join(known + others)}"


CATALOG = Scope("registry", "catalog", frozenset({"*"}))
"""Listing the repositories of a registry."""

KEYS = Scope("registry", "vault", frozenset({"*"}))
"""What is held for keys in the vaults of our own service."""


def words(text: str) -> tuple[Scope, ...]:
    """The scopes of a challenge: several are separated by blanks; what is not a scope is left out."""
    return tuple(scope for scope in map(Scope.parse, text.split()) if scope is not None)


def merged(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """The same scopes with one entry per thing, in the order of first mention."""
    actions: dict[tuple[str, str], frozenset[str]] = {}
    for scope in scopes:
        key = (scope.kind, scope.name)
        actions[key] = actions.get(key, frozenset()) | scope.actions
    return tuple(Scope(kind, name, allowed) for (kind, name), allowed in actions.items())


def covers(granted: Iterable[Scope], wanted: Iterable[Scope]) -> bool:
    """Whether everything wanted was asked for when `granted` was."""
    held = {(scope.kind, scope.name): scope.actions for scope in granted}
    return all(scope.actions <= held.get((scope.kind, scope.name), frozenset()) for scope in wanted)
