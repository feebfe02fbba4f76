"""`[tunnel]`: the proxy through which Oracle's client reaches this service by Oracle's host names.

    [tunnel]
    port = 5001

It leads to this service and nowhere else. Where these names resolve to this service, and its certificate is
for them, none is needed.
"""

from typing import Annotated

import msgspec

from sealwright.errors import CallerError

__all__ = ["Tunnel"]

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class Tunnel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the tunnel listens.

    Attributes:
        host: the address to listen on, or a name for it.
        port: the port; 0 takes a free one. Without it there is no tunnel.
    """

    host: str = "127.0.0.1"
    port: Port | None = None

    def require_use(self, *, served: bool) -> None:
        """Return unless it would lead nowhere.

        Args:
            served: whether Oracle's APIs are.

        Raises:
            CallerError: `service.setting-invalid`.
        """
        if self.port is not None and not served:
            problem = "it leads to Oracle's APIs, and there is no oracle.namespace"
            raise CallerError("service.setting-invalid", setting="tunnel.port", problem=problem)
