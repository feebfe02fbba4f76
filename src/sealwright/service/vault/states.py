"""What a vault, a key and a version are at a moment: what their rows say, and what has become due since."""

from typing import TypeVar

import msgspec

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service.vault.records import KeyRecord, VaultRecord, VersionRecord

__all__ = [
    "deletion_time",
    "key_at",
    "require_key",
    "require_may_sign",
    "require_vault",
    "require_version",
    "vault_at",
    "version_at",
]

T = TypeVar("T", VaultRecord, KeyRecord, VersionRecord)

_DAY = 24 * 60 * 60 * 1_000_000


def vault_at(vault: VaultRecord, at: int) -> VaultRecord:
    """The vault at a time, in microseconds since 1970."""
    return _due(vault, at)


def key_at(vault: VaultRecord, key: KeyRecord, at: int) -> KeyRecord:
    """The key at a time: one of a vault that is to be deleted is to be deleted with it, or before."""
    key = _due(key, at)
    vault = vault_at(vault, at)
    if vault.state == "ACTIVE" or key.state == "DELETED":
        return key
    due = min(vault.delete_at, key.delete_at or vault.delete_at)
    return msgspec.structs.replace(key, state=vault.state, delete_at=due)


def version_at(vault: VaultRecord, key: KeyRecord, version: VersionRecord, at: int) -> VersionRecord:
    """The version at a time; one of a key that was deleted is deleted."""
    version = _due(version, at)
    if key_at(vault, key, at).state == "DELETED":
        return msgspec.structs.replace(version, state="DELETED")
    return version


def require_vault(vault: VaultRecord, at: int, *states: str) -> None:
    """Return if a vault is in one of these states.

    Raises:
        UsageError: `vault.state`.
    """
    _require("vault", vault.name, vault_at(vault, at).state, states)


def require_key(vault: VaultRecord, key: KeyRecord, at: int, *states: str) -> None:
    """Return if a key is in one of these states; raises as `require_vault` does."""
    _require("key", key.name, key_at(vault, key, at).state, states)


def require_version(
    vault: VaultRecord, key: KeyRecord, version: VersionRecord, at: int, *states: str
) -> None:
    """Return if a version is in one of these states; raises as `require_vault` does."""
    name = f"{key.name}@{version.number}"
    _require("key version", name, version_at(vault, key, version, at).state, states)


def require_may_sign(vault: VaultRecord, key: KeyRecord, version: VersionRecord, at: int) -> None:
    """Return if nothing but an approval keeps a version from signing.

    Raises:
        UsageError: `vault.state`, `vault.key-blocked`.
    """
    require_key(vault, key, at, "ENABLED")
    require_version(vault, key, version, at, "ENABLED")
    if key.blocked:
        raise UsageError("vault.key-blocked", key=key.name)


def deletion_time(wanted: int | None, at: int) -> int:
    """When a deletion is due that is planned now.

    Args:
        wanted: when, in microseconds since 1970; None: as late as can be.
        at: now.

    Raises:
        UsageError: `vault.deletion-time`.
    """
    least, most = at + limits.VAULT_DELETION_DAYS_LEAST * _DAY, at + limits.VAULT_DELETION_DAYS * _DAY
    if wanted is None:
        return most
    slack = limits.VAULT_DELETION_SLACK_SECONDS * 1_000_000  # the way here takes time
    if not least - slack <= wanted <= most + slack:
        raise UsageError(
            "vault.deletion-time",
            least=limits.VAULT_DELETION_DAYS_LEAST,
            most=limits.VAULT_DELETION_DAYS,
        )
    return wanted


def _due(record: T, at: int) -> T:
    if record.state == "PENDING_DELETION" and record.delete_at <= at:
        return msgspec.structs.replace(record, state="DELETED")
    return record


def _require(kind: str, name: str, state: str, wanted: tuple[str, ...]) -> None:
    if state not in wanted:
        raise UsageError("vault.state", kind=kind, name=name, state=state, wanted=" or ".join(wanted))
