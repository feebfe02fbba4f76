"""The tunnel for Oracle's client leads to the names of this service, and nowhere else."""

import contextlib
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies
from msgspec.structs import replace

from sealwright import limits
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.bounds import Limits
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.configuration.tunnel import Tunnel
from sealwright.service.oracle.tunnel import head as heads
from world.oracle_kms import OracleKms
from world.registry import Registry
from world.tunnel import TunnelClient
from world.wire import Wire

DOMAIN = "sealwright.internal"
ARTIFACTS = f"artifacts.local-1.oci.{DOMAIN}"
OWN = (
    ARTIFACTS,
    f"kms.local-1.{DOMAIN}",
    f"kms.local-1.oci.{DOMAIN}",
    f"abcdefghijklm-management.kms.local-1.oci.{DOMAIN}",
    f"abcdefghijklm-crypto.kms.local-1.oci.{DOMAIN}",
    f"abcdefghijklm-crypto.kms.local-1.{DOMAIN}",
    ARTIFACTS.upper(),
)
FOREIGN = (
    "example.org:443",
    "127.0.0.1:443",
    "localhost:443",
    "[::1]:443",
    "169.254.169.254:443",
    f"{ARTIFACTS}:80",
    f"{ARTIFACTS}:22",
    f"{ARTIFACTS}.example.org:443",
    f"x.{ARTIFACTS}:443",
    f"artifacts.local-2.oci.{DOMAIN}:443",
    f"artifacts.local-1.oci.x{DOMAIN}:443",
    f"artifacts.local-1.{DOMAIN}:443",
    f"abc.kms.local-1.oci.{DOMAIN}:443",
    f"a.b-crypto.kms.local-1.oci.{DOMAIN}:443",
    f"b-other.kms.local-1.oci.{DOMAIN}:443",
    f"{DOMAIN}:443",
)


def configured(folder: Path, tunnel: Tunnel | None = None, **bounds: float) -> Configuration:
    configuration = Configuration.on(folder)
    return replace(
        configuration,
        oracle=Oracle(namespace="acme"),
        tunnel=tunnel or Tunnel(port=0),
        limits=Limits(**bounds),  # type: ignore[arg-type]  # whole numbers are numbers
    )


def client(registry: Registry) -> TunnelClient:
    told = Wire(registry.address).ask("GET", "/api/v1/oracle").json
    return TunnelClient(told["tunnel"], told["authority"])


def connect(host: str) -> bytes:
    return f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode()


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with Registry(configured(tmp_path_factory.mktemp("registry"))) as running:
        yield running


@pytest.fixture(scope="module")
def tunnel(registry: Registry) -> TunnelClient:
    return client(registry)


@pytest.mark.parametrize("host", OWN)
def test_our_own_names_lead_to_the_service(tunnel: TunnelClient, host: str) -> None:
    assert {"status": "ok"} == tunnel.ask("GET", f"https://{host}/healthz").json


def test_one_connection_takes_many_requests(tunnel: TunnelClient) -> None:
    with tunnel.through(ARTIFACTS) as secured:
        for _ in range(3):
            secured.sendall(f"GET /healthz HTTP/1.1\r\nHost: {ARTIFACTS}\r\n\r\n".encode())
            said = b""
            while not said.endswith(b'{"status":"ok"}'):
                said += secured.recv(4096)
            assert said.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("target", FOREIGN)
def test_no_other_name_leads_anywhere(tunnel: TunnelClient, target: str) -> None:
    said = tunnel.said(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    assert said.startswith(b"HTTP/1.1 403 Not a name of this service\r\n")


def test_no_name_leads_to_what_listens_on_this_machine(tunnel: TunnelClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.3)
        port = listening.getsockname()[1]
        for host in ("127.0.0.1", "localhost", ARTIFACTS):
            assert b" 403 " in tunnel.said(f"CONNECT {host}:{port} HTTP/1.1\r\n\r\n".encode())
            assert b" 403 " in tunnel.said(
                f"GET http://{host}:{port}/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
            )
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT artifacts.local-1.oci.sealwright.internal HTTP/1.1\r\n\r\n",
        b"CONNECT user@artifacts.local-1.oci.sealwright.internal:443 HTTP/1.1\r\n\r\n",
        b"CONNECT artifacts.local-1.oci.sealwright.internal:443 HTTP/2.0\r\n\r\n",
        b"CONNECT  artifacts.local-1.oci.sealwright.internal:443 HTTP/1.1\r\n\r\n",
        b"CONNECT artifacts.local-1.oci.sealwright.internal:443 HTTP/1.1\r\nnot a field\r\n\r\n",
        b"CONNECT artifacts.local-1.oci.sealwright.internal:443 HTTP/1.1\r\n\r\n\x16\x03\x01",
        b"GET https://artifacts.local-1.oci.sealwright.internal/ HTTP/1.1\r\n\r\n",
        b"GET http://user@127.0.0.1:1/ HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\r\n\r\n",
    ],
)
def test_what_is_no_request_to_a_proxy_is_refused(tunnel: TunnelClient, sent: bytes) -> None:
    assert tunnel.said(sent).startswith(b"HTTP/1.1 400 Not a request to a proxy\r\n")


@hypothesis.given(
    strategies.one_of(
        strategies.binary(max_size=300),
        strategies.text("COINET htp:/.-_[]@%0123456789abcz\r\n\t", max_size=120).map(str.encode),
        strategies.text("abcz019.-_:@/[]%? ", max_size=60).map(
            lambda text: f"CONNECT {text} HTTP/1.1".encode()
        ),
    )
)
def test_no_head_is_taken_for_another_than_it_is(head: bytes) -> None:
    found = heads.read(head)
    if found is not None:
        line = head.split(b"\r\n")[0].decode("ascii").lower()
        if found.connect:
            assert f"connect {found.host}:{found.port}" == re.sub(":0+(?=[0-9])", ":", line[:-9])
        else:
            assert f" http://{found.host}" in line
        assert not set(found.host) & set("@/?#% \r\n\t")


def test_plain_http_to_our_own_address_is_answered_as_if_it_came_there(
    registry: Registry, tunnel: TunnelClient
) -> None:
    for host in (registry.address, registry.local):
        head = f"GET http://{host}/healthz?x=1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        assert tunnel.said(head.encode()).endswith(b'{"status":"ok"}')


def test_plain_http_cannot_change_its_address_on_the_way(registry: Registry, tunnel: TunnelClient) -> None:
    host = registry.address
    first = f"GET http://{host}/healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    for second in (
        "GET http://example.org/healthz HTTP/1.1\r\nHost: example.org\r\n\r\n",
        f"GET http://{host}/healthz HTTP/1.1\r\nHost: example.org\r\n\r\n",
        f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
        f"CONNECT {ARTIFACTS}:443 HTTP/1.1\r\nHost: {ARTIFACTS}:443\r\n\r\n",
    ):
        with tunnel.raw() as connection:
            connection.sendall(first)
            said = b""
            while not said.endswith(b'{"status":"ok"}'):
                said += connection.recv(4096)
            connection.sendall(second.encode())
            assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")


def test_a_head_without_end_is_cut_off(tunnel: TunnelClient) -> None:
    with tunnel.raw() as connection:
        with contextlib.suppress(ConnectionError):
            for _ in range(4):
                connection.sendall(b"x" * limits.TUNNEL_HEAD_BYTES)
        with contextlib.suppress(ConnectionError):  # it hung up before we had sent all
            assert connection.recv(4096).startswith(b"HTTP/1.1 431 ")
    whole = b"CONNECT example.org:443 HTTP/1.1\r\nx: " + b"y" * limits.TUNNEL_HEAD_BYTES + b"\r\n\r\n"
    with contextlib.suppress(ConnectionError):
        assert tunnel.said(whole).startswith(b"HTTP/1.1 431 ")


def test_what_is_not_tls_inside_the_tunnel_ends_it(tunnel: TunnelClient) -> None:
    with tunnel.raw() as connection:
        connection.sendall(connect(ARTIFACTS))
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            assert b"HTTP/1.1" not in b"".join(iter(lambda: connection.recv(4096), b""))


def test_the_certificate_is_good_for_our_names_alone(tunnel: TunnelClient) -> None:
    with tunnel.raw() as connection:
        connection.sendall(connect(ARTIFACTS))
        connection.recv(4096)
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            tunnel.context.wrap_socket(
                connection, server_hostname="artifacts.us-phoenix-1.oci.oraclecloud.com"
            )


@pytest.mark.peer("openssl")
def test_our_ca_may_certify_our_domain_alone(registry: Registry, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text(Wire(registry.address).ask("GET", "/api/v1/oracle").json["authority"])
    shown = subprocess.run(
        ["openssl", "x509", "-in", authority, "-noout", "-ext", "nameConstraints,basicConstraints,keyUsage"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [line.strip() for line in shown.splitlines()]
    assert ["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "Permitted:", f"DNS:{DOMAIN}"] == lines[1::2][
        :2
    ] + lines[5:]
    assert 3 == sum(line.endswith(": critical") for line in lines)


def test_the_ca_stays_and_its_key_is_not_in_the_database(tmp_path: Path) -> None:
    told = []
    for _ in range(2):
        with Registry(configured(tmp_path)) as registry:
            told.append(Wire(registry.address).ask("GET", "/api/v1/oracle").json)
            assert client(registry).ask("GET", f"https://{ARTIFACTS}/healthz").json
    assert told[0]["authority"] == told[1]["authority"]
    assert told[0]["tunnel"] != told[1]["tunnel"]
    content = b"".join(path.read_bytes() for path in tmp_path.glob("sealwright.db*"))
    assert bytes.fromhex("2a8648ce3d030107") in content  # the curve, in the certificate
    assert bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107046d") not in content  # PKCS #8 of a key


def test_a_silent_client_is_sent_away(tmp_path: Path) -> None:
    with Registry(configured(tmp_path, body_seconds=0.3)) as registry:
        tunnel = client(registry)
        assert tunnel.said(b"").startswith(b"HTTP/1.1 408 ")
        assert tunnel.said(b"CONNECT artifacts").startswith(b"HTTP/1.1 408 ")


def test_connections_of_the_tunnel_count_as_all_others(tmp_path: Path) -> None:
    with Registry(configured(tmp_path, connections_per_address=3)) as registry:
        tunnel = client(registry)
        with contextlib.ExitStack() as held:
            held.enter_context(tunnel.raw())
            held.enter_context(tunnel.through(ARTIFACTS))
            held.enter_context(tunnel.raw())
            said = tunnel.said(b"")
            assert said.startswith(b"HTTP/1.1 429 ")
        until = time.monotonic() + 5  # the server notices soon that they have ended
        while tunnel.said(b"\r\n\r\n").startswith(b"HTTP/1.1 429 ") and time.monotonic() < until:
            time.sleep(0.01)
        assert {"status": "ok"} == tunnel.ask("GET", f"https://{ARTIFACTS}/healthz").json


def test_a_tunnel_that_others_reach_asks_for_accounts(tmp_path: Path) -> None:
    with Registry(configured(tmp_path, Tunnel("0.0.0.0", 0))) as registry:  # noqa: S104  # that is the test
        assert any("administrator" in one for one in registry.announced)
        assert 401 == Wire(registry.address).ask("GET", "/v2/").status


def test_what_the_tunnel_did_is_counted(registry: Registry, tunnel: TunnelClient) -> None:
    def figure(name: str) -> float:
        page = Wire(registry.address).ask("GET", "/metrics").body.decode()
        return float(
            next(line.split()[1] for line in page.splitlines() if line.startswith(f"sealwright_{name} "))
        )

    opened, refused = figure("tunnel_opened"), figure("tunnel_refused")
    tunnel.ask("GET", f"https://{ARTIFACTS}/healthz")
    tunnel.said(connect("example.org"))
    assert (opened + 1, refused + 1) == (figure("tunnel_opened"), figure("tunnel_refused"))


def test_a_realm_may_have_a_port_of_its_own(tmp_path: Path) -> None:
    whole = replace(configured(tmp_path), oracle=Oracle(namespace="acme", domain="cloud.example:8443"))
    with Registry(whole) as registry:
        tunnel = client(registry)
        name = "kms.local-1.cloud.example"
        with tunnel.through(name, 8443) as secured:
            secured.sendall(f"GET /healthz HTTP/1.0\r\nHost: {name}:8443\r\n\r\n".encode())
            assert b" 200 " in secured.recv(4096)
        assert b" 403 " in tunnel.said(connect(name))
        kms = OracleKms(registry.address)
        identifier = kms.vault("release")["id"]
        told = kms.signer.ask("GET", f"/20180608/vaults/{identifier}", more={"host": f"{name}:8443"}).json
        assert told["cryptoEndpoint"].endswith("-crypto.kms.local-1.oci.cloud.example:8443")
