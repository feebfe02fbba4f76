"""The address of a client, also behind proxies.

`X-Forwarded-For` is a list to which each proxy appends the address that it was asked from. It is believed
from its end, for as long as whoever wrote an entry is a proxy that the settings trust.
"""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from sealwright import limits
from sealwright.errors import CallerError

__all__ = ["Proxies", "key"]

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The networks of trusted proxies.

    Args:
        networks: such as `10.0.0.0/8` or `::1`.

    Raises:
        CallerError: `service.setting-invalid`.
    """

    def __init__(self, networks: Sequence[str] = ()) -> None:
        self._networks: list[Network] = []
        for text in networks:
            try:
                self._networks.append(ipaddress.ip_network(text))
            except ValueError as error:
                raise CallerError(
                    "service.setting-invalid", setting="server.trusted_proxies", problem=str(error)
                ) from None
        self._trusts = lru_cache(maxsize=1024)(self._looked_up)

    def trusts(self, address: str) -> bool:
        """Whether an address is that of a trusted proxy."""
        return bool(self._networks) and self._trusts(address)

    def client(self, peer: str, forwarded: Sequence[bytes]) -> str:
        """The address of the client.

        Args:
            peer: of whoever opened the connection.
            forwarded: the values of X-Forwarded-For, in order.
        """
        if not forwarded or not self.trusts(peer):
            return peer
        told = b",".join(forwarded).decode("latin-1").split(",")[-limits.FORWARDED_ADDRESSES :]
        client = peer
        for text in reversed(told):
            try:
                client = str(ipaddress.ip_address(text.strip()))
            except ValueError:
                break  # no address: whoever wrote before is not believed either
            if not self.trusts(client):
                break
        return client

    def _looked_up(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(found in network for network in self._networks)


@lru_cache(maxsize=4096)
def key(address: str) -> str:
    """What counts as one client: an IPv4 address, or the half of an IPv6 address that one customer gets."""
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))
