"""The seals of rows: without the right one, a row is nothing.

    master key → vault → key → version

The secret of each seal is encrypted under that of the row above, and bound to every column of its own row:
32 random bytes under which the rows below are sealed, or, in the seal of a version, the private key.

So these are noticed, each when the row is next read:

- a column that was changed: the seal was made for another row;
- a seal, or a row, of another vault, key or version: it is under another secret, and for another identifier;
- an older copy of a row without its seal of then, or of a seal without its row: `revision` was another;
- a version, key or vault that was added: nobody else can seal it.

An older copy of a row with its seal of then passes, as does the whole database; but in the server that has
seen a newer one (`Seen`).
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable

import msgspec

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.service.sealing.sealing import MASTER_BYTES, Sealing
from sealwright.service.vault.records import KeyRecord, VaultRecord, VersionRecord

__all__ = ["Record", "Seen", "new_secret", "seal", "under", "unseal"]

Record = VaultRecord | KeyRecord | VersionRecord

_PURPOSES: dict[type[Record], str] = {
    VaultRecord: "vault",
    KeyRecord: "vault key",
    VersionRecord: "vault key version",
}


def new_secret() -> bytes:
    """What rows below one are sealed under."""
    return os.urandom(MASTER_BYTES)


def under(secret: bytes) -> Sealing:
    """Sealing under the secret of a row."""
    return Sealing(secret)


def seal(above: Sealing, record: Record, secret: bytes) -> bytes:
    """The seal of a row.

    Args:
        above: sealing under the secret of the row above, or under the master key.
        record: the row, as it will be.
        secret: what the seal holds.
    """
    return above.seal(_PURPOSES[type(record)], secret, _bound(record))


def unseal(above: Sealing, record: Record, sealed: bytes) -> bytes:
    """What the seal of a row holds; arguments as for `seal`.

    Raises:
        StorageError: `sealing.altered`.
    """
    purpose = _PURPOSES[type(record)]
    try:
        return above.unseal(purpose, sealed, _bound(record))
    except StorageError as error:
        if error.code != "sealing.altered":
            raise
        raise StorageError("sealing.altered", what=f"{purpose} {record.id}") from None


def _bound(record: Record) -> bytes:
    return msgspec.json.encode(msgspec.structs.astuple(record))


class Seen:
    """The newest revision of each row that this server has seen. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revisions: OrderedDict[str, int] = OrderedDict()

    def knows_newer(self, records: Iterable[Record]) -> bool:
        """Whether a newer state of any of these rows was ever seen here."""
        with self._lock:
            return any(record.revision < self._revisions.get(record.id, 0) for record in records)

    def see(self, records: Iterable[Record]) -> None:
        """Remember rows whose seals held; what anybody wrote there must not make the true ones look old."""
        with self._lock:
            for record in records:
                self._revisions[record.id] = max(record.revision, self._revisions.get(record.id, 0))
                self._revisions.move_to_end(record.id)
            while len(self._revisions) > limits.VAULT_ROWS_SEEN:
                self._revisions.popitem(last=False)
