"""What the vault wants of approvals: rules that are read, and approvals that are spent once."""

from typing import Protocol

from sealwright.approval import rules as reading
from sealwright.approval.orders import Order
from sealwright.approval.proofs import Proof
from sealwright.approval.records import Rules
from sealwright.errors import DocumentError, UsageError
from sealwright.service.storage import Transaction
from sealwright.service.vault.records import KeyRecord

__all__ = ["Approvals", "encoded", "rules_of"]


class Approvals(Protocol):
    """The approvals of the service, as far as the vault knows of them."""

    def spent(self, transaction: Transaction, request_id: str, order: Order) -> bytes | None:
        """What came of an approval that was spent on that very order before; None if it was not."""

    def spend(self, transaction: Transaction, request_id: str, order: Order, rules: Rules, now: int) -> Proof:
        """Spend an approval.

        Args:
            transaction: the one in which the deed is done.
            request_id: of the request that people approved.
            order: what is done; all but its note has to be what they approved.
            rules: of the key.
            now: in microseconds since 1970.

        Raises:
            AccessDeniedError: it does not allow the deed.
        """

    def record(self, transaction: Transaction, request_id: str, outcome: bytes) -> None:
        """Keep what came of it, for whoever lost the answer."""


def encoded(rules: bytes) -> str:
    """Rules as a row has them.

    Raises:
        UsageError: `vault.rules-unusable`.
    """
    try:
        return reading.parse(rules).encoded().decode()
    except DocumentError as error:
        problems = "; ".join(str(one) for one in (error, *error.others))
        raise UsageError("vault.rules-unusable", problem=problems[:2000]) from None


def rules_of(key: KeyRecord) -> Rules | None:
    """The rules of a key, if it has any."""
    return reading.parse(key.rules.encode()) if key.rules else None
