"""Vaults, keys and versions by the names that people give them.

Names need not be unique: where several things fit, none is chosen, and the error lists their identifiers.
What is deleted is passed over; so is what is to be deleted, unless it alone has the name.
"""

from collections.abc import Iterable
from typing import TypeVar

from sealwright.errors import KeyUnavailableError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.keys.vault.uri import KeyUri, VaultName
from sealwright.service_client.vault_answers import Key, Vault, Version
from sealwright.service_client.vaults import VaultClient

__all__ = ["find_key", "find_vault", "find_version", "only_vault"]

_GONE, _GOING = "DELETED", "PENDING_DELETION"

Found = TypeVar("Found", Vault, Key)


def find_vault(client: VaultClient, name: VaultName) -> Vault:
    """The vault of a name or identifier.

    Raises:
        KeyUnavailableError: `key.vault-unknown`, `key.vault-ambiguous`.
        SealwrightError: as `VaultClient`.
    """
    if is_ocid(name.vault, "vault"):
        return client.vault(name.vault)
    return _only(
        (one for one in client.vaults() if one.name == name.vault), "vault", name.vault, client.address
    )


def only_vault(client: VaultClient) -> Vault:
    """The vault of a service that has only one.

    Raises:
        KeyUnavailableError: `key.vault-unnamed`.
        SealwrightError: as `VaultClient`.
    """
    there = [one for one in client.vaults() if one.state not in (_GONE, _GOING)]
    if len(there) != 1:
        names = ", ".join(one.name for one in there) or "none"
        raise KeyUnavailableError("key.vault-unnamed", service=client.address, vaults=names)
    return there[0]


def find_key(client: VaultClient, uri: KeyUri) -> Key:
    """The key of a URI.

    Raises:
        KeyUnavailableError: `key.vault-unknown`, `key.vault-ambiguous`.
        SealwrightError: as `VaultClient`.
    """
    vault = find_vault(client, VaultName(uri.host, uri.vault)) if uri.vault else None
    if is_ocid(uri.key, "key"):
        key = client.key(uri.key)
        if vault is not None and key.vault != vault.id:
            raise _unknown("key", uri.key, f"the vault {vault.name!r}")
        return key
    where = client.address if vault is None else f"the vault {vault.name!r} of {client.address}"
    there = client.keys("" if vault is None else vault.id, uri.key)
    return _only((one for one in there if one.name == uri.key), "key", uri.key, where)


def find_version(client: VaultClient, key: Key, uri: KeyUri) -> Version:
    """The version that a URI means.

    Raises:
        SealwrightError: as `VaultClient`.
    """
    return client.version(key.id, uri.version or key.current_version)


def _only(fitting: Iterable[Found], what: str, name: str, where: str) -> Found:
    there = [one for one in fitting if one.state != _GONE]
    there = [one for one in there if one.state != _GOING] or there
    if not there:
        raise _unknown(what, name, where)
    if len(there) > 1:
        found = ", ".join(one.id for one in there)
        raise KeyUnavailableError("key.vault-ambiguous", what=what, name=name, where=where, found=found)
    return there[0]


def _unknown(what: str, name: str, where: str) -> KeyUnavailableError:
    return KeyUnavailableError("key.vault-unknown", what=what, name=name, where=where)
