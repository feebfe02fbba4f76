"""What one client may take of the service, and what it is told when it takes more."""

import contextlib
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from sealwright.errors import EnvironmentalError
from sealwright.service.connections import Connections
from sealwright.service.web.client_address import Proxies, key
from sealwright.service.web.rates import Rates
from world.service import Service


def tables(limits: str) -> str:
    """Settings that end with a table of limits."""
    return f"[limits]\n{limits}"


@pytest.fixture
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with room for three connections of one address, and five in all."""
    settings = 'trusted_proxies = ["127.0.0.9"]\n' + tables("connections = 5\nconnections_per_address = 3")
    with Service(tmp_path_factory.mktemp("few"), settings) as service:
        yield service


def connect(service: Service, address: str) -> socket.socket:
    connection = socket.create_connection(service.wire.place, 10, (address, 0))
    connection.sendall(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
    return connection


def status(connection: socket.socket) -> int:
    return int(connection.recv(4096).split()[1])


def test_one_address_has_only_so_many_connections_and_gets_room_again(few: Service) -> None:
    with ExitStack() as held:
        for _ in range(3):
            connection = held.enter_context(closing(connect(few, "127.0.0.2")))
            assert 200 == status(connection)
        with closing(connect(few, "127.0.0.2")) as more:
            answer = more.recv(4096)
            assert answer.startswith(b"HTTP/1.1 429 ")
            assert b"retry-after: 1" in answer
            with contextlib.suppress(ConnectionResetError):  # what it had sent was not read
                assert b"" == more.recv(1)
        with closing(connect(few, "127.0.0.3")) as other:
            assert 200 == status(other)
    time.sleep(0.2)
    with closing(connect(few, "127.0.0.2")) as again:
        assert 200 == status(again)


def test_all_together_have_only_so_many_also_those_of_a_proxy(few: Service) -> None:
    with ExitStack() as held:
        for _ in range(5):
            assert 200 == status(held.enter_context(closing(connect(few, "127.0.0.9"))))
        with closing(connect(few, "127.0.0.4")) as more:
            assert 503 == status(more)


def test_a_client_that_asks_too_often_is_told_when_to_come_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = tables("requests_per_second_per_address = 2\nburst_seconds = 2.5")
    with Service(tmp_path_factory.mktemp("rates"), settings) as service:
        answers = [service.wire.ask("GET", "/v2/") for _ in range(8)]
        assert [200] * 5 == [answer.status for answer in answers[:5]]
        refused = answers[-1]
        assert (429, "TOOMANYREQUESTS", "1") == (refused.status, refused.code, refused.headers["retry-after"])
        assert [200] * 20 == [service.wire.ask("GET", "/healthz").status for _ in range(20)]
        time.sleep(1)
        assert 200 == service.wire.ask("GET", "/v2/").status


def test_clients_behind_a_proxy_are_counted_each(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = 'trusted_proxies = ["127.0.0.1"]\n' + tables(
        "requests_per_second_per_address = 0.01\nburst_seconds = 100"
    )
    with Service(tmp_path_factory.mktemp("rates"), settings) as service:

        def ask(client: str) -> int:
            return service.wire.ask("GET", "/v2/", headers={"X-Forwarded-For": client}).status

        assert [200, 429, 200, 429] == [ask(client) for client in ("192.0.2.1",) * 2 + ("192.0.2.2",) * 2]
        assert [200, 429] == [ask("2001:db8::1"), ask("2001:db8::2:3")]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused_and_nothing_kept(
    tmp_path_factory: pytest.TempPathFactory, *, announced: bool
) -> None:
    folder = tmp_path_factory.mktemp("body")
    with Service(folder, tables("body_bytes = 1000")) as service:
        body = b"x" * 100_000
        answer = service.wire.ask(
            "POST",
            "/v2/a/blobs/uploads/?digest=sha256:" + "0" * 64,
            body if announced else iter([body[:600], body[600:]]),
        )
        assert (413, "SIZE_INVALID") == (answer.status, answer.code)
        assert "service.body-too-large" == answer.json["errors"][0]["detail"]["reason"]
        service.wire.push_blob("a", b"x" * 1000)
    assert [] == list((folder / "content/uploads").iterdir())


def test_a_silent_client_is_waited_for_as_long_as_the_settings_say(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Service(tmp_path_factory.mktemp("slow"), tables("body_seconds = 0.3")) as service:
        with closing(service.wire.raw()) as connection:
            connection.sendall(b"GET /v2/ HT")
            began = time.monotonic()
            assert b"" == connection.recv(1)
            assert time.monotonic() - began < 5
        with closing(service.wire.raw()) as connection:
            connection.sendall(b"PUT /v2/a/manifests/b HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
            assert 408 == status(connection)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def wait(rates: Rates, whose: str = "a") -> int:
    """0, or how long the client is told to wait."""
    try:
        rates.take(whose)
    except EnvironmentalError as error:
        seconds = error.data["seconds"]
        assert isinstance(seconds, int)
        return seconds
    return 0


def test_a_bucket_fills_steadily_and_no_further_than_it_has_room() -> None:
    clock = Clock()
    rates = Rates(0.5, 4, clock)
    assert [0, 0, 2] == [wait(rates) for _ in range(3)]
    clock.at += 1
    assert 1 == wait(rates)
    clock.at += 1
    assert [0, 2] == [wait(rates), wait(rates)]
    clock.at += 1_000_000
    assert [0, 0, 2] == [wait(rates) for _ in range(3)]


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    rates = Rates(1, 1, clock)
    assert [0, *[1] * 100] == [wait(rates) for _ in range(101)]
    clock.at += 1
    assert 0 == wait(rates)


def test_buckets_are_each_client_s_own_and_bounded() -> None:
    rates = Rates(1, 1, Clock(), most=100)
    assert [0] * 1000 == [wait(rates, str(number)) for number in range(1000)]
    assert 100 == len(rates._buckets)
    assert 1 == wait(rates, "999")


def test_without_a_rate_nothing_is_remembered() -> None:
    rates = Rates(0, 10)
    assert [0] * 100 == [wait(rates) for _ in range(100)]
    assert 0 == len(rates._buckets)


def test_connections_are_forgotten_when_they_end() -> None:
    connections = Connections(2, 1)
    assert connections.enter("a") is None
    assert b"429" in (connections.enter("a") or b"")
    assert connections.enter("b") is None
    assert b"503" in (connections.enter("c") or b"")
    connections.leave("a")
    connections.leave("b")
    assert (0, 2, 0) == (connections.open, connections.refused, len(connections._of))


def test_an_address_in_any_writing_is_one_client() -> None:
    assert "192.0.2.1" == key("::ffff:192.0.2.1") == key("192.0.2.1")
    assert key("2001:db8::1") == key("2001:db8:0:0:ffff::2%eth0") != key("2001:db8:0:1::1")
    assert "nonsense:" == key("nonsense:")


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ([], "10.0.0.1"),
        ([b"192.0.2.1"], "192.0.2.1"),
        ([b"198.51.100.9, 192.0.2.1"], "192.0.2.1"),
        ([b"198.51.100.9", b"192.0.2.1, 10.9.9.9"], "192.0.2.1"),
        ([b"10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        ([b"192.0.2.1, nonsense, 10.2.2.2"], "10.2.2.2"),
        ([b""], "10.0.0.1"),
        ([b", ,"], "10.0.0.1"),
        ([b"\xff\xfe"], "10.0.0.1"),
        ([b"192.0.2.7," * 10_000 + b"10.0.0.2"], "192.0.2.7"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(forwarded: list[bytes], client: str) -> None:
    assert client == Proxies(["10.0.0.0/8"]).client("10.0.0.1", forwarded)
