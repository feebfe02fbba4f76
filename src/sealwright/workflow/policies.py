"""Which policy decides: the one named, else the one that the settings choose, else the only one present."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError, UsageError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.homes.notation import policy_files
from sealwright.homes.notation.folder import config_folder
from sealwright.rules import AllOf, Statement
from sealwright.signature import Subject

if TYPE_CHECKING:
    from sealwright.interfaces import Policy
    from sealwright.policy.notation.lowering import NotationPolicy

__all__ = [
    "AllPolicies",
    "containers",
    "for_blobs",
    "keys_state",
    "load",
    "places",
    "read",
    "told_apart",
    "with_plugin_config",
]

_NOTATION = "notation"
_CONTAINERS = "containers"
_VAULT = "vault"
_ALL = "all"
_MEMBERS = {
    _NOTATION: {b'"trustPolicies"'},
    _CONTAINERS: {b'"default"', b'"transports"'},
    _VAULT: {b'"statements"'},
}
"""Words that stand only in policies of a language."""


class AllPolicies(msgspec.Struct, frozen=True):
    """Several policies of which each has to accept.

    Its digest is that of their digests, each as text on a line of its own.
    """

    policies: tuple["Policy", ...]
    language: str = _ALL

    @property
    def origin(self) -> str:
        """The files that they were read from."""
        return ", ".join(policy.origin for policy in self.policies)

    @property
    def digest(self) -> Digest:
        """Of the digests of all of them."""
        return Digest.of("".join(f"{policy.digest}\n" for policy in self.policies).encode())

    def statement(self, subject: Subject) -> Statement:
        """What all of them ask for together.

        Raises:
            NoStatementError: one of them has no statement about the image.
        """
        chosen = [policy.statement(subject) for policy in self.policies]
        return Statement(
            " and ".join(statement.name for statement in chosen),
            AllOf(self.origin, tuple(statement.requirement for statement in chosen), each_accepts=True),
            frozenset().union(*(statement.needs for statement in chosen)),
        )


def load(
    environment: Environment,
    language: str = "",
    file: Path | None = None,
    metadata: Mapping[str, str] | None = None,
    *,
    lenient: bool = False,
) -> "Policy":
    """The policy of a run.

    Args:
        environment: where policies are looked for.
        language: `notation`, `containers`, `vault`, `all`; empty: see above.
        file: a policy to decide instead; where no language is named, its members tell which it is.
        metadata: annotations that the payload must carry beside what the policy asks; containers' policies
            know of none.
        lenient: payloads of simple signatures are read leniently.

    Raises:
        UsageError: `policy.absent`, `policy.none-present`, `policy.several-present`,
            `policy.metadata-not-known`.
        DocumentError: a `policy.` code, or the settings cannot be read.
        StorageError: a file cannot be read.
    """
    if file is not None:
        content = files.read(file, limits.CONFIG_FILE_BYTES)
        return read(content, str(file), language, metadata, lenient=lenient)
    if not language:
        from sealwright.homes.sealwright import settings  # noqa: PLC0415  # only where nothing is named

        language = settings.read(environment).policy
    if language == _NOTATION:
        return _required(_notation(environment, metadata), config_folder(environment))
    if language == _CONTAINERS:
        found = containers(environment, lenient=lenient)
        return _without(metadata, _required(found, environment.system("/etc/containers")))
    if language == _VAULT:
        from sealwright.homes.sealwright import vault_policy  # noqa: PLC0415  # only for its language

        return _required(_vault(environment, metadata), vault_policy.paths(environment)[0].parent)
    found_ones = (
        _notation(environment, metadata),
        containers(environment, lenient=lenient),
        _vault(environment, metadata),
    )
    present = [one for one in found_ones if one]
    if not present:
        raise UsageError("policy.none-present", **places(environment))
    if len(present) > 1 and language != _ALL:
        named = ", ".join(f"{policy.language} ({policy.origin})" for policy in present)
        raise UsageError("policy.several-present", policies=named)
    return _together(present, metadata)


def read(
    content: bytes,
    file: str,
    language: str = "",
    metadata: Mapping[str, str] | None = None,
    *,
    lenient: bool = False,
) -> "Policy":
    """A policy from its bytes.

    Args:
        content: of the file.
        file: its name, for messages.
        language: `notation`, `containers` or `vault`; empty: its members tell.
        metadata: as for `load`.
        lenient: as for `load`.

    Raises:
        DocumentError: a `policy.` code.
        UsageError: `policy.metadata-not-known`.
    """
    language = language or told_apart(content)
    if language == _VAULT:
        from sealwright.policy.vault import lowering as vault  # noqa: PLC0415  # only for its language

        return vault.parse(content, file, metadata)
    if language == _CONTAINERS:
        from sealwright.policy.containers import lowering as simple  # noqa: PLC0415  # only for its language

        return _without(metadata, simple.parse(content, file, lenient=lenient))
    from sealwright.policy.notation import lowering  # noqa: PLC0415  # the same

    return lowering.parse(content, file, metadata)


def for_blobs(
    environment: Environment,
    named: str = "",
    file: Path | None = None,
    metadata: Mapping[str, str] | None = None,
) -> "NotationPolicy":
    """The policy for files: notation's `trustpolicy.blob.json`.

    Args:
        environment: says where notation's folder is.
        named: the statement that decides; empty: the global one.
        file: a policy to decide instead.
        metadata: annotations that the payload must carry beside what the policy asks.

    Raises:
        UsageError: `policy.absent-for-blobs`.
        DocumentError: a `policy.` code.
        StorageError: a file cannot be read.
    """
    from sealwright.policy.notation import lowering  # noqa: PLC0415  # only for its language

    if file is not None:
        content = files.read(file, limits.CONFIG_FILE_BYTES)
        return lowering.parse(content, str(file), metadata, "blob", named)
    folder = config_folder(environment)
    found = policy_files.find(folder, policy_files.BLOB_NAMES)
    if found is None:
        raise UsageError("policy.absent-for-blobs", folder=str(folder))
    return lowering.parse(found.content, str(found.path), metadata, "blob", named)


def with_plugin_config(policy: "Policy", config: Mapping[str, str]) -> "Policy":
    """A policy, and what the caller has to tell to the plugins that signatures name.

    Args:
        policy: of any language; of those but notation's no signature names a plugin.
        config: settings for plugins.

    Raises:
        UsageError: `policy.plugin-config-not-known`: no signature that it asks for can name a plugin.
    """
    if not config:
        return policy
    if isinstance(policy, AllPolicies):
        told = tuple(
            with_plugin_config(one, config) if one.language == _NOTATION else one for one in policy.policies
        )
        return AllPolicies(told)
    from sealwright.policy.notation.lowering import NotationPolicy  # noqa: PLC0415  # only where it is asked for

    if not isinstance(policy, NotationPolicy):
        raise UsageError("policy.plugin-config-not-known", language=policy.language)
    return msgspec.structs.replace(policy, plugin_config=config)


def keys_state(policy: "Policy") -> str:
    """The digest of all files of keys that a policy names, as they are now; empty if it names none.

    Args:
        policy: of any language.
    """
    if isinstance(policy, AllPolicies):
        return " ".join(filter(None, map(keys_state, policy.policies)))
    if policy.language != _CONTAINERS:
        return ""
    from sealwright.policy.containers.lowering import ContainersPolicy  # noqa: PLC0415  # only for its language

    if not isinstance(policy, ContainersPolicy):
        return ""
    state = []
    for file in sorted({file for keyring in policy.keyrings for file in keyring.files}):
        try:
            digest = str(Digest.of(files.read(Path(file), limits.OPENPGP_KEYRING_BYTES)))
        except StorageError as error:
            digest = error.code
        state.append(f"{file} {digest}\n")
    return str(Digest.of("".join(state).encode())) if state else ""


def told_apart(content: bytes) -> str:
    """The language that a policy seems to be written in; notation's if nothing tells.

    Args:
        content: of the file, which may be broken.
    """
    holds = [language for language, words in _MEMBERS.items() if any(word in content for word in words)]
    return holds[0] if holds else _NOTATION


def places(environment: Environment) -> Mapping[str, str]:
    """Where policies of each language are looked for, by the language.

    Args:
        environment: variables, home folder and root.
    """
    from sealwright.homes.sealwright import vault_policy  # noqa: PLC0415  # only where there is none

    return {
        _NOTATION: str(config_folder(environment)),
        _CONTAINERS: str(environment.system("/etc/containers/policy.json")),
        _VAULT: str(vault_policy.paths(environment)[0]),
    }


def containers(environment: Environment, *, lenient: bool = False) -> "Policy | None":
    """The policy.json in force, which everything that moves images obeys; None if there is none.

    Args:
        environment: where it is looked for.
        lenient: as for `load`.

    Raises:
        DocumentError: a `policy.` code.
        StorageError: it cannot be read.
    """
    from sealwright.homes.containers import policy_file  # noqa: PLC0415  # only where it is asked for

    found = policy_file.find(environment)
    if found is None:
        return None
    return read(found.content, str(found.path), _CONTAINERS, lenient=lenient)


def _notation(environment: Environment, metadata: Mapping[str, str] | None) -> "Policy | None":
    found = policy_files.find(config_folder(environment))
    return None if found is None else read(found.content, str(found.path), _NOTATION, metadata)


def _vault(environment: Environment, metadata: Mapping[str, str] | None) -> "Policy | None":
    from sealwright.homes.sealwright import vault_policy  # noqa: PLC0415  # only where nothing else is named

    found = vault_policy.find(environment)
    return None if found is None else read(found.content, str(found.path), _VAULT, metadata)


def _required(found: "Policy | None", folder: Path) -> "Policy":
    if found is None:
        raise UsageError("policy.absent", folder=str(folder))
    return found


def _without(metadata: Mapping[str, str] | None, policy: "Policy") -> "Policy":
    """The policy, unless metadata is asked for, of which its language knows nothing."""
    if metadata:
        raise UsageError("policy.metadata-not-known", language=policy.language)
    return policy


def _together(present: "Sequence[Policy]", metadata: Mapping[str, str] | None) -> "Policy":
    if len(present) == 1:
        (policy,) = present
        return _without(metadata, policy) if policy.language == _CONTAINERS else policy
    return AllPolicies(tuple(present))
