"""Keys of vaults, as approvals want to know of them."""

from collections.abc import Callable

import msgspec

from sealwright import limits
from sealwright.approval.orders import Order
from sealwright.approval.records import Rules
from sealwright.errors import AccessDeniedError, NotFoundError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.service.vault import rights
from sealwright.service.vault.queries.listings import KeyFilter, Page
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import Caller

__all__ = ["ApprovableKeys"]


class ApprovableKeys:
    """What `approvals.keys.Keys` wants to know.

    Args:
        vaults: gives those of the service, which are made after the approvals.
    """

    def __init__(self, vaults: Callable[[], Vaults]) -> None:
        self._vaults = vaults

    def rules_of(self, key: str) -> Rules | None:
        """The rules that are pinned to a key now."""
        return self._vaults().rules_of(key)

    def settled(self, caller: Caller, order: Order) -> Order:
        """An order with identifiers, from whoever may do it once it is approved.

        Raises:
            AccessDeniedError: `service.login-needed`, `service.right-missing`.
            NotFoundError: `vault.unknown`.
        """
        vaults = self._vaults()
        record = vaults.key(caller, self._identifier(caller, order.key))
        vault = vaults.vault(caller, record.vault)
        if order.operation != "use":
            rights.require(caller, "push", vault, record)
            return msgspec.structs.replace(order, key=record.id, version="", algorithm="", digested=False)
        rights.require(caller, "sign", vault, record)
        which = int(order.version) if order.version.isdecimal() else order.version or None
        version = vaults.version(caller, record.id, which)
        return msgspec.structs.replace(order, key=record.id, version=version.id)

    def seen(self, caller: Caller, key: str) -> str | None:
        """The identifier of a key, given it or the key's name; None if the caller may not see it."""
        try:
            return self._vaults().key(caller, self._identifier(caller, key)).id
        except (AccessDeniedError, NotFoundError):
            return None

    def _identifier(self, caller: Caller, key: str) -> str:
        """The identifier of a key that may be called by its name.

        Raises:
            NotFoundError: `vault.unknown`: none is called so, or several are.
        """
        if is_ocid(key):
            return key
        found, _ = self._vaults().keys(caller, None, KeyFilter(name=key), Page(most=limits.LISTING_PAGE))
        there = [one.id for one in found if one.state != "DELETED"]
        if len(there) != 1:
            raise NotFoundError("vault.unknown", kind="key", wanted=ascii(key[:300]))
        return there[0]
