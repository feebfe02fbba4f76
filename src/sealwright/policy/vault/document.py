"""Reading policies about keys of a vault.

    {"version": "1.0",
     "service": "registry.example:5000",
     "statements": [
       {"name": "release",
        "scopes": ["registry.example:5000/namespace/project01"],
        "signedBy": {"atLeast": 2, "of": [{"key": "ocid1.key.…"}, {"key": "release", "vault": "prod"}, …]},
        "regions": ["us-phoenix-1"],
        "repositoryName": "project01/acme-web-app",
        "keyStates": {"disabled": "accept"},
        "exportedKeys": "30d"}]}

`service` is the host whose vaults are asked; without it, the one that the settings name. Of a statement only
name, scopes and `signedBy` have to be there. `regions` are those that a message may name: without them, that
of the key. `repositoryName` is what a message has to call the repository, where that is not the image's own
name without the namespace: for copies elsewhere. `keyStates` says of `disabled`, `pendingDeletion`, `deleted`
and `blocked` keys whether their signatures count, `accept` or `refuse`; it is `refuse` where nothing is said,
since nothing but its state tells that a key is not trusted any more, and no such signature proves its time.
`exportedKeys` is how old an export may be that is verified with, or `refuse`; 30 days without it.
"""

import re
from collections.abc import Mapping
from typing import cast

import msgspec

from sealwright import limits
from sealwright.policy.reading import Reading
from sealwright.policy.vault import requirements
from sealwright.policy.vault.requirements import Wanted
from sealwright.policy.vault.scopes import WILDCARD, is_scope
from sealwright.rules import KeyState
from sealwright.strict_json import Path

__all__ = ["Document", "VaultStatement", "read"]

_STATEMENT = ("name", "scopes", "signedBy", "regions", "repositoryName", "keyStates", "exportedKeys")
_STATES: tuple[KeyState, ...] = ("disabled", "pendingDeletion", "deleted", "blocked")
_WORDS = ("accept", "refuse")
_REFUSE = "refuse"
_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class VaultStatement(msgspec.Struct, frozen=True):
    """One statement, checked; `line` is where it starts. `export_age`: seconds; 0: no export counts."""

    name: str
    line: int
    scopes: tuple[str, ...]
    signed_by: Wanted
    regions: tuple[str, ...] = ()
    repository: str = ""
    accepted: frozenset[KeyState] = frozenset()
    export_age: int = limits.KMS_EXPORT_SECONDS


class Document(msgspec.Struct, frozen=True):
    """A whole policy, checked."""

    file: str
    service: str
    statements: tuple[VaultStatement, ...]


def read(content: bytes, file: str) -> Document:
    """Read and check a policy.

    Args:
        content: the bytes of the file.
        file: its name, for messages.

    Raises:
        DocumentError: a `policy.` code; further problems are its `others`.
    """
    reading = Reading(content, file, "policy")
    top = reading.members(reading.value, (), ("version", "service", "statements"))
    version = reading.text(top.get("version"), ("version",))
    if not version:
        reading.problem("policy.version-missing", ())
    elif version != "1.0":
        reading.problem("policy.version-unsupported", ("version",), version=version)
    service = reading.text(top.get("service"), ("service",))
    if service and ("/" in service or service == WILDCARD or not is_scope(service)):
        reading.problem("policy.vault-service", ("service",), service=service)
    items = reading.items(top.get("statements"), ("statements",))
    if not items:
        reading.problem("policy.vault-no-statements", ("statements",))
    statements = tuple(_statement(reading, one, ("statements", i)) for i, one in enumerate(items))
    _check_names(reading, statements)
    reading.finish()
    return Document(file, service, statements)


def _statement(reading: Reading, value: object, path: Path) -> VaultStatement:
    members = reading.members(value, path, _STATEMENT)
    name = reading.text(members.get("name"), (*path, "name"))
    if not name:
        reading.problem("policy.name-missing", path)
    scopes = reading.texts(members.get("scopes"), (*path, "scopes"))
    if not scopes:
        reading.problem("policy.vault-scopes-missing", path, name=name)
    if "signedBy" not in members:
        reading.problem("policy.vault-signed-by-missing", path, name=name)
    return VaultStatement(
        name=name,
        line=reading.places.value(path).line,
        scopes=scopes,
        signed_by=requirements.read(reading, members.get("signedBy", {"any": []}), (*path, "signedBy"), name),
        regions=reading.texts(members.get("regions"), (*path, "regions")),
        repository=reading.text(members.get("repositoryName"), (*path, "repositoryName")),
        accepted=_states(reading, members.get("keyStates", {}), (*path, "keyStates"), name),
        export_age=_export_age(reading, members.get("exportedKeys"), (*path, "exportedKeys"), name),
    )


def _states(reading: Reading, value: object, path: Path, name: str) -> frozenset[KeyState]:
    found: Mapping[str, object] = reading.members(value, path, _STATES)
    for state, word in found.items():
        if word not in _WORDS:
            at = (*path, state)
            reading.unknown("policy.vault-state", at, str(word)[:100], _WORDS, name=name, state=state)
    return frozenset(cast("KeyState", state) for state, word in found.items() if word == "accept")


def _export_age(reading: Reading, value: object, path: Path, name: str) -> int:
    text = reading.text(value, path)
    if not text:
        return limits.KMS_EXPORT_SECONDS
    if text == _REFUSE:
        return 0
    match = _DURATION.fullmatch(text)
    if match is None:
        reading.problem("policy.vault-exported-keys", path, name=name, found=text[:100])
        return 0
    return int(match[1]) * _SECONDS[match[2]]


def _check_names(reading: Reading, statements: tuple[VaultStatement, ...]) -> None:
    names: set[str] = set()
    owners: dict[str, str] = {}
    for index, statement in enumerate(statements):
        path: Path = ("statements", index)
        if statement.name in names:
            reading.problem("policy.name-repeated", (*path, "name"), name=statement.name)
        names.add(statement.name)
        for place, scope in enumerate(statement.scopes):
            at = (*path, "scopes", place)
            if not is_scope(scope):
                reading.problem("policy.vault-scope", at, name=statement.name, scope=scope)
            elif scope in owners:
                reading.problem(
                    "policy.scope-repeated", at, scope=scope, name=statement.name, owner=owners[scope]
                )
            owners.setdefault(scope, statement.name)
