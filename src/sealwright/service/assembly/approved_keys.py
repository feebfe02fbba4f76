"""The keys of the vaults as approvals see them."""

import msgspec

from sealwright import limits
from sealwright.approval.orders import Order
from sealwright.approval.records import Rules
from sealwright.errors import InternalError, NotFoundError, SealwrightError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.service.vault import rights
from sealwright.service.vault.queries.listings import KeyFilter, Page
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import Caller

__all__ = ["ApprovedKeys"]


class ApprovedKeys:
    """Tells approvals of keys (`approvals.keys.Keys`). For worker threads.

    Attributes:
        vaults: of the service; set before anybody asks.
    """

    vaults: Vaults

    def rules_of(self, key: str) -> Rules | None:
        """The rules that are pinned to a key now; None if it has none, or is not there."""
        return self.vaults.rules_of(key)

    def settled(self, caller: Caller, order: Order) -> Order:
        """An order with the identifiers of key and version in place of what they may be called.

        Raises:
            AccessDeniedError: the caller may not do it even when it is approved.
            NotFoundError: there is no such key or version, or the caller may not see it.
        """
        key = self.vaults.key(caller, self._identifier(caller, order.key))
        vault = self.vaults.vault(caller, key.vault)
        rights.require(caller, "sign" if order.operation == "use" else "push", vault, key)
        version = ""
        if order.operation == "use":
            version = self.vaults.version(caller, key.id, order.version or None).id
        return msgspec.structs.replace(order, key=key.id, version=version)

    def seen(self, caller: Caller, key: str) -> str | None:
        """The identifier of a key, given it or the key's name; None if the caller may not see it."""
        try:
            return self.vaults.key(caller, self._identifier(caller, key)).id
        except SealwrightError as error:
            if isinstance(error, InternalError):
                raise
            return None

    def _identifier(self, caller: Caller, key: str) -> str:
        """The identifier of a key that may be called by its name.

        Raises:
            NotFoundError: `vault.unknown`: none, or several, are called so.
        """
        if is_ocid(key):
            return key
        found, _ = self.vaults.keys(caller, None, KeyFilter(name=key), Page(most=limits.LISTING_PAGE))
        there = [one.id for one in found if one.state != "DELETED"]
        if len(there) != 1:
            raise NotFoundError("vault.unknown", kind="key", wanted=ascii(key[:300]))
        return there[0]
