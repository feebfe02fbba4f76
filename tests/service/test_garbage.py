"""Garbage collection, check and backup, on every kind of storage, beside a registry that is used."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealwright import media_types
from sealwright.digest import Digest
from sealwright.errors import CallerError
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.gc import Gc
from sealwright.service.configuration.server import Server
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.registry.actions.checking import check
from sealwright.service.registry.actions.collecting import Collected, Terms, collect
from sealwright.service.registry.content import Content
from sealwright.service.registry.queries import chores
from sealwright.service.storage import Storage, backup
from world.registry import Registry
from world.storages import Storages
from world.wire import Wire

NOW = Terms(grace=-5)
"""What rests since five seconds from now: everything."""


@pytest.fixture
def settings(storages: Storages, storage_kind: str) -> Settings:
    return storages.settings(storage_kind)


@pytest.fixture
def registry(settings: Settings) -> Iterator[Registry]:
    with Registry(settings) as running:
        yield running


@pytest.fixture
def wire(registry: Registry) -> Wire:
    return Wire(registry.address)


@pytest.fixture
def beside(registry: Registry, settings: Settings) -> Iterator[Content]:
    """The same storage, as another program sees it."""
    storage = Storage.beside(settings)
    content = Content(storage)
    yield content
    content.close()


def push(wire: Wire, name: str, tag: str, what: bytes) -> Digest:
    """An image with a config and a layer."""
    blobs = [wire.push_blob(name, content) for content in (b"{}", what)]
    sizes = (2, len(what))
    config, layer = (
        {"mediaType": "application/octet-stream", "digest": str(digest), "size": size}
        for digest, size in zip(blobs, sizes, strict=True)
    )
    return wire.push_manifest(name, tag, {"config": config, "layers": [layer]})[0]


def refer(wire: Wire, name: str, subject: Digest, what: bytes) -> Digest:
    """A referrer of `subject` with a layer of its own."""
    layer = wire.push_blob(name, what)
    wire.push_blob(name, b"{}")
    described = {"mediaType": "text/plain", "digest": str(layer), "size": len(what)}
    members = {
        "artifactType": "text/plain",
        "config": {"mediaType": media_types.EMPTY, "digest": str(Digest.of(b"{}")), "size": 2},
        "layers": [described],
        "subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(subject), "size": 1},
    }
    content = json.dumps({"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST, **members}).encode()
    return wire.push_manifest(name, str(Digest.of(content)), members)[0]


def status(wire: Wire, name: str, digest: Digest, what: str = "manifests") -> int:
    return wire.ask("GET", f"/v2/{name}/{what}/{digest}").status


def test_what_is_of_use_stays(wire: Wire, beside: Content) -> None:
    image = push(wire, "a", "v1", b"layer")
    signature = refer(wire, "a", image, b"signature")
    again = refer(wire, "a", signature, b"signature of the signature")
    index = wire.push_manifest(
        "a",
        "all",
        {
            "mediaType": media_types.IMAGE_INDEX,
            "manifests": [{"mediaType": media_types.IMAGE_MANIFEST, "digest": str(image), "size": 1}],
        },
    )[0]
    assert 202 == wire.ask("DELETE", "/v2/a/manifests/v1").status
    assert Collected() == collect(beside, Terms(grace=-5, untagged=-5))
    assert {200} == {status(wire, "a", digest) for digest in (image, signature, again, index)}
    assert [] == check(beside.storage).problems


def test_what_is_of_no_use_goes_with_all_that_hung_on_it(wire: Wire, beside: Content) -> None:
    kept = push(wire, "a", "kept", b"kept")
    image = push(wire, "a", "v1", b"layer")
    push(wire, "b", "v1", b"layer")
    signature = refer(wire, "a", image, b"signature")
    again = refer(wire, "a", signature, b"signature of the signature")
    push(wire, "a", f"sha256-{image.encoded}.sig", b"signature of cosign")
    assert 202 == wire.ask("DELETE", f"/v2/a/manifests/{image}").status
    assert Collected() == collect(beside, Terms())
    told: list[str] = []
    expected = Collected(tags=1, referrers=1, unreferenced=1)
    assert expected == collect(beside, Terms(grace=-5, dry=True), told.append)
    assert 3 == len(told)
    assert 200 == status(wire, "a", signature)
    assert Collected(tags=1, referrers=2, unreferenced=4, contents=3, content_bytes=9 + 26 + 19) == collect(
        beside, NOW
    )
    assert {404} == {status(wire, "a", digest) for digest in (signature, again)}
    assert 404 == wire.ask("GET", f"/v2/a/manifests/sha256-{image.encoded}.sig").status
    assert 404 == status(wire, "a", Digest.of(b"layer"), "blobs")
    assert 200 == status(wire, "b", Digest.of(b"layer"), "blobs")
    assert 200 == status(wire, "a", kept)
    assert 200 == status(wire, "a", Digest.of(b"kept"), "blobs")
    assert Collected() == collect(beside, NOW)
    assert [] == check(beside.storage).problems


def test_manifests_without_a_tag_go_only_when_a_term_is_set(wire: Wire, beside: Content) -> None:
    old = push(wire, "a", "v1", b"old")
    new = push(wire, "a", "v1", b"new")
    assert Collected() == collect(beside, NOW)
    assert Collected() == collect(beside, Terms(grace=-5, untagged=60))
    assert 200 == status(wire, "a", old)
    found = collect(beside, Terms(grace=-5, untagged=-5))
    assert Collected(untagged=1, unreferenced=1, contents=1, content_bytes=3) == found
    assert (404, 200) == (status(wire, "a", old), status(wire, "a", new))


def test_a_manifest_that_needs_a_collected_blob_is_refused_until_that_is_pushed_again(
    wire: Wire, beside: Content
) -> None:
    digest = wire.push_blob("a", b"layer")
    config = wire.push_blob("a", b"{}")
    assert 200 == wire.ask("HEAD", f"/v2/a/blobs/{digest}").status
    assert 2 == collect(beside, NOW).contents
    members = {
        "config": {"mediaType": "text/plain", "digest": str(config), "size": 2},
        "layers": [{"mediaType": "text/plain", "digest": str(digest), "size": 5}],
    }
    content = json.dumps({"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST, **members}).encode()
    headers = {"Content-Type": media_types.IMAGE_MANIFEST}
    for left in (config, digest):
        answer = wire.ask("PUT", "/v2/a/manifests/v1", content, headers)
        assert (400, "MANIFEST_BLOB_UNKNOWN") == (answer.status, answer.code)
        assert 404 == wire.ask("GET", "/v2/a/manifests/v1").status
        wire.push_blob("a", b"{}" if left == config else b"layer")
    assert 201 == wire.ask("PUT", "/v2/a/manifests/v1", content, headers).status
    assert [] == check(beside.storage).problems


def test_content_that_nothing_names_goes(wire: Wire, beside: Content) -> None:
    orphan = Digest.of(b"orphan")
    beside.storage.blobs.put(orphan, iter([b"orphan"]))
    kept = wire.push_blob("a", b"kept")
    assert Collected() == collect(beside, Terms())
    found = collect(beside, Terms(grace=-5, dry=True))
    assert (1, 1) == (found.orphans, found.unreferenced)
    assert beside.storage.blobs.size(orphan) is not None
    push(wire, "a", "v1", b"kept")
    assert Collected(orphans=1, content_bytes=6) == collect(beside, NOW)
    assert None is beside.storage.blobs.size(orphan)
    assert 200 == status(wire, "a", kept, "blobs")


def test_an_upload_that_is_under_way_is_left_alone(wire: Wire, beside: Content) -> None:
    location = wire.begin("a")
    assert 202 == wire.ask("PATCH", location, b"one").status
    collect(beside, NOW)
    assert 201 == wire.ask("PUT", f"{location}?digest={Digest.of(b'onetwo')}", b"two").status


def test_a_check_tells_what_is_wrong(wire: Wire, beside: Content) -> None:
    push(wire, "a", "v1", b"layer")
    push(wire, "a", "v2", b"other")
    found = check(beside.storage)
    assert (3, 12, 2, 2, 1, []) == (
        found.blobs,
        found.blob_bytes,
        found.manifests,
        found.tags,
        found.repositories,
        found.problems,
    )
    blobs, layer, other = beside.storage.blobs, Digest.of(b"layer"), Digest.of(b"other")
    blobs.remove(layer)
    blobs.remove(other)
    with beside.storage.database.write() as transaction:
        transaction.run("UPDATE manifests SET content = :content", content=b"x")
        transaction.run("UPDATE tags SET digest = :digest WHERE name = 'v1'", digest=layer)
        transaction.run("UPDATE repositories SET tag_count = 7")
    problems = check(beside.storage).problems
    assert 6 == len(problems)
    assert {f"the blob {digest} is not in its place" for digest in (layer, other)} == set(problems[:2])
    assert [True, True] == ["has another digest" in problem for problem in problems[2:4]]
    assert "a:v1 stands for a manifest that is not there" == problems[4]
    assert "a holds something else than is counted for its quota" == problems[5]


def test_a_check_reads_content_unless_it_is_quick(wire: Wire, tmp_path: Path) -> None:
    settings = Settings(folder=str(tmp_path / "registry"))
    with Registry(settings) as registry:
        digest = Wire(registry.address).push_blob("a", b"content")
        path = tmp_path / "registry" / "blobs" / "sha256" / digest.encoded[:2] / digest.encoded
        path.write_bytes(b"CONTENT")
        storage = Storage.beside(settings)
        assert [] == check(storage, quick=True).problems
        assert [f"the content of the blob {digest} has another digest"] == check(storage).problems
        path.write_bytes(b"short")
        assert [f"the blob {digest} has 5 bytes instead of 7"] == check(storage, quick=True).problems
        storage.close()


@pytest.mark.parametrize(
    "into", ["folder", pytest.param("shared", marks=pytest.mark.peer("postgres", "versitygw"))]
)
def test_a_backup_can_be_put_into_any_storage(
    wire: Wire, beside: Content, storages: Storages, into: str, tmp_path: Path
) -> None:
    image = push(wire, "a", "v1", b"layer")
    signature = refer(wire, "a", image, bytes(range(256)))
    wire.ask("PATCH", wire.begin("a"), b"half")
    folder = tmp_path / "backup"
    backup.save(beside.storage, folder)
    push(wire, "b", "v1", b"later")
    saved = backup.save(beside.storage, folder)
    assert (3, 2) == (saved.rows["manifests"], saved.rows["tags"])
    other = storages.settings(into)
    storage = Storage.open(other)
    assert saved == backup.restore(storage, folder)
    assert [] == check(storage).problems
    with pytest.raises(CallerError) as caught:
        backup.restore(storage, folder)
    assert "service.restore-not-empty" == caught.value.code
    storage.close()
    with Registry(other) as registry:
        restored = Wire(registry.address)
        assert (200, 200) == (status(restored, "a", image), status(restored, "a", signature))
        assert b"later" == restored.ask("GET", f"/v2/b/blobs/{Digest.of(b'later')}").body
        push(restored, "c", "v1", b"new")
        listed = restored.ask("GET", f"/v2/a/referrers/{image}").json
        assert [str(signature)] == [found["digest"] for found in listed["manifests"]]


def test_what_is_no_backup_is_refused(beside: Content, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    for content in (None, b"{}", b'{"format":2,"program":"9","migrations":[],"rows":{},"blobs":0}'):
        if content is not None:
            (tmp_path / "backup" / "backup.json").write_bytes(content)
        with pytest.raises(CallerError) as caught:
            backup.restore(beside.storage, tmp_path / "backup")
        assert "service.backup-unusable" == caught.value.code


def test_a_server_collects_now_and_then_and_of_several_one_does(tmp_path: Path, storages: Storages) -> None:
    hour = 1 / 3600
    settings = Configuration(
        server=Server(port=0),
        storage=Settings(folder=str(tmp_path)),
        gc=Gc(every_hours=0.2 * hour, grace_hours=0.1 * hour),
    )
    with Registry(settings) as registry:
        wire = Wire(registry.address)
        digest = wire.push_blob("a", b"of no use")
        until = time.monotonic() + 20
        while status(wire, "a", digest, "blobs") == 200 and time.monotonic() < until:
            time.sleep(0.05)
        assert 404 == status(wire, "a", digest, "blobs")


def test_a_chore_is_done_by_one_until_it_is_due_again(storages: Storages, storage_kind: str) -> None:
    storage = Storage.open(storages.settings(storage_kind))
    taken = []
    for at, until in ((10, 20), (10, 30), (19, 40), (20, 50), (20, 60)):
        with storage.database.write() as transaction:
            taken.append(chores.take(transaction, "gc", at, until))
    assert [True, False, False, True, False] == taken
    storage.close()
