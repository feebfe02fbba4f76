"""Every place for blobs: whole or not at all, by its digest, and nothing that anybody needs goes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, StorageError
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.storage import BlobStore, Part, Storage, Upload, now
from world.storages import Storages

T = TypeVar("T")
LARGE = bytes(range(256)) * 4096 * 20  # 20 MiB: more than one piece of an object


class BrokenOffError(Exception):
    """A client that hung up."""


async def pieces(*contents: bytes, broken: bool = False) -> AsyncIterator[bytes]:
    for content in contents:
        for first in range(0, len(content), 1 << 18):
            yield content[first : first + (1 << 18)]
    if broken:
        raise BrokenOffError


def upload(received: int = 0, identifier: str = "u1") -> Upload:
    return Upload(identifier, "a", "sha256", received, now())


def run(action: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(action)


@pytest.fixture
def settings(storages: Storages, storage_kind: str) -> Settings:
    return storages.settings(storage_kind)


@pytest.fixture
def blobs(settings: Settings) -> Iterator[BlobStore]:
    storage = Storage.open(settings)
    yield storage.blobs
    storage.close()


async def content_of(blobs: BlobStore, digest: Digest, first: int, end: int) -> bytes:
    reading = await blobs.open(digest, first, end)
    try:
        return b"".join([piece async for piece in reading])
    finally:
        await reading.aclose()


@pytest.mark.parametrize("content", [b"", b"x", LARGE])
@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_body_becomes_a_blob(blobs: BlobStore, content: bytes, algorithm: str) -> None:
    digest = Digest.of(content, algorithm)
    assert len(content) == run(blobs.finish(upload(), [], pieces(content), None, digest))
    blobs.settle("u1", digest)
    assert len(content) == blobs.size(digest)
    assert content == b"".join(blobs.pieces(digest))
    assert content[:100] == blobs.read(digest, 100)
    if content:
        assert content == run(content_of(blobs, digest, 0, len(content)))
        assert content[-5:] == run(content_of(blobs, digest, max(len(content) - 5, 0), len(content)))
    assert [(digest, len(content))] == [(found.digest, found.size) for found in blobs.stored()]


def test_a_body_in_parts_becomes_a_blob(blobs: BlobStore) -> None:
    digest = Digest.of(b"one" + LARGE + b"three", "sha512")
    first = run(blobs.extend(upload(), pieces(b"one"), 3))
    second = run(blobs.extend(upload(3), pieces(LARGE), None))
    assert (0, 3, 3, len(LARGE)) == (first.first, first.size, second.first, second.size)
    received = upload(3 + len(LARGE))
    kept = [part for part in (first, second) if part.name]
    assert received.received + 5 == run(blobs.finish(received, kept, pieces(b"three"), 5, digest))
    blobs.settle("u1", digest)
    blobs.drop("u1")
    assert b"one" + LARGE + b"three" == b"".join(blobs.pieces(digest))


def test_what_is_broken_off_does_not_count(blobs: BlobStore) -> None:
    digest = Digest.of(b"onetwo")
    first = run(blobs.extend(upload(), pieces(b"one"), None))
    with pytest.raises(BrokenOffError):
        run(blobs.extend(upload(3), pieces(b"half", broken=True), None))
    parts = [first] if first.name else []
    with pytest.raises(BrokenOffError):
        run(blobs.finish(upload(3), parts, pieces(b"half", broken=True), None, digest))
    with pytest.raises(BrokenOffError):
        run(blobs.finish(upload(0, "u2"), [], pieces(LARGE, broken=True), None, Digest.of(LARGE)))
    assert [] == list(blobs.stored())
    assert 6 == run(blobs.finish(upload(3), parts, pieces(b"two"), 3, digest))
    blobs.settle("u1", digest)
    assert b"onetwo" == blobs.read(digest, 100)


@pytest.mark.parametrize("content", [b"", b"x", LARGE])
def test_a_body_of_another_digest_is_no_blob(blobs: BlobStore, content: bytes) -> None:
    lie = Digest.of(b"other")
    with pytest.raises(MalformedContentError) as caught:
        run(blobs.finish(upload(), [], pieces(content), None, lie))
    assert "artifact.digest-mismatch" == caught.value.code
    with pytest.raises(MalformedContentError):
        blobs.put(lie, iter([content]))
    assert None is blobs.size(lie)
    assert [] == list(blobs.stored())


def test_a_lost_part_is_told(blobs: BlobStore) -> None:
    with pytest.raises(EOFError):
        run(blobs.finish(upload(3), [Part(0, 3, "gone")], pieces(), None, Digest.of(b"one")))


def test_what_is_not_there_is_told(blobs: BlobStore) -> None:
    digest = Digest.of(b"none")
    assert None is blobs.size(digest)
    blobs.remove(digest)
    blobs.drop("none")
    with pytest.raises(FileNotFoundError):
        blobs.read(digest, 10)
    with pytest.raises(FileNotFoundError):
        run(content_of(blobs, digest, 0, 1))
    with pytest.raises(FileNotFoundError):
        list(blobs.pieces(digest))


def test_a_blob_is_put_and_removed(blobs: BlobStore) -> None:
    digest = Digest.of(LARGE)
    blobs.put(digest, iter([LARGE[:5], LARGE[5:]]))
    assert LARGE == b"".join(blobs.pieces(digest))
    blobs.remove(digest)
    assert None is blobs.size(digest)
    blobs.probe(write=True)
    blobs.probe(write=False)


def test_only_what_nobody_speaks_of_is_tidied_away(blobs: BlobStore) -> None:
    parts = [run(blobs.extend(upload(0, name), pieces(b"one"), None)) for name in ("wanted", "left")]
    blobs.tidy({"wanted"}.__contains__, now() - 60_000_000)
    blobs.tidy({"wanted"}.__contains__, now() + 2_000_000)
    digest = Digest.of(b"one")
    kept = [parts[0]] if parts[0].name else []
    assert 3 == run(blobs.finish(upload(3, "wanted"), kept, pieces(), None, digest))
    left = [parts[1]] if parts[1].name else []
    with pytest.raises(EOFError):
        run(blobs.finish(upload(3, "left"), left, pieces(), None, Digest.of(b"one", "sha512")))


def test_an_upload_that_was_settled_and_broken_off_goes_on_and_leaves_the_blob_alone(
    blobs: BlobStore,
) -> None:
    first, second = Digest.of(b"one"), Digest.of(b"onetwo")
    part = run(blobs.extend(upload(), pieces(b"one"), 3))
    parts = [part] if part.name else []
    assert 3 == run(blobs.finish(upload(3), parts, pieces(), 0, first))
    blobs.settle("u1", first)
    assert 6 == run(blobs.finish(upload(3), parts, pieces(b"two"), 3, second))
    blobs.settle("u1", second)
    blobs.forget("u1", parts)
    assert (b"one", b"onetwo") == (blobs.read(first, 9), blobs.read(second, 9))
    with pytest.raises(EOFError):
        run(blobs.finish(upload(3), parts, pieces(), 0, Digest.of(b"one", "sha512")))


def test_a_restarted_server_hashes_the_file_again(tmp_path: Path) -> None:
    settings = Settings(folder=str(tmp_path))
    storage = Storage.open(settings)
    run(storage.blobs.extend(upload(), pieces(b"one"), None))
    assert 0o600 == (tmp_path / "uploads" / "u1").stat().st_mode & 0o777
    storage.close()
    storage = Storage.open(settings)
    assert 6 == run(storage.blobs.finish(upload(3), [], pieces(b"two"), None, Digest.of(b"onetwo")))
    storage.close()


@pytest.mark.peer("versitygw")
def test_what_garbage_collection_took_meanwhile_must_be_pushed_again(storages: Storages) -> None:
    storage = Storage.open(storages.settings("objects"))
    digest = Digest.of(b"x")
    run(storage.blobs.finish(upload(), [], pieces(b"x"), None, digest))
    storage.blobs.remove(digest)
    with pytest.raises(StorageError) as caught:
        storage.blobs.settle("u1", digest)
    assert "service.blob-collected" == caught.value.code
    storage.close()
