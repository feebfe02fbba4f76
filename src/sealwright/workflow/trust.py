"""Trust in images, changed: policy.json says what is asked of them, registries.d where their signatures are.

The policy alone decides what is let pass; an address of signatures only lets more be found. So what makes a
policy ask for more is written first, and what makes it ask for less last: a crash in between leaves images
refused, never let pass that should not be.

| | first | then |
|---|---|---|
| `add` | the policy | the address |
| `remove`, `reset` | the address | the policy |

Each file is replaced at once and whole. Members that nobody here knows stay. A lock on the folder of the
policy keeps others of our programs out meanwhile.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, UsageError
from sealwright.homes import files
from sealwright.homes.containers import policy_file, registries_d
from sealwright.homes.containers.policy_file import PolicyFile
from sealwright.homes.environment import Environment
from sealwright.homes.locking import locked
from sealwright.policy.containers import scope_lint
from sealwright.policy.containers.scopes import scope_problem

__all__ = [
    "ACCEPT",
    "BEGINNING",
    "REJECT",
    "Arrangement",
    "Requirement",
    "TrustFiles",
    "add",
    "change_default",
    "has_scope",
    "in_force",
    "members",
    "remove",
    "require_scope",
    "reset",
    "signed_by_data",
    "signed_by_file",
]

Requirement = Mapping[str, object]
"""A requirement as it stands in a policy."""

Arrangement = Literal["kept", "sorted"]
"""The order of transports and scopes in a file that is written: as before, new ones last; or by name."""

ACCEPT: Requirement = {"type": "insecureAcceptAnything"}
REJECT: Requirement = {"type": "reject"}

BEGINNING: Mapping[str, object] = {"default": [ACCEPT], "transports": {"docker-daemon": {"": [ACCEPT]}}}
"""The policy that atomic begins with, and that most distributions have: everything is let pass."""

_KEPT_FILE = "default.yaml"
_OFFICIAL = "scope-official"
"""A namespace of docker.io looks like an official image, whose names have `library/` in them."""


class TrustFiles(msgspec.Struct, frozen=True):
    """The file `policy.json` and the folder `registries.d`; neither need be there."""

    policy: Path
    registries: Path


def in_force(environment: Environment, *, is_root: bool) -> TrustFiles:
    """The files that are read for images; where there is no policy, those that would be.

    Args:
        environment: home folder and root.
        is_root: without a policy, whoever is root begins that of the machine, others their own.
    """
    found = policy_file.find(environment)
    own, system = policy_file.paths(environment)
    is_system = is_root or environment.root != Path("/")
    policy = found.path if found is not None else system if is_system else own
    return TrustFiles(policy, registries_d.folder(environment))


def signed_by_file(path: str, key_type: str = "GPGKeys") -> Requirement:
    """A signature by a key of a file, which is read whenever an image is judged.

    Args:
        path: of the file, as it shall stand in the policy.
        key_type: of containers-policy.json(5).
    """
    return {"type": "signedBy", "keyType": key_type, "keyPath": path}


def signed_by_data(content: bytes, key_type: str = "GPGKeys") -> Requirement:
    """A signature by one of some keys, which are put into the policy.

    Args:
        content: of a file of public keys.
        key_type: of containers-policy.json(5).
    """
    return {"type": "signedBy", "keyType": key_type, "keyData": base64.b64encode(content).decode()}


def members(trust: TrustFiles) -> dict[str, object] | None:
    """What stands in the policy; None if there is none.

    Raises:
        DocumentError: a `containers.` code.
        StorageError: it cannot be read.
    """
    content = files.read_optional(trust.policy, limits.CONFIG_FILE_BYTES)
    return None if content is None else policy_file.members(PolicyFile(trust.policy, content))


def has_scope(policy: Mapping[str, object], transport: str, scope: str) -> bool:
    """Whether a policy says something of exactly this scope."""
    scopes = _mapping(policy.get("transports")).get(transport)
    return scope in _mapping(scopes)


def require_scope(transport: str, scope: str) -> None:
    """Refuse a scope that the transport does not have, or that no image ever has.

    Raises:
        UsageError: `trust.scope-invalid`, `trust.scope-never-matches`.
    """
    problem = scope_problem(transport, scope)
    if problem:
        raise UsageError("trust.scope-invalid", transport=transport, scope=scope, problem=problem)
    never = scope_lint.problem(transport, scope) if scope else None
    if never is not None and never.code != _OFFICIAL:
        meant = f"; {never.meant} may be meant" if never.meant else ""
        raise UsageError("trust.scope-never-matches", scope=scope, meant=meant)


def change_default(
    trust: TrustFiles,
    requirements: Sequence[Requirement],
    *,
    arranged: Arrangement = "kept",
) -> None:
    """Say what is asked of images that no scope is about. Without a policy, one is begun.

    Args:
        trust: the files.
        requirements: all of which are to be met.
        arranged: the order in the file.

    Raises:
        DocumentError: a `containers.` code: the policy cannot be read.
        StorageError: a file cannot be read or written.
    """
    with locked(trust.policy.parent), _changing(trust, {}, arranged) as policy:
        policy["default"] = list(requirements)


def add(  # each says another thing of the scope
    trust: TrustFiles,
    transport: str,
    scope: str,
    requirements: Sequence[Requirement],
    store: str = "",
    *,
    beginning: Mapping[str, object] | None = None,
    arranged: Arrangement = "kept",
) -> None:
    """Say what is asked of the images of a scope, and where their signatures are.

    Args:
        trust: the files.
        transport: such as `docker`.
        scope: of that transport; what was said of it before is replaced.
        requirements: all of which are to be met.
        store: an address for registries.d; empty: what stands there stays.
        beginning: the policy to begin with, where there is none.
        arranged: the order in the file.

    Raises:
        UsageError: `trust.no-policy`: there is none, and none to begin with.
        DocumentError: a `containers.` or `registries_d.` code: a file is broken; nothing is written then.
        StorageError: a file cannot be read or written.
    """
    with locked(trust.policy.parent):
        with _changing(trust, beginning, arranged) as policy:
            if "default" not in policy:
                raise UsageError("trust.no-policy", file=str(trust.policy))
            if store:
                _require_readable(trust.registries)
            transports = _inner(trust, policy, "transports")
            _inner(trust, transports, transport)[scope] = list(requirements)
        if store:
            registries_d.add_scope(trust.registries, scope, store)


def remove(trust: TrustFiles, transport: str, scope: str, *, keep_store: bool = False) -> None:
    """Say nothing more of a scope: what is above it counts for its images.

    Args:
        trust: the files.
        transport: such as `docker`.
        scope: of that transport.
        keep_store: what registries.d says of it stays.

    Raises:
        UsageError: `trust.absent`.
        DocumentError: as for `add`.
        StorageError: as for `add`.
    """
    with locked(trust.policy.parent), _changing(trust, {}, "kept") as policy:
        if not has_scope(policy, transport, scope):
            raise UsageError("trust.absent", transport=transport, scope=scope, file=str(trust.policy))
        if not keep_store:
            _require_readable(trust.registries)
            registries_d.remove_scope(trust.registries, scope)
        transports = _inner(trust, policy, "transports")
        del _inner(trust, transports, transport)[scope]


def reset(trust: TrustFiles, beginning: Mapping[str, object] = BEGINNING) -> tuple[Path, ...]:
    """Begin anew: the policy, and no file in registries.d but `default.yaml`.

    Args:
        trust: the files. What the policy was is kept beside it with the ending `.bak`.
        beginning: the new policy.

    Returns:
        The files of registries.d that were deleted.

    Raises:
        StorageError: a file cannot be deleted or written.
    """
    with locked(trust.policy.parent):
        gone = _without_addresses(trust.registries)
        policy_file.write(trust.policy, beginning)
    return gone


def _without_addresses(folder: Path) -> tuple[Path, ...]:
    gone = []
    try:
        for path in sorted(folder.glob("*.yaml")):
            if path.name != _KEPT_FILE and not path.is_dir():
                path.unlink()
                gone.append(path)
    except OSError as error:
        raise files.unwritable(folder, error) from None
    return tuple(gone)


@contextmanager
def _changing(
    trust: TrustFiles, beginning: Mapping[str, object] | None, arranged: Arrangement
) -> Iterator[dict[str, object]]:
    """The members of the policy, to be changed; they are written when the block ends well."""
    found = members(trust)
    if found is None and beginning is None:
        raise UsageError("trust.no-policy", file=str(trust.policy))
    policy = _copied(dict(beginning or {}) if found is None else found)
    yield policy
    policy_file.write(trust.policy, _sorted(trust, policy) if arranged == "sorted" else policy)


def _copied(policy: Mapping[str, object]) -> dict[str, object]:
    """A copy whose transports and scopes may be changed."""
    return {name: _copied(value) if isinstance(value, dict) else value for name, value in policy.items()}


def _sorted(trust: TrustFiles, policy: dict[str, object]) -> dict[str, object]:
    """The default first, then the transports and their scopes by name, then what nobody knows."""
    known = {"default": policy["default"]} if "default" in policy else {}
    if policy.get("transports") is not None:
        transports = _inner(trust, policy, "transports")
        known["transports"] = {
            transport: dict(sorted(scopes.items())) if isinstance(scopes, dict) else scopes
            for transport, scopes in sorted(transports.items())
        }
    more = {name: value for name, value in policy.items() if name not in ("default", "transports")}
    return {**known, **more}


def _inner(trust: TrustFiles, outer: dict[str, object], name: str) -> dict[str, object]:
    """The object under a name, made if it is missing.

    Raises:
        DocumentError: `containers.wrong-type`: something else stands there.
    """
    found = outer.get(name)
    if found is None:
        found = outer[name] = {}
    if not isinstance(found, dict):
        raise DocumentError("containers.wrong-type", file=str(trust.policy), where=name, wanted="an object")
    return found


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _require_readable(folder: Path) -> None:
    """Refuse to change anything while registries.d cannot be read.

    Raises:
        DocumentError: a `registries_d.` code.
        StorageError: a file cannot be read.
    """
    registries_d.read(Environment({}, Path("/")), folder)
