"""The listener: where it is open, what it counts, and its end."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from sealwright.service.http_head import BoundedHeadProtocol
from sealwright.service.oracle.hosts import Hosts
from sealwright.service.oracle.setup.routes import Place
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.oracle.tunnel.certificates import Certificates
from sealwright.service.oracle.tunnel.door import AbsoluteProtocol, Door, House
from sealwright.service.web.metrics import Metrics

__all__ = ["Listener"]

MakeProtocol = Callable[[type[BoundedHeadProtocol]], asyncio.Protocol]


class Listener:
    """Takes connections and hands them to our own server.

    Args:
        hosts: our names.
        certificates: for them.
        metrics: shows what is counted.
    """

    def __init__(self, hosts: Hosts, certificates: Certificates, metrics: Metrics) -> None:
        self._hosts = hosts
        self._certificates = certificates
        self._houses: list[House] = []
        self._listening: tuple[str, int] | None = None
        metrics.watch(
            "tunnel_opened",
            "Connections that the tunnel led to the server so far",
            lambda: sum(house.opened for house in self._houses),
        )
        metrics.watch(
            "tunnel_refused",
            "Connections that the tunnel refused so far",
            lambda: sum(house.refused for house in self._houses),
        )

    def place(self, tenancy: Tenancy, domain: str) -> Place:
        """Where clients find the service."""
        return Place(tenancy, domain, self._address, self._certificates.authority_pem)

    def _address(self, host: str) -> str:
        """Where the tunnel is, for who calls us by that host."""
        if self._listening is None:
            return ""
        address, port = self._listening
        shown = f"[{address}]" if ":" in address else address
        return f"http://{host if ipaddress.ip_address(address).is_unspecified else shown}:{port}"

    async def open(
        self,
        sockets: Iterable[socket.socket],
        own_addresses: AbstractSet[str],
        inside: type[BoundedHeadProtocol],
        make: MakeProtocol,
    ) -> list[asyncio.Server]:
        """Begin to take connections.

        Args:
            sockets: bound and listening.
            own_addresses: of our server, as `host:port`; empty if it does not speak plain HTTP.
            inside: the protocol of our server, with its bounds.
            make: makes one of a connection.
        """

        class Beside(AbsoluteProtocol, inside):  # type: ignore[misc, valid-type]  # with the bounds of the server
            """For what comes without TLS."""

        Beside.own_addresses = own_addresses
        house = House(
            self._hosts, own_addresses, self._certificates, lambda: make(inside), lambda: make(Beside)
        )
        self._houses.append(house)
        sockets = [*sockets]
        self._listening = sockets[0].getsockname()[:2]
        loop = asyncio.get_running_loop()
        return [await loop.create_server(lambda: Door(house, inside), sock=one) for one in sockets]

    def close(self) -> None:
        """End every connection that has not been handed over."""
        for house in self._houses:
            for door in [*house.doors]:
                door.close()
