"""The service on a socket: where it may listen, how it starts, and how it ends.

Without accounts, whoever reaches the service may do everything, so on an address that others can reach it
asks for accounts from the first request on, and makes an administrator if there never was an account. A host
name is resolved once; what was checked is what is listened on.
"""

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import uvicorn

from sealwright import limits
from sealwright.errors import CallerError
from sealwright.service import app
from sealwright.service.accounts.actions.accounts import first_administrator
from sealwright.service.accounts.queries.state import state
from sealwright.service.configuration.accounts import Accounts
from sealwright.service.storage import Database

__all__ = ["DEFAULT_HOST", "DEFAULT_PORT", "Server", "serve"]

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 5000

_KEEP_ALIVE_SECONDS = 75  # longer than clients keep idle connections, so that they close first
_GRACE_SECONDS = 10  # for requests that are under way when the service is told to end
_BACKLOG = 2048
_ABSENT = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_TICK_SECONDS = 0.1  # uvicorn's own


def serve(
    folder: Path,
    host: str,
    port: int,
    announce: Callable[[str], None],
    accounts: Accounts = Accounts(),  # noqa: B008  # a constant
) -> None:
    """Run the service until SIGINT or SIGTERM; requests under way then have ten seconds to end.

    Args:
        folder: where it keeps everything; made if it is not there.
        host: an address of this machine, or a name for it.
        port: the port, or 0 for a free one.
        announce: told in sentences, once it listens, where it does and who may use it; and the password of
            the first administrator, if one was made.
        accounts: settings of the accounts.

    Raises:
        CallerError: `service.host-unknown`, `service.port-taken`,
            `service.port-refused`, `service.folder-in-use`, `service.folder-newer`.
        StorageError: `service.folder-unusable`.
    """
    Server(folder, host, port, announce, accounts).run()


class Server(uvicorn.Server):
    """The service, listening. `run` serves until it is told to end, by a signal or by `stop`.

    Attributes:
        port: the port that it listens on.
        addresses: where it listens, as `http://host:port`.
    """

    def __init__(
        self,
        folder: Path,
        host: str,
        port: int,
        announce: Callable[[str], None],
        accounts: Accounts = Accounts(),  # noqa: B008  # a constant
    ) -> None:
        """Take the port, then the folder; raises as `serve` does."""
        self._sockets = _listen(host, port)
        required = accounts.required or not all(map(_is_loopback, self._sockets))
        self.port: int = self._sockets[0].getsockname()[1]
        self.addresses = [_url(listening) for listening in self._sockets]
        try:
            application = app.create(folder, accounts=accounts, accounts_required=required)
        except BaseException:
            self._close_sockets()
            raise
        super().__init__(
            uvicorn.Config(
                application,
                http=_protocol(),
                h11_max_incomplete_event_size=limits.REQUEST_HEAD_BYTES,
                lifespan="on",
                ws="none",
                log_config=None,
                log_level=logging.ERROR,  # clients that try TLS first are no news
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self._folder = folder
        self._close_application: Callable[[], None] = application.state.close
        self._database: Database = application.state.database
        self._accounts_required = required
        self._announce = announce
        self._ending = threading.Event()
        self._wake: Callable[[], None] = lambda: None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to end."""
        super().run(sockets or self._sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        password = first_administrator(self._database) if self._accounts_required else None
        is_open = not state(self._database).in_force
        await super().startup(sockets)
        self._announce(f"serving {self._folder} at {' and '.join(self.addresses)}")
        if password is not None:
            self._announce(f"made the administrator admin; its password, shown only now: {password}")
        if is_open:
            self._announce("anonymous: anyone who reaches this address may push and delete")

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
            try:
                await asyncio.wait_for(woken.wait(), _TICK_SECONDS)
            except TimeoutError:
                continue

    def close(self) -> None:
        """Let go of port and folder without having run."""
        self._close_sockets()
        self._close_application()

    def stop(self) -> None:
        """End, as a signal would; from any thread."""
        self._ending.set()
        self.should_exit = True
        self._wake()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM, and return then instead of dying of them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _close_sockets(self) -> None:
        for listening in self._sockets:
            listening.close()


def _protocol() -> "type[asyncio.Protocol] | Literal['h11']":
    """How HTTP is read: by httptools if it is installed."""
    try:
        from sealwright.service.http_head import BoundedHeadProtocol  # noqa: PLC0415  # httptools may be missing
    except ImportError:
        return "h11"
    return BoundedHeadProtocol


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _listen(host: str, port: int) -> list[socket.socket]:
    """Sockets on one port of every address of a host."""
    sockets: list[socket.socket] = []
    absent: OSError | None = None
    for family, address in _addresses(host):
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


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """The addresses that a host name stands for, IPv4 first."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallerError("service.host-unknown", host=host, problem=str(error)) from None
    addresses: list[tuple[socket.AddressFamily, str]] = sorted(
        {(family, str(place[0])) for family, _, _, _, place in found}
    )
    return addresses


def _refusal(error: OSError, host: str, port: int) -> CallerError:

    if error.errno == errno.EADDRINUSE:
        return CallerError("service.port-taken", host=host, port=port)
    if error.errno == errno.EACCES:
        return CallerError("service.port-refused", host=host, port=port, problem=error.strerror)
    return CallerError("service.host-unknown", host=host, problem=error.strerror or str(error))


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
