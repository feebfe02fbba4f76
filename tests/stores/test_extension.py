"""The signatures that a registry keeps by itself, ours and hostile ones."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import AccessDeniedError, EnvironmentalError, NetworkError, RegistryError
from sealwright.homes.credential_helper import Credential
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.remote import RegistryRepository
from sealwright.signature import Unreadable
from sealwright.stores.extension import ExtensionStore
from sealwright.stores.lookaside import LookasideStore
from sealwright.stores.simple import SimpleStore
from sealwright.transport.client import Transport
from sealwright.transport.retries import RetryPolicy
from world import simple
from world.hostile_registry import HostileRegistry, Reply
from world.registry import Registry
from world.rough_front import MOODS, RoughFront
from world.simple_stores import contents, finished, problems, subject
from world.token_service import TokenService
from world.wire import Wire

DIGEST = Digest.of(b"manifest")
ABOUT = subject(DIGEST)
PATH = simple.path("ns/app", DIGEST)
OFFER = {"X-Registry-Supports-Signatures": "1"}


@pytest.fixture
def repository(hostile: HostileRegistry, transport: Transport) -> RegistryRepository:
    return RegistryClient(transport).repository(hostile.address, "ns/app")


@pytest.fixture
def store(repository: RegistryRepository) -> ExtensionStore:
    return ExtensionStore(repository.signatures)


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Registry]:
    with Registry(tmp_path / "registry") as running:
        yield running


def entry(content: bytes, /, **changes: object) -> dict[str, object]:
    made: dict[str, object] = json.loads(simple.encoded(DIGEST, content, **changes))
    return made


def listing(*entries: object) -> Reply:
    return Reply(200, json.dumps({"signatures": entries}).encode())


def test_what_is_added_to_our_service_is_listed_once_and_fetched(
    ours: Registry, transport: Transport
) -> None:
    digest = simple.push_image(Wire(ours.address), "ns/app")
    about = subject(digest)
    repository = RegistryClient(transport).repository(ours.address, "ns/app", write=True)
    assert repository.signatures.is_offered()
    store = ExtensionStore(repository.signatures)
    assert [] == contents(store, about)
    made = [simple.signed(digest) for _ in range(2)]
    names = [store.add(about, finished(one)) for one in made]
    assert names[0] == store.add(about, finished(made[0]))
    assert made == contents(store, about)
    assert names == [one.location for one in store.listed(about)]
    assert made == simple.listed(Wire(ours.address), "ns/app", digest)


def test_writers_at_once_lose_nothing_also_where_the_network_is_rough(ours: Registry) -> None:
    digest = simple.push_image(Wire(ours.address), "ns/app")
    made = [simple.signed(digest) for _ in range(12)]
    before_the_body = {mood: share for mood, share in MOODS.items() if not mood.endswith("within")}
    with RoughFront(ours.port, moods=before_the_body, stall=0.1) as front:

        def write(content: bytes) -> str:
            transport = Transport(environment={}, retries=RetryPolicy(tries=12, shortest=0.001, longest=0.01))
            repository = RegistryClient(transport).repository(front.address, "ns/app", write=True)
            store = SimpleStore(repository.signatures, lambda: pytest.fail("it has the extension"))
            location = store.add(subject(digest), finished(content))
            transport.close()
            return location

        with ThreadPoolExecutor(6) as writers:
            names = list(writers.map(write, made))
        assert front.moods_seen.total() > front.moods_seen["good"]
    assert len(set(names)) == len(made)
    assert sorted(made) == sorted(simple.listed(Wire(ours.address), "ns/app", digest))


def test_our_service_says_why_it_does_not_take_a_signature(ours: Registry, transport: Transport) -> None:
    digest = simple.push_image(Wire(ours.address), "ns/app")
    store = ExtensionStore(RegistryClient(transport).repository(ours.address, "ns/app").signatures)
    with pytest.raises(RegistryError, match="refused the signature with status 400") as caught:
        store.add(subject(digest), finished(b"<html>"))
    assert "SIGNATURE_INVALID" in str(caught.value)
    with pytest.raises(EnvironmentalError):
        list(store.listed(ABOUT))


@pytest.mark.parametrize(
    ("header", "status", "offered"),
    [
        ("1", 200, True),
        ("1", 401, True),
        ("true", 200, False),
        ("1, 1", 200, False),
        ("", 200, False),
        (None, 401, False),
        (None, 404, False),
    ],
)
def test_the_header_of_the_base_decides(
    hostile: HostileRegistry,
    repository: RegistryRepository,
    header: str | None,
    status: int,
    offered: bool,  # noqa: FBT001  # what is expected
) -> None:
    headers = {} if header is None else {"X-Registry-Supports-Signatures": header}
    hostile.on("GET /v2/", Reply(status, b"{}", headers))
    assert offered is repository.signatures.is_offered()
    assert offered is repository.signatures.is_offered()
    assert ["GET /v2/"] == hostile.lines


def test_an_answer_that_came_anyway_saves_the_question(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on("GET /v2/ns/app/tags/list", Reply(200, b'{"tags": []}', OFFER))
    assert [] == list(repository.tags())
    assert repository.signatures.is_offered()
    assert ["GET /v2/ns/app/tags/list"] == hostile.lines


def test_what_another_server_says_is_not_the_registrys_word(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    blob = hostile.hold_blob("ns/app", b"content")
    with HostileRegistry() as elsewhere:
        elsewhere.on("GET /x", Reply(200, b"content", OFFER))
        moved = Reply(307, headers={"Location": f"{elsewhere.url}/x"})
        hostile.on(f"GET /v2/ns/app/blobs/{blob.digest}", moved)
        assert [b"content"] == list(repository.open_blob(blob))
    hostile.on("GET /v2/", Reply(200, b"{}"))
    assert not repository.signatures.is_offered()


def test_a_registry_that_cannot_say_for_now_is_an_error(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on("GET /v2/", *[Reply(503, headers={"Retry-After": "0"})] * 3, Reply(200, b"{}", OFFER))
    with pytest.raises(RegistryError) as caught:
        repository.signatures.is_offered()
    assert caught.value.retryable
    assert repository.signatures.is_offered()


def test_the_token_is_for_pulling_and_for_pushing_where_something_is_written(
    hostile: HostileRegistry, transport: Transport
) -> None:
    tokens = TokenService(hostile)
    hostile.on(f"GET {PATH}", listing())
    hostile.on(f"PUT {PATH}", Reply(201))
    client = RegistryClient(transport, lambda *_: Credential("alice", "wonderland"))
    reader, writer = (client.repository(hostile.address, "ns/app", write=write) for write in (False, True))
    assert [] == list(ExtensionStore(reader.signatures).listed(ABOUT))
    ExtensionStore(writer.signatures).add(ABOUT, finished(simple.signed(DIGEST)))
    assert [["repository:ns/app:pull"], ["repository:ns/app:pull,push"]] == tokens.issued


def test_foreign_and_broken_entries_are_reported_and_hide_nothing(
    hostile: HostileRegistry, store: ExtensionStore
) -> None:
    made = [simple.signed(DIGEST) for _ in range(2)]
    broken: list[object] = [
        entry(made[0], type="cosign"),
        entry(made[0], schemaVersion=1),
        entry(made[0], schemaVersion=None),
        entry(made[0], content="***"),
        entry(made[0], content=None),
        entry(made[0], name=None, type=7),
        "text",
        entry(b"<html>"),
    ]
    hostile.on(f"GET {PATH}", listing(entry(made[0]), *broken, entry(made[1], extra=True)))
    assert made == contents(store, ABOUT)
    expected = ["store.foreign"] * 3 + ["store.content-malformed"] * 2 + ["store.foreign"] * 2
    assert [(code, False) for code in [*expected, "store.not-a-signature"]] == problems(store.listed(ABOUT))
    assert all(isinstance(one.location, str) for one in store.listed(ABOUT) if isinstance(one, Unreadable))


def test_entries_written_after_the_manual_and_lines_in_base64_are_taken(
    hostile: HostileRegistry, store: ExtensionStore
) -> None:
    made = simple.signed(DIGEST)
    lines = base64.encodebytes(made).decode()
    hostile.on(f"GET {PATH}", listing(entry(made, schemaVersion=None, version=2, content=lines)))
    assert [made] == contents(store, ABOUT)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(404), "registry.not-found"),
        (Reply(403), "registry.denied"),
        (Reply(500), "registry.failed"),
        (Reply(200, b"<html>"), "store.extension-malformed"),
        (Reply(200, b"{}"), "store.extension-malformed"),
        (Reply(200, b'{"signatures": {}}'), "store.extension-malformed"),
        (Reply(200, b'{"signatures": [], "signatures": []}'), "store.extension-malformed"),
        (Reply(200, endless=b" " * 65536), "network.answer-too-large"),
        (Reply(200, b"{", length=100), "network.body-cut-short"),
    ],
)
def test_an_answer_that_is_no_list_is_an_error(
    hostile: HostileRegistry, store: ExtensionStore, reply: Reply, code: str
) -> None:
    hostile.on(f"GET {PATH}", reply)
    with pytest.raises(EnvironmentalError) as caught:
        list(store.listed(ABOUT))
    assert code == caught.value.code


def test_a_list_of_null_is_empty(hostile: HostileRegistry, store: ExtensionStore) -> None:
    hostile.on(f"GET {PATH}", Reply(200, b'{"signatures": null}'))
    assert [] == list(store.listed(ABOUT))


def test_a_name_that_is_taken_is_not_the_end(hostile: HostileRegistry, store: ExtensionStore) -> None:
    hostile.on(f"GET {PATH}", listing())
    hostile.on(f"PUT {PATH}", Reply(409), Reply(201))
    location = store.add(ABOUT, finished(simple.signed(DIGEST)))
    names = [json.loads(seen.body)["name"] for seen in hostile.seen if seen.method == "PUT"]
    assert 2 == len(set(names))
    assert location == names[-1]


def test_a_signature_whose_answer_was_lost_is_found(hostile: HostileRegistry, store: ExtensionStore) -> None:
    made = simple.signed(DIGEST)
    there = entry(made)
    hostile.on(f"GET {PATH}", listing(), listing(there))
    hostile.on(f"PUT {PATH}", Reply(drop=True), Reply(409))
    assert there["name"] == store.add(ABOUT, finished(made))


def test_a_registry_that_refuses_every_name_is_given_up(
    hostile: HostileRegistry, store: ExtensionStore
) -> None:
    hostile.on(f"GET {PATH}", listing())
    hostile.on(f"PUT {PATH}", Reply(409))
    with pytest.raises(RegistryError) as caught:
        store.add(ABOUT, finished(simple.signed(DIGEST)))
    assert "store.extension-refused" == caught.value.code
    puts = [line for line in hostile.lines if line.startswith("PUT")]
    assert limits.SIGNATURE_NAME_TRIES == len(puts)


@pytest.mark.parametrize("status", [200, 202, 400, 405, 413])
def test_only_201_means_that_a_signature_is_kept(
    hostile: HostileRegistry, store: ExtensionStore, status: int
) -> None:
    hostile.on(f"GET {PATH}", listing())
    hostile.on(f"PUT {PATH}", Reply(status, b"{}"))
    with pytest.raises(RegistryError):
        store.add(ABOUT, finished(simple.signed(DIGEST)))


def test_a_registry_that_denies_is_an_error_of_access(
    hostile: HostileRegistry, store: ExtensionStore
) -> None:
    hostile.on(f"GET {PATH}", listing())
    hostile.on(f"PUT {PATH}", Reply(403, b'{"errors":[{"code":"DENIED","message":"no"}]}'))
    with pytest.raises(AccessDeniedError, match="DENIED"):
        store.add(ABOUT, finished(simple.signed(DIGEST)))


def test_the_extension_alone_is_used_where_it_is_offered(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    def never() -> LookasideStore:
        raise AssertionError

    made = simple.signed(DIGEST)
    hostile.on("GET /v2/", Reply(401, headers=OFFER))
    hostile.on(f"GET {PATH}", listing(entry(made)))
    store = SimpleStore(repository.signatures, never)
    assert [made] == contents(store, ABOUT)
    assert 1 == hostile.lines.count("GET /v2/")


def test_the_store_beside_the_registry_is_used_where_there_is_no_extension(
    hostile: HostileRegistry, repository: RegistryRepository, transport: Transport, tmp_path: Path
) -> None:
    base = tmp_path.as_uri()
    hostile.on("GET /v2/", Reply(200, b"{}"))
    beside = LookasideStore(hostile.address, "ns/app", reads=base, writes=base, transport=lambda: transport)
    store = SimpleStore(repository.signatures, lambda: beside)
    made = simple.signed(DIGEST)
    path = store.add(ABOUT, finished(made))
    assert made == Path(path).read_bytes()
    assert [made] == contents(store, ABOUT)
    assert ["GET /v2/"] == hostile.lines


def test_a_registry_that_cannot_be_reached_is_an_error(transport: Transport, tmp_path: Path) -> None:
    with HostileRegistry() as gone:
        address = gone.address
    repository = RegistryClient(transport).repository(address, "ns/app")
    with pytest.raises(NetworkError):
        SimpleStore(repository.signatures, lambda: pytest.fail("not asked")).listed(ABOUT)
