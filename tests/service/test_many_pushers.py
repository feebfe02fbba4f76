"""Fifty clients push the same hundred blobs and tags at once: each succeeds in the end, and nothing is odd.

Where storage is shared they push to two replicas, each request to the one that the last did not go to.
"""

import http.client
import json
import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from sealwright.digest import Digest
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.registry.actions.checking import check
from sealwright.service.registry.queries import repositories
from sealwright.service.storage import Storage
from world.registry import Registry
from world.round_robin import RoundRobin
from world.storages import Storages
from world.wire import IMAGE, Answer, Wire

PUSHERS = 50
BLOBS = 100
SECONDS = 240
NAME = "busy/app"
CONTENTS = [f"blob {number} ".encode() * 300 for number in range(BLOBS)]
CONFIG = b"{}"


@contextmanager
def serving(settings: Settings) -> Iterator[Wire]:
    """A client of a registry on that storage, or of two of them if they can share it."""
    with ExitStack() as running:
        registry = running.enter_context(Registry(settings))
        if settings.folder:
            yield Wire(registry.address)
            return
        other = running.enter_context(Registry(settings))
        front = running.enter_context(RoundRobin([registry.port, other.port]))
        yield Wire(front.address)


def deadlocks(settings: Settings) -> int:
    """How often two transactions of a PostgreSQL database have waited for each other."""
    if not settings.database:
        return 0
    with psycopg.connect(settings.database) as connection:
        asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        (count,) = connection.execute(asked).fetchone() or (-1,)
        return int(count)


def described(content: bytes) -> dict[str, object]:
    return {"mediaType": "application/octet-stream", "digest": str(Digest.of(content)), "size": len(content)}


MANIFESTS = [
    json.dumps(
        {"schemaVersion": 2, "mediaType": IMAGE, "config": described(CONFIG), "layers": [described(content)]}
    ).encode()
    for content in CONTENTS
]


class Pusher:
    """One client, with a connection that it keeps, and the patience that clients have.

    Attributes:
        statuses: how often it was answered what.
        put_off: how often it was asked to come again later.
    """

    def __init__(self, wire: Wire, number: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.put_off = 0
        self._connection = http.client.HTTPConnection(*wire.place, timeout=60)
        self._random = random.Random(number)  # noqa: S311  # repeated by its seed
        self._until = time.monotonic() + SECONDS

    def run(self) -> None:
        """Push everything, in an order of its own."""
        for number in self._random.sample(range(BLOBS), BLOBS):
            for content in (CONFIG, CONTENTS[number]):
                self._push_blob(content)
            path = f"/v2/{NAME}/manifests/v{number}"
            assert 201 == self._ask("PUT", path, MANIFESTS[number]).status
        self._connection.close()

    def _push_blob(self, content: bytes) -> None:
        """As clients do: look whether it is there, then upload it, in one request or in three."""
        digest = Digest.of(content)
        found = self._ask("HEAD", f"/v2/{NAME}/blobs/{digest}")
        if found.status == 200 and self._random.random() < 0.9:
            return
        uploads = f"/v2/{NAME}/blobs/uploads/"
        if self._random.random() < 0.5:
            assert 201 == self._ask("POST", f"{uploads}?digest={digest}", content).status
            return
        location = self._ask("POST", uploads).headers["location"]
        location = self._ask("PATCH", location, content).headers["location"]
        assert 201 == self._ask("PUT", f"{location}?digest={digest}").status

    def _ask(self, method: str, path: str, body: bytes = b"") -> Answer:
        headers = {"Content-Type": IMAGE} if "/manifests/" in path else {}
        while True:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, fields, response.read())
            self.statuses[answer.status] += 1
            if answer.status not in (429, 503):
                return answer
            assert time.monotonic() < self._until, answer
            self.put_off += 1
            time.sleep(float(fields["retry-after"]) * self._random.uniform(0.5, 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    "storage_kind",
    ["folder", pytest.param("shared", marks=pytest.mark.peer("postgres", "versitygw"))],
)
def test_fifty_clients_push_the_same_hundred_blobs_and_tags(
    storages: Storages, storage_kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = storages.settings(storage_kind)
    caplog.set_level(logging.WARNING)
    faults: list[BaseException] = []
    with serving(settings) as wire:
        pushers = [Pusher(wire, number) for number in range(PUSHERS)]

        def work(pusher: Pusher) -> None:
            try:
                pusher.run()
            except BaseException as error:  # noqa: BLE001  # told below, on the thread of the test
                faults.append(error)

        threads = [threading.Thread(target=work, args=(pusher,)) for pusher in pushers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        assert [] == faults
        assert not any(thread.is_alive() for thread in threads)
        statuses = sum((pusher.statuses for pusher in pushers), Counter[int]())
        assert {200, 201, 202, 404, 429, 503} >= statuses.keys()
        assert [] == [record.getMessage() for record in caplog.records if record.name != "asyncio"]
        tags = wire.ask("GET", f"/v2/{NAME}/tags/list").json["tags"]
        assert sorted(f"v{number}" for number in range(BLOBS)) == tags
        for number, (content, manifest) in enumerate(zip(CONTENTS, MANIFESTS, strict=True)):
            assert manifest == wire.ask("GET", f"/v2/{NAME}/manifests/v{number}").body
            assert content == wire.ask("GET", f"/v2/{NAME}/blobs/{Digest.of(content)}").body
    assert 0 == deadlocks(settings)
    storage = Storage.beside(settings)
    identifier = repositories.find(storage.database, NAME)
    assert identifier is not None
    held = repositories.holdings(storage.database, identifier)
    assert (sum(map(len, CONTENTS)) + len(CONFIG), BLOBS, BLOBS) == (
        held.blob_bytes,
        held.manifests,
        held.tags,
    )
    assert [] == check(storage).problems
    storage.close()
