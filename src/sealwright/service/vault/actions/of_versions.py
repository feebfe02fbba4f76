"""Versions of keys: made by rotating, shown, planned to be deleted."""

from typing import Any

import msgspec

from sealwright import limits
from sealwright.errors import UsageError
from sealwright.service import audit
from sealwright.service.storage import Transaction, now
from sealwright.service.vault import rights, sealed, states
from sealwright.service.vault.actions.of_keys import KeyActions, Made
from sealwright.service.vault.opening import OpenKey, OpenVersion
from sealwright.service.vault.paging import gathered
from sealwright.service.vault.queries import listings, rows
from sealwright.service.vault.queries.listings import Page
from sealwright.service.vault.queries.rows import Found
from sealwright.service.vault.records import Imported, KeyRecord, VersionRecord
from sealwright.service.web.caller import Caller

__all__ = ["VersionActions"]


class VersionActions(KeyActions):
    """Of `vaults.Vaults`."""

    def rotate(self, caller: Caller, key: str, imported: Imported | None = None) -> VersionRecord:
        """Make a version that signs from now on if nothing else is said; or bring it in.

        Args:
            caller: who asks; must hold `push` for the key.
            key: its OCID.
            imported: the version, if it is not to be made; only for a key that the service keeps itself.

        Raises:
            UsageError: `vault.state`, `vault.versions-too-many`, `vault.import-unwrapped`,
                `vault.import-unusable`, `vault.no-token`.
            NotFoundError, AccessDeniedError, StorageError: as for `key`.
        """
        opened = self._known_key(caller, self.database, key)
        _require_rotatable(caller, opened)
        shape, protection = opened.record.shape, opened.record.protection
        if imported is None:
            made = self._made(shape, self._protection(protection, shape), opened.record.name)
        elif protection == "HSM":
            problem = "its key is kept on the token"
            raise UsageError("vault.import-unusable", problem=problem, wanted=shape.words)
        else:
            made = self._imported(opened.vault, imported, shape)
        with self.database.write() as transaction:
            opened = self._changing_key(caller, transaction, key, "push")
            _require_rotatable(caller, opened)
            return self._add_version(caller, transaction, opened, made)

    def version(self, caller: Caller, key: str, version: str | int | None = None) -> VersionRecord:
        """A version, by OCID or number; None: the current one.

        Raises:
            NotFoundError, AccessDeniedError, StorageError: as for `key`.
        """
        return _shown(self._known_version(caller, self.database, key, version), now())

    def versions(
        self, caller: Caller, key: str, page: Page | None = None
    ) -> tuple[list[VersionRecord], str | None]:
        """Versions by number, and after which number the next page begins, if there is one.

        Raises:
            NotFoundError, AccessDeniedError, StorageError: as for `key`.
        """
        identifier = self._known_key(caller, self.database, key).record.id
        at = now()

        def show(found: Found) -> VersionRecord:
            return _shown(OpenVersion(self._opener.sealing, found), at)

        return gathered(
            lambda one: listings.versions(self.database, identifier, one),
            show,
            lambda one: str(one.version.number),
            page or Page(),
        )

    def schedule_version_deletion(
        self, caller: Caller, key: str, version: str | int, at: int | None = None
    ) -> VersionRecord:
        """Have a version deleted at a time; None: in 30 days. The current one stays.

        Raises:
            UsageError: `vault.deletion-time`, `vault.state`, `vault.version-current`.
            NotFoundError, AccessDeniedError, StorageError: as for `key`.
        """
        with self.database.write() as transaction:
            opened = self._changing_version(caller, transaction, key, version)
            self._require_version(opened, "ENABLED")
            if opened.record.id == opened.key.record.current_version:
                raise UsageError("vault.version-current", key=opened.key.record.name)
            due = states.deletion_time(at, now())
            return self._changed_version(
                caller.name,
                transaction,
                opened,
                "vault-key.schedule-version-deletion",
                state="PENDING_DELETION",
                delete_at=due,
            )

    def cancel_version_deletion(self, caller: Caller, key: str, version: str | int) -> VersionRecord:
        """Have a version stay. Raises as `schedule_version_deletion`."""
        with self.database.write() as transaction:
            opened = self._changing_version(caller, transaction, key, version)
            self._require_version(opened, "PENDING_DELETION")
            return self._changed_version(
                caller.name,
                transaction,
                opened,
                "vault-key.cancel-version-deletion",
                state="ENABLED",
                delete_at=0,
            )

    def _require_version(self, opened: OpenVersion, state: str) -> None:
        vault, key, at = opened.key.vault.record, opened.key.record, now()
        states.require_key(vault, key, at, "ENABLED", "DISABLED")
        states.require_version(vault, key, opened.record, at, state)

    def _add_version(
        self, caller: Caller, transaction: Transaction, opened: OpenKey, made: Made
    ) -> VersionRecord:
        before = opened.record
        number = before.versions + 1
        record = self._version(caller, opened.vault.record.extension, before.id, number, made)
        key = msgspec.structs.replace(
            before, current_version=record.id, versions=number, revision=before.revision + 1
        )
        rows.add(transaction, record, sealed.seal(opened.below, record, made.secret))
        rows.change(transaction, key, opened.resealed(key))
        audit.record(
            transaction,
            caller.name,
            "vault-key.rotate",
            subject=key.id,
            key=key.name,
            version=record.id,
            number=number,
            origin=record.origin,
        )
        return record

    def _changing_version(
        self, caller: Caller, transaction: Transaction, key: str, version: str | int
    ) -> OpenVersion:
        """A version whose key waits for no other change until the transaction has ended."""
        rows.hold(transaction, KeyRecord, key)
        opened = self._known_version(caller, transaction, key, version)
        rights.require(caller, "delete", opened.key.vault.record, opened.key.record)
        return opened

    def _changed_version(
        self, actor: str, transaction: Transaction, opened: OpenVersion, action: str, **changes: Any
    ) -> VersionRecord:
        before = opened.record
        record = msgspec.structs.replace(before, revision=before.revision + 1, **changes)
        rows.change(transaction, record, opened.resealed(record))
        audit.record(
            transaction,
            actor,
            action,
            subject=record.key,
            key=opened.key.record.name,
            version=record.id,
            **changes,
        )
        return record


def _shown(opened: OpenVersion, at: int) -> VersionRecord:
    return states.version_at(opened.key.vault.record, opened.key.record, opened.record, at)


def _require_rotatable(caller: Caller, opened: OpenKey) -> None:
    record = opened.record
    rights.require(caller, "push", opened.vault.record, record)
    states.require_key(opened.vault.record, record, now(), "ENABLED")
    if record.versions >= limits.VAULT_VERSIONS:
        raise UsageError("vault.versions-too-many", key=record.name, most=limits.VAULT_VERSIONS)
