"""Connections that are opened ahead, to real sockets that listen, refuse, or say nothing."""

import socket
from collections.abc import Iterator

import pytest

from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.dialling import ahead, dialled, forget
from sealwright.transport.message import Request
from world.hostile_registry import HostileRegistry, Reply


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        yield server


def port_of(server: socket.socket) -> int:
    port: int = server.getsockname()[1]
    return port


def arrived(server: socket.socket) -> object:
    """The address from which the next connection comes."""
    connection, address = server.accept()
    connection.close()
    return address


def test_a_connection_that_was_begun_is_the_one_that_is_had(listening: socket.socket) -> None:
    ahead("127.0.0.1", port_of(listening), 2)
    begun = {arrived(listening) for _ in range(2)}
    with (
        dialled("127.0.0.1", port_of(listening), Deadline(5)) as one,
        dialled("127.0.0.1", port_of(listening), Deadline(5)) as other,
    ):
        assert begun == {one.getsockname(), other.getsockname()}


def test_who_comes_later_has_a_new_one(listening: socket.socket) -> None:
    ahead("127.0.0.1", port_of(listening), 1)
    begun = arrived(listening)
    with (
        dialled("127.0.0.1", port_of(listening), Deadline(5)) as one,
        dialled("127.0.0.1", port_of(listening), Deadline(5)) as new,
    ):
        assert begun == one.getsockname()
        assert arrived(listening) == new.getsockname()


def test_another_port_is_another_place(listening: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ahead("127.0.0.1", port_of(other), 1)
        with dialled("127.0.0.1", port_of(listening), Deadline(5)) as found:
            assert port_of(listening) == found.getpeername()[1]
        dialled("127.0.0.1", port_of(other), Deadline(5)).close()


def test_what_goes_wrong_is_told_to_the_one_who_wants_it_and_only_once(listening: socket.socket) -> None:
    port = port_of(listening)
    listening.close()
    ahead("127.0.0.1", port, 1)
    ahead("nowhere.invalid", 80, 1)
    with pytest.raises(ConnectionRefusedError):
        dialled("127.0.0.1", port, Deadline(5))
    with pytest.raises(socket.gaierror):
        dialled("nowhere.invalid", 80, Deadline(5))
    with (
        socket.create_server(("127.0.0.1", port)),
        dialled("127.0.0.1", port, Deadline(5)) as found,
    ):
        assert port == found.getpeername()[1]


def test_a_connection_that_is_not_open_in_time_is_waited_for_no_longer() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        place = "127.0.0.1", port_of(server)
        with socket.create_connection(place, 5):  # the only one that the kernel takes
            ahead(*place, 1)
            with pytest.raises(TimeoutError):
                dialled(*place, Deadline(0.2))


def test_what_nobody_wanted_is_closed(listening: socket.socket) -> None:
    ahead("127.0.0.1", port_of(listening), 1)
    connection, _ = listening.accept()
    with connection:
        connection.settimeout(5)
        forget("127.0.0.1", port_of(listening))
        assert b"" == connection.recv(1)


def test_what_nobody_wanted_is_closed_also_where_it_opens_later() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        server.settimeout(10)
        place = "127.0.0.1", port_of(server)
        with socket.create_connection(place, 5):
            ahead(*place, 1)
            forget(*place)
            server.accept()[0].close()
            connection, _ = server.accept()  # the kernel knocks again after a second
            with connection:
                connection.settimeout(5)
                assert b"" == connection.recv(1)


def test_requests_go_over_what_was_begun(server: HostileRegistry, transport: Transport) -> None:
    server.on("GET /x", Reply(200, b"one"))
    host, _, port = server.address.rpartition(":")
    ahead(host, int(port), 1)
    for _ in range(2):
        assert b"one" == transport.send(Request("GET", f"{server.url}/x")).read(10)
    assert 1 == server.connections
