"""Trust in images, shown: a row for each requirement of each scope, with its keys and where signatures are.

A policy is shown as it stands, also one that clients refuse: what is wrong with it is for `seal policy lint`.
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, MalformedContentError, SealwrightError, UsageError
from sealwright.homes import files
from sealwright.homes.containers import registries_d
from sealwright.homes.containers.registries_d import RegistriesD
from sealwright.homes.containers.registries_yaml import Section
from sealwright.homes.environment import Environment
from sealwright.openpgp import keyrings
from sealwright.workflow import trust, trust_keys
from sealwright.workflow.trust import Arrangement, TrustFiles

__all__ = ["NamedKey", "Row", "above", "registries", "rows", "store_for"]

_READING = ("lookaside", "sigstore")


class NamedKey(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Public keys that a requirement names.

    `path` is as written, and empty for keys in the policy itself, which `data` holds as written, in base64.
    `mails` and `fingerprints` are those of all keys there, `problem` why there are none.
    """

    path: str = ""
    data: str = ""
    mails: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    problem: str = ""


class Row(msgspec.Struct, frozen=True, rename="camel"):
    """One requirement. Transport and scope are empty for the default of the policy.

    `type` is as written. `store` is where signatures are read, for registries.
    """

    transport: str
    scope: str
    type: str
    keys: tuple[NamedKey, ...]
    store: str


def rows(
    files_in_force: TrustFiles, store: Callable[[str, str], str], arranged: Arrangement = "kept"
) -> Iterator[Row]:
    """What is asked of images, the default first.

    Args:
        files_in_force: the files.
        store: from transport and scope to what `Row.store` says.
        arranged: the order of transports and scopes: as in the file, or by name.

    Raises:
        UsageError: `trust.no-policy`.
        DocumentError: a `containers.` code.
        StorageError: the policy cannot be read. Keys that cannot be read are told in their rows.
    """
    policy = trust.members(files_in_force)
    file = str(files_in_force.policy)
    if policy is None:
        raise UsageError("trust.no-policy", file=file)
    for one in _requirements(file, "default", policy.get("default")):
        yield _row(file, "", "", one, store)
    for transport, scopes in _members(file, "transports", policy.get("transports"), arranged):
        for scope, listed in _members(file, transport, scopes, arranged):
            for one in _requirements(file, scope, listed):
                yield _row(file, transport, scope, one, store)


def registries(files_in_force: TrustFiles, environment: Environment) -> RegistriesD:
    """What registries.d says.

    Args:
        files_in_force: names the folder.
        environment: for the address that is built in.

    Raises:
        DocumentError: a `registries_d.` code.
        StorageError: it cannot be read.
    """
    return registries_d.read(environment, files_in_force.registries)


def above(scope: str) -> Iterator[str]:
    """A scope and all above it, down to its registry."""
    while scope:
        yield scope
        scope = scope.rpartition("/")[0]


def store_for(configured: RegistriesD, transport: str, scope: str) -> str:
    """Where signatures of the images of a scope are read, as clients look it up.

    Args:
        configured: from `registries`.
        transport: registries only have such stores.
        scope: of the policy.
    """
    if transport != "docker":
        return ""
    found = (
        section.addresses[key]
        for section in _sections(configured, scope)
        for key in _READING
        if section.addresses.get(key)
    )
    return next(found, configured.built_in)


def _sections(configured: RegistriesD, scope: str) -> Iterator[Section]:
    name = scope.partition("@")[0]
    last = name.rpartition("/")[2]
    untagged = name[: -len(last)] + last.partition(":")[0] if "/" in name else name
    host = name.partition("/")[0].partition(":")[0].removeprefix("*.")
    wildcards = []
    while "." in host:
        host = host.partition(".")[2]
        wildcards.append(f"*.{host}")
    for each in dict.fromkeys((scope, *above(untagged), *wildcards)):
        if each in configured.sections:
            yield configured.sections[each]
    if configured.default is not None:
        yield configured.default


def _members(file: str, name: str, value: object, arranged: Arrangement) -> list[tuple[str, object]]:
    if value is None:
        return []
    if not isinstance(value, dict):
        raise DocumentError("containers.wrong-type", file=file, where=name, wanted="an object")
    return sorted(value.items()) if arranged == "sorted" else list(value.items())


def _requirements(file: str, name: str, value: object) -> list[Mapping[str, object]]:
    listed = [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise DocumentError(
            "containers.wrong-type", file=file, where=name, wanted="a list of requirements, which are objects"
        )
    return listed


def _row(
    file: str,
    transport: str,
    scope: str,
    requirement: Mapping[str, object],
    store: Callable[[str, str], str],
) -> Row:
    kind = requirement.get("type", "")
    if not isinstance(kind, str):
        raise DocumentError("containers.wrong-type", file=file, where="type", wanted="a text")
    keys = tuple(_keys(requirement)) if kind == "signedBy" else ()
    return Row(transport, scope, kind, keys, store(transport, scope))


def _keys(requirement: Mapping[str, object]) -> Iterator[NamedKey]:
    path, paths, data = (requirement.get(name) for name in ("keyPath", "keyPaths", "keyData"))
    for one in (path, *(paths if isinstance(paths, list) else ())):
        if isinstance(one, str) and one:
            yield _known(NamedKey(path=one))
    if isinstance(data, str) and data:
        yield _known(NamedKey(data=data))


def _known(key: NamedKey) -> NamedKey:
    """What stands under a name, or why nothing does."""
    try:
        found = trust_keys.read(_content(key), key.path or "the policy")
    except SealwrightError as error:
        return msgspec.structs.replace(key, problem=str(error))
    fingerprints = tuple(one.fingerprint for one in found)
    return msgspec.structs.replace(key, mails=keyrings.mails(found), fingerprints=fingerprints)


def _content(key: NamedKey) -> bytes:
    if key.path:
        return files.read(Path(key.path), limits.OPENPGP_KEYRING_BYTES)
    try:
        return base64.b64decode(key.data, validate=True)
    except binascii.Error:
        problem = "keyData is not base64"
        raise MalformedContentError("keyring.malformed", file="the policy", problem=problem) from None
