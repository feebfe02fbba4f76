"""Where the service listens, and where it refuses to."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from sealwright.errors import CallerError, StorageError
from sealwright.service.configuration import Configuration
from sealwright.service.serving import Server, serve
from world.registry import Registry
from world.wire import Wire


def test_a_name_that_stands_for_nothing_is_told(tmp_path: Path) -> None:
    for host in ("nowhere.invalid", "a" * 300, "", "127.0.0.1:80"):
        with pytest.raises(CallerError) as caught:
            serve(Configuration.on(tmp_path, host), print)
        assert "service.host-unknown" == caught.value.code


def test_a_taken_port_is_told_before_the_folder_is_touched(tmp_path: Path) -> None:
    with Registry(tmp_path / "one") as registry:
        with pytest.raises(CallerError) as caught:
            Server(Configuration.on(tmp_path / "two", port=registry.port), print)
        assert "service.port-taken" == caught.value.code
        assert str(registry.port) in str(caught.value)
        assert not (tmp_path / "two").exists()


def test_a_second_server_on_a_folder_is_refused_and_lets_its_port_go(tmp_path: Path) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Registry(tmp_path):
        for _ in range(2):
            with pytest.raises(CallerError) as caught:
                Server(Configuration.on(tmp_path, port=port), print)
            assert "service.folder-in-use" == caught.value.code
    with Registry(tmp_path, port) as registry:
        assert 200 == Wire(registry.address).ask("GET", "/v2/").status


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        Server(Configuration.on(tmp_path / "file"), print)
    assert "service.folder-unusable" == caught.value.code


def test_localhost_is_every_address_that_it_stands_for(tmp_path: Path) -> None:
    said: list[str] = []
    server = Server(Configuration.on(tmp_path, "localhost"), said.append)
    stands_for = {str(place[0]) for *_, place in socket.getaddrinfo("localhost", None)}
    try:
        assert len(stands_for) == len(server.addresses)
        assert all(address.endswith(f":{server.port}") for address in server.addresses)
    finally:
        server.stop()
        server.run()
    assert f"serving {tmp_path} at {' and '.join(server.addresses)}" == said[0]
    Server(Configuration.on(tmp_path, "localhost", server.port), print).close()


def test_what_it_says_when_it_starts_is_where_it_is_and_that_all_may_use_it(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        assert [
            f"serving {tmp_path} at http://127.0.0.1:{registry.port}",
            "anonymous: anyone who reaches this address may push and delete",
        ] == registry.announced


def test_outside_of_the_registry_there_is_nothing(tmp_path: Path) -> None:
    with Registry(tmp_path) as registry:
        for path in ("/", "/v1/", "/v2x/", "/extensions/v1/a/signatures/b"):
            assert 404 == Wire(registry.address).ask("GET", path).status
