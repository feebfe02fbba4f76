"""The public keys of vaults, as signatures are checked by them. `app` hands in where they come from."""

from typing import Protocol

import msgspec

__all__ = ["KeyVersion", "Keys", "NoKeys"]


class KeyVersion(msgspec.Struct, frozen=True):
    """A version of a key: its public key in PEM, and whether it may be used now."""

    public_key: bytes
    usable: bool


class Keys(Protocol):
    """Where public keys come from."""

    def version(self, key: str, version: str) -> KeyVersion | None:
        """A version of a key, on a worker thread.

        Args:
            key: the identifier of the key.
            version: that of the version.

        Returns:
            The version, or None if there is no such key, or no such version of it, any more.
        """


class NoKeys:
    """There are no vaults."""

    def version(self, _key: str, _version: str) -> KeyVersion | None:
        """None."""
        return None
