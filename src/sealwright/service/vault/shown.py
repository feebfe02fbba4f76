"""Vaults, keys and versions as `/api/v1` shows them. Times are as RFC 3339 has them, in UTC."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from sealwright.digest import Digest
from sealwright.service.vault.actions.using import ExportedKey
from sealwright.service.vault.records import KeyRecord, Signed, Tags, VaultRecord, VersionRecord

__all__ = ["exported", "key", "signed", "time", "vault", "version"]

_SCHEMA = "https://sealwright.dev/schema/vault-keys/1"


class Vault(msgspec.Struct, frozen=True, rename="camel"):
    """A vault."""

    id: str
    name: str
    compartment: str
    kind: str
    state: str
    tags: Tags
    created_at: str
    created_by: str
    deletion_at: str | None
    revision: int


class Key(msgspec.Struct, frozen=True, rename="camel"):
    """A key; `rules` is the digest of its rules of approval, if it has any."""

    id: str
    name: str
    vault: str
    compartment: str
    algorithm: str
    bits: int
    protection: str
    state: str
    blocked: bool
    rules: str | None
    current_version: str
    versions: int
    tags: Tags
    created_at: str
    created_by: str
    deletion_at: str | None
    revision: int


class Version(msgspec.Struct, frozen=True, rename="camel"):
    """A version of a key; `certificates` is PEM, or empty."""

    id: str
    key: str
    number: int
    origin: str
    state: str
    public_key: str
    certificates: str
    created_at: str
    created_by: str
    deletion_at: str | None
    revision: int


def vault(record: VaultRecord) -> Vault:
    """A vault as it is shown."""
    return Vault(
        record.id,
        record.name,
        record.compartment,
        record.kind,
        record.state,
        record.noted,
        *_times(record),
        record.revision,
    )


def key(record: KeyRecord) -> Key:
    """A key as it is shown."""
    return Key(
        record.id,
        record.name,
        record.vault,
        record.compartment,
        record.algorithm,
        record.bits,
        record.protection,
        record.state,
        bool(record.blocked),
        str(Digest.of(record.rules.encode())) if record.rules else None,
        record.current_version,
        record.versions,
        record.noted,
        *_times(record),
        record.revision,
    )


def version(record: VersionRecord, certificates: str = "") -> Version:
    """A version as it is shown."""
    return Version(
        record.id,
        record.key,
        record.number,
        record.origin,
        record.state,
        record.public_key,
        certificates,
        *_times(record),
        record.revision,
    )


def signed(made: Signed) -> dict[str, object]:
    """A signature as it is given out."""
    told: dict[str, object] = {
        "key": made.key_id,
        "version": made.version_id,
        "algorithm": made.algorithm,
        "signature": made.signature,
    }
    return told | ({"proof": made.proof} if made.proof else {})


def exported(service: str, at: int, keys: Iterable[ExportedKey]) -> dict[str, object]:
    """Keys with their public keys, for those who verify without the service.

    Args:
        service: how it is reached.
        at: now, in microseconds since 1970.
        keys: which.
    """
    return {
        "$schema": _SCHEMA,
        "service": service,
        "exportedAt": time(at),
        "keys": [
            {
                "id": one.key.id,
                "name": one.key.name,
                "vault": one.key.vault,
                "vaultName": one.vault.name,
                "state": one.key.state,
                "blocked": bool(one.key.blocked),
                "algorithm": one.key.algorithm,
                "versions": [
                    {
                        "id": each.id,
                        "number": each.number,
                        "state": each.state,
                        "publicKey": each.public_key,
                    }
                    for each in one.versions
                ],
            }
            for one in keys
        ],
    }


def time(at: int) -> str:
    """A time in microseconds since 1970, as RFC 3339 has it."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _times(record: VaultRecord | KeyRecord | VersionRecord) -> tuple[str, str, str | None]:
    """When it was made, by whom, and when it is to be deleted."""
    return (
        time(record.created),
        record.created_by,
        time(record.delete_at) if record.delete_at else None,
    )
