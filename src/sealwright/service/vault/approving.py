"""What the vault wants of approvals: whether one covers an operation, and that it is spent only once."""

from typing import Protocol

import msgspec

from sealwright.errors import AccessDeniedError, UsageError
from sealwright.service.storage import Transaction

__all__ = ["Approving", "NoApprovals", "Operation"]


class Operation(msgspec.Struct, frozen=True):
    """What is to be done with a key; approvers sign exactly this, with the rules that the key has.

    Attributes:
        operation: `use`, `change`, `block` or `unblock`.
        key: the OCID of the key.
        version: the OCID of the version that signs; empty for what is no use.
        algorithm: the name of the signing algorithm, or empty.
        digested: whether the message is the digest of what is signed.
        message: what is signed; the new rules; or `enable` or `disable`, where that is what is asked for.
    """

    operation: str
    key: str
    version: str = ""
    algorithm: str = ""
    digested: bool = False
    message: bytes = b""


class Approving(Protocol):
    """Approvals, as far as the vault knows of them. `rules` are those of the key's row."""

    def read(self, rules: bytes) -> str:
        """Rules as a row has them.

        Raises:
            SealwrightError: they are none.
        """

    def covers(self, rules: str, operation: str) -> bool:
        """Whether an operation needs an approval.

        Raises:
            AccessDeniedError: no approval can allow it.
        """

    def spent(self, transaction: Transaction, request: str, operation: Operation) -> bytes | None:
        """What came of it, if that approval was spent on that very operation before."""

    def spend(self, transaction: Transaction, request: str, operation: Operation, rules: str) -> bytes:
        """Spend an approval; gives its proof, encoded.

        Raises:
            AccessDeniedError: it does not allow the operation.
        """

    def record(self, transaction: Transaction, request: str, outcome: bytes) -> None:
        """Keep what came of it, for whoever lost the answer."""


class NoApprovals:
    """Approvals of a service that has none: keys have no rules."""

    def read(self, rules: bytes) -> str:
        """Never."""
        raise UsageError("vault.order-invalid", problem=f"{len(rules)} bytes of rules")

    def covers(self, rules: str, operation: str) -> bool:
        """Whatever the rules say."""
        raise AccessDeniedError("approval.needed", key=rules, operation=operation)

    def spent(self, transaction: Transaction, request: str, operation: Operation) -> bytes | None:
        """None ever was."""
        return None

    def spend(self, transaction: Transaction, request: str, operation: Operation, rules: str) -> bytes:
        """There is none."""
        raise AccessDeniedError("approval.needed", key=operation.key, operation=operation.operation)

    def record(self, transaction: Transaction, request: str, outcome: bytes) -> None:
        """There is nothing to keep."""
