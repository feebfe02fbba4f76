"""The service on a socket: where it may listen, how it starts, and how it ends.

Without accounts, whoever reaches the service may do everything, so on an address that others can reach it
asks for accounts from the first request on, and makes an administrator if there never was an account. A host
name is resolved once; what was checked is what is listened on.
"""

import asyncio
import errno
import ipaddress
import logging
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Literal

import uvicorn

from sealwright import limits
from sealwright.errors import CallerError
from sealwright.service import app
from sealwright.service.accounts.actions.accounts import first_administrator
from sealwright.service.accounts.queries.state import state
from sealwright.service.app import Service
from sealwright.service.configuration import Configuration
from sealwright.service.connections import Connections
from sealwright.service.tls import Certificate
from sealwright.service.web.request_lines import Tell

if TYPE_CHECKING:
    from sealwright.service.http_head import BoundedHeadProtocol

__all__ = ["Server", "addresses", "own_addresses", "serve"]

_KEEP_ALIVE_SECONDS = 75  # longer than clients keep idle connections, so that they close first
_BACKLOG = 2048
_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_PORT = re.compile(r":[0-9]+$")
_TICK_SECONDS = 0.1  # uvicorn's own
_TICKS_BETWEEN_LOOKS = 20  # at the files of the certificate


Create = Callable[[Configuration, Tell | None], Service]


def serve(
    configuration: Configuration,
    announce: Callable[[str], None],
    tell: Tell | None = None,
    create: Create | None = None,
) -> None:
    """Run the service until SIGINT or SIGTERM; a second one ends it without waiting for anything.

    Args:
        configuration: its settings.
        announce: told in sentences, once it listens, where it does and who may use it; and the password of
            the first administrator, if one was made.
        tell: told of every request that has ended.
        create: makes the application, where it is not the one that the settings describe.

    Raises:
        CallerError: `service.host-unknown`, `service.port-taken`,
            `service.port-refused`, `service.folder-in-use`, `service.folder-newer`, `service.tls-unusable`,
            `service.setting-invalid`.
        StorageError: `service.folder-unusable`.
    """
    Server(configuration, announce, tell, create).run()


class Server(uvicorn.Server):
    """The service, listening. `run` serves until it is told to end, by a signal or by `stop`.

    Attributes:
        port: the port that it listens on.
        addresses: where it listens, as `http://host:port` or `https://host:port`.
        tunnels: where its tunnel does, as `http://host:port`; empty if there is none.
    """

    def __init__(
        self,
        configuration: Configuration,
        announce: Callable[[str], None],
        tell: Tell | None = None,
        create: Create | None = None,
    ) -> None:
        """Read the certificate, take the port, then the folder; raises as `serve` does."""
        settings, bounds = configuration.server, configuration.limits
        self._certificate = (
            Certificate(settings.tls_certificate, settings.tls_key)
            if settings.tls_certificate or settings.tls_key
            else None
        )
        self._sockets = _listen(settings.host, settings.port)
        tunnel = configuration.tunnel
        try:
            self._tunnel_sockets = (
                _listen(tunnel.host, tunnel.port)
                if tunnel.port is not None and not settings.lookaside_only
                else []
            )
        except BaseException:
            self._close_sockets()
            raise
        # signatures are there to be read by all
        required = not settings.lookaside_only and (
            configuration.accounts.required
            or not all(map(_is_loopback, [*self._sockets, *self._tunnel_sockets]))
        )
        self.port: int = self._sockets[0].getsockname()[1]
        scheme = "https" if self._certificate else "http"
        self.addresses = [_url(scheme, listening) for listening in self._sockets]
        self.tunnels = [_url("http", listening) for listening in self._tunnel_sockets]
        try:
            self._service = (
                create(configuration, tell)
                if create is not None
                else app.create(configuration, tell, accounts_required=required)
            )
        except BaseException:
            self._close_sockets()
            raise
        connections = Connections(bounds.connections, bounds.connections_per_address, self._service.proxies)
        metrics = self._service.metrics
        metrics.watch("connections", "Open connections", lambda: connections.open)
        metrics.watch("connections_refused", "Connections refused so far", lambda: connections.refused)
        certificate = self._certificate
        self._protocol = _protocol(connections, bounds.body_seconds)
        super().__init__(
            uvicorn.Config(
                self._service,
                http=self._protocol,
                ssl_context_factory=(lambda *_: certificate.context) if certificate is not None else None,
                h11_max_incomplete_event_size=limits.REQUEST_HEAD_BYTES,
                lifespan="on",
                ws="none",
                log_config=None,
                log_level=logging.ERROR,  # clients that try TLS first are no news
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=settings.shutdown_grace_seconds,  # type: ignore[arg-type]  # asyncio's
            )
        )
        self._settings = configuration
        self._accounts_required = required
        self._announce = announce
        self._ending = threading.Event()
        self._reread = threading.Event()
        self._wake: Callable[[], None] = lambda: None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to end."""
        super().run(sockets or self._sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets)
        tunnel, protocol = self._service.tunnel, self._protocol
        if tunnel is not None and self._tunnel_sockets and protocol != "h11":
            own = own_addresses(self.addresses, self._settings.server.public_url)
            self.servers += await tunnel.open(self._tunnel_sockets, own, protocol, self._make)
        for sentence in [*self._sentences()]:
            self._announce(sentence)

    def _make(self, protocol: "type[BoundedHeadProtocol]") -> "BoundedHeadProtocol":
        """The protocol of one connection, as uvicorn makes them."""
        return protocol(self.config, self.server_state, self.lifespan.state)

    def _sentences(self) -> Iterator[str]:
        """Where it serves what, and who may use it; makes the first administrator if there must be one."""
        yield f"serving {self._service.place} at {' and '.join(self.addresses)}"
        if self.tunnels:
            yield f"for Oracle's client, a tunnel at {' and '.join(self.tunnels)}"
        database = self._service.database
        if database is None:
            yield self._service.use
            return
        password = first_administrator(database) if self._accounts_required else None
        if password is not None:
            yield f"made the administrator admin; its password, shown only now: {password}"
        if not state(database).in_force:
            yield "anonymous: anyone who reaches this address may push and delete"
        if self._settings.server.read_only:
            yield "read-only: every change is refused"

    async def main_loop(self) -> None:
        """Tick as uvicorn does, but end at once when told to."""
        loop = asyncio.get_running_loop()
        woken = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(woken.set)

        self._wake = wake
        ticks = 0
        while not self._ending.is_set() and not await self.on_tick(ticks):
            ticks += 1
            self._look_at_certificate(ticks)
            try:
                await asyncio.wait_for(woken.wait(), _TICK_SECONDS)
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell the balancers, wait until they have seen it, then end as uvicorn does."""
        self._service.end_soon()
        if self._service.tunnel is not None:
            self._service.tunnel.close()
        ticks = int(self._settings.server.shutdown_delay_seconds / _TICK_SECONDS)
        for tick in range(ticks):
            self.should_exit = False
            await self.on_tick(tick)
            await asyncio.sleep(_TICK_SECONDS)
        await super().shutdown(sockets)
        for listening in self._tunnel_sockets:  # uvicorn knows of the others only
            listening.close()

    def close(self) -> None:
        """Let go of port and folder without having run."""
        self._close_sockets()
        self._service.close()

    def stop(self) -> None:
        """End, as a signal would; from any thread."""
        self._ending.set()
        self.should_exit = True
        self._wake()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM, and return instead of dying of them; SIGHUP: look at the certificate."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
            signal.SIGINT: self._end,
            signal.SIGTERM: self._end,
        }
        if self._certificate is not None or not os.isatty(0):  # where a terminal closes, it may end of it
            handlers[signal.SIGHUP] = self._read_again
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, _frame: FrameType | None) -> None:
        """End; the second time, die of the signal. What was acknowledged is on the disk."""
        if self._ending.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.stop()

    def _read_again(self, _number: int, _frame: FrameType | None) -> None:
        self._reread.set()

    def _look_at_certificate(self, ticks: int) -> None:
        if self._certificate is None:
            return
        if self._reread.is_set():
            self._reread.clear()
            self._certificate.look(at_once=True)
        elif ticks % _TICKS_BETWEEN_LOOKS == 0:
            self._certificate.look()

    def _close_sockets(self) -> None:
        for listening in [*self._sockets, *self._tunnel_sockets]:
            listening.close()


def own_addresses(addresses: Sequence[str], public_url: str) -> frozenset[str]:
    """The addresses of a server by which its clients may name it to its tunnel, as `host:port`.

    Args:
        addresses: where it listens; only those of plain HTTP count.
        public_url: where clients reach it; may be empty.
    """
    plain = [address.removeprefix("http://") for address in addresses if address.startswith("http://")]
    own = {*plain}
    for address in plain:
        host, _, port = address.rpartition(":")
        if ipaddress.ip_address(host.strip("[]")).is_loopback:
            own.add(f"localhost:{port}")
    if public_url.startswith("http://"):
        named = public_url.removeprefix("http://").rstrip("/").lower()
        own.add(named if _PORT.search(named) else f"{named}:80")
    return frozenset(own)


def _protocol(connections: Connections, patience: float) -> "type[BoundedHeadProtocol] | Literal['h11']":
    """How HTTP is read: by httptools if it is installed."""
    try:
        from sealwright.service.http_head import bounded  # noqa: PLC0415  # httptools may be missing
    except ImportError:
        return "h11"
    return bounded(connections, patience)


def _listen(host: str, port: int) -> list[socket.socket]:
    """Sockets on one port of every address of a host."""
    sockets: list[socket.socket] = []
    absent: OSError | None = None
    for family, address in addresses(host):
        try:
            sockets.append(_bind(family, address, sockets[0].getsockname()[1] if sockets else port))
        except OSError as error:
            if error.errno in _ABSENT:  # localhost may name ::1 where there is no IPv6
                absent = error
                continue
            for listening in sockets:
                listening.close()
            raise _refusal(error, host, port) from None
    if absent is not None and not sockets:
        raise _refusal(absent, host, port)
    return sockets


def _is_loopback(listening: socket.socket) -> bool:
    """Whether only this machine can reach a socket."""
    address: str = listening.getsockname()[0]
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((address, port))
        listening.listen(_BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


def addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """The addresses that a host name stands for, IPv4 first.

    Raises:
        CallerError: `service.host-unknown`.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallerError("service.host-unknown", host=host, problem=str(error)) from None
    places: list[tuple[socket.AddressFamily, str]] = sorted(
        {(family, str(place[0])) for family, _, _, _, place in found}
    )
    return places


def _refusal(error: OSError, host: str, port: int) -> CallerError:

    if error.errno == errno.EADDRINUSE:
        return CallerError("service.port-taken", host=host, port=port)
    if error.errno == errno.EACCES:
        return CallerError("service.port-refused", host=host, port=port, problem=error.strerror)
    return CallerError("service.host-unknown", host=host, problem=error.strerror or str(error))


def _url(scheme: str, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
