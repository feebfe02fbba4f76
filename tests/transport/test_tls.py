"""TLS with real certificates: whom we trust, who we are, and what is said when it fails."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright.errors import KeyUnavailableError, NetworkError, UsageError
from sealwright.events import Event, Notice
from sealwright.transport.client import Transport
from sealwright.transport.message import Request
from sealwright.transport.tls import VerifiedTls
from world.hostile_registry import HostileRegistry, Reply
from world.tls import Tls


@pytest.fixture
def tls(tmp_path: Path) -> Tls:
    return Tls(tmp_path)


@pytest.fixture
def secure(tls: Tls) -> Iterator[HostileRegistry]:
    with HostileRegistry(tls.server()) as server:
        server.on("GET /x", Reply(200, b"secret"))
        yield server


def ask(server: HostileRegistry, settings: VerifiedTls) -> bytes:
    transport = Transport(settings, environment={})
    try:
        return transport.send(Request("GET", f"{server.url}/x")).read(100)
    finally:
        transport.close()


def refusal(server: HostileRegistry, settings: VerifiedTls) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        ask(server, settings)
    assert server.address in str(caught.value)
    return caught.value


def test_a_given_authority_is_trusted(secure: HostileRegistry, tls: Tls) -> None:
    assert b"secret" == ask(secure, VerifiedTls(tls.ca_file, environment={}))


def test_an_unknown_authority_is_not_trusted(secure: HostileRegistry, tmp_path: Path) -> None:
    other = Tls(tmp_path, "other")
    for settings in (VerifiedTls(environment={}), VerifiedTls(other.ca_file, environment={})):
        error = refusal(secure, settings)
        assert "network.tls-not-trusted" == error.code
        assert "--ca-file" in error.hint
        assert not error.retryable
    assert [] == secure.seen


def test_a_certificate_for_another_name_is_refused(tls: Tls) -> None:
    for names in (("registry.example",), ("127.0.0.2",)):
        with HostileRegistry(tls.server(*names)) as server:
            assert "network.tls-hostname" == refusal(server, VerifiedTls(tls.ca_file, environment={})).code


def test_the_environment_names_authorities(secure: HostileRegistry, tls: Tls) -> None:
    assert b"secret" == ask(secure, VerifiedTls(environment={"SSL_CERT_FILE": tls.ca_file}))


def test_a_folder_of_hashed_names_is_trusted(secure: HostileRegistry, tls: Tls, tmp_path: Path) -> None:
    folder = tmp_path / "certs"
    folder.mkdir()
    command = ["openssl", "x509", "-noout", "-hash", "-in", tls.ca_file]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    (folder / f"{name}.0").write_bytes(Path(tls.ca_file).read_bytes())
    assert b"secret" == ask(secure, VerifiedTls(environment={"SSL_CERT_DIR": str(folder)}))


def test_a_server_may_ask_who_we_are(tls: Tls, tmp_path: Path) -> None:
    clients = Tls(tmp_path, "clients")
    certificate, key = clients.client()
    both = tmp_path / "both.pem"
    both.write_bytes(Path(certificate).read_bytes() + Path(key).read_bytes())
    with HostileRegistry(tls.server(clients=clients)) as server:
        server.on("GET /x", Reply(200, b"welcome"))
        assert b"welcome" == ask(server, VerifiedTls(tls.ca_file, certificate, key, environment={}))
        assert b"welcome" == ask(server, VerifiedTls(tls.ca_file, str(both), environment={}))
        error = refusal(server, VerifiedTls(tls.ca_file, environment={}))
        assert error.code in ("network.tls-client-certificate", "network.connection-lost")
        strangers = tls.client("stranger")
        error = refusal(server, VerifiedTls(tls.ca_file, *strangers, environment={}))
        assert error.code in ("network.tls-client-certificate", "network.connection-lost")


def test_an_encrypted_client_key_is_refused_without_asking_the_terminal(tls: Tls, tmp_path: Path) -> None:
    certificate, key = tls.client()
    locked = tmp_path / "locked.key"
    command = ["openssl", "pkcs8", "-topk8", "-in", key, "-out", str(locked), "-passout", "pass:x"]
    subprocess.run(command, check=True)
    with pytest.raises(KeyUnavailableError) as caught:
        VerifiedTls(None, certificate, str(locked), environment={}).context()
    assert "encrypted" in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_client_certificates_that_cannot_be_used(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "client.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(KeyUnavailableError) as caught:
        VerifiedTls(None, str(file), environment={}).context()
    assert str(file) in str(caught.value)


def test_a_client_key_of_another_certificate(tls: Tls) -> None:
    one, two = tls.client("one"), tls.client("two")
    with pytest.raises(KeyUnavailableError, match="mismatch"):
        VerifiedTls(None, one[0], two[1], environment={}).context()


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_authorities_that_cannot_be_used(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        VerifiedTls(str(file), environment={}).context()
    assert "network.ca-file-unusable" == caught.value.code
    assert str(file) in str(caught.value)


def test_without_verification_a_notice_tells_once(secure: HostileRegistry) -> None:
    told: list[Event] = []
    hosts = frozenset({secure.address})
    transport = Transport(insecure_hosts=hosts, environment={}, events=told.append)
    for _ in range(2):
        assert b"secret" == transport.send(Request("GET", f"{secure.url}/x")).read(100)
    transport.close()
    assert [Notice("network.insecure-tls", {"host": secure.address})] == told


def test_only_the_named_host_goes_unverified(secure: HostileRegistry) -> None:
    transport = Transport(insecure_hosts=frozenset({"127.0.0.1"}), environment={})
    with pytest.raises(NetworkError) as caught:
        transport.send(Request("GET", f"{secure.url}/x"))
    assert "network.tls-not-trusted" == caught.value.code


def test_a_server_that_does_not_speak_tls() -> None:
    with HostileRegistry() as plain:
        transport = Transport(VerifiedTls(environment={}), environment={})
        with pytest.raises(NetworkError) as caught:
            transport.send(Request("GET", f"https://{plain.address}/x"))
    assert "network.tls-not-spoken" == caught.value.code
    assert "insecure" in caught.value.hint


def test_a_server_of_outdated_versions_only(tls: Tls) -> None:
    context = tls.server()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with HostileRegistry(context) as server:
        error = refusal(server, VerifiedTls(tls.ca_file, environment={}))
    assert "network.tls-failed" == error.code


def test_connections_over_tls_are_kept(secure: HostileRegistry, tls: Tls) -> None:
    transport = Transport(VerifiedTls(tls.ca_file, environment={}), environment={})
    for _ in range(3):
        assert b"secret" == transport.send(Request("GET", f"{secure.url}/x")).read(100)
    transport.close()
    assert 1 == secure.connections


def test_where_there_is_no_folder_of_hashed_names_the_bundle_is_read(
    secure: HostileRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # where OpenSSL itself looks; it holds no hashed names
    settings = VerifiedTls(environment={})
    assert settings.context().cert_store_stats()["x509_ca"] > 10
    assert "network.tls-not-trusted" == refusal(secure, settings).code
