"""Our client against registries of others, which have no referrers API."""

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from peers import programs
from sealwright import manifest, media_types
from sealwright.errors import NotFoundError
from sealwright.events import Event, Notice
from sealwright.repositories import fallback_tag
from sealwright.repositories.blobs import Blobs
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.uploads import Uploads
from sealwright.transport.client import Transport
from world.content import KIND, put_image, put_referrer
from world.registry import free_port

SETTINGS = """\
version: 0.1
log: {{level: error}}
storage:
  filesystem: {{rootdirectory: {folder}/content}}
  delete: {{enabled: true}}
http:
  addr: 127.0.0.1:{port}
"""

DEBIAN = pytest.param("docker-registry", marks=pytest.mark.peer("docker-registry"))
NEWEST = pytest.param("registry", marks=pytest.mark.peer("registry"))


@pytest.fixture(params=[DEBIAN, NEWEST])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Debian's registry of the 2.8 line, and the newest of distribution."""
    program = programs.find(request.param)
    assert program is not None
    port = free_port()
    settings = tmp_path / "config.yml"
    settings.write_text(SETTINGS.format(folder=tmp_path, port=port))
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen([program, "serve", str(settings)], stdout=output, stderr=output)
        try:
            _wait(port)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(port)


def test_images_and_referrers_go_there_and_back(address: str) -> None:
    told: list[Event] = []
    client = RegistryClient(Transport(environment={}), events=told.append)
    assert "registry/2.0" == client.ping(address).api_version
    repository = client.repository(address, "team/app", write=True)
    image = put_image(repository, "v1")
    assert image == repository.resolve("v1")
    parsed = manifest.parse(repository.manifest(image))
    assert all(blob.size == sum(map(len, repository.open_blob(blob))) for blob in parsed.contents)
    one, two = (put_referrer(repository, image, n=n) for n in "12")
    three = put_referrer(repository, image, "application/other")
    assert [one.digest, two.digest] == [found.digest for found in repository.referrers(image, KIND)]
    tag = fallback_tag.tag_for(image.digest)
    assert {"v1", tag} == set(repository.tags())
    assert 3 == sum(isinstance(event, Notice) and event.code == "registry.fallback-written" for event in told)
    for referrer in (one, two, three):
        repository.delete(referrer)
    assert [] == list(repository.referrers(image))
    with pytest.raises(NotFoundError):
        repository.resolve(one.digest)
    repository.tag(image, "v2")
    assert image == repository.resolve("v2")
    assert "team/app" in list(client.catalog(address))


def test_blobs_are_mounted_and_sent_in_chunks(address: str) -> None:
    client = RegistryClient(Transport(environment={}))
    one = client.repository(address, "one", write=True)
    two = client.repository(address, "two", write=True)
    content = bytes(range(256)) * 8000
    blob = manifest.describe(content, media_types.IMAGE_LAYER_TAR)
    uploads = Uploads(one._exchange, Blobs(one._exchange), whole=1000, chunk=300_000)
    assert "moved" == uploads.push(blob, lambda: iter([content]), None)
    assert content == b"".join(one.open_blob(blob))
    assert "mounted" == two.push_blob(blob, lambda: iter([content]), "one")
    assert "present" == two.push_blob(blob, lambda: iter([content]), "one")


def test_signers_of_one_run_lose_nothing(address: str) -> None:
    repository = RegistryClient(Transport(environment={})).repository(address, "a", write=True)
    image = put_image(repository, "v1")
    # the first brings the configuration that all share: docker-registry stumbles when many write one blob
    put_referrer(repository, image, n="first")
    numbers = [str(number) for number in range(6)]
    threads = [
        threading.Thread(target=put_referrer, args=(repository, image), kwargs={"n": number})
        for number in numbers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found = {referrer.annotations["n"] for referrer in repository.referrers(image, KIND)}
    assert {"first", *numbers} == found
