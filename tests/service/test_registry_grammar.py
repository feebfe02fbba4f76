"""Paths below /v2/."""

import pytest

from sealwright.errors import NotFoundError, SealwrightError, UsageError
from sealwright.service.registry.grammar import Target, reference, target
from world.wire import Wire

HEX = "0" * 64


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v2", Target("ping")),
        ("/v2/", Target("ping")),
        ("/v2/_catalog", Target("catalog", "", "_catalog")),
        ("/v2/a/tags/list", Target("tags", "a", "tags/list")),
        ("/v2/a/b/manifests/v1", Target("manifest", "a/b", "v1")),
        ("/v2/a/blobs/uploads", Target("uploads", "a", "blobs/uploads")),
        ("/v2/a/blobs/uploads/", Target("uploads", "a", "blobs/uploads/")),
        ("/v2/a/blobs/uploads/1-2", Target("upload", "a", "1-2")),
        (f"/v2/a/blobs/sha256:{HEX}", Target("blob", "a", f"sha256:{HEX}")),
        (f"/v2/a/referrers/sha256:{HEX}", Target("referrers", "a", f"sha256:{HEX}")),
        ("/v2/a/manifests/b/manifests/c", Target("manifest", "a/manifests/b", "c")),
        ("/v2/blobs/uploads/tags/list", Target("tags", "blobs/uploads", "tags/list")),
        ("/v2/a/blobs/uploads/blobs/uploads/", Target("uploads", "a/blobs/uploads", "blobs/uploads/")),
        ("/v2/a.b_c__d---e/manifests/x", Target("manifest", "a.b_c__d---e", "x")),
    ],
)
def test_a_path_says_what_it_is_about(path: str, expected: Target) -> None:
    assert expected == target(path)


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "a/B",
        "a//b",
        "../a",
        "a/../b",
        "a/./b",
        "a.",
        ".a",
        "a_-b",
        "a___b",
        "-a",
        "a/",
        "é",
        "a" * 256,
        "a b",
    ],
)
def test_a_bad_repository_name_is_told(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        target(f"/v2/{name}/tags/list")
    assert "service.name-invalid" == caught.value.code


@pytest.mark.parametrize(
    "path",
    ["/v2x", "/v2_catalog", "/v1/", "/v2/a", "/v2/a/blobs/", "/v2/a/manifests/x/y", "/v2/a/tags/list/"],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        target(path)
    assert "service.path-unknown" == caught.value.code


@pytest.mark.parametrize("text", ["a-" * 500, "a/" * 500, "a" * 1000, "a__" * 300, "blobs/" * 160])
def test_a_long_path_is_refused_in_no_time(text: str) -> None:
    with pytest.raises(SealwrightError):
        target(f"/v2/{text}!/tags/list")


@pytest.mark.parametrize("text", ["", ".a", "-a", "a b", "a" * 129, "a/b", "\u0661"])
def test_a_bad_tag_is_told(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        reference(text)
    assert "service.tag-invalid" == caught.value.code


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v2/a/../b/tags/list", 400, "NAME_INVALID"),
        ("GET", "/v2/a%2F..%2Fb/tags/list", 400, "NAME_INVALID"),
        ("GET", "/v2/a%00b/tags/list", 400, "NAME_INVALID"),
        ("GET", "/v2/" + "a" * 2000 + "/tags/list", 414, "SIZE_INVALID"),
        ("GET", "/v2/a/blobs/..%2f..%2fsealwright.db", 404, "NAME_UNKNOWN"),
        ("GET", "/v2/a/blobs/sha256:..", 400, "DIGEST_INVALID"),
        ("GET", f"/v2/a/blobs/sha256:{'A' * 64}", 400, "DIGEST_INVALID"),
        ("GET", f"/v2/a/blobs/blake3:{HEX}", 400, "DIGEST_INVALID"),
        ("GET", "/v2/a/blobs/uploads/..", 404, "BLOB_UPLOAD_UNKNOWN"),
        ("PATCH", "/v2/a/blobs/uploads/..%5C..%5Cx", 404, "BLOB_UPLOAD_UNKNOWN"),
        ("GET", "/v2/a/manifests/sha256:12", 400, "DIGEST_INVALID"),
        ("PUT", "/v2/a/manifests/-x", 400, "TAG_INVALID"),
        ("POST", "/v2/a/tags/list", 405, "UNSUPPORTED"),
        ("PATCH", "/v2/", 405, "UNSUPPORTED"),
        ("GET", "/v2/nothing/here", 404, "NAME_UNKNOWN"),
        ("GET", "/v2/a/manifests/b?" + "&".join(f"tag=t{n}" for n in range(500)), 414, "SIZE_INVALID"),
    ],
)
def test_a_path_that_cannot_be_is_answered_with_its_code(
    wire: Wire, method: str, path: str, status: int, code: str
) -> None:
    answer = wire.ask(method, path)
    assert (status, code) == (answer.status, answer.code)
    assert "registry/2.0" == answer.headers["docker-distribution-api-version"]


def test_a_refused_method_is_told_which_ones_there_are(wire: Wire) -> None:
    answer = wire.ask("POST", f"/v2/a/blobs/sha256:{HEX}")
    assert "GET, HEAD, DELETE" == answer.headers["allow"]


def test_an_error_names_its_code_message_and_detail(wire: Wire) -> None:
    error = wire.ask("GET", f"/v2/a/blobs/sha256:{HEX}").json["errors"][0]
    assert {
        "code": "BLOB_UNKNOWN",
        "message": f"a has no blob sha256:{HEX}",
        "detail": {"reason": "service.blob-unknown", "repository": "a", "digest": f"sha256:{HEX}"},
    } == error


def test_the_ping_says_that_this_is_a_registry(wire: Wire) -> None:
    for path in ("/v2", "/v2/"):
        answer = wire.ask("GET", path)
        assert (200, b"{}") == (answer.status, answer.body)
        assert "registry/2.0" == answer.headers["docker-distribution-api-version"]
    assert b"" == wire.ask("HEAD", "/v2/").body
