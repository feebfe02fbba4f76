"""What the rules of a key may cover: enabling, disabling, blocking, unblocking, and changing the rules.

An operation that a rule covers takes the approval of exactly it, and spends that in its own transaction. So
nothing is done twice, and whoever lost the answer may ask again.
"""

from sealwright.errors import AccessDeniedError
from sealwright.service.storage import Transaction, now
from sealwright.service.vault import states
from sealwright.service.vault.actions.of_versions import VersionActions
from sealwright.service.vault.approving import Operation
from sealwright.service.vault.opening import OpenKey
from sealwright.service.vault.records import KeyRecord
from sealwright.service.web.caller import Caller

__all__ = ["RuleActions"]


class RuleActions(VersionActions):
    """Of `vaults.Vaults`.

    Besides what `key` raises, each raises UsageError `vault.state` if the key is not in a state for it, and
    AccessDeniedError `approval.needed` or another if an approval is wanted that is not there.
    """

    def enable_key(self, caller: Caller, identifier: str, approval: str = "") -> KeyRecord:
        """Let a key sign again. A rule on *unblock* covers it, for the message `enable`."""
        wanted = Operation("unblock", identifier, message=b"enable")
        return self._under_rules(
            caller, wanted, approval, "vault-key.enable", ("DISABLED",), {"state": "ENABLED"}
        )

    def disable_key(self, caller: Caller, identifier: str, approval: str = "") -> KeyRecord:
        """Let a key sign no more, until it is enabled. A rule on *block* covers it, for `disable`."""
        wanted = Operation("block", identifier, message=b"disable")
        return self._under_rules(
            caller, wanted, approval, "vault-key.disable", ("ENABLED",), {"state": "DISABLED"}
        )

    def block_key(self, caller: Caller, identifier: str, approval: str = "") -> KeyRecord:
        """Let a key sign no more, until it is unblocked, whatever its state."""
        wanted = Operation("block", identifier)
        return self._under_rules(
            caller, wanted, approval, "vault-key.block", ("ENABLED", "DISABLED"), {"blocked": 1}
        )

    def unblock_key(self, caller: Caller, identifier: str, approval: str = "") -> KeyRecord:
        """Let a key sign again that was blocked."""
        wanted = Operation("unblock", identifier)
        return self._under_rules(
            caller, wanted, approval, "vault-key.unblock", ("ENABLED", "DISABLED"), {"blocked": 0}
        )

    def change_rules(self, caller: Caller, identifier: str, rules: bytes, approval: str = "") -> KeyRecord:
        """Put other rules on a key; the message that is approved is the rules as given.

        Raises:
            SealwrightError: they are no rules.
        """
        encoded = self._approvals.read(rules)
        wanted = Operation("change", identifier, message=rules)
        return self._under_rules(
            caller, wanted, approval, "vault-key.change-rules", ("ENABLED", "DISABLED"), {"rules": encoded}
        )

    def rules_of(self, identifier: str) -> bytes | None:
        """The rules of a key, if it is there and has any; for approvals, which ask on nobody's behalf.

        Raises:
            StorageError: `sealing.altered`.
        """
        opened = self._open_key(self.database, identifier)
        return opened.record.rules.encode() if opened is not None and opened.record.rules else None

    def _under_rules(
        self,
        caller: Caller,
        wanted: Operation,
        approval: str,
        action: str,
        before: tuple[str, ...],
        changes: dict[str, str | int],
    ) -> KeyRecord:
        known = self._known_key(caller, self.database, wanted.key).record
        with self._noting_refusals(caller, action, known), self.database.write() as transaction:
            opened = self._changing_key(caller, transaction, wanted.key, "push")

            def deed() -> KeyRecord:
                states.require_key(opened.vault.record, opened.record, now(), *before)
                return self._changed_key(caller.name, transaction, opened, action, **changes)

            if not self._needs_approval(opened, wanted.operation):
                return deed()
            if self._outcome(transaction, wanted, approval) is not None:
                return opened.record
            self._approvals.spend(transaction, approval, wanted, opened.record.rules)
            record = deed()
            self._approvals.record(transaction, approval, record.id.encode())
            return record

    def _needs_approval(self, opened: OpenKey, operation: str) -> bool:
        rules = opened.record.rules
        return bool(rules) and self._approvals.covers(rules, operation)

    def _outcome(self, transaction: Transaction, wanted: Operation, approval: str) -> bytes | None:
        """What came of it if it was done before.

        Raises:
            AccessDeniedError: `approval.needed`.
        """
        if not approval:
            raise AccessDeniedError("approval.needed", key=wanted.key, operation=wanted.operation)
        return self._approvals.spent(transaction, approval, wanted)
