"""Reading from registries, honest and not: manifests, blobs, tags."""

import json
from collections.abc import Callable, Iterator
from typing import Any

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
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.remote import RegistryRepository
from world.content import image_manifest
from world.hostile_registry import HostileRegistry, Reply, Seen

IMAGE = image_manifest()
TYPE = media_types.IMAGE_MANIFEST
DIGEST = Digest.of(IMAGE)
CUT_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"
DESCRIPTOR = Descriptor(TYPE, DIGEST, len(IMAGE))


@pytest.fixture
def repository(hostile: HostileRegistry, client: RegistryClient) -> RegistryRepository:
    return client.repository(hostile.address, "a/b")


def _run(call: Callable[[], Any]) -> None:
    found = call()
    if isinstance(found, Iterator):
        list(found)


def code_of(error: type[SealwrightError], call: Callable[[], Any]) -> str:
    with pytest.raises(error) as caught:
        _run(call)
    assert str(caught.value), "the sentence must be writable"
    assert caught.value.hint is not None
    return caught.value.code


def test_a_tag_is_resolved_with_one_request(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.hold("a/b", IMAGE, TYPE, "v1")
    assert DESCRIPTOR == repository.resolve("v1")
    assert ["HEAD /v2/a/b/manifests/v1"] == hostile.lines
    accepted = hostile.seen[0].headers["accept"]
    assert all(kind in accepted for kind in media_types.MANIFESTS)


def test_resolve_referrers_manifest_and_blob_are_four_requests(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    image = hostile.hold("a/b", IMAGE, TYPE, "v1")
    blob = hostile.hold_blob("a/b", b"envelope")
    content = image_manifest(image, kind="application/x", layers=(blob,))
    signature = hostile.hold("a/b", content, TYPE)
    listed = {
        "mediaType": TYPE,
        "digest": signature.digest,
        "size": signature.size,
        "artifactType": "application/x",
    }
    hostile.on(
        f"GET /v2/a/b/referrers/{image.digest}", Reply(200, json.dumps({"manifests": [listed]}).encode())
    )
    found = repository.resolve("v1")
    (referrer,) = repository.referrers(found, "application/x")
    parsed = manifest.parse(repository.manifest(referrer))
    assert b"envelope" == b"".join(repository.open_blob(parsed.layers[0]))
    assert [
        "HEAD /v2/a/b/manifests/v1",
        f"GET /v2/a/b/referrers/{image.digest}?artifactType=application%2Fx",
        f"GET /v2/a/b/manifests/{signature.digest}",
        f"GET /v2/a/b/blobs/{blob.digest}",
    ] == hostile.lines
    assert 1 == hostile.connections


def test_a_digest_is_resolved_without_being_told_one(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on(f"HEAD /v2/a/b/manifests/{DIGEST}", Reply(200, IMAGE, {"Content-Type": TYPE}))
    assert DESCRIPTOR == repository.resolve(DIGEST)


@pytest.mark.parametrize(
    "head",
    [
        Reply(200, IMAGE, {"Content-Type": TYPE}),
        Reply(200, IMAGE, {"Content-Type": TYPE, "Docker-Content-Digest": "nonsense"}),
        Reply(200, IMAGE, {"Content-Type": "application/json", "Docker-Content-Digest": DIGEST}),
        Reply(200, IMAGE, {"Content-Type": TYPE, "Docker-Content-Digest": DIGEST}, length=-1),
        Reply(405),
        Reply(501),
    ],
    ids=["no digest", "no good digest", "no type", "no length", "no HEAD", "no such method"],
)
def test_a_registry_that_tells_too_little_is_read(
    hostile: HostileRegistry, repository: RegistryRepository, head: Reply
) -> None:
    hostile.hold("a/b", IMAGE, TYPE, "v1")
    hostile.on("HEAD /v2/a/b/manifests/v1", head)
    assert DESCRIPTOR == repository.resolve("v1")
    assert 2 == len(hostile.seen)


def test_a_type_that_contradicts_the_manifest_is_an_error(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    headers = {"Content-Type": media_types.IMAGE_INDEX}
    hostile.on("HEAD /v2/a/b/manifests/v1", Reply(405))
    hostile.on("GET /v2/a/b/manifests/v1", Reply(200, IMAGE, headers))
    assert "artifact.media-type-conflict" == code_of(MalformedContentError, lambda: repository.resolve("v1"))


def test_a_head_that_names_another_digest_than_asked_for_is_an_error(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    headers = {"Content-Type": TYPE, "Docker-Content-Digest": Digest.of(b"x")}
    hostile.on(f"HEAD /v2/a/b/manifests/{DIGEST}", Reply(200, IMAGE, headers))
    assert "registry.digest-conflict" == code_of(MalformedContentError, lambda: repository.resolve(DIGEST))


def test_a_digest_of_another_algorithm_says_nothing(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    digest = Digest.of(IMAGE, "sha512")
    headers = {"Content-Type": TYPE, "Docker-Content-Digest": DIGEST}
    for method in ("GET", "HEAD"):
        hostile.on(f"{method} /v2/a/b/manifests/{digest}", Reply(200, IMAGE, headers))
    found = repository.resolve(digest)
    assert Descriptor(TYPE, digest, len(IMAGE)) == found
    assert IMAGE == repository.manifest(found)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(200, b"x" * len(IMAGE)), "artifact.digest-mismatch"),
        (Reply(200, IMAGE + b" "), "artifact.size-mismatch"),
        (Reply(200, IMAGE[:-1]), "artifact.size-mismatch"),
        (Reply(raw=CUT_CHUNKS), "network.body-cut-short"),
        (Reply(200, IMAGE, {"Docker-Content-Digest": Digest.of(b"x")}), "registry.digest-conflict"),
        (Reply(200, endless=b"y" * 65536), "network.answer-too-large"),
        (Reply(200, IMAGE, length=len(IMAGE) + 1), "artifact.size-mismatch"),
        (Reply(200, IMAGE[:-9], length=len(IMAGE)), "network.body-cut-short"),
        (Reply(206, IMAGE), "registry.refused"),
    ],
)
def test_a_manifest_is_believed_by_its_bytes_alone(
    hostile: HostileRegistry, repository: RegistryRepository, reply: Reply, code: str
) -> None:
    hostile.on(f"GET /v2/a/b/manifests/{DIGEST}", reply)
    assert code == code_of(SealwrightError, lambda: repository.manifest(DESCRIPTOR))


def test_a_manifest_in_place_of_another_is_noticed(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    other = image_manifest(kind="application/y")
    hostile.on("HEAD /v2/a/b/manifests/v1", Reply(405))
    told = {"Content-Type": TYPE, "Docker-Content-Digest": DIGEST}
    hostile.on("GET /v2/a/b/manifests/v1", Reply(200, other, told))
    assert "artifact.digest-mismatch" == code_of(MalformedContentError, lambda: repository.resolve("v1"))


def test_large_manifests_are_not_fetched(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    headers = {"Content-Type": TYPE, "Docker-Content-Digest": DIGEST}
    too_large = Reply(200, b"", headers, length=limits.MANIFEST_BYTES + 1)
    hostile.on("HEAD /v2/a/b/manifests/v1", too_large)
    assert "artifact.too-large" == code_of(MalformedContentError, lambda: repository.resolve("v1"))
    large = Descriptor(TYPE, DIGEST, limits.MANIFEST_BYTES + 1)
    assert "artifact.too-large" == code_of(MalformedContentError, lambda: repository.manifest(large))
    assert ["HEAD /v2/a/b/manifests/v1"] == hostile.lines


@pytest.mark.parametrize("selector", ["", "../x", "a/b", "-x", "a" * 129, "ä"])
def test_what_is_neither_tag_nor_digest_is_not_asked(
    hostile: HostileRegistry, repository: RegistryRepository, selector: str
) -> None:
    assert "reference.malformed" == code_of(UsageError, lambda: repository.resolve(selector))
    assert "reference.digest-malformed" == code_of(UsageError, lambda: repository.resolve("sha256:x"))
    assert [] == hostile.seen


def errors(code: str, message: str | None = "because") -> bytes:
    return json.dumps({"errors": [{"code": code, "message": message}]}).encode()


@pytest.mark.parametrize(
    ("reply", "kind", "code", "words"),
    [
        (Reply(404), NotFoundError, "registry.manifest-unknown", "a/b holds nothing under v1"),
        (Reply(404, errors("NAME_UNKNOWN")), NotFoundError, "registry.repository-unknown", "a/b"),
        (
            Reply(403, errors("DENIED", "no\x1b[31m\nway")),
            AccessDeniedError,
            "registry.denied",
            "(DENIED: no [31m way)",
        ),
        (Reply(403, errors("DENIED", None)), AccessDeniedError, "registry.denied", "(DENIED)"),
        (Reply(401), AccessDeniedError, "registry.challenge-unknown", "nothing"),
        (Reply(429, b"", {"Retry-After": "100"}), RegistryError, "registry.too-many-requests", "100"),
        (Reply(500, b"<html>" * 100_000), RegistryError, "registry.failed", "500"),
        (
            Reply(412, errors("PROJECTPOLICYVIOLATION")),
            RegistryError,
            "registry.refused",
            "PROJECTPOLICYVIOLATION",
        ),
        (Reply(400, errors("UNSUPPORTED")), RegistryError, "registry.unsupported", "UNSUPPORTED"),
        (Reply(400, b"[" * 60_000), RegistryError, "registry.refused", "400"),
        (Reply(400, b'{"errors":[]}'), RegistryError, "registry.refused", "400"),
        (Reply(400, errors("X", "y" * 10_000)), RegistryError, "registry.refused", "yyy)"),
    ],
)
def test_refusals_are_told_in_one_sentence(
    hostile: HostileRegistry,
    repository: RegistryRepository,
    reply: Reply,
    kind: type[SealwrightError],
    code: str,
    words: str,
) -> None:
    hostile.on("HEAD /v2/a/b/manifests/v1", reply if reply.status == 401 else Reply(405))
    hostile.on("GET /v2/a/b/manifests/v1", reply)
    with pytest.raises(kind) as caught:
        repository.resolve("v1")
    assert code == caught.value.code
    assert words in str(caught.value)
    assert len(str(caught.value)) < 600
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("status", "retryable"), [(429, True), (500, True), (400, False)])
def test_what_may_pass_says_so(
    hostile: HostileRegistry, repository: RegistryRepository, status: int, *, retryable: bool
) -> None:
    hostile.on("HEAD /v2/a/b/manifests/v1", Reply(status))
    hostile.on("GET /v2/a/b/manifests/v1", Reply(status))
    with pytest.raises(RegistryError) as caught:
        repository.resolve("v1")
    assert retryable is caught.value.retryable


def test_presence_is_asked_for_by_kind(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    image = hostile.hold("a/b", IMAGE, TYPE)
    blob = hostile.hold_blob("a/b", b"blob")
    missing = Digest.of(b"missing")
    assert repository.has(image)
    assert repository.has(blob)
    assert not repository.has(Descriptor(TYPE, missing, 1))
    assert not repository.has(Descriptor("x/y", missing, 1))
    hostile.on(f"HEAD /v2/a/b/blobs/{missing}", Reply(403))
    hostile.on(f"HEAD /v2/a/b/manifests/{missing}", Reply(403))
    assert "registry.denied" == code_of(
        AccessDeniedError, lambda: repository.has(Descriptor("x/y", missing, 1))
    )
    assert "registry.denied" == code_of(
        AccessDeniedError, lambda: repository.has(Descriptor(TYPE, missing, 1))
    )


BLOB = bytes(range(256)) * 40_000
BLOB_DESCRIPTOR = Descriptor("application/octet-stream", Digest.of(BLOB), len(BLOB))


def blob_line(method: str = "GET") -> str:
    return f"{method} /v2/a/b/blobs/{BLOB_DESCRIPTOR.digest}"


def test_a_blob_comes_in_pieces(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.hold_blob("a/b", BLOB)
    pieces = list(repository.open_blob(BLOB_DESCRIPTOR))
    assert BLOB == b"".join(pieces)
    assert max(map(len, pieces)) <= limits.BLOB_PIECE_BYTES
    assert len(pieces) > 5


def test_nothing_is_asked_before_the_first_piece_is_wanted(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    repository.open_blob(BLOB_DESCRIPTOR)
    assert [] == hostile.seen


def test_an_empty_blob_is_checked_too(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    blob = hostile.hold_blob("a/b", b"")
    assert [] == list(repository.open_blob(blob))
    wrong = Descriptor("x/y", Digest.of(b"x"), 0)
    hostile.on(f"GET /v2/a/b/blobs/{wrong.digest}", Reply(200))
    assert "artifact.digest-mismatch" == code_of(MalformedContentError, lambda: repository.open_blob(wrong))


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(200, BLOB[:-1] + b"x"), "artifact.digest-mismatch"),
        (Reply(200, BLOB + b"x"), "artifact.size-mismatch"),
        (Reply(200, BLOB[:-1]), "artifact.size-mismatch"),
        (Reply(200, endless=b"y" * 65536), "artifact.size-mismatch"),
        (Reply(200, BLOB, {"Docker-Content-Digest": DIGEST}), "registry.digest-conflict"),
        (Reply(404), "registry.blob-unknown"),
        (Reply(206, BLOB[5:], {"Content-Range": "bytes 5-9/10"}), "registry.refused"),
    ],
)
def test_the_last_piece_is_held_back_until_all_is_right(
    hostile: HostileRegistry, repository: RegistryRepository, reply: Reply, code: str
) -> None:
    hostile.on(blob_line(), reply)
    got: list[bytes] = []
    pieces = repository.open_blob(BLOB_DESCRIPTOR)
    with pytest.raises(SealwrightError) as caught:
        got.extend(pieces)
    assert code == caught.value.code
    assert sum(map(len, got)) < len(BLOB)


def ranged(seen: Seen) -> Reply:
    start = int(seen.headers["range"].removeprefix("bytes=").partition("-")[0])
    told = {"Content-Range": f"bytes {start}-{len(BLOB) - 1}/{len(BLOB)}"}
    return Reply(206, BLOB[start:], told)


def test_a_blob_is_taken_up_again_where_it_was_cut(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    cut = Reply(200, BLOB[:5_000_000], length=len(BLOB))
    hostile.on(blob_line(), cut, ranged)
    assert BLOB == b"".join(repository.open_blob(BLOB_DESCRIPTOR))
    assert f"bytes=5000000-{len(BLOB) - 1}" == hostile.seen[1].headers["range"]


def test_a_registry_that_knows_no_ranges_is_read_from_the_start(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on(blob_line(), Reply(200, BLOB[:5_000_001], length=len(BLOB)), Reply(200, BLOB))
    assert BLOB == b"".join(repository.open_blob(BLOB_DESCRIPTOR))


def test_another_part_than_asked_for_is_refused(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    wrong = Reply(206, BLOB[7:], {"Content-Range": "bytes 7-9/10"})
    hostile.on(blob_line(), Reply(200, BLOB[:5_000_000], length=len(BLOB)), wrong)
    assert "registry.range-conflict" == code_of(
        MalformedContentError, lambda: repository.open_blob(BLOB_DESCRIPTOR)
    )


def test_a_blob_that_is_always_cut_ends_in_an_error(
    hostile: HostileRegistry, repository: RegistryRepository
) -> None:
    hostile.on(blob_line(), Reply(200, BLOB[:10], length=len(BLOB)))
    assert "network.body-cut-short" == code_of(NetworkError, lambda: repository.open_blob(BLOB_DESCRIPTOR))
    assert limits.REQUEST_TRIES == len(hostile.seen)


def test_a_blob_behind_a_redirect_is_fetched_without_secrets(
    hostile: HostileRegistry,
    elsewhere: HostileRegistry,
    connect: Callable[..., RegistryClient],
) -> None:
    from sealwright.homes.credential_helper import Credential  # noqa: PLC0415  # this test's alone

    hostile.gate = lambda seen: (
        None
        if seen.headers.get("authorization") == "Basic dXNlcjpwdw=="
        else Reply(401, b"", {"WWW-Authenticate": 'Basic realm="x"'})
    )
    hostile.on(blob_line(), Reply(307, b"", {"Location": f"{elsewhere.url}/bucket/key?signature=abc"}))
    elsewhere.on("GET /bucket/key?signature=abc", Reply(200, BLOB))
    client = connect(credentials=lambda _domain, _path: Credential("user", "pw"))
    repository = client.repository(hostile.address, "a/b")
    assert BLOB == b"".join(repository.open_blob(BLOB_DESCRIPTOR))
    assert ["GET /bucket/key?signature=abc"] == elsewhere.lines
    assert "authorization" not in elsewhere.seen[0].headers


def test_a_storage_that_asks_for_a_password_gets_none(
    hostile: HostileRegistry, elsewhere: HostileRegistry, connect: Callable[..., RegistryClient]
) -> None:
    asked: list[str] = []

    def credentials(domain: str, path: str) -> None:
        asked.append(domain + path)

    hostile.on(blob_line(), Reply(307, b"", {"Location": f"{elsewhere.url}/x"}))
    elsewhere.on("GET /x", Reply(401, b"", {"WWW-Authenticate": 'Basic realm="x"'}))
    repository = connect(credentials=credentials).repository(hostile.address, "a/b")
    assert "registry.denied" == code_of(AccessDeniedError, lambda: repository.open_blob(BLOB_DESCRIPTOR))
    assert [] == asked


def page(*tags: str, following: str = "") -> Reply:
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return Reply(200, json.dumps({"name": "a/b", "tags": tags}).encode(), headers)


def test_tags_come_in_pages(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on("GET /v2/a/b/tags/list", page("a", "b", following="/v2/a/b/tags/list?last=b&n=2"))
    hostile.on(
        "GET /v2/a/b/tags/list?last=b&n=2", page("c", following=f"{hostile.url}/v2/a/b/tags/list?last=c")
    )
    hostile.on("GET /v2/a/b/tags/list?last=c", page("d"))
    assert ["a", "b", "c", "d"] == list(repository.tags())


@pytest.mark.parametrize(
    "link",
    [
        "<?last=b>;rel=next",
        '<?last=b> ; title="a, b" ; rel="next"',
        '<?last=a>; rel="prev", <?last=b>; rel="next"',
        '<?last=b>; rel="last next"',
    ],
)
def test_links_are_read_in_every_form(
    hostile: HostileRegistry, repository: RegistryRepository, link: str
) -> None:
    first = page("a")._replace(headers={"Link": link})
    hostile.on("GET /v2/a/b/tags/list", first)
    hostile.on("GET /v2/a/b/tags/list?last=b", page("c"))
    assert ["a", "c"] == list(repository.tags())


@pytest.mark.parametrize(
    "link", ["", "next", '<?last=b>; rel="prev"', '<?last=b>; rel="nextish"', "<?last=b>"]
)
def test_what_is_no_link_ends_the_listing(
    hostile: HostileRegistry, repository: RegistryRepository, link: str
) -> None:
    hostile.on("GET /v2/a/b/tags/list", page("a")._replace(headers={"Link": link}))
    assert ["a"] == list(repository.tags())


def test_no_repository_has_no_tags(repository: RegistryRepository) -> None:
    assert [] == list(repository.tags())


def test_go_writes_empty_lists_as_null(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on("GET /v2/a/b/tags/list", Reply(200, b'{"name":"a/b","tags":null}'))
    assert [] == list(repository.tags())


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (page("a", following="/v2/a/b/tags/list"), "registry.pages-repeat"),
        (page("a", following="http://evil.example/v2/"), "registry.page-elsewhere"),
        (page("a", following="ftp://x/"), "registry.page-elsewhere"),
        (page("a", following="//[x"), "registry.page-elsewhere"),
        (Reply(200, b"[]"), "registry.listing-malformed"),
        (Reply(200, b"<html>"), "registry.listing-malformed"),
        (Reply(200, b'{"tags":[1]}'), "registry.listing-malformed"),
        (Reply(200, b'{"tags":{}}'), "registry.listing-malformed"),
        (Reply(200, endless=b" " * 65536), "network.answer-too-large"),
        (Reply(403), "registry.denied"),
    ],
)
def test_listings_that_lead_astray(
    hostile: HostileRegistry, repository: RegistryRepository, reply: Reply, code: str
) -> None:
    hostile.on("GET /v2/a/b/tags/list", reply)
    assert code == code_of(SealwrightError, repository.tags)


def test_endless_pages_end(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    hostile.on_match(
        r"GET /v2/a/b/tags/list.*",
        lambda _: page(f"t{len(hostile.seen)}", following=f"/v2/a/b/tags/list?last={len(hostile.seen)}"),
    )
    assert "registry.too-many-pages" == code_of(RegistryError, repository.tags)
    assert limits.REFERRERS_PAGES == len(hostile.seen)


def test_an_endless_list_of_tags_ends(hostile: HostileRegistry, repository: RegistryRepository) -> None:
    many = json.dumps({"tags": ["t"] * 500_001}).encode()
    hostile.on("GET /v2/a/b/tags/list", Reply(200, many, {"Link": '</v2/a/b/tags/list?n=2>; rel="next"'}))
    hostile.on("GET /v2/a/b/tags/list?n=2", Reply(200, many))
    assert "registry.listing-too-long" == code_of(RegistryError, repository.tags)


def test_a_registry_is_pinged(hostile: HostileRegistry, client: RegistryClient) -> None:
    headers = {"Docker-Distribution-API-Version": "registry/2.0", "X-Registry-Supports-Signatures": "1"}
    hostile.on("GET /v2/", Reply(200, b"{}", headers))
    found = client.ping(hostile.address)
    assert (hostile.url, "registry/2.0", True) == (found.url, found.api_version, found.signatures_extension)


def test_what_is_not_a_registry_is_told(hostile: HostileRegistry, client: RegistryClient) -> None:
    assert "registry.not-found" == code_of(NotFoundError, lambda: client.ping(hostile.address))


def test_the_catalog_is_listed(hostile: HostileRegistry, client: RegistryClient) -> None:
    hostile.on("GET /v2/_catalog", Reply(200, b'{"repositories":["a/b","c"]}'))
    assert ["a/b", "c"] == list(client.catalog(hostile.address))
