"""Listings over HTTP: repositories, tags and referrers, whole and page by page."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from sealwright import limits, media_types
from sealwright.digest import Digest
from world.registry import Registry
from world.wire import Answer, Wire

CONFIG: dict[str, object] = {"mediaType": "application/x.a", "digest": str(Digest.of(b"{}")), "size": 2}
PLAIN: dict[str, object] = {"config": CONFIG, "layers": []}


def pages(wire: Wire, path: str) -> Iterator[Answer]:
    """Every page from one on, as `Link` leads."""
    while path:
        answer = wire.ask("GET", path)
        assert 200 == answer.status
        yield answer
        link = re.fullmatch(r'<(/v2/[^>]+)>; rel="next"', answer.headers.get("link", ""))
        path = link[1] if link else ""


def test_tags_come_in_the_order_of_their_bytes(wire: Wire, name: str) -> None:
    tags = ["b", "a", "B", "A", "_", "0", "a.b", "a-b", "aa"]
    for tag in tags:
        wire.push_manifest(name, tag, PLAIN)
    assert {"name": name, "tags": sorted(tags)} == wire.ask("GET", f"/v2/{name}/tags/list").json


def test_tags_come_page_by_page(wire: Wire, name: str) -> None:
    tags = [f"v{number:02}" for number in range(7)]
    for tag in tags:
        wire.push_manifest(name, tag, PLAIN)
    found = [page.json["tags"] for page in pages(wire, f"/v2/{name}/tags/list?n=3")]
    assert [tags[:3], tags[3:6], tags[6:]] == found
    exactly = list(pages(wire, f"/v2/{name}/tags/list?n=7"))
    assert ([tags], False) == ([page.json["tags"] for page in exactly], "link" in exactly[0].headers)
    assert tags[3:] == wire.ask("GET", f"/v2/{name}/tags/list?last=v02").json["tags"]
    assert tags[3:5] == wire.ask("GET", f"/v2/{name}/tags/list?last=v02&n=2").json["tags"]
    assert [] == wire.ask("GET", f"/v2/{name}/tags/list?last=zzz").json["tags"]


def test_no_tags_are_wanted_and_none_are_listed(wire: Wire, name: str) -> None:
    wire.push_manifest(name, "v1", PLAIN)
    answer = wire.ask("GET", f"/v2/{name}/tags/list?n=0")
    assert ([], False) == (answer.json["tags"], "link" in answer.headers)


def test_a_page_is_never_longer_than_the_limit(wire: Wire, name: str) -> None:
    content = b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'
    tags = sorted(f"t{number}" for number in range(limits.LISTING_PAGE + 1))
    for at in range(0, len(tags), limits.TAGS_PER_PUSH):
        query = "&".join(f"tag={tag}" for tag in tags[at : at + limits.TAGS_PER_PUSH])
        answer = wire.ask("PUT", f"/v2/{name}/manifests/{Digest.of(content)}?{query}", content)
        assert 201 == answer.status
    for path in (f"/v2/{name}/tags/list", f"/v2/{name}/tags/list?n=999999999"):
        found = [page.json["tags"] for page in pages(wire, path)]
        assert [tags[:-1], tags[-1:]] == found


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "", "9" * 5000, "\u0661".encode().decode("latin-1")])
def test_a_page_length_that_is_no_number_is_refused(wire: Wire, name: str, number: str) -> None:
    wire.push_manifest(name, "v1", PLAIN)
    for path in (f"/v2/{name}/tags/list", "/v2/_catalog", f"/v2/{name}/referrers/{Digest.of(b'')}"):
        answer = wire.ask("GET", f"{path}?n={quote(number)}")
        assert (400, "PAGINATION_NUMBER_INVALID") == (answer.status, answer.code)


def test_a_repository_with_content_and_no_tags_has_an_empty_list(wire: Wire, name: str) -> None:
    assert (404, "NAME_UNKNOWN") == (
        (missing := wire.ask("GET", f"/v2/{name}/tags/list")).status,
        missing.code,
    )
    wire.push_blob(name, b"x")
    assert {"name": name, "tags": []} == wire.ask("GET", f"/v2/{name}/tags/list").json


def test_the_catalog_lists_repositories_that_hold_a_manifest(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Registry(tmp_path_factory.mktemp("catalog")) as registry:
        wire = Wire(registry.address)
        assert {"repositories": []} == wire.ask("GET", "/v2/_catalog").json
        for repository in ("b", "a/b", "a", "a-b", "c/d/e"):
            wire.push_manifest(repository, "v1", PLAIN)
        wire.push_blob("blobs-only", b"x")
        wire.begin("nothing-yet")
        names = ["a", "a-b", "a/b", "b", "c/d/e"]
        assert {"repositories": names} == wire.ask("GET", "/v2/_catalog").json
        found = [page.json["repositories"] for page in pages(wire, "/v2/_catalog?n=2")]
        assert [names[:2], names[2:4], names[4:]] == found


def test_referrers_are_described_by_their_own_manifests(wire: Wire, name: str) -> None:
    subject, _ = wire.push_manifest(name, "v1", PLAIN)
    of = {"subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(subject), "size": 1}}
    by_type, answer = wire.push_manifest(
        name, "r1", {**PLAIN, **of, "artifactType": "application/x.sig", "annotations": {"k": "v", "ü": "\n"}}
    )
    assert subject == answer.headers["oci-subject"]
    by_config, _ = wire.push_manifest(name, "r2", {**PLAIN, **of})
    index = {"mediaType": media_types.IMAGE_INDEX, "manifests": [], **of}
    by_nothing, _ = wire.push_manifest(name, "r3", index)
    answer = wire.ask("GET", f"/v2/{name}/referrers/{subject}")
    assert (200, media_types.IMAGE_INDEX) == (answer.status, answer.headers["content-type"])
    assert (2, media_types.IMAGE_INDEX) == (answer.json["schemaVersion"], answer.json["mediaType"])
    assert "oci-filters-applied" not in answer.headers
    sizes = {
        d: int(wire.ask("HEAD", f"/v2/{name}/manifests/{d}").headers["content-length"])
        for d in (by_type, by_config, by_nothing)
    }
    expected = [
        {
            "mediaType": media_types.IMAGE_MANIFEST,
            "digest": by_type,
            "size": sizes[by_type],
            "artifactType": "application/x.sig",
            "annotations": {"k": "v", "ü": "\n"},
        },
        {
            "mediaType": media_types.IMAGE_MANIFEST,
            "digest": by_config,
            "size": sizes[by_config],
            "artifactType": "application/x.a",
        },
        {"mediaType": media_types.IMAGE_INDEX, "digest": by_nothing, "size": sizes[by_nothing]},
    ]
    assert sorted(expected, key=lambda d: str(d["digest"])) == answer.json["manifests"]


def test_referrers_are_filtered_by_artifact_type(wire: Wire, name: str) -> None:
    subject = Digest.of(name.encode())
    of = {"subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(subject), "size": 1}}
    wanted, _ = wire.push_manifest(name, "r1", {**PLAIN, **of, "artifactType": "application/x.a+json"})
    wire.push_manifest(name, "r2", {**PLAIN, **of, "artifactType": "application/x.b"})
    answer = wire.ask("GET", f"/v2/{name}/referrers/{subject}?artifactType=application%2Fx.a%2Bjson")
    assert [wanted] == [entry["digest"] for entry in answer.json["manifests"]]
    assert "artifactType" == answer.headers["oci-filters-applied"]
    nothing = wire.ask("GET", f"/v2/{name}/referrers/{subject}?artifactType=none")
    assert (200, []) == (nothing.status, nothing.json["manifests"])


def test_nothing_refers_to_an_unknown_digest(wire: Wire, name: str) -> None:
    answer = wire.ask("GET", f"/v2/{name}/referrers/{Digest.of(b'never')}")
    assert (200, []) == (answer.status, answer.json["manifests"])
    assert (400, "DIGEST_INVALID") == ((bad := wire.ask("GET", f"/v2/{name}/referrers/v1")).status, bad.code)


def test_a_deleted_referrer_is_no_longer_listed(wire: Wire, name: str) -> None:
    subject = Digest.of(name.encode(), "sha512")
    of = {"subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(subject), "size": 1}}
    referrer, _ = wire.push_manifest(name, "r1", {**PLAIN, **of})
    path = f"/v2/{name}/referrers/{subject}"
    assert [referrer] == [entry["digest"] for entry in wire.ask("GET", path).json["manifests"]]
    wire.ask("DELETE", f"/v2/{name}/manifests/{referrer}")
    assert [] == wire.ask("GET", path).json["manifests"]


def test_referrers_come_page_by_page_and_keep_their_filter(wire: Wire, name: str) -> None:
    subject = Digest.of(name.encode())
    of = {"subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(subject), "size": 1}}
    pushed = [
        wire.push_manifest(name, f"r{number}", {**PLAIN, **of, "annotations": {"n": str(number)}})[0]
        for number in range(5)
    ]
    wire.push_manifest(name, "other", {**PLAIN, **of, "artifactType": "application/x.b"})
    answers = list(pages(wire, f"/v2/{name}/referrers/{subject}?n=2&artifactType=application/x.a"))
    found = [[entry["digest"] for entry in answer.json["manifests"]] for answer in answers]
    assert [sorted(pushed)[:2], sorted(pushed)[2:4], sorted(pushed)[4:]] == found
    assert {"artifactType"} == {answer.headers["oci-filters-applied"] for answer in answers}


def test_a_page_of_referrers_is_bounded_in_bytes(wire: Wire, name: str) -> None:
    subject = Digest.of(name.encode())
    of = {"subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(subject), "size": 1}}
    pushed = {
        wire.push_manifest(
            name, f"r{number}", {**PLAIN, **of, "annotations": {"n": str(number) * 1_500_000}}
        )[0]
        for number in range(3)
    }
    answers = list(pages(wire, f"/v2/{name}/referrers/{subject}"))
    assert [2, 1] == [len(answer.json["manifests"]) for answer in answers]
    assert pushed == {entry["digest"] for answer in answers for entry in answer.json["manifests"]}
    assert all(len(answer.body) <= limits.REFERRERS_PAGE_BYTES for answer in answers)


@pytest.mark.parametrize("index_first", [True, False])
def test_a_fallback_index_is_imported_and_its_lies_are_not(
    wire: Wire, name: str, *, index_first: bool
) -> None:
    subject = Digest.of(name.encode())
    of = {"subject": {"mediaType": media_types.IMAGE_MANIFEST, "digest": str(subject), "size": 1}}
    members = {**PLAIN, **of, "artifactType": "application/x.sig", "annotations": {"true": "yes"}}
    referrer, answer = wire.push_manifest(f"{name}/source", "r", members)
    size = len(wire.ask("GET", answer.headers["location"]).body)
    fallback = {
        "mediaType": media_types.IMAGE_INDEX,
        "manifests": [
            {
                "mediaType": media_types.IMAGE_MANIFEST,
                "digest": str(referrer),
                "size": size,
                "artifactType": media_types.EMPTY,
            }
        ],
    }
    tag = f"sha256-{subject.encoded}"
    if index_first:
        wire.push_manifest(name, tag, fallback)
    wire.push_manifest(name, str(referrer), members)
    if not index_first:
        wire.push_manifest(name, tag, fallback)
    entries = wire.ask("GET", f"/v2/{name}/referrers/{subject}").json["manifests"]
    assert [(referrer, "application/x.sig", {"true": "yes"})] == [
        (entry["digest"], entry["artifactType"], entry["annotations"]) for entry in entries
    ]
    assert 200 == wire.ask("GET", f"/v2/{name}/manifests/{tag}").status
