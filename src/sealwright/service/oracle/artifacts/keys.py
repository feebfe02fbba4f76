"""The public keys of vaults, as signatures are checked by them."""

import msgspec

from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import Caller

__all__ = ["KeyVersion", "VaultKeys"]


class KeyVersion(msgspec.Struct, frozen=True):
    """A version of a key: its public key in PEM, and whether it may be used now."""

    public_key: bytes
    usable: bool


class VaultKeys:
    """The keys of the service's vaults.

    Args:
        vaults: of the service.
    """

    def __init__(self, vaults: Vaults) -> None:
        self._vaults = vaults

    def version(self, caller: Caller, key: str, version: str) -> KeyVersion:
        """A version of a key, as far as a caller may know of it. For worker threads.

        Args:
            caller: who asks.
            key: the identifier of the key.
            version: that of the version.

        Raises:
            NotFoundError, AccessDeniedError: there is none, or none for them.
            StorageError: `sealing.altered`, or the vault is closed.
        """
        kept = self._vaults.key(caller, key)
        found = self._vaults.version(caller, key, version)
        usable = kept.state == found.state == "ENABLED" and not kept.blocked
        return KeyVersion(found.public_key.encode(), usable)
