"""TLS: which certificate is shown, and when another one is."""

import http.client
import os
import signal
import socket
import ssl
import time
from contextlib import closing
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from world.service import Service, run
from world.tls import Tls

SETTINGS = 'tls_certificate = "tls.crt"\ntls_key = "tls.key"'


@pytest.fixture
def authority(tmp_path: Path) -> Tls:
    return Tls(tmp_path)


def write(folder: Path, pair: tuple[bytes, bytes]) -> int:
    """Put a pair in place; gives the serial number of the certificate."""
    for name, content in zip(("tls.crt", "tls.key"), pair, strict=True):
        new = folder / f"{name}.new"
        new.write_bytes(content)
        new.replace(folder / name)
    return x509.load_pem_x509_certificate(pair[0]).serial_number


def shown(service: Service, authority: Tls, name: str | None = "localhost") -> int:
    """The serial number of the certificate that a client gets to see, checked against the authority."""
    context = ssl.create_default_context(cafile=authority.ca_file)
    context.check_hostname = name is not None
    with (
        socket.create_connection(service.wire.place, 10) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        content = connection.getpeercert(binary_form=True)
        assert content is not None
        return x509.load_der_x509_certificate(content).serial_number


def changes_to(service: Service, authority: Tls, serial: int) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if shown(service, authority) == serial:
            return True
        time.sleep(0.1)
    return False


def test_requests_are_served_over_tls(tmp_path: Path, authority: Tls) -> None:
    write(tmp_path, authority.pair())
    with Service(tmp_path, SETTINGS) as service:
        assert f"serving {tmp_path}/content at https://{service.address}" == service.announced[0]
        context = ssl.create_default_context(cafile=authority.ca_file)
        host, port = service.wire.place
        with closing(http.client.HTTPSConnection(host, port, context=context)) as connection:
            connection.request("PUT", "/v2/a/manifests/v1", b"{}")
            answer = connection.getresponse()
            assert 400 == answer.status
            assert b"MANIFEST_INVALID" in answer.read()


def test_a_new_pair_is_shown_without_a_restart(tmp_path: Path, authority: Tls) -> None:
    old = write(tmp_path, authority.pair())
    with Service(tmp_path, SETTINGS) as service:
        assert old == shown(service, authority)
        new = write(tmp_path, authority.pair())
        assert changes_to(service, authority, new)
        assert new == shown(service, authority, None)
        assert any("was read again" in line.get("message", "") for line in service.lines())


def test_a_connection_that_is_open_goes_on_with_the_old_one(tmp_path: Path, authority: Tls) -> None:
    write(tmp_path, authority.pair())
    with Service(tmp_path, SETTINGS) as service:
        context = ssl.create_default_context(cafile=authority.ca_file)
        host, port = service.wire.place
        with closing(http.client.HTTPSConnection(host, port, context=context)) as connection:
            connection.request("GET", "/v2/")
            connection.getresponse().read()
            before = connection.sock
            assert changes_to(service, authority, write(tmp_path, authority.pair()))
            connection.request("GET", "/v2/")
            assert 200 == connection.getresponse().status
            assert before is connection.sock


def test_a_hangup_signal_takes_it_at_once(tmp_path: Path, authority: Tls) -> None:
    write(tmp_path, authority.pair())
    with Service(tmp_path, SETTINGS) as service:
        new = write(tmp_path, authority.pair())
        service.signal(signal.SIGHUP)
        service.wait_for(lambda lines: any("was read again" in line.get("message", "") for line in lines))
        assert new == shown(service, authority)


@pytest.mark.parametrize("broken", ["half", "other key", "empty", "gone"])
def test_a_broken_pair_is_told_and_the_old_one_goes_on(tmp_path: Path, authority: Tls, broken: str) -> None:
    old = write(tmp_path, authority.pair())
    chain, key = authority.pair()
    with Service(tmp_path, SETTINGS) as service:
        if broken == "gone":
            (tmp_path / "tls.crt").unlink()
        else:
            bad = {"half": chain[: len(chain) // 3], "other key": chain, "empty": b""}[broken]
            (tmp_path / "tls.crt").write_bytes(bad)
        service.signal(signal.SIGHUP)
        told = service.wait_for(
            lambda lines: any("stays in use" in line.get("message", "") for line in lines)
        )
        assert old == shown(service, authority)
        assert "warning" == told[-1]["level"]
        assert changes_to(service, authority, write(tmp_path, (chain, key)))


def test_a_file_that_is_still_growing_is_left_alone(tmp_path: Path, authority: Tls) -> None:
    old = write(tmp_path, authority.pair())
    chain, key = authority.pair()
    with Service(tmp_path, SETTINGS) as service:
        (tmp_path / "tls.key").write_bytes(key)
        with (tmp_path / "tls.crt").open("wb") as growing:
            for piece in range(12):
                growing.write(chain[piece * 40 : piece * 40 + 40])
                growing.flush()
                os.fsync(growing.fileno())
                time.sleep(0.3)
                assert old == shown(service, authority)
            growing.write(chain[480:])
        assert changes_to(service, authority, x509.load_pem_x509_certificate(chain).serial_number)
        assert "stays in use" not in service.text


def test_old_protocols_are_refused(tmp_path: Path, authority: Tls) -> None:
    write(tmp_path, authority.pair())
    with Service(tmp_path, SETTINGS) as service:
        for version, name in ((ssl.TLSVersion.TLSv1_3, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")):
            context = ssl.create_default_context(cafile=authority.ca_file)
            context.minimum_version = context.maximum_version = version
            with (
                socket.create_connection(service.wire.place, 10) as plain,
                context.wrap_socket(plain, server_hostname="localhost") as connection,
            ):
                assert name == connection.version()
        hello = bytes.fromhex(
            "16030100380100003403 01" + "00" * 32 + "00 0004 002f0035 0100 0007 ff01000100 0000"
        )
        with socket.create_connection(service.wire.place, 10) as plain:
            plain.sendall(hello)
            assert b"\x16" != plain.recv(1)


def test_plain_http_gets_no_answer(tmp_path: Path, authority: Tls) -> None:
    write(tmp_path, authority.pair())
    with Service(tmp_path, SETTINGS) as service:
        with socket.create_connection(service.wire.place, 10) as plain:
            plain.sendall(b"GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")
            assert not plain.recv(100).startswith(b"HTTP/1.1 2")
        assert shown(service, authority)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ('tls_certificate = "tls.crt"', "both are needed"),
        ('tls_certificate = "none.crt"\ntls_key = "tls.key"', "No such file or directory"),
        ('tls_certificate = "tls.crt"\ntls_key = "other.key"', "the key is not that of the certificate"),
        ('tls_certificate = "tls.key"\ntls_key = "tls.crt"', "one is not a whole PEM file"),
        ('tls_certificate = "tls.crt"\ntls_key = "locked.key"', "encrypted"),
    ],
)
def test_a_pair_that_cannot_be_used_does_not_start(
    tmp_path: Path, authority: Tls, settings: str, problem: str
) -> None:
    write(tmp_path, authority.pair())
    (tmp_path / "other.key").write_bytes(authority.pair()[1])
    (tmp_path / "locked.key").write_bytes(_locked((tmp_path / "tls.key").read_bytes()))
    file = tmp_path / "serve.toml"
    file.write_text(f"[server]\nport = 0\n{settings}\n[storage]\nfolder = 'content'\n")
    for arguments in ((), ("--check-config",)):
        done = run("--config", str(file), *arguments)
        assert 2 == done.returncode
        assert "service.tls-unusable" in done.stderr
        assert problem in done.stderr
    assert not (tmp_path / "content").exists()


def _locked(key: bytes) -> bytes:
    return serialization.load_pem_private_key(key, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"passphrase"),
    )
