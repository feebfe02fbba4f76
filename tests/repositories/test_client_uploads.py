"""Putting blobs and manifests into registries that help, hinder and forget."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sealwright import limits, manifest, media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import (
    AccessDeniedError,
    MalformedContentError,
    NetworkError,
    NotFoundError,
    RegistryError,
    SealwrightError,
    UsageError,
)
from sealwright.repositories.blobs import Blobs
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.remote import RegistryRepository
from sealwright.repositories.uploads import Uploads
from sealwright.transport.client import Transport
from sealwright.transport.tls import VerifiedTls
from world.content import image_manifest, put_image
from world.hostile_registry import HostileRegistry, Reply, Seen
from world.registry import Registry
from world.tls import Tls

BLOB = bytes(range(256)) * 4096
DESCRIPTOR = manifest.describe(BLOB, "application/octet-stream")
CHUNK = 300_000
STARTED = Reply(202, b"", {"Location": "/v2/a/b/blobs/uploads/one?state=x"})
END = f"PUT /v2/a/b/blobs/uploads/one?state=x&digest={DESCRIPTOR.digest.replace(':', '%3A')}"


def source() -> Iterator[bytes]:
    for start in range(0, len(BLOB), 65_536):
        yield BLOB[start : start + 65_536]


@pytest.fixture
def repository(hostile: HostileRegistry, client: RegistryClient) -> RegistryRepository:
    return client.repository(hostile.address, "a/b", write=True)


@pytest.fixture
def chunked(repository: RegistryRepository) -> Callable[[], str]:
    """Pushes the blob in chunks."""
    exchange = repository._exchange
    uploads = Uploads(exchange, Blobs(exchange), whole=1000, chunk=CHUNK)
    return lambda: uploads.push(DESCRIPTOR, source, None)


def code_of(kind: type[SealwrightError], call: Callable[[], object]) -> str:
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value)
    return caught.value.code


def push(repository: RegistryRepository, mount_from: str | None = None) -> str:
    return repository.push_blob(DESCRIPTOR, source, mount_from)


def test_a_blob_that_is_there_is_not_sent(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.hold_blob("a/b", BLOB)
    assert "present" == push(repository)
    assert ["HEAD"] == [seen.method for seen in hostile.seen]


def test_a_blob_is_sent_whole(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    hostile.on(END, Reply(201))
    assert "moved" == push(repository)
    assert ["HEAD", "POST", "PUT"] == [seen.method for seen in hostile.seen]
    assert BLOB == hostile.seen[2].body
    assert "application/octet-stream" == hostile.seen[2].headers["content-type"]
    assert 1 == hostile.connections


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ("{url}/up", "PUT /up?digest="),
        ("/up", "PUT /up?digest="),
        ("up", "PUT /v2/a/b/blobs/uploads/up?digest="),
        ("/up?a=b", "PUT /up?a=b&digest="),
    ],
)
def test_a_location_may_be_written_in_every_way(
    hostile: HostileRegistry, repository: RegistryRepository, location: str, line: str
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", Reply(202, b"", {"Location": location.format(url=hostile.url)}))
    hostile.on_match(r"PUT .*", Reply(201))
    push(repository)
    assert hostile.lines[-1].startswith(line)


def test_content_goes_elsewhere_without_secrets(
    hostile: HostileRegistry, elsewhere: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", Reply(202, b"", {"Location": f"{elsewhere.url}/bucket"}))
    elsewhere.on_match(r"PUT /bucket.*", Reply(201))
    assert "moved" == push(repository)
    assert "authorization" not in elsewhere.seen[0].headers


def test_a_mount_costs_two_requests(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", Reply(201))
    assert "mounted" == push(repository, "other/repo")
    digest = DESCRIPTOR.digest.replace(":", "%3A")
    assert f"POST /v2/a/b/blobs/uploads/?mount={digest}&from=other%2Frepo" == hostile.lines[1]


def test_a_mount_that_is_not_made_becomes_an_upload(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    hostile.on(END, Reply(201))
    assert "moved" == push(repository, "other/repo")
    assert ["HEAD", "POST", "PUT"] == [seen.method for seen in hostile.seen]


@pytest.mark.parametrize(
    ("start", "kind", "code"),
    [
        (Reply(403), AccessDeniedError, "registry.denied"),
        (Reply(404), NotFoundError, "registry.not-found"),
        (Reply(202), RegistryError, "registry.no-location"),
        (Reply(500), RegistryError, "registry.failed"),
        (Reply(405), RegistryError, "registry.unsupported"),
        (Reply(202, b"", {"Location": "http://x:y/"}), NetworkError, "network.not-a-url"),
        (Reply(202, b"", {"Location": "//x]/"}), NetworkError, "network.not-a-url"),
    ],
)
def test_uploads_that_do_not_begin(
    hostile: HostileRegistry,
    repository: RegistryRepository,
    start: Reply,
    kind: type[SealwrightError],
    code: str,
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", start)
    assert code == code_of(kind, lambda: push(repository))


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (Reply(400, b'{"errors":[{"code":"DIGEST_INVALID"}]}'), "registry.refused"),
        (Reply(201, b"", {"Docker-Content-Digest": Digest.of(b"x")}), "registry.digest-conflict"),
        (Reply(413), "registry.refused"),
    ],
)
def test_uploads_that_do_not_end_well(
    hostile: HostileRegistry, repository: RegistryRepository, end: Reply, code: str
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    hostile.on(END, end)
    assert code == code_of(SealwrightError, lambda: push(repository))


@pytest.mark.parametrize("end", [Reply(503), Reply(drop=True)])
def test_a_blob_is_sent_again_after_a_passing_fault(
    hostile: HostileRegistry, repository: RegistryRepository, end: Reply
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    hostile.on(END, end, Reply(201))
    assert "moved" == push(repository)
    assert [BLOB, BLOB] == [seen.body for seen in hostile.seen[2:]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BLOB[:-1] + b"x", "artifact.digest-mismatch"),
        (BLOB[:-1], "artifact.size-mismatch"),
        (BLOB + b"x", "artifact.size-mismatch"),
    ],
)
def test_a_source_that_gives_something_else_is_noticed_before_the_end(
    hostile: HostileRegistry, repository: RegistryRepository, content: bytes, code: str
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    hostile.on(END, Reply(201))
    assert code == code_of(
        MalformedContentError, lambda: repository.push_blob(DESCRIPTOR, lambda: iter([content]))
    )
    assert all(len(seen.body) < len(BLOB) for seen in hostile.seen)


class Session:
    """An upload session that counts what has arrived, and can lose chunks.

    Attributes:
        faults: what to do with each chunk in turn; None takes it.
    """

    def __init__(self, hostile: HostileRegistry, *faults: str | None, **headers: str) -> None:
        self.content = b""
        self.step = 0
        self.faults = list(faults)
        self.told = {name.replace("_", "-"): value for name, value in headers.items()}
        hostile.on("POST /v2/a/b/blobs/uploads/", lambda _: Reply(202, b"", self.headers()))
        hostile.on_match(r"PATCH /up/\d+", self.patch)
        hostile.on_match(r"GET /up/\d+", lambda _: Reply(204, b"", self.headers()))
        hostile.on_match(r"PUT /up/\d+\?digest=.*", self.put)

    def headers(self) -> dict[str, str]:
        self.step += 1
        last = max(0, len(self.content) - 1)
        return {"Location": f"/up/{self.step}", "Range": f"0-{last}", **self.told}

    def patch(self, seen: Seen) -> Reply:
        fault = self.faults.pop(0) if self.faults else None
        if fault == "refuse":
            return Reply(404)
        if fault == "forget":
            return Reply(503)
        start, _, end = seen.headers["content-range"].partition("-")
        if int(start) != len(self.content) or int(end) - int(start) + 1 != len(seen.body):
            return Reply(416)
        if fault == "half":
            self.content += seen.body[: len(seen.body) // 2]
            return Reply(drop=True)
        self.content += seen.body
        return Reply(drop=True) if fault == "silent" else Reply(202, b"", self.headers())

    def put(self, seen: Seen) -> Reply:
        self.content += seen.body
        return Reply(201 if Digest.of(self.content) == DESCRIPTOR.digest else 400)


def test_a_large_blob_goes_in_chunks(hostile: HostileRegistry, chunked: Callable[[], str]) -> None:
    session = Session(hostile)
    assert "moved" == chunked()
    assert BLOB == session.content
    sizes = [len(seen.body) for seen in hostile.seen if seen.method == "PATCH"]
    assert [CHUNK, CHUNK, CHUNK, len(BLOB) - 3 * CHUNK] == sizes
    ranges = [seen.headers["content-range"] for seen in hostile.seen if seen.method == "PATCH"]
    assert f"{CHUNK}-{2 * CHUNK - 1}" == ranges[1]
    assert b"" == hostile.seen[-1].body


def test_a_registry_may_ask_for_chunks(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    session = Session(hostile, OCI_Chunk_Min_Length="1000")
    assert "moved" == push(repository)
    assert BLOB == session.content
    assert [len(BLOB)] == [len(seen.body) for seen in hostile.seen if seen.method == "PATCH"]


def test_a_registry_may_ask_for_large_chunks(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    exchange = repository._exchange
    Session(hostile, OCI_Chunk_Min_Length="500000")
    Uploads(exchange, Blobs(exchange), whole=10**9, chunk=10).push(DESCRIPTOR, source, None)
    sizes = [len(seen.body) for seen in hostile.seen if seen.method == "PATCH"]
    assert [500_000, 500_000, len(BLOB) - 1_000_000] == sizes


@pytest.mark.parametrize("least", ["nonsense", "-5", str(limits.UPLOAD_CHUNK_MOST_BYTES + 1), str(len(BLOB))])
def test_what_is_no_reason_for_chunks(
    hostile: HostileRegistry, repository: RegistryRepository, least: str
) -> None:
    session = Session(hostile, OCI_Chunk_Min_Length=least)
    assert "moved" == push(repository)
    assert BLOB == session.content
    assert "PATCH" not in [seen.method for seen in hostile.seen]


@pytest.mark.parametrize(
    "faults",
    [
        ("half",),
        ("silent",),
        ("forget",),
        (None, "half", "half", "silent", None, "forget"),
        ("forget", "forget", "forget", "forget"),
    ],
)
def test_a_lost_chunk_is_taken_up_where_it_was_lost(
    hostile: HostileRegistry, chunked: Callable[[], str], faults: tuple[str | None, ...]
) -> None:
    session = Session(hostile, *faults)
    assert "moved" == chunked()
    assert BLOB == session.content


def test_a_registry_that_knows_no_chunks_gets_the_whole(
    hostile: HostileRegistry, chunked: Callable[[], str]
) -> None:
    session = Session(hostile, "refuse")
    assert "moved" == chunked()
    assert BLOB == session.content
    assert ["HEAD", "POST", "PATCH", "POST", "PUT"] == [seen.method for seen in hostile.seen]


def test_a_registry_that_forgets_for_ever_ends_the_upload(
    hostile: HostileRegistry, chunked: Callable[[], str]
) -> None:
    Session(hostile, *["forget"] * 50)
    assert "registry.failed" == code_of(RegistryError, chunked)
    assert len(hostile.seen) < 20


def test_a_registry_that_takes_nothing_in_ends_the_upload(
    hostile: HostileRegistry, chunked: Callable[[], str]
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    hostile.on("PATCH /v2/a/b/blobs/uploads/one?state=x", Reply(202, b"", {"Range": "0-9"}))
    assert "registry.upload-confused" == code_of(RegistryError, chunked)
    assert len(hostile.seen) < 20


@pytest.mark.parametrize("reached", [CHUNK, len(BLOB) * 2])
def test_a_registry_that_claims_more_than_was_sent_is_not_believed(
    hostile: HostileRegistry, chunked: Callable[[], str], reached: int
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    told = {"Range": f"0-{reached}", "Location": "/up"}
    hostile.on("PATCH /v2/a/b/blobs/uploads/one?state=x", Reply(202, b"", told))
    assert "registry.upload-confused" == code_of(RegistryError, chunked)


@pytest.mark.parametrize(
    ("patch", "status", "code"),
    [
        (Reply(400), Reply(204), "registry.refused"),
        (Reply(drop=True), Reply(404), "registry.not-found"),
        (Reply(416), Reply(500), "registry.failed"),
    ],
)
def test_chunks_that_are_refused(
    hostile: HostileRegistry, chunked: Callable[[], str], patch: Reply, status: Reply, code: str
) -> None:
    hostile.on("POST /v2/a/b/blobs/uploads/", STARTED)
    hostile.on("PATCH /v2/a/b/blobs/uploads/one?state=x", patch)
    hostile.on("GET /v2/a/b/blobs/uploads/one?state=x", status)
    assert code == code_of(SealwrightError, chunked)


def test_a_registry_that_hangs_up_on_every_chunk_ends_the_upload(
    hostile: HostileRegistry, chunked: Callable[[], str]
) -> None:
    Session(hostile)
    hostile._patterns.insert(0, (hostile._patterns[0][0], Reply(drop=True)))
    assert "network.connection-lost" == code_of(NetworkError, chunked)
    assert len(hostile.seen) < 20


def test_a_manifest_goes_under_its_digest_or_tag(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    content = image_manifest()
    hostile.on_match(r"PUT .*", Reply(201))
    found = repository.push_manifest(content, media_types.IMAGE_MANIFEST)
    repository.push_manifest(content, media_types.IMAGE_MANIFEST, "v1")
    assert Descriptor(media_types.IMAGE_MANIFEST, Digest.of(content), len(content)) == found
    assert [
        f"PUT /v2/a/b/manifests/{found.digest}",
        "PUT /v2/a/b/manifests/v1",
    ] == hostile.lines
    assert content == hostile.seen[0].body
    assert media_types.IMAGE_MANIFEST == hostile.seen[0].headers["content-type"]


def test_a_registry_that_stored_something_else_is_found_out(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on_match(r"PUT .*", Reply(201, b"", {"Docker-Content-Digest": Digest.of(b"x")}))
    assert "registry.digest-conflict" == code_of(
        MalformedContentError,
        lambda: repository.push_manifest(image_manifest(), media_types.IMAGE_MANIFEST, "v1"),
    )


def test_what_is_no_manifest_or_tag_is_not_sent(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    assert "artifact.manifest-malformed" == code_of(
        MalformedContentError, lambda: repository.push_manifest(b"[", media_types.IMAGE_MANIFEST)
    )
    assert "reference.malformed" == code_of(
        UsageError, lambda: repository.push_manifest(image_manifest(), media_types.IMAGE_MANIFEST, "a/b")
    )
    assert all(seen.method != "PUT" for seen in hostile.seen)


def test_a_manifest_may_have_another_kind_of_digest(embedded: Registry, client: RegistryClient) -> None:
    repository = client.repository(embedded.address, "uploads/sha512", write=True)
    put_image(repository, "v1")
    content = repository.manifest(repository.resolve("v1"))
    found = repository.push_manifest(content, media_types.IMAGE_MANIFEST, "v2", "sha512")
    assert "sha512" == found.digest.algorithm
    assert content == repository.manifest(found)
    assert content == repository.manifest(repository.resolve("v2"))


def test_a_whole_image_goes_there_and_back(embedded: Registry, client: RegistryClient) -> None:
    repository = client.repository(embedded.address, "uploads/image", write=True)
    image = put_image(repository, "v1")
    assert image == repository.resolve("v1")
    parsed = manifest.parse(repository.manifest(image))
    for blob in parsed.contents:
        assert repository.has(blob)
        assert blob.size == sum(map(len, repository.open_blob(blob)))
    repository.tag(image, "v2")
    assert ["v1", "v2"] == list(repository.tags())
    assert "uploads/image" in list(client.catalog(embedded.address))
    other = client.repository(embedded.address, "uploads/mounted", write=True)
    blob = parsed.layers[0]
    assert "mounted" == other.push_blob(blob, lambda: iter(()), "uploads/image")
    assert "present" == other.push_blob(blob, lambda: iter(()))
    repository.delete(image)
    assert "registry.manifest-unknown" == code_of(NotFoundError, lambda: repository.resolve("v1"))


def test_chunks_arrive_at_a_real_registry(embedded: Registry, client: RegistryClient) -> None:
    repository = client.repository(embedded.address, "uploads/chunks", write=True)
    exchange = repository._exchange
    uploads = Uploads(exchange, Blobs(exchange), whole=1000, chunk=CHUNK)
    assert "moved" == uploads.push(DESCRIPTOR, source, None)
    assert BLOB == b"".join(repository.open_blob(DESCRIPTOR))


def test_threads_push_side_by_side(embedded: Registry, client: RegistryClient) -> None:
    repository = client.repository(embedded.address, "uploads/threads", write=True)
    contents = [bytes([n]) * 100_000 for n in range(20)]
    descriptors = [manifest.describe(content, "application/octet-stream") for content in contents]
    hows: list[str] = []

    def work(number: int) -> None:
        content = contents[number]
        hows.append(repository.push_blob(descriptors[number], lambda: iter([content])))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert ["moved"] * 20 == hows
    for content, descriptor in zip(contents, descriptors, strict=True):
        assert content == b"".join(repository.open_blob(descriptor))


def test_a_registry_behind_a_proxy_that_names_itself_without_tls_is_understood(tmp_path: Path) -> None:
    tls = Tls(tmp_path)
    with HostileRegistry(tls.server()) as server:
        plain = f"http://{server.address}/up"
        server.on("POST /v2/a/b/blobs/uploads/", Reply(202, b"", {"Location": plain}))
        server.on("PUT /up", Reply(201))
        transport = Transport(VerifiedTls(tls.ca_file, environment={}), environment={})
        client = RegistryClient(transport, plain_http=False)
        assert "moved" == push(client.repository(server.address, "a/b", write=True))
        client.close()
        assert BLOB == server.seen[-1].body
