"""Oracle's Artifacts API: images, their versions and layers, deleted and restored."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from sealwright.digest import Digest
from sealwright.service.assembly.content import content_beside
from sealwright.service.oracle.queries import images as rows
from sealwright.service.registry.actions.collecting import Terms, collect
from world import simple
from world.oracle_service import BASE, OracleService
from world.wire import Answer

IMAGES = f"{BASE}/images"
GONE = (404, "NotAuthorizedOrNotFound")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OracleService]:
    with OracleService(tmp_path_factory.mktemp("oracle")) as running:
        yield running


def told(answer: Answer) -> Any:
    assert 200 == answer.status, answer
    return answer.json


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def listed(service: OracleService, **query: str) -> list[Any]:
    found: list[Any] = told(service.admin.got(IMAGES, compartmentId=service.root, **query))["items"]
    return found


def test_an_image_tells_what_was_pushed(service: OracleService) -> None:
    layers = [b"first layer", b"second, longer layer"]
    blobs = [service.wire.push_blob("acme/layers/app", content) for content in layers]
    config = service.wire.push_blob("acme/layers/app", b"{}")
    members = {
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 2},
        "layers": [
            {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": digest, "size": len(content)}
            for digest, content in zip(blobs, layers, strict=True)
        ],
    }
    digest, _ = service.wire.push_manifest("acme/layers/app", "1.0", members)
    image = service.image("layers/app", digest)
    manifest = service.wire.ask("GET", f"/v2/acme/layers/app/manifests/{digest}").body
    assert (digest, "layers/app", "layers/app:1.0", "1.0") == (
        image["digest"], image["repositoryName"], image["displayName"], image["version"]
    )  # fmt: skip
    assert [(str(d), len(c)) for d, c in zip(blobs, layers, strict=True)] == [
        (layer["digest"], layer["sizeInBytes"]) for layer in image["layers"]
    ]
    assert (sum(map(len, layers)), len(manifest)) == (
        image["layersSizeInBytes"], image["manifestSizeInBytes"]
    )  # fmt: skip
    user = service.tenancy.user("admin")
    assert [(user, "1.0")] == [(one["createdBy"], one["version"]) for one in image["versions"]]
    assert (user, service.root, "AVAILABLE") == (
        image["createdBy"], image["compartmentId"], image["lifecycleState"]
    )  # fmt: skip
    assert image["timeCreated"].endswith("Z")
    assert len("2026-11-28T01:02:03.456Z") == len(image["timeCreated"])
    summary = listed(service, imageId=image["id"])
    assert [{name: image[name] for name in summary[0]}] == summary


def test_pushing_what_is_there_keeps_the_image(service: OracleService) -> None:
    first = service.pushed("same/app", "1")
    second = service.pushed("same/app", "2")
    assert first["id"] == second["id"]
    assert ("same/app:2", "2") == (second["displayName"], second["version"])
    assert ["2", "1"] == [one["version"] for one in second["versions"]]
    assert 1 == len(listed(service, repositoryName="same/app"))


def test_a_tag_that_moves_renames_both_images(service: OracleService) -> None:
    first = service.pushed("moved/app", "latest", n="1")
    second = service.pushed("moved/app", "latest", n="2")
    assert ("moved/app:latest", "latest") == (second["displayName"], second["version"])
    left = told(service.admin.got(f"{IMAGES}/{first['id']}"))
    assert f"moved/app:latest@{first['digest']}" == left["displayName"]
    assert "version" not in left
    assert [] == left["versions"]
    assert [first["id"]] == [
        i["id"] for i in listed(service, repositoryName="moved/app", isVersioned="false")
    ]
    assert [second["id"]] == [
        i["id"] for i in listed(service, repositoryName="moved/app", isVersioned="true")
    ]


def test_an_image_that_never_had_a_tag_is_unknown(service: OracleService) -> None:
    digest = service.push("untagged/app", "x", n="tagged")
    manifest = service.wire.ask("GET", f"/v2/acme/untagged/app/manifests/{digest}")
    other = manifest.body + b" "
    by_digest = Digest.of(other)
    headers = {"Content-Type": manifest.headers["content-type"]}
    assert (
        201 == service.wire.ask("PUT", f"/v2/acme/untagged/app/manifests/{by_digest}", other, headers).status
    )
    assert f"untagged/app:unknown@{by_digest}" == service.image("untagged/app", by_digest)["displayName"]


def test_a_tag_that_is_removed_in_the_registry_is_removed_here(service: OracleService) -> None:
    image = service.pushed("removed/app", "old")
    assert 202 == service.wire.ask("DELETE", "/v2/acme/removed/app/manifests/old").status
    shown = told(service.admin.got(f"{IMAGES}/{image['id']}"))
    assert ([], f"removed/app:old@{image['digest']}") == (shown["versions"], shown["displayName"])
    missing = service.admin.ask(
        "POST", f"{IMAGES}/actions/lookupImageByUri", {"imageUri": "acme/removed/app:old"}
    )
    assert GONE == refused(missing)


def test_signatures_and_stand_ins_are_no_images(service: OracleService) -> None:
    digest = service.push("plain/app")
    encoded = digest.encoded
    service.push("plain/app", f"sha256-{encoded}", n="stand-in")
    service.push("plain/app", f"sha256-{encoded}.sig", n="signature")
    simple.attach(service.wire, "acme/plain/app", digest)
    subject = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": 1}
    config = {"mediaType": "application/vnd.oci.empty.v1+json", "digest": Digest.of(b"{}"), "size": 2}
    referrer = {"config": config, "layers": [], "subject": subject, "artifactType": "text/note"}
    service.wire.push_manifest("acme/plain/app", "note", referrer)
    assert [digest] == [one["digest"] for one in listed(service, repositoryName="plain/app")]


def test_repositories_of_no_namespace_are_not_shown(service: OracleService) -> None:
    simple.push_image(service.wire, "elsewhere/app")
    simple.push_image(service.wire, "acmeapp")
    names = {one["repositoryName"] for one in listed(service, limit="1000")}
    assert not {"elsewhere/app", "app", "acmeapp"} & names


@pytest.mark.parametrize(
    "uri",
    ["acme/app", "acme/app:", "acme/app@", "acme/app:1@sha256:x", "acme/app:1:2", "", "a" * 1000 + ":1"],
)
def test_what_is_no_name_of_an_image_is_refused(service: OracleService, uri: str) -> None:
    answer = service.admin.ask("POST", f"{IMAGES}/actions/lookupImageByUri", {"imageUri": uri})
    assert (400, "InvalidParameter") == refused(answer)


@pytest.mark.parametrize("uri", ["acme/no/app:1", "other/app:1", "acme/no/app@sha256:1234", "app:1"])
def test_an_image_that_is_not_there_is_not_found(service: OracleService, uri: str) -> None:
    answer = service.admin.ask("POST", f"{IMAGES}/actions/lookupImageByUri", {"imageUri": uri})
    assert GONE == refused(answer)


def test_filters_find_what_they_name(service: OracleService) -> None:
    one = service.pushed("found/app", "1.0", n="one")
    two = service.pushed("found/app", "1.1", n="two")
    other = service.pushed("found/apple", "2.0", n="three")

    def ids(**query: str) -> list[str]:
        return [image["id"] for image in listed(service, **{"repositoryName": "found/*", **query})]

    assert [other["id"], two["id"], one["id"]] == ids()
    assert [one["id"], two["id"], other["id"]] == ids(sortOrder="ASC")
    assert [one["id"], two["id"], other["id"]] == ids(sortBy="DISPLAYNAME")
    assert [two["id"], one["id"]] == ids(repositoryName="found/app")
    assert [two["id"], one["id"]] == ids(repositoryId=one["repositoryId"])
    assert [two["id"]] == ids(version="1.1")
    assert [two["id"], one["id"]] == ids(version="1.*")
    assert [] == ids(version="1")
    assert [one["id"]] == ids(displayName="found/app:1.0")
    assert [one["id"]] == ids(imageDigest=one["digest"])
    assert [one["id"]] == ids(imageId=one["id"])
    assert [] == ids(lifecycleState="DELETED")
    service.wire.ask("PUT", "/v2/acme/found/app/manifests/extra", *_manifest(service, one))
    assert [one["id"]] == ids(version="1.0"), "an earlier tag still names it"


def _manifest(service: OracleService, image: Any) -> tuple[bytes, dict[str, str]]:
    found = service.wire.ask("GET", f"/v2/acme/{image['repositoryName']}/manifests/{image['digest']}")
    return found.body, {"Content-Type": found.headers["content-type"]}


def test_pages_go_on_where_they_ended(service: OracleService) -> None:
    pushed = [service.pushed("pages/app", f"v{n}", n=str(n))["id"] for n in range(7)]
    for query, wanted in (
        ({}, pushed[::-1]),
        ({"sortOrder": "ASC"}, pushed),
        ({"sortBy": "DISPLAYNAME"}, pushed),
        ({"sortBy": "DISPLAYNAME", "sortOrder": "DESC"}, pushed[::-1]),
    ):
        found: list[str] = []
        remaining = []
        page: dict[str, str] = {}
        while True:
            wanted_page = {"repositoryName": "pages/app", "limit": "3", **query, **page}
            answer = service.admin.got(IMAGES, compartmentId=service.root, **wanted_page)
            found += [one["id"] for one in told(answer)["items"]]
            remaining.append(answer.json["remainingItemsCount"])
            if "opc-next-page" not in answer.headers:
                break
            page = {"page": answer.headers["opc-next-page"]}
        assert wanted == found
        assert [4, 1, 0] == remaining


def test_the_token_of_another_list_is_refused(service: OracleService) -> None:
    for n in range(2):
        service.push("tokens/app", f"v{n}", n=str(n))
    query = {"compartmentId": service.root, "repositoryName": "tokens/app", "limit": "1"}
    token = service.admin.got(IMAGES, **query).headers["opc-next-page"]
    for change in ({"repositoryName": "pages/app"}, {"sortBy": "DISPLAYNAME"}, {"sortOrder": "ASC"}):
        answer = service.admin.got(IMAGES, **{**query, **change, "page": token})
        assert (400, "InvalidParameter") == refused(answer)
    elsewhere = service.admin.got(f"{BASE}/imageSignatures", **{**query, "page": token})
    assert (400, "InvalidParameter") == refused(elsewhere)
    assert 200 == service.admin.got(IMAGES, **{**query, "page": token, "limit": "5"}).status


def test_tags_are_replaced_if_the_image_is_as_it_was(service: OracleService) -> None:
    image = service.pushed("tagged/app")
    path = f"{IMAGES}/{image['id']}"
    etag = service.admin.got(path).headers["etag"]
    changed = service.admin.ask("PUT", path, {"freeformTags": {"a": "1"}}, {"if-match": f'"{etag}"'})
    assert {"a": "1"} == told(changed)["freeformTags"]
    stale = service.admin.ask("PUT", path, {"freeformTags": {}}, {"if-match": etag})
    assert (412, "NoEtagMatch") == refused(stale)
    assert {"a": "1"} == listed(service, imageId=image["id"])[0]["freeformTags"]


def test_a_version_can_be_removed(service: OracleService) -> None:
    service.push("versions/app", "1")
    image = service.pushed("versions/app", "2")
    path = f"{IMAGES}/{image['id']}/actions/removeVersion"
    left = told(service.admin.ask("POST", path, {"version": "2"}))
    assert ("1", ["1"]) == (left["version"], [one["version"] for one in left["versions"]])
    assert GONE == refused(service.admin.ask("POST", path, {"version": "2"}))
    other = service.pushed("versions/app", "3", n="other")
    assert GONE == refused(service.admin.ask("POST", path, {"version": "3"}))
    assert "3" == told(service.admin.got(f"{IMAGES}/{other['id']}"))["version"]
    assert 404 == service.wire.ask("GET", "/v2/acme/versions/app/manifests/2").status
    assert 200 == service.wire.ask("GET", f"/v2/acme/versions/app/manifests/{image['digest']}").status
    last = told(service.admin.ask("POST", path, {"version": "1"}))
    assert f"versions/app:1@{image['digest']}" == last["displayName"]


def test_a_deleted_image_can_be_restored_with_its_signatures(service: OracleService) -> None:
    image = service.pushed("restored/app", "1")
    kept, dropped = service.sign(image), service.sign(image)
    service.admin.ask("DELETE", f"{BASE}/imageSignatures/{dropped['id']}")
    manifest = service.wire.ask("GET", "/v2/acme/restored/app/manifests/1").body
    assert 204 == service.admin.ask("DELETE", f"{IMAGES}/{image['id']}").status
    assert 404 == service.wire.ask("GET", f"/v2/acme/restored/app/manifests/{image['digest']}").status
    gone = told(service.admin.got(f"{IMAGES}/{image['id']}"))
    assert "DELETED" == gone["lifecycleState"]
    assert [image["id"]] == [
        one["id"] for one in listed(service, repositoryName="restored/app", lifecycleState="DELETED")
    ]
    for change in (
        service.admin.ask("PUT", f"{IMAGES}/{image['id']}", {}),
        service.admin.ask("DELETE", f"{IMAGES}/{image['id']}"),
    ):
        assert GONE == refused(change)
    path = f"{IMAGES}/{image['id']}/actions/restore"
    back = told(service.admin.ask("POST", path, {"version": "back"}))
    assert (image["id"], "AVAILABLE", "restored/app:back") == (
        back["id"], back["lifecycleState"], back["displayName"]
    )  # fmt: skip
    assert manifest == service.wire.ask("GET", "/v2/acme/restored/app/manifests/back").body
    signatures = service.admin.got(f"{BASE}/imageSignatures", compartmentId=service.root, imageId=image["id"])
    assert [(kept["id"], kept["signature"])] == [
        (one["id"], one["signature"]) for one in told(signatures)["items"]
    ]
    assert (409, "Conflict") == refused(service.admin.ask("POST", path, {}))


def test_what_was_deleted_in_the_registry_can_be_restored_too(service: OracleService) -> None:
    image = service.pushed("revived/app", "1")
    assert 202 == service.wire.ask("DELETE", f"/v2/acme/revived/app/manifests/{image['digest']}").status
    path = f"{IMAGES}/{image['id']}/actions/restore"
    assert [] == told(service.admin.ask("POST", path, {}))["versions"]


def test_an_image_that_was_pushed_anew_or_forgotten_is_not_restored(service: OracleService) -> None:
    image = service.pushed("anew/app", n="anew")
    service.admin.ask("DELETE", f"{IMAGES}/{image['id']}")
    again = service.pushed("anew/app", n="anew")
    path = f"{IMAGES}/{image['id']}/actions/restore"
    assert (409, "Conflict") == refused(service.admin.ask("POST", path, {}))
    service.admin.ask("DELETE", f"{IMAGES}/{again['id']}")
    with service.database.write() as transaction:
        rows.forget_content(transaction, time.time_ns())
    assert (409, "Conflict") == refused(service.admin.ask("POST", path, {"version": "x"}))
    shown = told(service.admin.got(f"{IMAGES}/{image['id']}"))
    assert ([], 0) == (shown["layers"], shown["manifestSizeInBytes"])


def test_pulls_are_counted(service: OracleService) -> None:
    image = service.pushed("pulled/app")
    path = f"/v2/acme/pulled/app/manifests/{image['digest']}"
    for method in ("GET", "GET", "HEAD", "GET"):
        assert 200 == service.wire.ask(method, path).status
    until = time.monotonic() + 20
    while (shown := service.image("pulled/app", image["digest"]))["pullCount"] < 3:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert 3 == shown["pullCount"]
    assert shown["timeLastPulled"] > image["timeCreated"]


def test_pulls_before_the_end_are_not_lost(tmp_path_factory: pytest.TempPathFactory) -> None:
    with OracleService(tmp_path_factory.mktemp("ending")) as service:
        image = service.pushed("app")
        service.wire.ask("GET", f"/v2/acme/app/manifests/{image['digest']}")
        service.restart()
        found = rows.find(service.database, image["id"])
        assert found is not None
        assert 1 == found.pulls


def test_rights_are_those_of_the_repository(service: OracleService) -> None:
    image = service.pushed("rights/app")
    other = service.pushed("rights/app", "2", n="2")
    service.robot("looking", pull="acme/rights/*")
    service.robot("pushing", push="acme/rights/*", pull="acme/rights/*")
    service.robot("nobody", pull="acme/none/*")
    service.settle()
    looking, pushing, nobody = map(service.signer, ("looking", "pushing", "nobody"))
    path = f"{IMAGES}/{image['id']}"
    assert [200, 200, 404] == [who.got(path).status for who in (looking, pushing, nobody)]
    assert [2, 2, 0] == [
        len(told(who.got(IMAGES, compartmentId=service.root, repositoryName="rights/*"))["items"])
        for who in (looking, pushing, nobody)
    ]
    hidden = nobody.got(path)
    absent = nobody.got(f"{IMAGES}/{image['id'][:-5]}aaaaa")
    assert (hidden.status, hidden.json) == (absent.status, absent.json)
    uri = {"imageUri": "acme/rights/app:v1"}
    assert 404 == nobody.ask("POST", f"{IMAGES}/actions/lookupImageByUri", uri).status
    assert 404 == looking.ask("PUT", path, {"freeformTags": {}}).status
    assert 200 == pushing.ask("PUT", path, {"freeformTags": {}}).status
    for who in (looking, pushing):
        assert 404 == who.ask("DELETE", path).status
        assert 404 == who.ask("POST", f"{path}/actions/removeVersion", {"version": "v1"}).status
    assert 204 == service.admin.ask("DELETE", f"{IMAGES}/{other['id']}").status
    assert 404 == looking.ask("POST", f"{IMAGES}/{other['id']}/actions/restore", {}).status
    assert 200 == pushing.ask("POST", f"{IMAGES}/{other['id']}/actions/restore", {}).status


def test_deeds_are_noted(service: OracleService) -> None:
    image = service.pushed("noted/app")
    service.admin.ask("PUT", f"{IMAGES}/{image['id']}", {"freeformTags": {"a": "b"}})
    service.admin.ask("DELETE", f"{IMAGES}/{image['id']}")
    audit = service.wire.ask("GET", "/api/v1/audit?repository=acme/noted/app").json
    actions = [entry["action"] for entry in audit["entries"]]
    assert ["image.delete", "image.update", "manifest.push"] == actions


def test_garbage_collection_deletes_images_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    with OracleService(tmp_path_factory.mktemp("collected")) as service:
        image = service.pushed("app")
        service.wire.ask("DELETE", "/v2/acme/app/manifests/v1")
        content = content_beside(service.settings)
        try:
            collect(content, Terms(grace=0, untagged=0))
        finally:
            content.close()
        assert "DELETED" == told(service.admin.got(f"{IMAGES}/{image['id']}"))["lifecycleState"]
        assert 404 == service.wire.ask("GET", f"/v2/acme/app/manifests/{image['digest']}").status
