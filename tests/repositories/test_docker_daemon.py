"""Docker's API, spoken to a server that says what it should not."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import EnvironmentalError, NetworkError, NotFoundError, RegistryError, UsageError
from sealwright.repositories.docker_daemon import DockerDaemon
from sealwright.repositories.locating import locate, opened
from sealwright.repositories.registry import RegistryClient
from world.content import put_image
from world.hostile_registry import HostileRegistry, Reply
from world.registry import free_port

GET = "GET /images/docker.io/library/app:v1/get"
LOAD = "POST /images/load?quiet=1"


@pytest.fixture
def docker(monkeypatch: pytest.MonkeyPatch) -> Iterator[HostileRegistry]:
    with HostileRegistry() as running:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{running.address}")
        yield running


def no_client() -> RegistryClient:
    raise AssertionError("no registry is named")


def saved() -> bytes:
    """An archive as Docker gives it."""
    layer = b"layer"
    config = json.dumps({"rootfs": {"diff_ids": [str(Digest.of(layer))]}}).encode()
    listed = json.dumps([{"Config": "c.json", "RepoTags": ["app:v1"], "Layers": ["l.tar"]}]).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in (("c.json", config), ("l.tar", layer), ("manifest.json", listed)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def read() -> None:
    with opened(locate("docker-daemon:app:v1"), no_client) as repository:
        repository.manifest(repository.resolve(""))


def write() -> None:
    with opened(locate("docker-daemon:app:v1"), no_client, write=True) as repository:
        put_image(repository)


def test_an_image_is_asked_for_by_its_whole_name(docker: HostileRegistry) -> None:
    docker.on(GET, Reply(200, saved()))
    read()
    assert [GET] == docker.lines


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(404, b'{"message":"no such image"}'), NotFoundError, "holds nothing under"),
        (Reply(500, b'{"message":"disk\\u0007 full"}'), RegistryError, "answered 500: disk  full"),
        (Reply(500, b"<html>"), RegistryError, "answered 500: nothing"),
        (Reply(403, endless=b"x" * 1000), RegistryError, "answered 403"),
        (Reply(200, b"short", length=1000), NetworkError, "Docker at tcp://"),
        (Reply(drop=True), NetworkError, "Docker at tcp://"),
        (Reply(raw=b"SSH-2.0\r\n"), NetworkError, "Docker at tcp://"),
        (Reply(200, b"no archive"), Exception, "cannot be read as a tar file"),
    ],
)
def test_what_goes_wrong_with_reading_is_said(
    docker: HostileRegistry, reply: Reply, kind: type[Exception], words: str
) -> None:
    docker.on(GET, reply)
    with pytest.raises(kind, match=words):
        read()


def test_an_image_is_given_as_an_archive(docker: HostileRegistry) -> None:
    docker.on(LOAD, Reply(200, b'{"stream":"Loaded image: app:v1\\n"}\n'))
    write()
    (seen,) = docker.seen
    with tarfile.open(fileobj=io.BytesIO(seen.body)) as tar:
        (listed,) = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]  # it is there
    assert ["docker.io/library/app:v1"] == listed["RepoTags"]
    assert "application/x-tar" == seen.headers["content-type"]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200, b'{"stream":"x"}\n{"error":"no space","errorDetail":{}}\n'), "no space"),
        (Reply(500, b'{"message":"broken"}'), "answered 500: broken"),
        (Reply(drop=True), "Docker at tcp://"),
    ],
)
def test_what_goes_wrong_with_writing_is_said(docker: HostileRegistry, reply: Reply, words: str) -> None:
    docker.on(LOAD, reply)
    with pytest.raises(EnvironmentalError, match=words):
        write()


def test_an_answer_without_end_is_not_read_to_its_end(docker: HostileRegistry) -> None:
    docker.on(LOAD, Reply(200, endless=b'{"stream":"x"}\n' * 1000))
    write()
    assert limits.DAEMON_ANSWER_BYTES < 10 * 1024 * 1024


def test_docker_that_is_not_there_is_said(tmp_path: Path) -> None:
    for host in (f"tcp://127.0.0.1:{free_port()}", f"unix://{tmp_path / 'none.sock'}"):
        with pytest.raises(NetworkError, match="cannot be reached"):
            DockerDaemon({"DOCKER_HOST": host}).save("app:v1", tmp_path / "a.tar")


@pytest.mark.parametrize("host", ["ssh://h.example", "tcp://", "npipe:////./pipe/x", "nothing"])
def test_other_addresses_are_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(UsageError) as caught:
        DockerDaemon({"DOCKER_HOST": host}).save("app:v1", tmp_path / "a.tar")
    assert "layout.daemon-address" == caught.value.code


def test_certificates_that_are_missing_are_said(tmp_path: Path) -> None:
    variables = {
        "DOCKER_HOST": "tcp://127.0.0.1",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": str(tmp_path),
    }
    with pytest.raises(UsageError, match="No such file") as caught:
        DockerDaemon(variables).save("app:v1", tmp_path / "a.tar")
    assert "network.client-certificate-unusable" == caught.value.code
