"""Which requests go through a proxy, and how."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.errors import NetworkError, UsageError
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.origin import Origin
from sealwright.transport.proxies import Proxies, Proxy
from sealwright.transport.tls import VerifiedTls
from world.hostile_registry import HostileRegistry, Reply
from world.proxy import Proxy as RunningProxy
from world.tls import Tls

PROXY = "http://proxy.example:3128"


def through(url: str, **variables: str) -> Proxy | None:
    return Proxies(variables).for_origin(Origin.of(url))


def test_each_scheme_has_its_proxy() -> None:
    variables = {"HTTP_PROXY": "http://one:1", "HTTPS_PROXY": "two:2"}
    assert Proxy("one", 1) == through("http://x.example/", **variables)
    assert Proxy("two", 2) == through("https://x.example/", **variables)
    assert through("http://x.example/", HTTPS_PROXY="two:2") is None


def test_lower_case_wins() -> None:
    assert Proxy("low", 80) == through("http://x.example/", HTTP_PROXY="http://up", http_proxy="http://low")


def test_a_cgi_program_does_not_believe_a_header_of_its_client() -> None:
    assert through("http://x.example/", HTTP_PROXY="http://evil", REQUEST_METHOD="GET") is None
    assert through("http://x.example/", http_proxy="http://good", REQUEST_METHOD="GET") is not None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "localhost:5000"])
def test_this_machine_is_never_reached_through_a_proxy(host: str) -> None:
    assert through(f"http://{host}/", HTTP_PROXY=PROXY) is None


@pytest.mark.parametrize(
    ("exempt", "host", "is_exempt"),
    [
        ("*", "x.example", True),
        ("x.example", "x.example", True),
        ("x.example", "a.x.example", True),
        ("x.example", "ax.example", False),
        (".x.example", "a.x.example", True),
        ("*.x.example", "a.x.example", True),
        ("x.example:8080", "x.example:8080", True),
        ("x.example:8080", "x.example", False),
        (" a , x.example ,", "x.example", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/8", "x.example", False),
        ("nonsense/8", "10.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("[fd00::1]:8080", "[fd00::1]:8080", True),
        ("[fd00::1]", "[fd00::1]", True),
        ("fd00::1", "[fd00::1]", True),
        ("fd00::/16", "[fd00::1]", True),
        ("", "x.example", False),
    ],
)
def test_some_hosts_are_exempt(exempt: str, host: str, is_exempt: bool) -> None:  # noqa: FBT001  # a table
    found = through(f"http://{host}/", HTTP_PROXY=PROXY, NO_PROXY=exempt)
    assert is_exempt is (found is None)


@pytest.mark.parametrize(
    "text", ["socks5://x:1", "https://x:1", "http://", "http://x:nonsense", "http://[::1"]
)
def test_proxies_that_cannot_be_used(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        through("http://x.example/", HTTP_PROXY=text)
    assert "network.proxy-unusable" == caught.value.code
    assert "HTTP_PROXY" in str(caught.value)


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[tuple[HostileRegistry, RunningProxy, Tls]]:
    tls = Tls(tmp_path)
    with HostileRegistry(tls.server("registry.example")) as server, RunningProxy(server.port) as proxy:
        server.on("GET /x", Reply(200, b"tunnelled"))
        yield server, proxy, tls


def test_a_plain_request_is_forwarded() -> None:
    with HostileRegistry() as server, RunningProxy(server.port) as proxy:
        server.on("GET /x?y=z", Reply(200, b"forwarded"))
        transport = Transport(environment={"HTTP_PROXY": f"http://us%40er:p%3Aw@{proxy.address}"})
        response = transport.send(Request("GET", "http://registry.example/x?y=z"))
        assert b"forwarded" == response.read(100)
        transport.close()
        assert proxy.heads[0].startswith("GET http://registry.example/x?y=z HTTP/1.1\r\nHost: registry")
        assert "Proxy-Authorization: Basic dXNAZXI6cDp3" in proxy.heads[0]


def test_a_secure_request_is_tunnelled(proxied: tuple[HostileRegistry, RunningProxy, Tls]) -> None:
    server, proxy, tls = proxied
    environment = {"HTTPS_PROXY": f"http://user:pw@{proxy.address}"}
    transport = Transport(VerifiedTls(tls.ca_file, environment={}), environment=environment)
    for _ in range(2):
        request = Request("GET", "https://registry.example/x", {"Authorization": "secret"})
        assert b"tunnelled" == transport.send(request).read(100)
    transport.close()
    assert 1 == len(proxy.heads)
    assert proxy.heads[0].startswith("CONNECT registry.example:443 HTTP/1.1\r\nHost: registry.example:")
    assert "Proxy-Authorization: Basic dXNlcjpwdw==" in proxy.heads[0]
    assert "secret" not in proxy.heads[0]
    assert all("proxy-authorization" not in seen.headers for seen in server.seen)


def test_a_proxy_that_refuses(proxied: tuple[HostileRegistry, RunningProxy, Tls]) -> None:
    _, proxy, tls = proxied
    proxy.status = "407 Proxy Authentication Required"
    environment = {"HTTPS_PROXY": proxy.address}
    transport = Transport(VerifiedTls(tls.ca_file, environment={}), environment=environment)
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("GET", "https://registry.example/x"))
    assert "network.proxy-refused" == caught.value.code
    assert "407" in str(caught.value)


def test_a_proxy_that_is_not_there() -> None:
    transport = Transport(environment={"HTTP_PROXY": "http://127.0.0.1:1"})
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("GET", "http://registry.example/x"))
    assert "network.refused" == caught.value.code
    assert "127.0.0.1:1" in str(caught.value)
