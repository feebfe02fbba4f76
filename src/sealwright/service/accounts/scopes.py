"""What tokens are asked for, and what of it is held (distribution, "Token Scope Documentation").

    repository:team/app:pull,push      registry:catalog:*      registry:admin:*      registry:vault:*

A scope is read from both ends, since a name may hold colons. Clients know `pull`, `push`, `delete` and `*`
only. Who asks for `push` is asking for `sign` too, and who asks for `pull` for `audit`, as far as they are
held; `*` asks for all. `registry:vault:*` asks for all that is held for keys of vaults, and is given as
`vault:PATTERN:RIGHTS`, which nobody can ask for. What we do not know, and names that no repository can have,
give nothing, and are no error: clients ask registries for what other registries understand.
"""

import msgspec

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service.configuration.rights import RIGHTS, VAULT, Right
from sealwright.service.web.caller import Caller, Grant
from sealwright.service.web.names import is_name

__all__ = ["Access", "granted", "grants", "lists", "parse", "shown"]

_ALONG: dict[str, tuple[Right, ...]] = {"pull": ("audit",), "push": ("sign",)}
_RIGHTS: dict[str, Right] = {right: right for right in RIGHTS}
_ALL = "*"
_CATALOG = "catalog"
_ADMIN = "admin"
_KEYS = "vault"
"""In what is asked for a name, in what is given a type."""


class Access(msgspec.Struct, frozen=True):
    """What one scope asks for, or what is given of it: the members of the claim `access`."""

    type: str
    name: str
    actions: tuple[str, ...]


def parse(texts: list[str]) -> tuple[Access, ...]:
    """Read scopes; those that we do not know are left out.

    Args:
        texts: each may be several, with spaces between.

    Raises:
        UsageError: `service.scopes-too-many`.
    """
    words = [word for text in texts for word in text.split()]
    if len(words) > limits.SCOPES_ASKED:
        raise UsageError("service.scopes-too-many", most=limits.SCOPES_ASKED)
    merged: dict[tuple[str, str], dict[str, None]] = {}
    for word in words:
        kind, _, rest = word.partition(":")
        name, _, actions = rest.rpartition(":")
        if (kind == "repository" and is_name(name)) or (
            kind == "registry" and name in (_CATALOG, _ADMIN, _KEYS)
        ):
            merged.setdefault((kind, name), {}).update(dict.fromkeys(actions.split(",")))
    return tuple(Access(*thing, tuple(actions)) for thing, actions in merged.items())


def granted(asked: tuple[Access, ...], caller: Caller) -> tuple[Access, ...]:
    """What a caller holds of what is asked for."""
    given: list[Access] = []
    for one in asked:
        if (one.type, one.name) == ("registry", _KEYS):
            given += _for_keys(caller) if _ALL in one.actions else ()
        else:
            given.append(Access(one.type, one.name, _actions(one, caller)))
    return tuple(one for one in given if one.actions)


def grants(accesses: tuple[Access, ...]) -> tuple[Grant, ...]:
    """What is given, as rights."""
    found = []
    for one in accesses:
        if one.type == "repository" and is_name(one.name):
            rights = frozenset(_RIGHTS[action] for action in one.actions if action in _RIGHTS)
            found.append(Grant(one.name, rights))
        elif (one.type, one.name, one.actions) == ("registry", _ADMIN, (_ALL,)):
            found.append(Grant("*", frozenset({"admin"})))
        elif one.type == _KEYS:
            rights = frozenset(_RIGHTS[action] for action in one.actions if action in _RIGHTS)
            found.append(Grant(f"{VAULT}{one.name}", rights))
    return tuple(found)


def lists(accesses: tuple[Access, ...]) -> bool:
    """Whether the list of repositories was asked for and given."""
    return Access("registry", _CATALOG, (_ALL,)) in accesses


def shown(accesses: tuple[Access, ...]) -> str:
    """What is given, as scopes with spaces between."""
    return " ".join(f"{one.type}:{one.name}:{','.join(one.actions)}" for one in accesses)


def _for_keys(caller: Caller) -> tuple[Access, ...]:
    """What a caller holds for keys of vaults."""
    if caller.administers:
        return (Access(_KEYS, _ALL, (_ADMIN,)),)
    return tuple(
        Access(_KEYS, grant.pattern.removeprefix(VAULT), _ordered(grant.rights))
        for grant in caller.grants
        if grant.pattern.startswith(VAULT)
    )


def _still_for_keys(one: Access, caller: Caller) -> tuple[str, ...]:
    """What is still held of what was given for keys: by the very pattern, or by who administers all."""
    if caller.administers:
        return one.actions
    held = [grant.rights for grant in caller.grants if grant.pattern == f"{VAULT}{one.name}"]
    return _ordered(frozenset(one.actions).intersection(frozenset().union(*held)))


def _ordered(rights: frozenset[str]) -> tuple[str, ...]:
    return tuple(right for right in RIGHTS if right in rights)


def _actions(one: Access, caller: Caller) -> tuple[str, ...]:
    if one.type == _KEYS:
        return _still_for_keys(one, caller)
    if one.type == "registry":
        allowed = one.name == _CATALOG or caller.administers
        return (_ALL,) if allowed and _ALL in one.actions else ()
    wanted: set[str] = set(one.actions)
    if _ALL in wanted:
        wanted.update(RIGHTS)
    for action in one.actions:
        wanted.update(_ALONG.get(action, ()))
    return tuple(right for right in RIGHTS if right in wanted and caller.may(right, one.name))
