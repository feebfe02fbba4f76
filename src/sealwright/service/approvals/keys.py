"""What approvals want to know of keys; whoever keeps the keys tells them."""

from typing import Protocol

from sealwright.approval.orders import Order
from sealwright.approval.records import Rules
from sealwright.service.web.caller import Caller

__all__ = ["Keys"]


class Keys(Protocol):
    """The keys of the service. Its methods run on worker threads."""

    def rules_of(self, key: str) -> Rules | None:
        """The rules that are pinned to a key now; None if it has none, or is not there.

        Raises:
            StorageError: `sealing.altered`.
        """

    def settled(self, caller: Caller, order: Order) -> Order:
        """An order with the identifiers of key and version in place of what they may be called.

        Raises:
            AccessDeniedError: the caller may not do it even when it is approved.
            NotFoundError: there is no such key or version, or the caller may not see it.
        """

    def seen(self, caller: Caller, key: str) -> str | None:
        """The identifier of a key, given it or the key's name; None if the caller may not see it."""
