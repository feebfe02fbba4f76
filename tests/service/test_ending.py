"""How the service ends."""

import signal
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from world.service import Service


def begin_upload(service: Service) -> socket.socket:
    """A request that is under way: half of its body was sent."""
    location = service.wire.begin("a")
    connection = service.wire.raw()
    connection.sendall(f"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf".encode())
    service.wire.ask("GET", "/v2/")
    return connection


def test_a_request_under_way_is_ended_and_no_new_one_is_taken(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        with closing(begin_upload(service)) as connection, closing(service.wire.raw()) as idle:
            service.signal(signal.SIGTERM)
            assert b"" == idle.recv(1)
            with pytest.raises(ConnectionRefusedError):
                service.wire.raw()
            connection.sendall(b"rest")
            answer = connection.recv(4096)
            assert answer.startswith(b"HTTP/1.1 202 ")
            assert b"connection: close" in answer
            assert b"" == connection.recv(1)
        assert 0 == service.ended()


def test_a_request_that_does_not_end_is_waited_for_only_so_long(tmp_path: Path) -> None:
    with Service(tmp_path, "shutdown_grace_seconds = 0.5") as service, closing(begin_upload(service)):
        service.signal(signal.SIGTERM)
        began = time.monotonic()
        assert 0 == service.ended()
        assert 0.4 < time.monotonic() - began < 5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(tmp_path: Path, number: signal.Signals) -> None:
    with (
        Service(tmp_path, "shutdown_grace_seconds = 60") as service,
        closing(begin_upload(service)) as upload,
    ):
        service.signal(number)
        upload.settimeout(0.5)
        with pytest.raises(TimeoutError):
            upload.recv(1)
        service.signal(number)
        assert -number == service.ended()


def test_a_hangup_signal_ends_no_service_that_has_no_certificate_to_read(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        service.signal(signal.SIGHUP)
        time.sleep(0.3)
        assert 200 == service.wire.ask("GET", "/v2/").status


def test_a_signal_during_the_delay_does_not_lengthen_it(tmp_path: Path) -> None:
    with Service(tmp_path, "shutdown_delay_seconds = 1") as service:
        service.signal(signal.SIGTERM)
        began = time.monotonic()
        assert 0 == service.ended()
        assert 0.9 < time.monotonic() - began < 4
