"""One connection to the listener, until it is handed to our server.

1. The head of the first request is awaited, for as long and as many bytes as `limits` allow.
2. It must be a CONNECT to a name of ours, or plain HTTP to the address of our own server in absolute-form.
3. A CONNECT is answered 200, TLS begins, and what is inside is the server's own protocol from then on. In
   absolute-form the connection is the server's at once; whatever follows must be to the same address.
"""

import asyncio
from collections.abc import Callable
from collections.abc import Set as AbstractSet

import httptools
import msgspec

from sealwright import limits
from sealwright.service.http_head import BoundedHeadProtocol
from sealwright.service.oracle.hosts import Hosts
from sealwright.service.oracle.tunnel import head as heads
from sealwright.service.oracle.tunnel.certificates import Certificates

__all__ = ["AbsoluteProtocol", "Door", "House"]

_AGREED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_MALFORMED = b"400 Not a request to a proxy"
_FOREIGN = b"403 Not a name of this service"
_TOO_LONG = b"431 Request Header Fields Too Large"
_LATE = b"408 Request Timeout"


class AbsoluteProtocol(BoundedHeadProtocol):
    """Our server's HTTP, whose clients name our address with every request."""

    own_addresses: AbstractSet[str] = frozenset()
    """Ours, as `host:port`."""

    def on_headers_complete(self) -> None:
        """Refuse what is for anybody else; the parser answers 400 where this raises."""
        target = httptools.parse_url(self.url)
        authority = f"{(target.host or b'').decode('latin-1').lower()}:{target.port or 80}"
        named = [value.decode("latin-1").lower() for name, value in self.headers if name == b"host"]
        if target.schema != b"http" or authority not in self.own_addresses:
            raise ValueError(authority)
        if any(value not in (authority, authority.removesuffix(":80")) for value in named):
            raise ValueError(named)
        super().on_headers_complete()


class House(msgspec.Struct):
    """What all doors lead to, and what they have counted.

    Attributes:
        hosts: our names.
        own_addresses: of our server, as `host:port`, if it speaks plain HTTP.
        certificates: what we show for our names.
        inside: makes the protocol of our server for what came through TLS.
        beside: the same for what comes without.
        doors: the open ones.
        opened: how many led to our server so far.
        refused: how many did not.
    """

    hosts: Hosts
    own_addresses: AbstractSet[str]
    certificates: Certificates
    inside: Callable[[], asyncio.Protocol]
    beside: Callable[[], asyncio.Protocol]
    doors: set["Door"] = msgspec.field(default_factory=set)
    opened: int = 0
    refused: int = 0


class Door(asyncio.Protocol):
    """See the module. Made by the listener for each connection; only for the event loop's thread.

    Args:
        house: where it leads.
        bounds: the protocol of our server: its connections, of which each here is one, and its patience.
    """

    def __init__(self, house: House, bounds: type[BoundedHeadProtocol]) -> None:
        self._house = house
        self._bounds = bounds
        self._heard = bytearray()
        self._address: str | None = None
        self._impatience: asyncio.TimerHandle | None = None
        self._handing: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the head, unless there are too many connections."""
        self._transport = transport  # type: ignore[assignment]  # asyncio names the wider type
        self._house.doors.add(self)
        connections = self._bounds.connections_allowed
        if connections is not None:
            peer = transport.get_extra_info("peername")
            address = str(peer[0]) if peer else ""
            refusal = connections.enter(address)
            if refusal is not None:
                self._transport.write(refusal)
                self._transport.close()
                return
            self._address = address
        loop = asyncio.get_running_loop()
        self._impatience = loop.call_later(self._bounds.patience, self._refuse, _LATE)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left before it went anywhere."""
        del exc
        self._leave()

    def data_received(self, data: bytes) -> None:
        """More of the head."""
        if self._transport.is_closing():
            return
        self._heard += data
        end = self._heard.find(heads.END)
        if len(self._heard if end < 0 else self._heard[:end]) > limits.TUNNEL_HEAD_BYTES:
            self._refuse(_TOO_LONG)
        elif end >= 0:
            self._let_in(heads.read(bytes(self._heard[:end])), bytes(self._heard[end + len(heads.END) :]))

    def close(self) -> None:
        """End the connection."""
        if self._handing is not None:
            self._handing.cancel()
        self._transport.abort()

    def _let_in(self, head: heads.Head | None, rest: bytes) -> None:
        house = self._house
        if head is None or (head.connect and rest):  # before it is told to, nobody speaks through a tunnel
            self._refuse(_MALFORMED)
        elif not head.connect and f"{head.host}:{head.port}" in house.own_addresses:
            self._hand_over(self._transport, house.beside(), bytes(self._heard))
        elif head.connect and head.port == house.hosts.port and house.hosts.role(head.host) is not None:
            self._transport.pause_reading()
            self._transport.write(_AGREED)
            self._handing = asyncio.get_running_loop().create_task(self._through_tls())
        else:
            self._refuse(_FOREIGN)

    async def _through_tls(self) -> None:
        waiting = _Waiting()
        try:
            secured = await asyncio.get_running_loop().start_tls(
                self._transport,
                waiting,
                self._house.certificates.context(),
                server_side=True,
                ssl_handshake_timeout=limits.TUNNEL_HANDSHAKE_SECONDS,
            )
        except (OSError, RuntimeError):  # of the client: it left, does not trust our CA, or took too long
            self._house.refused += 1
            self._leave()
            self._transport.abort()
            return
        if secured is None or waiting.lost:
            self._leave()
            return
        self._hand_over(secured, self._house.inside(), bytes(waiting.heard))

    def _hand_over(self, transport: asyncio.Transport, to: asyncio.Protocol, heard: bytes) -> None:
        """From here on the server counts the connection, and ends it."""
        self._leave()
        self._house.opened += 1
        transport.set_protocol(to)
        to.connection_made(transport)
        if heard:
            to.data_received(heard)

    def _refuse(self, status: bytes) -> None:
        self._house.refused += 1
        self._wait_no_more()
        self._transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self._transport.close()

    def _leave(self) -> None:
        self._wait_no_more()
        self._house.doors.discard(self)
        if self._address is not None and self._bounds.connections_allowed is not None:
            self._bounds.connections_allowed.leave(self._address)
            self._address = None

    def _wait_no_more(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None


class _Waiting(asyncio.Protocol):
    """Keeps what comes between the end of the handshake and the moment when we learn of it."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.lost = False

    def data_received(self, data: bytes) -> None:
        self.heard += data

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.lost = True
