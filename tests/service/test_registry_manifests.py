"""Manifests over HTTP: taken exactly as they are, or refused with a reason."""

import json
from collections.abc import Mapping

import pytest

from sealwright import media_types
from sealwright.digest import Digest
from world.wire import IMAGE, Wire

INDEX = media_types.IMAGE_INDEX
CONFIG: dict[str, object] = {
    "mediaType": media_types.IMAGE_CONFIG,
    "digest": str(Digest.of(b"{}")),
    "size": 2,
}
PLAIN: dict[str, object] = {"config": CONFIG, "layers": []}


def encoded(**members: object) -> bytes:
    return json.dumps({"schemaVersion": 2, **members}).encode()


def put(wire: Wire, name: str, to: object, content: bytes, media_type: str | None = IMAGE) -> tuple[int, str]:
    headers = {} if media_type is None else {"Content-Type": media_type}
    answer = wire.ask("PUT", f"/v2/{name}/manifests/{to}", content, headers)
    return answer.status, answer.code if answer.status >= 400 else answer.headers["docker-content-digest"]


@pytest.mark.parametrize("space", [b"", b" ", b"\n\n\t"])
def test_a_manifest_comes_back_byte_for_byte(wire: Wire, name: str, space: bytes) -> None:
    content = space + encoded(mediaType=IMAGE, **PLAIN, unknown={"z": 1, "a": [None]}) + space
    digest = Digest.of(content)
    assert (201, digest) == put(wire, name, "v1", content)
    for reference in ("v1", digest):
        answer = wire.ask("GET", f"/v2/{name}/manifests/{reference}")
        assert (200, content, IMAGE) == (answer.status, answer.body, answer.headers["content-type"])
        assert digest == answer.headers["docker-content-digest"]
        assert f'"{digest}"' == answer.headers["etag"]
        head = wire.ask("HEAD", f"/v2/{name}/manifests/{reference}")
        assert (200, b"", str(len(content))) == (head.status, head.body, head.headers["content-length"])
        assert answer.headers["content-type"] == head.headers["content-type"]
        assert digest == head.headers["docker-content-digest"]


def test_what_the_client_has_is_not_sent_again(wire: Wire, name: str) -> None:
    digest, _ = wire.push_manifest(name, "v1", PLAIN)
    answer = wire.ask("GET", f"/v2/{name}/manifests/v1", headers={"If-None-Match": f'"{digest}"'})
    assert (304, b"") == (answer.status, answer.body)


@pytest.mark.parametrize(
    ("media_type", "members"),
    [
        (media_types.DOCKER_MANIFEST, PLAIN),
        (media_types.DOCKER_MANIFEST_LIST, {"manifests": []}),
        (INDEX, {"manifests": []}),
        (media_types.OCI_ARTIFACT_MANIFEST, {"blobs": []}),
    ],
)
@pytest.mark.parametrize("says", [True, False])
def test_every_kind_of_manifest_keeps_its_type(
    wire: Wire, name: str, media_type: str, members: Mapping[str, object], *, says: bool
) -> None:
    content = encoded(**({"mediaType": media_type} if says else {}), **members)
    assert (201, Digest.of(content)) == put(wire, name, "v1", content, f"{media_type}; charset=utf-8")
    answer = wire.ask("GET", f"/v2/{name}/manifests/v1", headers={"Accept": "application/json"})
    assert (content, media_type) == (answer.body, answer.headers["content-type"])


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"", IMAGE, 400, "MANIFEST_INVALID"),
        (b"[]", IMAGE, 400, "MANIFEST_INVALID"),
        (b"{", IMAGE, 400, "MANIFEST_INVALID"),
        (b"\xff\xfe", IMAGE, 400, "MANIFEST_INVALID"),
        (b'{"schemaVersion":2,"schemaVersion":2}', IMAGE, 400, "MANIFEST_INVALID"),
        (b'{"schemaVersion":2} {}', IMAGE, 400, "MANIFEST_INVALID"),
        (b"[" * 100_000, IMAGE, 400, "MANIFEST_INVALID"),
        (json.dumps({"schemaVersion": 1}).encode(), IMAGE, 400, "MANIFEST_INVALID"),
        (json.dumps(PLAIN).encode(), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(mediaType=INDEX, manifests=[]), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(mediaType=IMAGE, **PLAIN, manifests=[CONFIG]), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(mediaType=INDEX, manifests=[], layers=[CONFIG]), INDEX, 400, "MANIFEST_INVALID"),
        (encoded(mediaType=INDEX, manifests=[], config=CONFIG), INDEX, 400, "MANIFEST_INVALID"),
        (encoded(config={**CONFIG, "digest": "sha256:../.."}), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(config={**CONFIG, "size": -1}), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(config={**CONFIG, "size": "2"}), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(mediaType=IMAGE, **PLAIN, annotations={"a": "\ud800"}), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(mediaType=IMAGE, **PLAIN, artifactType="\udfff"), IMAGE, 400, "MANIFEST_INVALID"),
        (encoded(mediaType="text/plain"), "text/plain", 415, "UNSUPPORTED"),
        (
            encoded(schemaVersion=1),
            "application/vnd.docker.distribution.manifest.v1+prettyjws",
            415,
            "UNSUPPORTED",
        ),
        (
            encoded(schemaVersion=1),
            "application/vnd.docker.distribution.manifest.v1+json",
            415,
            "UNSUPPORTED",
        ),
    ],
)
def test_what_is_not_a_manifest_is_refused(
    wire: Wire, name: str, content: bytes, media_type: str, status: int, code: str
) -> None:
    assert (status, code) == put(wire, name, "v1", content, media_type)
    assert 404 == wire.ask("GET", f"/v2/{name}/tags/list").status


def test_a_manifest_that_says_its_type_needs_no_content_type(wire: Wire, name: str) -> None:
    content = encoded(mediaType=INDEX, manifests=[])
    assert (201, Digest.of(content)) == put(wire, name, "v1", content, None)
    assert INDEX == wire.ask("HEAD", f"/v2/{name}/manifests/v1").headers["content-type"]


def test_a_manifest_of_the_largest_size_is_taken_and_one_byte_more_is_not(wire: Wire, name: str) -> None:
    content = encoded(mediaType=IMAGE, **PLAIN)
    largest = content + b" " * (4 * 1024 * 1024 - len(content))
    assert (201, Digest.of(largest)) == put(wire, name, "v1", largest)
    assert (413, "SIZE_INVALID") == put(wire, name, "v2", largest + b" ")
    assert largest == wire.ask("GET", f"/v2/{name}/manifests/v1").body


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_manifest_may_be_pushed_by_any_digest_with_tags(wire: Wire, name: str, algorithm: str) -> None:
    content = encoded(mediaType=IMAGE, **PLAIN)
    digest = Digest.of(content, algorithm)
    path = f"/v2/{name}/manifests/{digest}?tag=1.2.3&tag=1.2&tag=latest&tag=1.2"
    answer = wire.ask("PUT", path, content, {"Content-Type": IMAGE})
    assert (201, digest) == (answer.status, answer.headers["docker-content-digest"])
    assert f"/v2/{name}/manifests/{digest}" == answer.headers["location"]
    assert "1.2.3, 1.2, latest" == answer.headers["oci-tag"]
    for reference in (digest, "1.2", "latest", "1.2.3"):
        assert (
            digest == wire.ask("HEAD", f"/v2/{name}/manifests/{reference}").headers["docker-content-digest"]
        )


@pytest.mark.parametrize(("tags", "status"), [(100, 201), (101, 414)])
def test_a_push_sets_a_hundred_tags_at_most(wire: Wire, name: str, tags: int, status: int) -> None:
    content = encoded(mediaType=IMAGE, **PLAIN)
    query = "&".join(f"tag=t{number}" for number in range(tags))
    assert status == wire.ask("PUT", f"/v2/{name}/manifests/{Digest.of(content)}?{query}", content).status


def test_one_bad_tag_lets_the_whole_push_fail(wire: Wire, name: str) -> None:
    content = encoded(mediaType=IMAGE, **PLAIN)
    answer = wire.ask("PUT", f"/v2/{name}/manifests/{Digest.of(content)}?tag=good&tag=-bad", content)
    assert (400, "TAG_INVALID") == (answer.status, answer.code)
    assert 404 == wire.ask("GET", f"/v2/{name}/manifests/good").status


def test_a_digest_that_lies_is_refused(wire: Wire, name: str) -> None:
    content = encoded(mediaType=IMAGE, **PLAIN)
    for lie in (Digest.of(content + b" "), Digest.of(b"", "sha512")):
        assert (400, "DIGEST_INVALID") == put(wire, name, lie, content)
        assert 404 == wire.ask("HEAD", f"/v2/{name}/manifests/{lie}").status


def test_what_a_manifest_points_to_may_be_missing(wire: Wire, name: str) -> None:
    missing = {**CONFIG, "digest": str(Digest.of(b"never pushed"))}
    digest, answer = wire.push_manifest(
        name, "v1", {"config": missing, "layers": [missing], "subject": missing}
    )
    assert missing["digest"] == answer.headers["oci-subject"]
    assert 200 == wire.ask("GET", f"/v2/{name}/manifests/{digest}").status


def test_a_manifest_without_a_subject_names_none(wire: Wire, name: str) -> None:
    _, answer = wire.push_manifest(name, "v1", PLAIN)
    assert "oci-subject" not in answer.headers


def test_a_tag_moves(wire: Wire, name: str) -> None:
    first, _ = wire.push_manifest(name, "v1", PLAIN)
    second, _ = wire.push_manifest(name, "v1", {**PLAIN, "annotations": {"a": "b"}})
    assert second == wire.ask("HEAD", f"/v2/{name}/manifests/v1").headers["docker-content-digest"]
    assert 200 == wire.ask("HEAD", f"/v2/{name}/manifests/{first}").status


def test_deleting_a_tag_leaves_the_manifest(wire: Wire, name: str) -> None:
    digest, _ = wire.push_manifest(name, "v1", PLAIN)
    assert 202 == wire.ask("DELETE", f"/v2/{name}/manifests/v1").status
    assert 404 == wire.ask("HEAD", f"/v2/{name}/manifests/v1").status
    assert "MANIFEST_UNKNOWN" == wire.ask("DELETE", f"/v2/{name}/manifests/v1").code
    assert 200 == wire.ask("HEAD", f"/v2/{name}/manifests/{digest}").status


def test_deleting_a_manifest_takes_all_its_tags(wire: Wire, name: str) -> None:
    digest, _ = wire.push_manifest(name, "v1", PLAIN)
    wire.push_manifest(name, "v2", PLAIN)
    other, _ = wire.push_manifest(name, "v3", {**PLAIN, "annotations": {"a": "b"}})
    assert 202 == wire.ask("DELETE", f"/v2/{name}/manifests/{digest}").status
    assert {"name": name, "tags": ["v3"]} == wire.ask("GET", f"/v2/{name}/tags/list").json
    assert 404 == wire.ask("GET", f"/v2/{name}/manifests/{digest}").status
    assert (404, "MANIFEST_UNKNOWN") == (
        (again := wire.ask("DELETE", f"/v2/{name}/manifests/{digest}")).status,
        again.code,
    )
    assert 200 == wire.ask("GET", f"/v2/{name}/manifests/{other}").status


def test_repositories_do_not_see_each_others_manifests(wire: Wire, name: str) -> None:
    digest, _ = wire.push_manifest(name, "v1", PLAIN)
    for reference in (digest, "v1"):
        assert 404 == wire.ask("GET", f"/v2/{name}/other/manifests/{reference}").status
        assert 404 == wire.ask("DELETE", f"/v2/{name}/other/manifests/{reference}").status
    assert 200 == wire.ask("GET", f"/v2/{name}/manifests/v1").status
