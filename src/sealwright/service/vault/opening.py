"""Rows opened: their seals looked at, from the master key down, and what they hold kept in memory.

What was opened is used again only for the very same rows, byte by byte: every use reads them anew, so that a
state that another server changed counts at once.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.vault import sealed
from sealwright.service.vault.material import PrivateKey, loaded
from sealwright.service.vault.queries.rows import Found
from sealwright.service.vault.records import KeyRecord, VaultRecord, VersionRecord
from sealwright.service.vault.sealed import Record, Seen

__all__ = ["OpenKey", "OpenVault", "OpenVersion", "Opener"]


class OpenVault:
    """A vault whose seal held: its row, and sealing under its secret."""

    __slots__ = ("_secret", "below", "record")

    def __init__(self, above: Sealing, found: Found) -> None:
        self.record: VaultRecord = found.vault
        self._secret = sealed.unseal(above, self.record, found.vault_seal)
        self.below = sealed.under(self._secret)

    def resealed(self, above: Sealing, record: VaultRecord) -> bytes:
        """The seal of the row as it will be."""
        return sealed.seal(above, record, self._secret)


class OpenKey:
    """A key whose seal held, and that of its vault."""

    __slots__ = ("_secret", "below", "record", "vault")

    def __init__(self, above: Sealing, found: Found) -> None:
        self.vault = OpenVault(above, found)
        self.record: KeyRecord = found.key
        _require(self.record, self.record.vault == self.vault.record.id)
        self._secret = sealed.unseal(self.vault.below, self.record, found.key_seal)
        self.below = sealed.under(self._secret)

    def resealed(self, record: KeyRecord) -> bytes:
        """The seal of the row as it will be."""
        return sealed.seal(self.vault.below, record, self._secret)


class OpenVersion:
    """A version whose seal held, and both above it. The private key is had from it when it is wanted."""

    __slots__ = ("_private_key", "_sealed", "key", "record")

    def __init__(self, above: Sealing, found: Found) -> None:
        self.key = OpenKey(above, found)
        self.record: VersionRecord = found.version
        _require(self.record, self.record.key == self.key.record.id)
        self._sealed = found.version_seal
        self._private_key: PrivateKey | None = None
        self.material()

    @property
    def rows(self) -> tuple[Record, ...]:
        """Its row, and both above it."""
        return (self.key.vault.record, self.key.record, self.record)

    def material(self) -> bytes:
        """What the seal holds: PKCS #8, a secret, or where the key is on a token; nothing once deleted."""
        return sealed.unseal(self.key.below, self.record, self._sealed)

    def resealed(self, record: VersionRecord) -> bytes:
        """The seal of the row as it will be."""
        return sealed.seal(self.key.below, record, self.material())

    def private_key(self) -> PrivateKey:
        """The private key, of a version that the service keeps itself."""
        if self._private_key is None:
            self._private_key = loaded(self.material())
        return self._private_key


class Opener:
    """Opens rows. Safe to use from several threads.

    Args:
        sealing: under the master key.
    """

    def __init__(self, sealing: Sealing) -> None:
        self.sealing = sealing
        self._seen = Seen()
        self._lock = threading.Lock()
        self._versions: OrderedDict[str, tuple[Found, OpenVersion]] = OrderedDict()

    def vault(self, find: Callable[[], Found | None]) -> OpenVault | None:
        """The vault that a query finds; it may be asked again.

        Raises:
            StorageError: `sealing.altered`.
        """
        found = self._newest(find(), find, _vault_of)
        if found is None:
            return None
        opened = OpenVault(self.sealing, found)
        self._seen.see(_vault_of(found))
        return opened

    def key(self, find: Callable[[], Found | None]) -> OpenKey | None:
        """The same for a key."""
        found = self._newest(find(), find, _key_of)
        if found is None:
            return None
        opened = OpenKey(self.sealing, found)
        self._seen.see(_key_of(found))
        return opened

    def version(self, find: Callable[[], Found | None]) -> OpenVersion | None:
        """The same for a version."""
        found = find()
        if found is None:
            return None
        identifier = found.version.id
        with self._lock:
            kept = self._versions.get(identifier)
            if kept is not None and kept[0] == found and not self._seen.knows_newer(kept[1].rows):
                self._versions.move_to_end(identifier)
                return kept[1]
        found = self._newest(found, find, _version_of)
        if found is None:
            return None
        opened = OpenVersion(self.sealing, found)
        self._seen.see(_version_of(found))
        with self._lock:
            self._versions[identifier] = (found, opened)
            if len(self._versions) > limits.VAULT_KEYS_OPEN:
                self._versions.popitem(last=False)
        return opened

    def forget(self, identifier: str) -> None:
        """Keep a version in memory no longer."""
        with self._lock:
            self._versions.pop(identifier, None)

    def _newest(
        self,
        found: Found | None,
        again: Callable[[], Found | None],
        records: Callable[[Found], tuple[Record, ...]],
    ) -> Found | None:
        """What was found, unless this server has seen newer rows; then what is found now."""
        if found is not None and self._seen.knows_newer(records(found)):
            found = again()
            if found is not None and self._seen.knows_newer(records(found)):
                raise StorageError("sealing.altered", what=f"row of {records(found)[-1].id}")
        return found


def _vault_of(found: Found) -> tuple[Record, ...]:
    return (found.vault,)


def _key_of(found: Found) -> tuple[Record, ...]:
    return (found.vault, found.key)


def _version_of(found: Found) -> tuple[Record, ...]:
    return (found.vault, found.key, found.version)


def _require(record: Record, holds: bool) -> None:  # noqa: FBT001  # what has to hold
    if not holds:
        raise StorageError("sealing.altered", what=f"row of {record.id}")
