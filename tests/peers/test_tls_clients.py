"""Real clients over TLS, while the certificate changes."""

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from peers import programs
from world.images import make_layout
from world.service import Service
from world.tls import Tls

SETTINGS = 'tls_certificate = "tls.crt"\ntls_key = "tls.key"'


@pytest.fixture
def authority(tmp_path: Path) -> Tls:
    (tmp_path / "trusted").mkdir()
    made = Tls(tmp_path)
    (tmp_path / "trusted/ca.crt").write_bytes(Path(made.ca_file).read_bytes())
    return made


def renew(folder: Path, authority: Tls) -> str:
    """Put a new pair in place; gives the serial number in hexadecimal, as openssl writes it."""
    chain, key = authority.pair()
    for name, content in (("tls.key", key), ("tls.crt", chain)):
        (folder / f"{name}.new").write_bytes(content)
        (folder / f"{name}.new").replace(folder / name)
    return f"{x509.load_pem_x509_certificate(chain).serial_number:X}"


@pytest.fixture
def service(tmp_path: Path, authority: Tls) -> Iterator[Service]:
    renew(tmp_path, authority)
    with Service(tmp_path, SETTINGS) as running:
        yield running


def run(name: str, *arguments: object) -> str:
    program = programs.find(name)
    assert program is not None
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.mark.peer("curl", "openssl")
def test_curl_is_served_and_openssl_sees_each_certificate(
    tmp_path: Path, service: Service, authority: Tls
) -> None:
    url = f"https://{service.address.replace('127.0.0.1', 'localhost')}/v2/"
    for _ in range(2):
        serial = renew(tmp_path, authority)
        service.process.send_signal(1)
        service.wait_for(lambda _, new=serial: _shown(service, authority) == new)
        assert "{}" == run("curl", "--silent", "--fail", "--cacert", authority.ca_file, url)


def _shown(service: Service, authority: Tls) -> str:
    program = programs.find("openssl")
    assert program is not None
    connect = [
        program,
        "s_client",
        "-connect",
        service.address,
        "-CAfile",
        authority.ca_file,
        "-verify_return_error",
    ]
    seen = subprocess.run(connect, input=b"", capture_output=True, check=True).stdout
    told = subprocess.run([program, "x509", "-noout", "-serial"], input=seen, capture_output=True, check=True)
    return told.stdout.decode().strip().rpartition("=")[2].lstrip("0")


@pytest.mark.peer("skopeo")
def test_skopeo_pushes_and_pulls_while_certificates_come_and_go(
    tmp_path: Path, service: Service, authority: Tls
) -> None:
    make_layout(tmp_path / "layout", "v1")
    done = threading.Event()

    def keep_renewing() -> None:
        while not done.wait(0.05):
            renew(tmp_path, authority)
            service.process.send_signal(1)

    renewing = threading.Thread(target=keep_renewing)
    renewing.start()
    try:
        for number in range(5):
            image = f"docker://{service.address.replace('127.0.0.1', 'localhost')}/a:v{number}"
            trusted = tmp_path / "trusted"
            run("skopeo", "copy", "--dest-cert-dir", trusted, f"oci:{tmp_path / 'layout'}:v1", image)
            run("skopeo", "copy", "--src-cert-dir", trusted, image, f"oci:{tmp_path / 'pulled'}:v{number}")
    finally:
        done.set()
        renewing.join()
    told = [line.get("message", "") for line in service.lines()]
    assert any("was read again" in message for message in told)
