"""Vaults: made, shown, changed, planned to be deleted."""

import os
from typing import Any

import msgspec

from sealwright.errors import UsageError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.service import audit
from sealwright.service.storage import Transaction, now
from sealwright.service.vault import material, rights, sealed, states
from sealwright.service.vault.ground import Ground, require_name, require_tags
from sealwright.service.vault.opening import OpenVault
from sealwright.service.vault.paging import gathered
from sealwright.service.vault.queries import listings, rows, wrapping
from sealwright.service.vault.queries.listings import Page, VaultFilter
from sealwright.service.vault.queries.rows import Found
from sealwright.service.vault.records import KeyShape, Tags, VaultRecord
from sealwright.service.web.caller import Caller

__all__ = ["VaultActions"]

_KINDS = ("DEFAULT", "VIRTUAL_PRIVATE")
_EXTENSION = "abcdefghijklmnopqrstuvwxyz234567"
_EXTENSION_LENGTH = 13
_WRAPPING = "vault wrapping key"
_WRAPPING_SHAPE = KeyShape("RSA", 4096)


class VaultActions(Ground):
    """Of `vaults.Vaults`."""

    def create_vault(
        self,
        caller: Caller,
        name: str,
        compartment: str = "",
        kind: str = "DEFAULT",
        tags: Tags | None = None,
    ) -> VaultRecord:
        """Make a vault.

        Args:
            caller: who asks; must hold `admin` for it.
            name: that no other ACTIVE vault has.
            compartment: the OCID of one, or empty.
            kind: `DEFAULT` or `VIRTUAL_PRIVATE`, which are the same here.
            tags: what to note on it.

        Raises:
            UsageError: `vault.name-invalid`, `vault.name-taken`, `vault.kind-unknown`, `vault.tags-too-many`.
            AccessDeniedError: `service.login-needed`, `service.right-missing`.
        """
        require_name(name)
        rights.require(caller, "admin", name)
        if kind not in _KINDS:
            raise UsageError("vault.kind-unknown", kind=ascii(kind[:50]), known=" or ".join(_KINDS))
        extension = "".join(_EXTENSION[byte & 31] for byte in os.urandom(_EXTENSION_LENGTH))
        record = VaultRecord(
            id=self._ocid("vault", extension),
            extension=extension,
            name=name,
            compartment=compartment,
            kind=kind,
            state="ACTIVE",
            wrapping_key=self._ocid("key", extension),
            tags=require_tags(tags),
            created=now(),
            created_by=caller.name,
            delete_at=0,
            revision=1,
        )
        seal = sealed.seal(self._opener.sealing, record, sealed.new_secret())
        with self.database.write() as transaction:
            _require_free(transaction, record)
            rows.add(transaction, record, seal)
            audit.record(transaction, caller.name, "key-vault.create", subject=record.id, vault=name)
        return record

    def vault(self, caller: Caller, identifier: str) -> VaultRecord:
        """The vault of an OCID, or the one of a name that is not to be deleted.

        Raises:
            NotFoundError: `vault.unknown`.
            AccessDeniedError: a login may help.
            StorageError: `sealing.altered`.
        """
        identifier = self._vault_id(caller, identifier)
        return states.vault_at(self._known_vault(caller, self.database, identifier).record, now())

    def vaults(
        self, caller: Caller, wanted: VaultFilter | None = None, page: Page | None = None
    ) -> tuple[list[VaultRecord], str | None]:
        """Vaults that the caller may see, and after what identifier the next page begins, if there is one.

        Raises:
            AccessDeniedError: a login may show some.
            StorageError: `sealing.altered`.
        """
        rights.require_told(caller)
        at = now()

        def show(found: Found) -> VaultRecord | None:
            if not rights.sees_vault(caller, found.vault):
                return None
            return states.vault_at(OpenVault(self._opener.sealing, found).record, at)

        return gathered(
            lambda one: listings.vaults(self.database, wanted or VaultFilter(), one),
            show,
            lambda one: one.vault.id,
            page or Page(),
        )

    def update_vault(
        self,
        caller: Caller,
        identifier: str,
        name: str | None = None,
        tags: Tags | None = None,
        compartment: str | None = None,
    ) -> VaultRecord:
        """Rename a vault, note other tags on it, or put it in another compartment; None: as it is.

        A new name is for those who hold `admin` for it, too: grants are by name.

        Raises:
            UsageError, NotFoundError, AccessDeniedError, StorageError: as for `create_vault` and `vault`;
                `vault.state`.
        """
        identifier = self._vault_id(caller, identifier)
        with self.database.write() as transaction:
            opened = self._changing_vault(caller, transaction, identifier, "admin")
            states.require_vault(opened.record, now(), "ACTIVE")
            changes: dict[str, str] = {}
            if name is not None and name != opened.record.name:
                rights.require(caller, "admin", require_name(name))
                changes["name"] = name
            if tags is not None:
                changes["tags"] = require_tags(tags)
            if compartment is not None:
                changes["compartment"] = compartment
            return self._changed_vault(caller, transaction, opened, "key-vault.update", **changes)

    def schedule_vault_deletion(self, caller: Caller, identifier: str, at: int | None = None) -> VaultRecord:
        """Have a vault and all its keys deleted at a time; None: in 30 days.

        Raises:
            UsageError: `vault.deletion-time`, `vault.state`.
            NotFoundError, AccessDeniedError, StorageError: as for `vault`.
        """
        identifier = self._vault_id(caller, identifier)
        with self.database.write() as transaction:
            opened = self._changing_vault(caller, transaction, identifier, "admin")
            states.require_vault(opened.record, now(), "ACTIVE")
            due = states.deletion_time(at, now())
            return self._changed_vault(
                caller,
                transaction,
                opened,
                "key-vault.schedule-deletion",
                state="PENDING_DELETION",
                delete_at=due,
            )

    def cancel_vault_deletion(self, caller: Caller, identifier: str) -> VaultRecord:
        """Have a vault stay; its keys are what they were. Raises as `schedule_vault_deletion`."""
        identifier = self._vault_id(caller, identifier)
        with self.database.write() as transaction:
            opened = self._changing_vault(caller, transaction, identifier, "admin")
            states.require_vault(opened.record, now(), "PENDING_DELETION")
            return self._changed_vault(
                caller, transaction, opened, "key-vault.cancel-deletion", state="ACTIVE", delete_at=0
            )

    def wrapping_key(self, caller: Caller, identifier: str) -> str:
        """The public key under which keys are wrapped that are brought in, in PEM: RSA of 4096 bits.

        The first time that it is asked for it is made, which takes seconds.

        Raises:
            NotFoundError, AccessDeniedError, StorageError: as for `vault`.
        """
        opened = self._known_vault(caller, self.database, self._vault_id(caller, identifier))
        rights.require(caller, "push", opened.record)
        states.require_vault(opened.record, now(), "ACTIVE")
        return self._wrapping_pair(opened)[0]

    def _wrapping_pair(self, opened: OpenVault) -> tuple[str, bytes]:
        """The wrapping key of a vault: the public part in PEM, and the private one."""
        record = opened.record
        found = wrapping.find(self.database, record.id)
        if found is None:
            private = material.wrapping_key()
            public = material.public_pem(_WRAPPING_SHAPE, private)
            seal = opened.below.seal(_WRAPPING, private, _bound(record, public))
            with self.database.write() as transaction:
                wrapping.add(transaction, record.id, public, seal)
            found = wrapping.find(self.database, record.id)  # that of another server, if it was faster
            assert found is not None  # noqa: S101  # it is there now
        public, seal = found
        return public, opened.below.unseal(_WRAPPING, seal, _bound(record, public))

    def _vault_id(self, caller: Caller, identifier: str) -> str:
        """The identifier of a vault that may be named by its name."""
        if is_ocid(identifier):
            return identifier
        found = listings.vaults(self.database, VaultFilter(name=identifier), Page())
        active = [one.vault.id for one in found if one.vault.state == "ACTIVE"]
        rights.require_known(caller, "vault", identifier, seen=bool(active))
        return active[0]

    def _changing_vault(
        self, caller: Caller, transaction: Transaction, identifier: str, right: rights.Right
    ) -> OpenVault:
        """A vault that waits for no other change until the transaction has ended."""
        rows.hold(transaction, VaultRecord, identifier)
        opened = self._known_vault(caller, transaction, identifier)
        rights.require(caller, right, opened.record)
        return opened

    def _changed_vault(
        self,
        caller: Caller,
        transaction: Transaction,
        opened: OpenVault,
        action: str,
        **changes: Any,
    ) -> VaultRecord:
        before = opened.record
        record = msgspec.structs.replace(before, revision=before.revision + 1, **changes)
        if record.state == "ACTIVE" and (record.name, record.state) != (before.name, before.state):
            _require_free(transaction, record)
        rows.change(transaction, record, opened.resealed(self._opener.sealing, record))
        audit.record(transaction, caller.name, action, subject=record.id, vault=before.name, **changes)
        return record


def _require_free(transaction: Transaction, record: VaultRecord) -> None:
    if rows.name_taken(transaction, record):
        raise UsageError("vault.name-taken", kind="vault", name=record.name)


def _bound(record: VaultRecord, public: str) -> bytes:
    return f"{record.id}\0{record.wrapping_key}\0{public}".encode()
