"""Oracle's Artifacts API: repositories, compartments, tags, and the configuration."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from sealwright import limits
from sealwright.errors import NotFoundError, UsageError
from sealwright.service.oracle.actions import compartments, tag_definitions
from world.accounts import ACTOR
from world.oracle_service import BASE, OracleService
from world.wire import Answer, Wire

REPOSITORIES = f"{BASE}/repositories"
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


def made(service: OracleService, name: str, **details: object) -> Any:
    order = {"compartmentId": service.root, "displayName": name, **details}
    return told(service.admin.ask("POST", REPOSITORIES, order))


def test_a_repository_is_shown_as_it_was_made(service: OracleService) -> None:
    readme = {"content": "# Hello", "format": "TEXT_MARKDOWN"}
    shown = made(
        service, "made/app", isImmutable=True, isPublic=False, readme=readme, freeformTags={"a": "b"}
    )
    path = f"{REPOSITORIES}/{shown['id']}"
    assert shown == told(service.admin.got(path))
    user = service.tenancy.user("admin")
    wanted = {
        "displayName": "made/app", "namespace": "acme", "isImmutable": True, "isPublic": False,
        "readme": readme, "freeformTags": {"a": "b"}, "definedTags": {}, "systemTags": {}, "createdBy": user,
        "imageCount": 0, "layerCount": 0, "layersSizeInBytes": 0, "billableSizeInGBs": 0,
        "lifecycleState": "AVAILABLE", "compartmentId": service.root,
    }  # fmt: skip
    assert wanted == {name: shown[name] for name in wanted}
    assert "timeLastPushed" not in shown
    again = service.admin.ask(
        "POST", REPOSITORIES, {"compartmentId": service.root, "displayName": "made/app"}
    )
    assert (409, "NotAuthorizedOrResourceAlreadyExists") == refused(again)


def test_a_first_push_makes_the_repository(service: OracleService) -> None:
    image = service.pushed("pushed/app")
    shown = told(service.admin.got(f"{REPOSITORIES}/{image['repositoryId']}"))
    assert ("pushed/app", service.root, 1) == (
        shown["displayName"], shown["compartmentId"], shown["imageCount"]
    )  # fmt: skip
    assert shown["timeLastPushed"] >= shown["timeCreated"]
    service.wire.push_blob("acme/pushed/app", b"x" * 100)
    service.pushed("pushed/app", "2", n="2")
    grown = told(service.admin.got(f"{REPOSITORIES}/{image['repositoryId']}"))
    assert (2, 1, 100) == (grown["imageCount"], grown["layerCount"], grown["layersSizeInBytes"])
    service.admin.ask("DELETE", f"{BASE}/images/{image['id']}")
    left = told(service.admin.got(f"{REPOSITORIES}/{image['repositoryId']}"))
    assert 1 == left["imageCount"]


def test_a_push_makes_none_where_that_is_off(tmp_path_factory: pytest.TempPathFactory) -> None:
    with OracleService(tmp_path_factory.mktemp("off")) as service:
        path = f"{BASE}/configuration"
        query: dict[str, Any] = {"compartmentId": service.root}
        answer = service.admin.got(path, **query)
        assert {"isRepositoryCreatedOnFirstPush": True, "namespace": "acme"} == told(answer)
        off = {"isRepositoryCreatedOnFirstPush": False}
        etag = {"if-match": answer.headers["etag"]}
        assert {**off, "namespace": "acme"} == told(service.admin.ask("PUT", path, off, etag, **query))
        assert (412, "NoEtagMatch") == refused(service.admin.ask("PUT", path, off, etag, **query))
        assert (400, "MissingParameter") == refused(service.admin.ask("PUT", path, {}, **query))
        manifest = b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'
        headers = {"Content-Type": "application/vnd.oci.image.index.v1+json"}
        refusal = service.wire.ask("PUT", "/v2/acme/new/app/manifests/1", manifest, headers)
        assert (404, "NAME_UNKNOWN") == (refusal.status, refusal.code)
        made(service, "new/app")
        assert 201 == service.wire.ask("PUT", "/v2/acme/new/app/manifests/1", manifest, headers).status
        assert 201 == service.wire.ask("PUT", "/v2/elsewhere/manifests/1", manifest, headers).status
        service.robot("reader", pull="*")
        service.settle()
        assert 200 == service.signer("reader").got(path, **query).status
        on = {"isRepositoryCreatedOnFirstPush": True}
        assert GONE == refused(service.signer("reader").ask("PUT", path, on, **query))


def test_what_changes_is_what_is_given(service: OracleService) -> None:
    shown = made(
        service, "changed/app", freeformTags={"a": "1"}, readme={"content": "x", "format": "TEXT_PLAIN"}
    )
    path = f"{REPOSITORIES}/{shown['id']}"
    etag = service.admin.got(path).headers["etag"]
    changed = told(service.admin.ask("PUT", path, {"isImmutable": True}, {"if-match": etag}))
    assert (True, {"a": "1"}, "x") == (
        changed["isImmutable"],
        changed["freeformTags"],
        changed["readme"]["content"],
    )
    assert (412, "NoEtagMatch") == refused(service.admin.ask("PUT", path, {}, {"if-match": etag}))
    replaced = told(service.admin.ask("PUT", path, {"freeformTags": {"b": "2"}, "isImmutable": False}))
    assert (False, {"b": "2"}) == (replaced["isImmutable"], replaced["freeformTags"])
    for readme in ({"content": "x", "format": "HTML"}, {"content": "x\0", "format": "TEXT_PLAIN"}):
        assert (400, "InvalidParameter") == refused(service.admin.ask("PUT", path, {"readme": readme}))
    long = {"content": "x" * (limits.ORACLE_README_LENGTH + 1), "format": "TEXT_PLAIN"}
    assert (400, "InvalidParameter") == refused(service.admin.ask("PUT", path, {"readme": long}))


def test_a_tag_of_an_immutable_repository_is_not_moved(service: OracleService) -> None:
    made(service, "fixed/app", isImmutable=True)
    service.push("fixed/app", "1", n="1")
    service.push("fixed/app", "1", n="1")
    service.push("fixed/app", "2", n="2")
    headers = {"Content-Type": "application/vnd.oci.image.index.v1+json"}
    manifest = b'{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}'
    refusal = service.wire.ask("PUT", "/v2/acme/fixed/app/manifests/1", manifest, headers)
    assert (403, "DENIED") == (refusal.status, refusal.code)
    query = {"compartmentId": service.root, "repositoryName": "fixed/app"}
    assert 2 == len(told(service.admin.got(f"{BASE}/images", **query))["items"])


def test_everybody_may_pull_from_a_public_repository(service: OracleService) -> None:
    shown = made(service, "public/app", isPublic=True)
    service.push("public/app")
    service.push("private/app")
    service.settle()
    nobody = Wire(service.registry.address)
    pulling = "/v2/acme/public/app/manifests/v1"
    assert 200 == nobody.ask("GET", pulling).status
    assert 401 == nobody.ask("GET", "/v2/acme/private/app/manifests/v1").status
    assert 401 == nobody.ask("DELETE", pulling).status
    public = told(service.admin.got(REPOSITORIES, compartmentId=service.root, isPublic="true"))
    assert [shown["id"]] == [one["id"] for one in public["items"]]
    path = f"{REPOSITORIES}/{shown['id']}"
    assert False is told(service.admin.ask("PUT", path, {"isPublic": False}))["isPublic"]
    service.settle()
    assert 401 == nobody.ask("GET", pulling).status


def test_a_deleted_repository_goes_with_its_images(service: OracleService) -> None:
    image = service.pushed("gone/app", n="gone")
    service.sign(image)
    path = f"{REPOSITORIES}/{image['repositoryId']}"
    assert 204 == service.admin.ask("DELETE", path).status
    shown = told(service.admin.got(path))
    assert ("DELETED", 0) == (shown["lifecycleState"], shown["imageCount"])
    assert GONE == refused(service.admin.ask("DELETE", path))
    assert GONE == refused(service.admin.ask("PUT", path, {}))
    assert 404 == service.wire.ask("GET", "/v2/acme/gone/app/manifests/v1").status
    assert "DELETED" == told(service.admin.got(f"{BASE}/images/{image['id']}"))["lifecycleState"]
    signatures = service.wire.ask("GET", "/api/v1/signatures?repository=acme/gone/app").json["signatures"]
    assert [] == signatures
    again = service.pushed("gone/app", n="gone")
    assert image["repositoryId"] != again["repositoryId"]
    restored = service.admin.ask("POST", f"{BASE}/images/{image['id']}/actions/restore", {})
    assert (409, "Conflict") == refused(restored)


def test_rights_are_those_of_the_repository(service: OracleService) -> None:
    shown = made(service, "rights/app")
    path = f"{REPOSITORIES}/{shown['id']}"
    service.robot("rights-reader", pull="acme/rights/*")
    service.robot("rights-pusher", pull="acme/rights/*", push="acme/rights/*")
    service.robot("rights-admin", admin="acme/rights/*")
    service.robot("rights-nobody", pull="acme/other/*")
    service.settle()
    reader, pusher, admin, nobody = (
        service.signer(f"rights-{name}") for name in ("reader", "pusher", "admin", "nobody")
    )
    assert [200, 200, 200, 404] == [who.got(path).status for who in (reader, pusher, admin, nobody)]
    seen = nobody.got(REPOSITORIES, compartmentId=service.root).json
    assert ([], 0, 0) == (seen["items"], seen["repositoryCount"], seen["remainingItemsCount"])
    new = {"compartmentId": service.root, "displayName": "rights/new"}
    assert [404, 200, 409] == [who.ask("POST", REPOSITORIES, new).status for who in (reader, pusher, admin)]
    public = {**new, "displayName": "rights/public", "isPublic": True}
    assert GONE == refused(pusher.ask("POST", REPOSITORIES, public))
    assert [404, 200] == [who.ask("PUT", path, {"freeformTags": {}}).status for who in (reader, pusher)]
    for change in ({"isPublic": True}, {"isImmutable": True}):
        assert [404, 200] == [who.ask("PUT", path, change).status for who in (pusher, admin)]
    move = {"compartmentId": service.root}
    assert [404, 204] == [
        who.ask("POST", f"{path}/actions/changeCompartment", move).status for who in (pusher, admin)
    ]
    assert [404, 404, 204] == [who.ask("DELETE", path).status for who in (reader, pusher, admin)]


def test_filters_and_counters_of_lists(service: OracleService) -> None:
    first, second = made(service, "lists/a"), made(service, "lists/b")
    query = {"compartmentId": service.root, "displayName": "lists/*"}
    listed = told(service.admin.got(REPOSITORIES, **query))
    assert [second["id"], first["id"]] == [one["id"] for one in listed["items"]]
    for absent in ("createdBy", "readme", "isImmutable", "timeLastPushed"):
        assert absent not in listed["items"][0]
    by_name = told(service.admin.got(REPOSITORIES, **query, sortBy="DISPLAYNAME"))["items"]
    assert [first["id"], second["id"]] == [one["id"] for one in by_name]
    one = told(service.admin.got(REPOSITORIES, compartmentId=service.root, repositoryId=first["id"]))
    assert [first["id"]] == [item["id"] for item in one["items"]]
    exact = told(service.admin.got(REPOSITORIES, compartmentId=service.root, displayName="lists/b"))
    assert [second["id"]] == [item["id"] for item in exact["items"]]
    paged = service.admin.got(REPOSITORIES, **query, limit="1")
    assert 1 == told(paged)["remainingItemsCount"]
    token = paged.headers["opc-next-page"]
    rest = told(service.admin.got(REPOSITORIES, **query, limit="1", page=token))
    assert [first["id"]] == [item["id"] for item in rest["items"]]


def test_things_move_with_their_repository(service: OracleService) -> None:
    team = compartments.add(service.database, service.tenancy, ACTOR, "team")
    web = compartments.add(service.database, service.tenancy, ACTOR, "web", team.id, "of the team")
    image = service.pushed("moving/app", n="moving")
    signature = service.sign(image)
    path = f"{REPOSITORIES}/{image['repositoryId']}"
    etag = service.admin.got(path).headers["etag"]
    move = {"compartmentId": web.id}
    stale = service.admin.ask("POST", f"{path}/actions/changeCompartment", move, {"if-match": "x"})
    assert (412, "NoEtagMatch") == refused(stale)
    moved = service.admin.ask("POST", f"{path}/actions/changeCompartment", move, {"if-match": etag})
    assert (204, b"") == (moved.status, moved.body)
    for kind, identifier in (
        ("repositories", image["repositoryId"]), ("images", image["id"]), ("imageSignatures", signature["id"])
    ):  # fmt: skip
        assert web.id == told(service.admin.got(f"{BASE}/{kind}/{identifier}"))["compartmentId"]

        def listed(kind: str = kind, **query: str) -> list[str]:
            answer = service.admin.got(f"{BASE}/{kind}", **{"limit": "1000", **query})
            return [one["id"] for one in told(answer)["items"]]

        assert [identifier] == listed(compartmentId=web.id)
        assert [identifier] == listed(compartmentId=web.id, compartmentIdInSubtree="false")
        assert identifier not in listed(compartmentId=service.root)
        assert identifier in listed(compartmentId=service.root, compartmentIdInSubtree="true")
        assert [] == listed(compartmentId=team.id)
        below = service.admin.got(f"{BASE}/{kind}", compartmentId=team.id, compartmentIdInSubtree="true")
        assert (400, "InvalidParameter") == refused(below)
    totals = told(service.admin.got(REPOSITORIES, compartmentId=web.id))
    assert (1, 1) == (totals["repositoryCount"], totals["imageCount"])
    second = service.pushed("moving/app", "2", n="later")
    assert web.id == second["compartmentId"]
    service.sign(second)
    unknown = {"compartmentId": "ocid1.compartment.oclocal.." + "a" * 60}
    assert GONE == refused(service.admin.ask("POST", f"{path}/actions/changeCompartment", unknown))
    assert GONE == refused(service.admin.got(REPOSITORIES, **unknown))


def test_compartments_have_names_of_their_own(service: OracleService) -> None:
    parent = compartments.add(service.database, service.tenancy, ACTOR, "parent", service.root)
    child = compartments.add(service.database, service.tenancy, ACTOR, "child", parent.id)
    assert child.id == compartments.named(service.database, "parent/child")
    assert parent.id == compartments.named(service.database, parent.id)
    with pytest.raises(UsageError, match="there is a compartment"):
        compartments.add(service.database, service.tenancy, ACTOR, "child", parent.id)
    compartments.rename(service.database, ACTOR, child.id, "renamed")
    assert child.id == compartments.named(service.database, "parent/renamed")
    with pytest.raises(UsageError, match="there is a compartment"):
        compartments.add(service.database, service.tenancy, ACTOR, "parent")
    with pytest.raises(UsageError, match="there is a compartment"):
        compartments.rename(service.database, ACTOR, compartments.add(
            service.database, service.tenancy, ACTOR, "another").id, "parent")  # fmt: skip
    for text in ("nothing", "parent/child"):
        with pytest.raises(NotFoundError):
            compartments.named(service.database, text)
    for name in ("", "a b", "x" * (limits.ORACLE_NAME_LENGTH + 1), "a/b"):
        with pytest.raises(UsageError, match="the name"):
            compartments.add(service.database, service.tenancy, ACTOR, name)
    with pytest.raises(UsageError, match="the description"):
        compartments.add(service.database, service.tenancy, ACTOR, "fine", "", "x" * 401)
    with pytest.raises(NotFoundError):
        compartments.rename(service.database, ACTOR, "ocid1.compartment.oclocal..a", "b")
    with pytest.raises(NotFoundError):
        compartments.add(service.database, service.tenancy, ACTOR, "b", "ocid1.compartment.oclocal..a")
    deep = parent.id
    for number in range(limits.ORACLE_COMPARTMENT_DEPTH - 1):
        deep = compartments.add(service.database, service.tenancy, ACTOR, f"deep{number}", deep).id
    with pytest.raises(UsageError, match="levels"):
        compartments.add(service.database, service.tenancy, ACTOR, "too-deep", deep)


@pytest.fixture(scope="module")
def defined(service: OracleService) -> None:
    tag_definitions.add_namespace(service.database, ACTOR, "Operations", "of the team")
    tag_definitions.add_key(service.database, ACTOR, "operations", "CostCenter", "", ())
    tag_definitions.add_key(service.database, ACTOR, "Operations", "Stage", "", ("test", "production"))


@pytest.mark.usefixtures("defined")
def test_defined_tags_are_spelt_as_they_were_defined(service: OracleService) -> None:
    image = service.pushed("defined/app")
    tags = {"OPERATIONS": {"costcenter": "42", "STAGE": "test"}}
    shown = told(service.admin.ask("PUT", f"{BASE}/images/{image['id']}", {"definedTags": tags}))
    assert {"Operations": {"CostCenter": "42", "Stage": "test"}} == shown["definedTags"]
    made(service, "defined/other", definedTags={"operations": {"CostCenter": 42}})
    signature = service.create(
        {**service.upload(image), "definedTags": {"operations": {"stage": "production"}}}
    )
    assert {"Operations": {"Stage": "production"}} == told(signature)["definedTags"]


@pytest.mark.usefixtures("defined")
@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ({"definedTags": {"nobody": {"a": "b"}}}, "InvalidParameter"),
        ({"definedTags": {"operations": {"nothing": "b"}}}, "InvalidParameter"),
        ({"definedTags": {"operations": {"stage": "other"}}}, "InvalidParameter"),
        ({"definedTags": {"operations": {"costcenter": "x" * 257}}}, "InvalidParameter"),
        ({"definedTags": {"operations": {"costcenter": [1]}}}, "InvalidParameter"),
        ({"definedTags": {"operations": {"costcenter": "1", "COSTCENTER": "2"}}}, "InvalidParameter"),
        ({"definedTags": {"operations": {}, "OPERATIONS": {}}}, "InvalidParameter"),
        ({"definedTags": {"a.b": {"c": "d"}}}, "InvalidParameter"),
        ({"definedTags": {f"n{n}": {} for n in range(65)}}, "LimitExceeded"),
        ({"definedTags": {"operations": {f"k{n}": "v" for n in range(65)}}}, "LimitExceeded"),
        ({"freeformTags": {f"tag{n}": "v" for n in range(11)}}, "LimitExceeded"),
        ({"freeformTags": {"tag": "ü" * 257}}, "InvalidParameter"),
        ({"freeformTags": {f"tag{n}": "😀" * 200 for n in range(10)}}, "LimitExceeded"),
        ({"freeformTags": {"a.b": "c"}}, "InvalidParameter"),
        ({"freeformTags": {"a b": "c"}}, "InvalidParameter"),
        ({"freeformTags": {"ä": "c"}}, "InvalidParameter"),
        ({"freeformTags": {"": "c"}}, "InvalidParameter"),
        ({"freeformTags": {"x" * 101: "c"}}, "InvalidParameter"),
        ({"freeformTags": {"a": "x" * 257}}, "InvalidParameter"),
        ({"freeformTags": {"a": "\0"}}, "InvalidParameter"),
        ({"freeformTags": {"a": None}}, "InvalidParameter"),
        ({"freeformTags": ["a"]}, "InvalidParameter"),
    ],
)  # fmt: skip
def test_tags_that_may_not_be_are_refused(service: OracleService, tags: dict[str, object], code: str) -> None:
    image = service.pushed("untaggable/app")
    answer = service.admin.ask("PUT", f"{BASE}/images/{image['id']}", tags)
    assert (400, code) == refused(answer)


def test_tags_at_their_limits_are_taken(service: OracleService) -> None:
    image = service.pushed("limits/app")
    tags = {f"{n}{'x' * 99}": "ü" * 128 for n in range(10)}
    tags |= {"Case": "1", "case": "2"} if len(tags) < 9 else {}
    shown = told(service.admin.ask("PUT", f"{BASE}/images/{image['id']}", {"freeformTags": tags}))
    assert tags == shown["freeformTags"]
    cases = {"Case": "1", "case": "2", "empty": ""}
    assert (
        cases
        == told(service.admin.ask("PUT", f"{BASE}/images/{image['id']}", {"freeformTags": cases}))[
            "freeformTags"
        ]
    )


def test_definitions_of_tags_come_and_go(service: OracleService) -> None:
    database = service.database
    tag_definitions.add_namespace(database, ACTOR, "Going")
    tag_definitions.add_key(database, ACTOR, "going", "Key", "", ())
    image = service.pushed("going/app")
    path = f"{BASE}/images/{image['id']}"
    tags = {"definedTags": {"Going": {"Key": "x"}}}
    told(service.admin.ask("PUT", path, tags))
    with pytest.raises(UsageError, match="defined already"):
        tag_definitions.add_namespace(database, ACTOR, "GOING")
    with pytest.raises(UsageError, match="defined already"):
        tag_definitions.add_key(database, ACTOR, "going", "KEY", "", ())
    with pytest.raises(NotFoundError):
        tag_definitions.add_key(database, ACTOR, "nobody", "key", "", ())
    for name in ("", "a.b", "a b", "x" * 101):
        with pytest.raises(UsageError, match="the name"):
            tag_definitions.add_namespace(database, ACTOR, name)
    with pytest.raises(UsageError, match="the list of values"):
        tag_definitions.add_key(database, ACTOR, "going", "many", "", tuple(map(str, range(101))))
    with pytest.raises(UsageError, match="the value"):
        tag_definitions.add_key(database, ACTOR, "going", "long", "", ("x" * 257,))
    tag_definitions.remove_key(database, ACTOR, "GOING", "key")
    assert (400, "InvalidParameter") == refused(service.admin.ask("PUT", path, tags))
    kept = told(service.admin.ask("PUT", path, {"freeformTags": {"a": "b"}}))
    assert {"Going": {"Key": "x"}} == kept["definedTags"], "what was tagged keeps its tags"
    tag_definitions.remove_namespace(database, ACTOR, "going")
    with pytest.raises(NotFoundError):
        tag_definitions.remove_namespace(database, ACTOR, "going")
    with pytest.raises(NotFoundError):
        tag_definitions.remove_key(database, ACTOR, "going", "key")


def test_a_login_may_name_the_namespace(service: OracleService) -> None:
    headers = service.robot("docker", pull="acme/*")
    token = base64.b64decode(headers["Authorization"].split()[1]).decode().partition(":")[2]
    wire = Wire(service.registry.address)

    def asked(name: str, path: str = "/v2/") -> int:
        basic = base64.b64encode(f"{name}:{token}".encode()).decode()
        return wire.ask("GET", path, headers={"Authorization": f"Basic {basic}"}).status

    for name in ("docker", "acme/docker", "acme/Default/docker", "acme/oracleidentitycloudservice/docker"):
        assert 200 == asked(name)
        assert 200 == asked(name, "/token?service=sealwright&scope=repository:acme/x:pull")
    for name in ("other/docker", "acme/alice", "acme/", "/docker", "docker/acme"):
        assert 401 == asked(name)
