"""What people are asked to approve: one operation of one key."""

from typing import Annotated

import msgspec

from sealwright import limits
from sealwright.approval.records import Operation

__all__ = ["Order"]

Text = Annotated[str, msgspec.Meta(max_length=limits.APPROVAL_TEXT_LENGTH)]


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An operation, exactly as it is to be done.

    Attributes:
        operation: `use`, `change`, `block` or `unblock`.
        key: the identifier of the key.
        version: that of its version, which signs; empty for what is no use.
        algorithm: the name of the signing algorithm; empty for what is no use.
        digested: whether the message is the digest of what is signed.
        message: what is signed; for *change*, the new rules.
        note: why, for people to read. It is approved with the rest, but is no part of the operation.
    """

    operation: Operation
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.APPROVAL_TEXT_LENGTH)]
    version: Text = ""
    algorithm: Text = ""
    digested: bool = False
    message: Annotated[bytes, msgspec.Meta(max_length=limits.APPROVAL_MESSAGE_BYTES)] = b""
    note: Annotated[str, msgspec.Meta(max_length=limits.APPROVAL_NOTE)] = ""

    def is_for(self, other: "Order") -> bool:
        """Whether the approval of one is that of the other: everything is equal but the note."""
        return msgspec.structs.replace(self, note="") == msgspec.structs.replace(other, note="")
