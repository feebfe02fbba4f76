"""What the rules of a key may cover: enabling, disabling, blocking, unblocking, and changing the rules.

An operation that a rule covers takes the approval of exactly it, and spends that in its own transaction. So
nothing is done twice, and whoever lost the answer may ask again.
"""

from sealwright.approval.orders import Order
from sealwright.approval.records import Operation, Rules
from sealwright.errors import AccessDeniedError, UsageError
from sealwright.service.storage import now
from sealwright.service.vault import approving, states
from sealwright.service.vault.actions.of_versions import VersionActions
from sealwright.service.vault.approving import Approvals
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
        wanted = Order("unblock", identifier, message=b"enable")
        return self._under_rules(
            caller, wanted, approval, "vault-key.enable", ("DISABLED",), {"state": "ENABLED"}
        )

    def disable_key(self, caller: Caller, identifier: str, approval: str = "") -> KeyRecord:
        """Let a key sign no more, until it is enabled. A rule on *block* covers it, for `disable`."""
        wanted = Order("block", identifier, message=b"disable")
        return self._under_rules(
            caller, wanted, approval, "vault-key.disable", ("ENABLED",), {"state": "DISABLED"}
        )

    def block_key(self, caller: Caller, identifier: str, approval: str = "") -> KeyRecord:
        """Let a key sign no more, until it is unblocked, whatever its state."""
        wanted = Order("block", identifier)
        return self._under_rules(
            caller, wanted, approval, "vault-key.block", ("ENABLED", "DISABLED"), {"blocked": 1}
        )

    def unblock_key(self, caller: Caller, identifier: str, approval: str = "") -> KeyRecord:
        """Let a key sign again that was blocked."""
        wanted = Order("unblock", identifier)
        return self._under_rules(
            caller, wanted, approval, "vault-key.unblock", ("ENABLED", "DISABLED"), {"blocked": 0}
        )

    def change_rules(self, caller: Caller, identifier: str, rules: bytes, approval: str = "") -> KeyRecord:
        """Put other rules on a key. The message that is approved is what `Rules.encoded` gives of them.

        Raises:
            UsageError: `vault.rules-unusable`.
        """
        encoded = approving.encoded(rules)
        wanted = Order("change", identifier, message=encoded.encode())
        return self._under_rules(
            caller, wanted, approval, "vault-key.change-rules", ("ENABLED", "DISABLED"), {"rules": encoded}
        )

    def rules_of(self, identifier: str) -> Rules | None:
        """The rules of a key, if it is there and has any; for approvals, which ask on nobody's behalf.

        Raises:
            StorageError: `sealing.altered`.
        """
        opened = self._open_key(self.database, identifier)
        return None if opened is None else approving.rules_of(opened.record)

    def _under_rules(
        self,
        caller: Caller,
        wanted: Order,
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

            rules = self._covering(opened, wanted.operation)
            if rules is None:
                return deed()
            approvals = self._approvals_for(wanted, approval)
            if approvals.spent(transaction, approval, wanted) is not None:
                return opened.record
            approvals.spend(transaction, approval, wanted, rules, now())
            record = deed()
            approvals.record(transaction, approval, record.id.encode())
            return record

    def _covering(self, opened: OpenKey, operation: Operation) -> Rules | None:
        """The rules of a key, if they cover an operation.

        Raises:
            UsageError: `vault.rules-fixed`.
        """
        rules = approving.rules_of(opened.record)
        if rules is None or rules.rule(operation) is not None:
            return rules
        if operation == "change":  # or whoever manages the key could drop the others
            raise UsageError("vault.rules-fixed", key=opened.record.name)
        return None

    def _approvals_for(self, wanted: Order, approval: str) -> Approvals:
        """Where an approval is spent that was given.

        Raises:
            AccessDeniedError: `approval.needed`.
        """
        if not approval or self._approvals is None:
            raise AccessDeniedError("approval.needed", key=wanted.key, operation=wanted.operation)
        return self._approvals
