"""Rights: what each of them opens in the registry, for whom, and where."""

import json
from collections.abc import Iterator, Mapping

import pytest

from sealwright import media_types
from sealwright.digest import Digest
from sealwright.errors import NotFoundError, UsageError
from sealwright.service.accounts.actions import accounts, grants
from sealwright.service.web.caller import Caller, Grant
from world.accounts import ACTOR, Guarded, bearer, token_for

CONFIG = {"mediaType": media_types.IMAGE_CONFIG, "size": 2}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with Guarded(tmp_path_factory.mktemp("rights")) as running:
        yield running


@pytest.fixture(scope="module")
def robots(guarded: Guarded) -> Mapping[str, Mapping[str, str]]:
    """One robot for each right in `team/*`, named for it."""
    made = {right: guarded.robot(right, **{right: "team/*"}) for right in ("pull", "push", "delete", "sign")}
    made["nothing"] = guarded.robot("nothing")
    made["audit"] = guarded.robot("auditor", audit="team/*")
    made["both"] = guarded.robot("both", pull="team/*", sign="team/*")
    guarded.settle()
    return made


@pytest.fixture
def image(guarded: Guarded, name: str) -> str:
    """A repository below `team/` with an image `v1`."""
    repository = f"team/{name}"
    push_image(guarded, guarded.admin, repository)
    return repository


def push_image(guarded: Guarded, headers: Mapping[str, str], repository: str) -> None:
    digest = guarded.wire.push_blob_as(headers, repository, b"{}")
    members = {"config": {**CONFIG, "digest": digest}, "layers": []}
    guarded.wire.push_manifest_as(headers, repository, "v1", members)


def statuses(guarded: Guarded, headers: Mapping[str, str], image: str) -> dict[str, int]:
    """What an account gets for a read, the beginning of an upload, and the deletion of what is not there."""
    ask = guarded.wire.ask
    return {
        "pull": ask("GET", f"/v2/{image}/manifests/v1", headers=headers).status,
        "push": ask("POST", f"/v2/{image}/blobs/uploads/", headers=headers).status,
        "delete": ask("DELETE", f"/v2/{image}/manifests/none", headers=headers).status,
    }


@pytest.mark.parametrize(
    ("robot", "expected"),
    [
        ("pull", {"pull": 200, "push": 403, "delete": 403}),
        ("push", {"pull": 403, "push": 202, "delete": 403}),
        ("delete", {"pull": 403, "push": 403, "delete": 404}),
        ("sign", {"pull": 403, "push": 202, "delete": 403}),
        ("audit", {"pull": 403, "push": 403, "delete": 403}),
        ("nothing", {"pull": 403, "push": 403, "delete": 403}),
    ],
)
def test_each_right_is_a_right_of_its_own(
    guarded: Guarded,
    robots: Mapping[str, Mapping[str, str]],
    image: str,
    robot: str,
    expected: dict[str, int],
) -> None:
    assert expected == statuses(guarded, robots[robot], image)


def test_administrators_hold_every_right(guarded: Guarded, image: str) -> None:
    assert {"pull": 200, "push": 202, "delete": 404} == statuses(guarded, guarded.admin, image)


def test_who_may_sign_pushes_signatures_and_nothing_else(
    guarded: Guarded, robots: Mapping[str, Mapping[str, str]], image: str
) -> None:
    signer = robots["both"]
    subject = guarded.wire.ask("HEAD", f"/v2/{image}/manifests/v1", headers=signer).headers
    digest = guarded.wire.push_blob_as(signer, image, b"{}")
    plain = {"config": {**CONFIG, "digest": digest}, "layers": []}
    signature = {
        **plain,
        "artifactType": "application/vnd.cncf.notary.signature",
        "subject": {
            "mediaType": media_types.IMAGE_MANIFEST,
            "digest": subject["docker-content-digest"],
            "size": int(subject["content-length"]),
        },
    }
    whole = {"schemaVersion": 2, "mediaType": media_types.IMAGE_MANIFEST, **signature}
    guarded.wire.push_manifest_as(signer, image, Digest.of(json.dumps(whole).encode()), signature)
    guarded.wire.push_manifest_as(signer, image, f"sha256-{64 * '0'}.sig", plain)
    with pytest.raises(AssertionError, match="DENIED"):
        guarded.wire.push_manifest_as(signer, image, "v2", plain)
    with pytest.raises(AssertionError, match="DENIED"):
        guarded.wire.push_manifest_as(signer, image, "v1", signature)
    with pytest.raises(AssertionError, match="DENIED"):
        guarded.wire.push_manifest_as(robots["push"], image, "again", signature)


def test_a_token_for_pushing_signs_where_signing_is_held(
    guarded: Guarded, robots: Mapping[str, Mapping[str, str]], image: str
) -> None:
    told = token_for(guarded.wire, robots["both"], f"repository:{image}:pull,push").json
    assert f"repository:{image}:pull,sign" == told["scope"]
    headers = bearer(told["token"])
    assert 202 == guarded.wire.ask("POST", f"/v2/{image}/blobs/uploads/", headers=headers).status
    told = token_for(guarded.wire, robots["audit"], f"repository:{image}:pull").json
    assert f"repository:{image}:audit" == told["scope"]


def test_a_mount_needs_the_right_to_pull_from_where_it_comes(guarded: Guarded, image: str) -> None:
    accounts.add_robot(guarded.database, ACTOR, "mounter")
    grants.grant(guarded.database, ACTOR, "mounter", "mine/*", {"pull", "push"})
    headers = {"Authorization": f"Bearer {guarded.token('mounter')}"}
    guarded.settle()
    digest = guarded.wire.push_blob_as(guarded.admin, image, b"a blob of somebody else")
    path = f"/v2/mine/app/blobs/uploads/?mount={digest}&from={image}"
    assert 202 == guarded.wire.ask("POST", path, headers=headers).status
    anonymous = f"/v2/mine/app/blobs/uploads/?mount={digest}"
    assert 202 == guarded.wire.ask("POST", anonymous, headers=headers).status
    grants.grant(guarded.database, ACTOR, "mounter", "team/*", {"pull"})
    guarded.settle()
    assert 201 == guarded.wire.ask("POST", path, headers=headers).status


def test_a_token_too_small_for_a_mount_is_told_which_one_would_do(
    guarded: Guarded, robots: Mapping[str, Mapping[str, str]], image: str
) -> None:
    del robots
    headers = guarded.robot(f"small-{len(image)}", pull="team/*", push="team/*")
    guarded.settle()
    digest = guarded.wire.push_blob_as(guarded.admin, image, b"a blob of the same account")
    path = f"/v2/team/to/blobs/uploads/?mount={digest}"
    small = bearer(token_for(guarded.wire, headers, "repository:team/to:pull,push").json["token"])
    for query in ("", f"&from={image}"):
        refused = guarded.wire.ask("POST", path + query, headers=small)
        assert 401 == refused.status
        told = refused.headers["www-authenticate"]
        assert f'scope="repository:team/to:pull,push repository:{image}:pull"' in told
    wide = ("repository:team/to:pull,push", f"repository:{image}:pull")
    large = bearer(token_for(guarded.wire, headers, *wide).json["token"])
    assert 201 == guarded.wire.ask("POST", path, headers=large).status
    assert 401 == guarded.wire.ask("GET", f"/v2/{image}/blobs/{digest}", headers=small).status


def test_groups_and_the_two_accounts_for_many_give_their_rights(guarded: Guarded, image: str) -> None:
    accounts.add_robot(guarded.database, ACTOR, "member")
    accounts.add_group(guarded.database, ACTOR, "crew")
    accounts.join(guarded.database, ACTOR, "crew", "member")
    member = {"Authorization": f"Bearer {guarded.token('member')}"}

    def pulls(headers: Mapping[str, str]) -> int:
        return guarded.wire.ask("GET", f"/v2/{image}/manifests/v1", headers=headers).status

    for holder, others in (("crew", 401), ("authenticated", 401), ("anonymous", 200)):
        assert 403 == pulls(member)
        grants.grant(guarded.database, ACTOR, holder, image, {"pull"})
        guarded.settle()
        assert [200, others] == [pulls(member), pulls({})], holder
        grants.revoke(guarded.database, ACTOR, holder, image, {"pull"})
        guarded.settle()
    grants.grant(guarded.database, ACTOR, "crew", image, {"pull"})
    accounts.leave(guarded.database, ACTOR, "crew", "member")
    guarded.settle()
    assert 403 == pulls(member)


def test_a_right_that_is_taken_is_taken_from_tokens_too(guarded: Guarded, image: str) -> None:
    accounts.add_robot(guarded.database, ACTOR, "leaver")
    grants.grant(guarded.database, ACTOR, "leaver", "team/*", {"pull"})
    guarded.settle()
    headers = {"Authorization": f"Bearer {guarded.token('leaver')}"}
    token = bearer(token_for(guarded.wire, headers, f"repository:{image}:pull").json["token"])
    assert 200 == guarded.wire.ask("GET", f"/v2/{image}/manifests/v1", headers=token).status
    grants.revoke(guarded.database, ACTOR, "leaver", "team/*", {"pull"})
    guarded.settle()
    assert 401 == guarded.wire.ask("GET", f"/v2/{image}/manifests/v1", headers=token).status


@pytest.mark.parametrize(
    ("pattern", "name", "held"),
    [
        ("*", "a", True),
        ("*", "a/b/c", True),
        ("team/*", "team/app", True),
        ("team/*", "team/app/part", True),
        ("team/*", "team", False),
        ("team/*", "teams/app", False),
        ("team*", "teams/app", True),
        ("*/app", "team/app", True),
        ("*/app", "team/app2", False),
        ("a.b", "a.b", True),
        ("a.b", "axb", False),
        ("a**b", "a/x/b", True),
        ("team/app", "team/app", True),
        ("team/app", "team/app/x", False),
    ],
)
def test_a_pattern_is_a_name_with_anything_for_an_asterisk(pattern: str, name: str, held: bool) -> None:  # noqa: FBT001  # a table
    caller = Caller("alice", "user", (Grant(pattern, frozenset({"pull"})),))
    assert held == caller.may("pull", name)


def test_a_pattern_of_many_asterisks_is_soon_told_apart() -> None:
    caller = Caller("alice", "user", (Grant("*a" * 120, frozenset({"pull"})),))
    assert not caller.may("pull", "a" * 119 + "b" * 100)


@pytest.mark.parametrize("pattern", ["", "A", "a b", "a:b", "a?", "[a]", "é", "a\n", "a" * 256])
def test_what_is_not_a_pattern_is_refused(guarded: Guarded, pattern: str) -> None:
    with pytest.raises(UsageError) as caught:
        grants.grant(guarded.database, ACTOR, "alice", pattern, {"pull"})
    assert "service.pattern-invalid" == caught.value.code


def test_what_is_granted_twice_is_granted_once_and_all_of_it_is_noted(guarded: Guarded) -> None:
    grant = grants.grant
    assert 2 == grant(guarded.database, ACTOR, "alice", "noted/*", {"pull", "push"})
    assert 1 == grant(guarded.database, ACTOR, "alice", "noted/*", {"pull", "push", "sign"})
    assert 1 == grants.revoke(guarded.database, "root", "alice", "noted/*", {"sign", "delete"})
    with pytest.raises(NotFoundError):
        grant(guarded.database, ACTOR, "nobody at all", "noted/*", {"pull"})
    rows = guarded.database.rows(
        "SELECT actor, action, detail FROM audit WHERE detail LIKE '%noted%' ORDER BY id"
    )
    assert [(ACTOR, "grant.add"), (ACTOR, "grant.add"), ("root", "grant.remove")] == [row[:2] for row in rows]
    assert '{"pattern":"noted/*","rights":["pull","push"]}' == rows[0][2]
