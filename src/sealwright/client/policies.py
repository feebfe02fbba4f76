"""Policies as a caller gives them: a file, its content, the same as a dictionary, or one that was read."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.homes import files
from sealwright.interfaces import Policy
from sealwright.policy.notation.lowering import NotationPolicy
from sealwright.workflow import policies

__all__ = ["PolicySource", "in_memory", "read_policy"]

PolicySource = str | os.PathLike[str] | bytes | Mapping[str, object] | Policy
"""A trust policy: the path of its file, its bytes, the same as a dictionary, or one that was read before."""

IN_MEMORY = "<policy in memory>"
"""Stands for the file in messages and verdicts."""


def read_policy(
    source: PolicySource,
    *,
    metadata: Mapping[str, str] | None = None,
    plugin_config: Mapping[str, str] | None = None,
) -> Policy:
    """Read a trust policy: notation's, a policy.json of containers, or one about keys of vaults, as it says.

    Args:
        source: a path (text or `os.PathLike`), the bytes of a file, the same as a dictionary, or a policy
            that was read before.
        metadata: user metadata that a signature must carry, beside what the policy asks.
        plugin_config: settings for the plugins that signatures name.

    Raises:
        DocumentError: a `policy.` code; further problems are its `others`.
        StorageError: the file cannot be read.
        UsageError: `policy.metadata-not-known` or `policy.plugin-config-not-known` if the policy given knows
            of no such thing.
    """
    if isinstance(source, str | os.PathLike):
        content = files.read(Path(source), limits.CONFIG_FILE_BYTES)
        found = policies.read(content, str(source), metadata=metadata)
    else:
        found = in_memory(source, metadata)
    return policies.with_plugin_config(found, plugin_config or {})


def in_memory(
    source: bytes | Mapping[str, object] | Policy, metadata: Mapping[str, str] | None = None
) -> Policy:
    """The same for what is no file.

    Raises:
        DocumentError: a `policy.` code.
        UsageError: `policy.metadata-not-known`.
    """
    if isinstance(source, bytes):
        return policies.read(source, IN_MEMORY, metadata=metadata)
    if isinstance(source, Mapping):
        return policies.read(msgspec.json.encode(source), IN_MEMORY, metadata=metadata)
    if not metadata:
        return source
    from sealwright.policy.vault.lowering import VaultPolicy  # noqa: PLC0415  # only for its language

    if not isinstance(source, NotationPolicy | VaultPolicy):
        raise UsageError("policy.metadata-not-known", language=source.language)
    return msgspec.structs.replace(source, metadata={**source.metadata, **metadata})
