"""Vaults, keys and versions as Oracle's API shows them. Lengths of keys are in bytes."""

from typing import Any

import msgspec

from sealwright.service.oracle import times
from sealwright.service.oracle.kms.context import Kms
from sealwright.service.oracle.wire import Call
from sealwright.service.vault.records import KeyRecord, KeyShape, VaultRecord, VersionRecord

__all__ = [
    "CURVES",
    "Usage",
    "etag",
    "key",
    "key_summary",
    "shape",
    "vault",
    "vault_summary",
    "version",
    "version_summary",
    "wrapping_key",
]

CURVES = {256: "NIST_P256", 384: "NIST_P384", 521: "NIST_P521"}
_ETAG_LENGTH = 12


def etag(record: VaultRecord | KeyRecord | VersionRecord) -> str:
    """What changes with a record."""
    return f"{record.id[-_ETAG_LENGTH:]}-{record.revision}"


def vault_summary(kms: Kms, call: Call, record: VaultRecord) -> dict[str, Any]:
    """A vault in a list."""
    management, crypto = kms.endpoints(call, record.extension)
    return {
        "compartmentId": kms.shown_compartment(record.compartment),
        "cryptoEndpoint": crypto,
        "definedTags": record.noted.defined,
        "displayName": record.name,
        "freeformTags": record.noted.freeform,
        "id": record.id,
        "lifecycleState": record.state,
        "managementEndpoint": management,
        "timeCreated": times.shown(record.created),
        "vaultType": record.kind,
    }


def vault(kms: Kms, call: Call, record: VaultRecord) -> dict[str, Any]:
    """A vault."""
    return {
        **vault_summary(kms, call, record),
        "timeOfDeletion": times.shown(record.delete_at),
        "wrappingkeyId": record.wrapping_key,
        "isPrimary": True,
        "isVaultReplicable": False,
    }


def key_summary(kms: Kms, record: KeyRecord) -> dict[str, Any]:
    """A key in a list."""
    return {
        "compartmentId": kms.shown_compartment(record.compartment),
        "definedTags": record.noted.defined,
        "displayName": record.name,
        "freeformTags": record.noted.freeform,
        "id": record.id,
        "lifecycleState": record.state,
        "timeCreated": times.shown(record.created),
        "vaultId": record.vault,
        "protectionMode": record.protection,
        "algorithm": record.algorithm,
        "isAutoRotationEnabled": False,
    }


def key(kms: Kms, record: KeyRecord) -> dict[str, Any]:
    """A key."""
    members = key_summary(kms, record)
    del members["algorithm"]
    return {
        **members,
        "currentKeyVersion": record.current_version,
        "keyShape": shape(record.shape),
        "timeOfDeletion": times.shown(record.delete_at),
        "isPrimary": True,
    }


def shape(found: KeyShape) -> dict[str, Any]:
    """What kind of key it is."""
    members: dict[str, Any] = {"algorithm": found.algorithm, "length": (found.bits + 7) // 8}
    if found.algorithm == "ECDSA":
        members["curveId"] = CURVES[found.bits]
    return members


def version_summary(kms: Kms, of: KeyRecord, record: VersionRecord) -> dict[str, Any]:
    """A version in a list."""
    return {
        "compartmentId": kms.shown_compartment(of.compartment),
        "id": record.id,
        "keyId": record.key,
        "lifecycleState": record.state,
        "origin": record.origin,
        "timeCreated": times.shown(record.created),
        "timeOfDeletion": times.shown(record.delete_at),
        "vaultId": of.vault,
        "isAutoRotated": False,
    }


def version(kms: Kms, of: KeyRecord, record: VersionRecord) -> dict[str, Any]:
    """A version, with its public key in PEM."""
    public = record.public_key or None
    return {**version_summary(kms, of, record), "publicKey": public, "isPrimary": True}


def wrapping_key(kms: Kms, of: VaultRecord, public: str) -> dict[str, Any]:
    """The key under which others are brought in."""
    return {
        "compartmentId": kms.shown_compartment(of.compartment),
        "id": of.wrapping_key,
        "lifecycleState": "ENABLED",
        "publicKey": public,
        "timeCreated": times.shown(of.created),
        "vaultId": of.id,
    }


class Usage(msgspec.Struct, frozen=True, rename="camel"):
    """How many keys and versions a vault has, on the token and in the service."""

    key_count: int
    key_version_count: int
    software_key_count: int
    software_key_version_count: int
