"""The end of vaults, keys and versions whose deletion is due: their private keys are destroyed.

A key that ends gets a new secret, and its versions are sealed under that, with nothing in them: the old
secret was the only way to open what was sealed under it. What a key has on a token is destroyed there first.
"""

import msgspec

from sealwright import limits
from sealwright.service import audit
from sealwright.service.storage import Transaction, now
from sealwright.service.vault import sealed, states
from sealwright.service.vault.actions.of_rules import RuleActions
from sealwright.service.vault.opening import OpenVersion
from sealwright.service.vault.queries import listings, rows, wrapping
from sealwright.service.vault.records import KeyRecord, VaultRecord

__all__ = ["Ending"]

_ACTOR = "service"
_PAGE = 100


class Ending(RuleActions):
    """Of `vaults.Vaults`."""

    def tend(self) -> int:
        """Destroy what is to be deleted by now; gives how many vaults, keys and versions that were.

        Raises:
            StorageError: `sealing.altered`, `service.storage-failed`.
            EnvironmentalError: the token failed.
        """
        at, most = now(), limits.VAULT_DUE_AT_ONCE
        done = 0
        for vault in listings.due_vaults(self.database, at, most):
            done += self._end_vault(vault)
        for key in listings.due_keys(self.database, at, most):
            done += self._end_key(key)
        for key, version in listings.due_versions(self.database, at, most):
            done += self._end_version(key, version)
        return done

    def _end_due(self, opened: OpenVersion) -> None:
        """Destroy what a use has met that is due."""
        vault, key, at = opened.key.vault.record, opened.key.record, now()
        if key.state != "DELETED" and states.key_at(vault, key, at).state == "DELETED":
            self._end_key(key.id)
        elif opened.record.state == "PENDING_DELETION" and opened.record.delete_at <= at:
            self._end_version(key.id, opened.record.id)

    def _end_vault(self, identifier: str) -> int:
        done = 0
        after = ""
        while found := listings.keys_of(self.database, identifier, after, _PAGE):
            after = found[-1].key.id
            done += sum(self._end_key(one.key.id) for one in found)
        with self.database.write() as transaction:
            rows.hold(transaction, VaultRecord, identifier)
            opened = self._open_vault(transaction, identifier)
            if opened is None or opened.record.state != "PENDING_DELETION":
                return done
            if states.vault_at(opened.record, now()).state != "DELETED":
                return done
            revision = opened.record.revision + 1
            record = msgspec.structs.replace(opened.record, state="DELETED", revision=revision)
            rows.change(transaction, record, opened.resealed(self._opener.sealing, record))
            wrapping.remove(transaction, record.id)
            audit.record(transaction, _ACTOR, "key-vault.delete", subject=record.id, vault=record.name)
        return done + 1

    def _end_key(self, identifier: str) -> int:
        with self.database.write() as transaction:
            rows.hold(transaction, KeyRecord, identifier)
            opened = self._open_key(transaction, identifier)
            if opened is None or opened.record.state == "DELETED":
                return 0
            ended = states.key_at(opened.vault.record, opened.record, now())
            if ended.state != "DELETED":
                return 0
            record = msgspec.structs.replace(ended, revision=ended.revision + 1)
            secret = sealed.new_secret()
            for found in listings.versions_of(transaction, identifier):
                self._destroy(transaction, OpenVersion(self._opener.sealing, found), secret)
            rows.change(transaction, record, sealed.seal(opened.vault.below, record, secret))
            audit.record(transaction, _ACTOR, "vault-key.delete", subject=record.id, key=record.name)
        return 1

    def _end_version(self, key: str, identifier: str) -> int:
        with self.database.write() as transaction:
            rows.hold(transaction, KeyRecord, key)
            opened = self._open_version(transaction, key, identifier)
            if opened is None or opened.record.state != "PENDING_DELETION":
                return 0
            if opened.record.delete_at > now():
                return 0
            self._destroy(transaction, opened, None)
            audit.record(
                transaction,
                _ACTOR,
                "vault-key.delete-version",
                subject=key,
                key=opened.key.record.name,
                version=identifier,
            )
        return 1

    def _destroy(self, transaction: Transaction, opened: OpenVersion, secret: bytes | None) -> None:
        """Leave nothing of a version but its row; `secret` is the new one of its key, if that gets one."""
        material = opened.material()
        if material and opened.key.record.protection == "HSM" and self._token is not None:
            self._token.destroy(material)
        revision = opened.record.revision + 1
        record = msgspec.structs.replace(opened.record, state="DELETED", revision=revision)
        above = opened.key.below if secret is None else sealed.under(secret)
        rows.change(transaction, record, sealed.seal(above, record, b""))
        self._opener.forget(record.id)
