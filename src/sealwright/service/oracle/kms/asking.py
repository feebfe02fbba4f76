"""Approvals for clients that cannot name one.

`oci artifacts container image-signature sign-upload` signs and knows nothing of approvals. The same command
with the same words signs the same bytes, so:

1. The first time, people are asked to approve exactly these bytes, and the client is refused: it is told
   which request waits.
2. Until they have, the same command is refused in the same way; once they have denied it, so it is told.
3. Once they have approved, the same command signs. Whoever repeats it gets the same signature again.
"""

from sealwright.approval.orders import Order
from sealwright.service.approvals.approvals import Approvals
from sealwright.service.approvals.queries.listings import Wanted
from sealwright.service.storage import now
from sealwright.service.web.caller import Caller

__all__ = ["Asking"]

_STANDING = frozenset({"waiting", "locked", "ready", "spent", "denied"})
"""States in which a request stands for the same wish that comes again; else it is asked for anew."""


class Asking:
    """Finds the request of whoever cannot name it. For worker threads.

    Args:
        approvals: of the service.
    """

    def __init__(self, approvals: Approvals) -> None:
        self._approvals = approvals

    def request(self, caller: Caller, order: Order) -> str:
        """The caller's own latest request for an operation; opened if there is none that stands.

        Raises:
            UsageError: `approval.requests-too-many`.
            AccessDeniedError: the caller may not do it even if it is approved.
            NotFoundError: `vault.unknown`.
        """
        approvals = self._approvals
        settled = approvals.keys.settled(caller, order)
        found, _ = approvals.requests(caller, Wanted(key=settled.key))
        at = now()
        for opened in found:
            mine = opened.kept.requested_by == caller.name and opened.request.order.is_for(settled)
            if mine and approvals.state(opened, at) in _STANDING:
                return opened.kept.id
        return approvals.open_request(caller, order).kept.id
