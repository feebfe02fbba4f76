"""Keys: made, brought in, shown, renamed, enabled and disabled."""

from typing import Any

import msgspec

from sealwright.errors import UsageError
from sealwright.service import audit
from sealwright.service.storage import Transaction, now
from sealwright.service.vault import approving, material, rights, sealed, states
from sealwright.service.vault.actions.of_vaults import VaultActions
from sealwright.service.vault.ground import require_name, require_tags
from sealwright.service.vault.opening import OpenKey, OpenVault
from sealwright.service.vault.paging import gathered
from sealwright.service.vault.queries import listings, rows
from sealwright.service.vault.queries.listings import KeyFilter, Page
from sealwright.service.vault.queries.rows import Found
from sealwright.service.vault.records import (
    Imported,
    KeyRecord,
    KeyShape,
    Origin,
    Protection,
    Tags,
    VersionRecord,
)
from sealwright.service.web.caller import Caller

__all__ = ["KeyActions"]


class Made(msgspec.Struct, frozen=True):
    """New material: what is sealed, the public key in PEM, and where it comes from."""

    secret: bytes
    public: str
    origin: Origin = "INTERNAL"

    def __repr__(self) -> str:
        """Never the secret."""
        return "Made()"


class KeyActions(VaultActions):
    """Of `vaults.Vaults`."""

    def create_key(
        self,
        caller: Caller,
        vault: str,
        name: str,
        shape: KeyShape,
        protection: str = "",
        compartment: str = "",
        rules: bytes | None = None,
        tags: Tags | None = None,
    ) -> KeyRecord:
        """Make a key with its first version.

        Args:
            caller: who asks; must hold `push` for it.
            vault: OCID or name.
            name: that no other key there has which is not to be deleted.
            shape: one of `records.SHAPES`.
            protection: `SOFTWARE`, `HSM`, or empty: on the token if there is one.
            compartment: the OCID of one, or empty: that of the vault.
            rules: of approval, which are part of the key from now on; None: none.
            tags: what to note on it.

        Raises:
            UsageError: `vault.name-invalid`, `vault.name-taken`, `vault.shape-unknown`, `vault.no-token`,
                `vault.protection`, `vault.state`, `vault.tags-too-many`; or the rules are none.
            NotFoundError, AccessDeniedError, StorageError: as for `vault`.
        """
        material.require_shape(shape)
        kept = self._protection(protection, shape)
        opened = self._vault_for_key(caller, vault, name)
        made = self._made(shape, kept, name)
        return self._add_key(caller, opened.record.id, name, shape, kept, compartment, rules, tags, made)

    def import_key(
        self,
        caller: Caller,
        vault: str,
        name: str,
        shape: KeyShape,
        imported: Imported,
        compartment: str = "",
        rules: bytes | None = None,
        tags: Tags | None = None,
    ) -> KeyRecord:
        """Bring a key in, which the service then keeps itself; arguments and errors as for `create_key`.

        Raises:
            UsageError: `vault.import-unwrapped`, `vault.import-unusable`.
        """
        material.require_shape(shape)
        opened = self._vault_for_key(caller, vault, name)
        made = self._imported(opened, imported, shape)
        return self._add_key(
            caller, opened.record.id, name, shape, "SOFTWARE", compartment, rules, tags, made
        )

    def key(self, caller: Caller, identifier: str) -> KeyRecord:
        """The key of an OCID.

        Raises:
            NotFoundError: `vault.unknown`.
            AccessDeniedError: a login may help.
            StorageError: `sealing.altered`.
        """
        opened = self._known_key(caller, self.database, identifier)
        return states.key_at(opened.vault.record, opened.record, now())

    def keys(
        self,
        caller: Caller,
        vault: str | None = None,
        wanted: KeyFilter | None = None,
        page: Page | None = None,
    ) -> tuple[list[KeyRecord], str | None]:
        """Keys that the caller may see, and after what identifier the next page begins, if there is one.

        Args:
            caller: who asks.
            vault: OCID or name; None: every vault.
            wanted: which keys; `state` is what the row says, not what has become due since.
            page: which of them.

        Raises:
            NotFoundError, AccessDeniedError, StorageError: as for `vault`.
        """
        rights.require_told(caller)
        at = now()
        chosen = wanted or KeyFilter()
        if vault is not None:
            chosen = msgspec.structs.replace(chosen, vault=self.vault(caller, vault).id)

        def show(found: Found) -> KeyRecord | None:
            if not rights.sees(caller, found.vault, found.key):
                return None
            opened = OpenKey(self._opener.sealing, found)  # so what was looked at is what the service wrote
            return states.key_at(opened.vault.record, opened.record, at)

        return gathered(
            lambda one: listings.keys(self.database, chosen, one),
            show,
            lambda one: one.key.id,
            page or Page(),
        )

    def update_key(
        self,
        caller: Caller,
        identifier: str,
        name: str | None = None,
        tags: Tags | None = None,
        compartment: str | None = None,
    ) -> KeyRecord:
        """Rename a key, note other tags on it, or put it in another compartment; None: as it is.

        A new name is for those who hold `push` for it, too: grants are by name.

        Raises:
            UsageError, NotFoundError, AccessDeniedError, StorageError: as for `create_key`.
        """
        with self.database.write() as transaction:
            opened = self._changing_key(caller, transaction, identifier, "push")
            states.require_key(opened.vault.record, opened.record, now(), "ENABLED", "DISABLED")
            changes: dict[str, str | int] = {}
            if name is not None and name != opened.record.name:
                rights.require(caller, "push", opened.vault.record, require_name(name))
                changes["name"] = name
            if tags is not None:
                changes["tags"] = require_tags(tags)
            if compartment is not None:
                changes["compartment"] = compartment
            return self._changed_key(caller.name, transaction, opened, "vault-key.update", **changes)

    def schedule_key_deletion(self, caller: Caller, identifier: str, at: int | None = None) -> KeyRecord:
        """Have a key deleted at a time; None: in 30 days. Until then it signs nothing.

        Raises:
            UsageError: `vault.deletion-time`, `vault.state`.
            NotFoundError, AccessDeniedError, StorageError: as for `key`.
        """
        with self.database.write() as transaction:
            opened = self._changing_key(caller, transaction, identifier, "delete")
            states.require_key(opened.vault.record, opened.record, now(), "ENABLED", "DISABLED")
            due = states.deletion_time(at, now())
            return self._changed_key(
                caller.name,
                transaction,
                opened,
                "vault-key.schedule-deletion",
                state="PENDING_DELETION",
                state_before=opened.record.state,
                delete_at=due,
            )

    def cancel_key_deletion(self, caller: Caller, identifier: str) -> KeyRecord:
        """Have a key stay, as it was before. Raises as `schedule_key_deletion`, and `vault.name-taken`."""
        with self.database.write() as transaction:
            opened = self._changing_key(caller, transaction, identifier, "delete")
            states.require_vault(opened.vault.record, now(), "ACTIVE")
            states.require_key(opened.vault.record, opened.record, now(), "PENDING_DELETION")
            before = opened.record.state_before
            return self._changed_key(
                caller.name, transaction, opened, "vault-key.cancel-deletion", state=before, delete_at=0
            )

    def _vault_for_key(self, caller: Caller, vault: str, name: str) -> OpenVault:
        require_name(name)
        opened = self._known_vault(caller, self.database, self._vault_id(caller, vault))
        rights.require(caller, "push", opened.record, name)
        states.require_vault(opened.record, now(), "ACTIVE")
        return opened

    def _protection(self, wanted: str, shape: KeyShape) -> Protection:
        if wanted not in ("", "SOFTWARE", "HSM"):
            raise UsageError("vault.protection", protection=ascii(wanted[:50]))
        on_token = self._token is not None and shape.algorithm in ("RSA", "ECDSA")
        if wanted == "HSM" and not on_token:
            raise UsageError("vault.no-token", shape=shape.words)
        return "HSM" if on_token and wanted != "SOFTWARE" else "SOFTWARE"

    def _made(self, shape: KeyShape, protection: str, name: str) -> Made:
        if protection == "HSM":
            assert self._token is not None  # noqa: S101  # `_protection` has seen to it
            return Made(*self._token.make(shape, name))
        secret = material.made(shape)
        return Made(secret, material.public_pem(shape, secret))

    def _imported(self, opened: OpenVault, imported: Imported, shape: KeyShape) -> Made:
        _, wrapping = self._wrapping_pair(opened)
        secret = material.unwrapped(imported, wrapping, shape)
        return Made(secret, material.public_pem(shape, secret), "EXTERNAL")

    def _add_key(
        self,
        caller: Caller,
        vault: str,
        name: str,
        shape: KeyShape,
        protection: Protection,
        compartment: str,
        rules: bytes | None,
        tags: Tags | None,
        made: Made,
    ) -> KeyRecord:
        encoded = "" if rules is None else approving.encoded(rules)
        at = now()
        with self.database.write() as transaction:
            opened = self._known_vault(caller, transaction, vault)
            states.require_vault(opened.record, at, "ACTIVE")
            extension = opened.record.extension
            first = self._version(caller, extension, self._ocid("key", extension), 1, made)
            record = KeyRecord(
                id=first.key,
                vault=vault,
                name=name,
                compartment=compartment or opened.record.compartment,
                algorithm=shape.algorithm,
                bits=shape.bits,
                protection=protection,
                state="ENABLED",
                state_before="ENABLED",
                blocked=0,
                rules=encoded,
                current_version=first.id,
                versions=1,
                tags=require_tags(tags),
                created=at,
                created_by=caller.name,
                delete_at=0,
                revision=1,
            )
            _require_free(transaction, record)
            secret = sealed.new_secret()
            rows.add(transaction, record, sealed.seal(opened.below, record, secret))
            rows.add(transaction, first, sealed.seal(sealed.under(secret), first, made.secret))
            audit.record(
                transaction,
                caller.name,
                "vault-key.create" if made.origin == "INTERNAL" else "vault-key.import",
                subject=record.id,
                key=name,
                vault=opened.record.name,
                shape=shape.words,
                protection=protection,
                version=first.id,
                ruled=bool(encoded),
            )
        return record

    def _version(self, caller: Caller, extension: str, key: str, number: int, made: Made) -> VersionRecord:
        """The row of a new version."""
        return VersionRecord(
            id=self._ocid("keyversion", extension),
            key=key,
            number=number,
            origin=made.origin,
            state="ENABLED",
            public_key=made.public,
            created=now(),
            created_by=caller.name,
            delete_at=0,
            revision=1,
        )

    def _changing_key(
        self, caller: Caller, transaction: Transaction, identifier: str, right: rights.Right
    ) -> OpenKey:
        """A key that waits for no other change until the transaction has ended."""
        rows.hold(transaction, KeyRecord, identifier)
        opened = self._known_key(caller, transaction, identifier)
        rights.require(caller, right, opened.vault.record, opened.record)
        return opened

    def _changed_key(
        self, actor: str, transaction: Transaction, opened: OpenKey, action: str, **changes: Any
    ) -> KeyRecord:
        before = opened.record
        record = msgspec.structs.replace(before, revision=before.revision + 1, **changes)
        alive = record.state in ("ENABLED", "DISABLED")
        if alive and (record.name != before.name or before.state not in ("ENABLED", "DISABLED")):
            _require_free(transaction, record)
        rows.change(transaction, record, opened.resealed(record))
        audit.record(transaction, actor, action, subject=record.id, key=before.name, **changes)
        return record


def _require_free(transaction: Transaction, record: KeyRecord) -> None:
    if rows.name_taken(transaction, record):
        raise UsageError("vault.name-taken", kind="key", name=record.name)
