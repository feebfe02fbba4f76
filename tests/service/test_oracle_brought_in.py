"""Oracle's APIs are served for what was there before, and for what changed while they were not."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from sealwright.service.configuration.oracle import Oracle
from sealwright.service.configuration.storage import Storage
from world import simple
from world.oracle_service import BASE, OracleService
from world.storages import Storages

IMAGES = f"{BASE}/images"
OFF, ON = Oracle(), Oracle("acme")


@pytest.fixture
def storage(storages: Storages, storage_kind: str) -> Storage:
    return storages.settings(storage_kind)


def shown(service: OracleService, repository: str = "*", **query: str) -> list[Any]:
    answer = service.admin.got(IMAGES, compartmentId=service.root, repositoryName=repository, **query)
    assert 200 == answer.status, answer
    items: list[Any] = answer.json["items"]
    return items


def settled(ask: Callable[[], object], wanted: object) -> None:
    """Wait until it is as wanted."""
    until = time.monotonic() + 20
    while (found := ask()) != wanted:
        assert time.monotonic() < until, found
        time.sleep(0.05)


def test_what_was_there_before_is_brought_in(storage: Storage) -> None:
    with OracleService(storage) as service:
        service.restart(OFF)
        first = service.push("team/app", "1", n="1")
        service.push("team/app", "latest", n="1")
        second = service.push("team/app", "2", n="2")
        service.push("team/app", f"sha256-{first.encoded}.sig", n="signature")
        service.push("team/app", f"sha256-{first.encoded}", n="stand-in")
        simple.push_image(service.wire, "elsewhere/app")
        assert 404 == service.admin.got(IMAGES, compartmentId=service.root).status
        service.restart(ON)
        settled(lambda: {one["displayName"] for one in shown(service)}, {"team/app:latest", "team/app:2"})
        image = service.image("team/app", first)
        assert ("", ["latest", "1"]) == (image["createdBy"], [one["version"] for one in image["versions"]])
        assert {first, second} == {one["digest"] for one in shown(service)}
        repository = service.admin.got(f"{BASE}/repositories/{image['repositoryId']}").json
        assert (2, "team/app", "") == (
            repository["imageCount"], repository["displayName"], repository["createdBy"]
        )  # fmt: skip
        service.sign(image)
        service.push("team/app", f"sha256-{second.encoded}", n="another stand-in")
        service.restart()
        service.settle()
        assert {first, second} == {one["digest"] for one in shown(service)}
        assert image["id"] == service.image("team/app", first)["id"], "it is brought in once"


def test_what_changed_meanwhile_is_noticed(storage: Storage) -> None:
    with OracleService(storage) as service:
        deleted = service.pushed("app", "deleted", n="deleted")
        anew = service.pushed("app", "anew", n="anew")
        kept = service.pushed("app", "kept", n="kept")
        moved = service.pushed("app", "moved", n="moved")
        left = service.pushed("app", "left", n="left")
        signature = service.sign(anew)
        still = service.sign(kept)
        service.restart(OFF)
        for one in (deleted, anew):
            path = f"/v2/acme/app/manifests/{one['digest']}"
            assert 202 == service.wire.ask("DELETE", path).status
        service.push("app", "anew", n="anew")
        service.push("app", "moved", n="kept")
        assert 202 == service.wire.ask("DELETE", "/v2/acme/app/manifests/left").status
        service.restart(ON)
        wanted: dict[str, list[str]] = {moved["digest"]: [], left["digest"]: []}
        wanted |= {kept["digest"]: ["kept", "moved"], anew["digest"]: ["anew"]}

        def versions() -> dict[str, list[str]]:
            images = [service.admin.got(f"{IMAGES}/{one['id']}").json for one in shown(service)]
            return {one["digest"]: sorted(v["version"] for v in one["versions"]) for one in images}

        settled(versions, wanted)
        again = service.image("app", anew["digest"])
        assert anew["id"] != again["id"]
        gone = service.admin.got(f"{BASE}/imageSignatures/{signature['id']}").json
        assert "DELETED" == gone["lifecycleState"]
        assert (
            "AVAILABLE" == service.admin.got(f"{BASE}/imageSignatures/{still['id']}").json["lifecycleState"]
        )
        assert kept["id"] == service.image("app", kept["digest"])["id"]
        assert {deleted["id"], anew["id"]} == {one["id"] for one in shown(service, lifecycleState="DELETED")}
        settled(
            lambda: service.admin.got(f"{IMAGES}/{moved['id']}").json["displayName"],
            f"app:moved@{moved['digest']}",
        )


def test_the_api_holds_on_every_storage(storage: Storage) -> None:
    with OracleService(storage) as service:
        image = service.pushed("team/app", "1", n="1")
        first, second = service.sign(image), service.sign(image)
        query = {"compartmentId": service.root, "imageDigest": image["digest"]}
        page = service.admin.got(f"{BASE}/imageSignatures", **query, limit="1")
        assert ([second["id"]], 1) == (
            [one["id"] for one in page.json["items"]],
            page.json["remainingItemsCount"],
        )
        token = page.headers["opc-next-page"]
        rest = service.admin.got(f"{BASE}/imageSignatures", **query, limit="1", page=token)
        assert [first["id"]] == [one["id"] for one in rest.json["items"]]
        titles = service.admin.got(f"{BASE}/imageSignatures", **query, sortBy="DISPLAYNAME").json["items"]
        assert sorted(one["displayName"] for one in (first, second)) == [one["displayName"] for one in titles]
        assert 204 == service.admin.ask("DELETE", f"{BASE}/imageSignatures/{first['id']}").status
        tags = {"freeformTags": {"a": "ü"}}
        assert 200 == service.admin.ask("PUT", f"{BASE}/imageSignatures/{second['id']}", tags).status
        assert 204 == service.admin.ask("DELETE", f"{IMAGES}/{image['id']}").status
        assert [] == service.admin.got(f"{BASE}/imageSignatures", **query).json["items"]
        restored = service.admin.ask("POST", f"{IMAGES}/{image['id']}/actions/restore", {"version": "2"})
        assert "team/app:2" == restored.json["displayName"]
        left = service.admin.got(f"{BASE}/imageSignatures", **query).json["items"]
        assert [(second["id"], {"a": "ü"})] == [(one["id"], one["freeformTags"]) for one in left]
        assert [image["id"]] == [one["id"] for one in shown(service, version="2", isVersioned="true")]
        assert [image["id"]] == [one["id"] for one in shown(service, "team/*", version="*")]
        order = {"compartmentId": service.root, "displayName": "new", "isPublic": True}
        made = service.admin.ask("POST", f"{BASE}/repositories", order).json
        public = service.admin.got(f"{BASE}/repositories", compartmentId=service.root, isPublic="true").json
        assert ([made["id"]], 2) == ([one["id"] for one in public["items"]], public["repositoryCount"])
        repository = f"{BASE}/repositories/{image['repositoryId']}"
        assert 204 == service.admin.ask("DELETE", repository).status
        assert "DELETED" == service.admin.got(repository).json["lifecycleState"]
        assert [] == shown(service)


def test_a_signature_that_came_through_our_own_api_is_shown(storage: Storage) -> None:
    with OracleService(storage) as service:
        image = service.pushed("team/app")
        upload = service.upload(image)
        content = {
            "keyId": upload["kmsKeyId"],
            "keyVersionId": upload["kmsKeyVersionId"],
            "signingAlgorithm": upload["signingAlgorithm"],
            "message": upload["message"],
            "signature": upload["signature"],
        }
        order = {"repository": "acme/team/app", "format": "kms", "content": content}
        answer = service.vaults.ask("POST", f"images/{image['digest']}/signatures", order)
        assert 201 == answer.status, answer
        query = {"compartmentId": service.root, "imageId": image["id"]}
        (listed,) = service.admin.got(f"{BASE}/imageSignatures", **query).json["items"]
        assert (upload["message"], upload["signature"]) == (listed["message"], listed["signature"])
        again = service.create(upload)
        assert (409, "Conflict") == (again.status, again.json["code"])
