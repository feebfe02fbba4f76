"""Who may see, use and manage keys: by grants that name them, and by none that is for repositories."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sealwright.errors import UsageError
from sealwright.service.accounts.actions import grants
from sealwright.service.configuration.rights import RIGHTS, is_pattern
from sealwright.service.web.caller import Caller, Grant
from world.accounts import ACTOR, Guarded, bearer, token_for
from world.vaults import VaultWire
from world.wire import Wire

MESSAGE = b"what is signed"


class Scene:
    """A service with a vault `prod` that has the keys `release` and `other`, and a vault `test`."""

    def __init__(self, guarded: Guarded) -> None:
        self.guarded = guarded
        self.admin = self.as_(guarded.admin)
        self.admin.vault("prod")
        self.admin.vault("test")
        self.release = self.admin.key("prod", "release")["id"]
        self.other = self.admin.key("prod", "other")["id"]
        self.foreign = self.admin.key("test", "release")["id"]

    def as_(self, headers: Mapping[str, str]) -> VaultWire:
        return VaultWire(Wire(self.guarded.registry.address, headers))

    def robot(self, name: str, **rights: str) -> VaultWire:
        made = self.as_(self.guarded.robot(name, **rights))
        self.guarded.settle()
        return made


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Guarded(tmp_path_factory.mktemp("guarded")) as guarded:
        yield Scene(guarded)


def test_a_grant_on_all_repositories_gives_no_key(scene: Scene) -> None:
    everything = {right: "*" for right in RIGHTS if right != "admin"}
    robot = scene.robot("repositories", **everything)
    assert [] == robot.told("GET", "vaults")["items"]
    assert [] == robot.told("GET", "keys")["items"]
    for key in (scene.release, scene.foreign):
        assert (404, "vault.unknown") == robot.sign_refused(key, "ECDSA_SHA_256", MESSAGE)
        assert (404, "vault.unknown") == robot.refused("GET", f"keys/{key}")
        assert (404, "vault.unknown") == robot.refused("GET", f"keys/{key}/export")
    assert (403, "service.right-missing") == robot.refused("POST", "vaults", {"name": "mine"})
    assert (404, "vault.unknown") == robot.refused(
        "POST", "vaults/prod/keys", {"name": "k", "algorithm": "ECDSA"}
    )


def test_the_right_to_sign_is_for_the_keys_that_it_names(scene: Scene) -> None:
    robot = scene.robot("signer", sign="vault:prod/release")
    robot.sign(scene.release, "ECDSA_SHA_256", MESSAGE)
    for key in (scene.other, scene.foreign):
        assert (404, "vault.unknown") == robot.sign_refused(key, "ECDSA_SHA_256", MESSAGE)
    assert ["release"] == [one["name"] for one in robot.told("GET", "keys")["items"]]
    assert ["prod"] == [one["name"] for one in robot.told("GET", "vaults")["items"]]
    for action in ("disable", "block", "unblock", "enable", "schedule-deletion", "cancel-deletion"):
        refused = robot.refused("POST", f"keys/{scene.release}/actions/{action}", {})
        assert (403, "service.right-missing") == refused, action
    for path in (f"keys/{scene.release}/versions", "vaults/prod/actions/schedule-deletion"):
        assert (403, "service.right-missing") == robot.refused("POST", path, {})
    assert (403, "service.right-missing") == robot.refused("PATCH", f"keys/{scene.release}", {"name": "x"})
    assert (403, "service.right-missing") == robot.refused("GET", "vaults/prod/wrapping-key")


def test_who_may_see_a_key_may_not_use_it(scene: Scene) -> None:
    robot = scene.robot("reader", pull="vault:prod/*")
    assert {"release", "other"} == {one["name"] for one in robot.told("GET", "vaults/prod/keys")["items"]}
    robot.told("GET", f"keys/{scene.release}/export")
    assert (403, "service.right-missing") == robot.sign_refused(scene.release, "ECDSA_SHA_256", MESSAGE)
    made = scene.admin.sign(scene.release, "ECDSA_SHA_256", MESSAGE)
    order = {"message": "", "algorithm": "ECDSA_SHA_256", "signature": made["signature"]}
    assert {"valid": False} == robot.told("POST", f"keys/{scene.release}/verify", order)
    (entry,) = scene.admin.told("GET", "audit?actor=reader&action=vault-key.sign-refused")["entries"]
    assert "service.right-missing" == entry["detail"]["reason"]


def test_who_manages_keys_may_not_use_them(scene: Scene) -> None:
    robot = scene.robot("manager", push="vault:test/*")
    key = robot.key("test", "new")["id"]
    assert (403, "service.right-missing") == robot.sign_refused(key, "ECDSA_SHA_256", MESSAGE)
    robot.told("POST", f"keys/{key}/actions/disable", {})
    robot.told("POST", f"keys/{key}/actions/enable", {})
    robot.told("POST", f"keys/{key}/versions", {})
    assert (403, "service.right-missing") == robot.refused(
        "POST", f"keys/{key}/actions/schedule-deletion", {}
    )
    assert (404, "vault.unknown") == robot.refused(
        "POST", "vaults/prod/keys", {"name": "k", "algorithm": "ECDSA"}
    )


def test_a_name_is_not_taken_over_by_who_may_not_manage_it(scene: Scene) -> None:
    robot = scene.robot("renamer", push="vault:test/mine*", sign="vault:test/mine*")
    key = robot.key("test", "mine")["id"]
    scene.admin.key("test", "theirs")
    assert (403, "service.right-missing") == robot.refused("PATCH", f"keys/{key}", {"name": "release2"})
    assert "mine2" == robot.told("PATCH", f"keys/{key}", {"name": "mine2"})["name"]
    order = {"name": "others", "algorithm": "ECDSA"}
    assert (403, "service.right-missing") == robot.refused("POST", "vaults/test/keys", order)


def test_who_administers_a_pattern_makes_vaults_in_it(scene: Scene) -> None:
    robot = scene.robot("team", admin="vault:team-*")
    robot.vault("team-a")
    key = robot.key("team-a", "k")["id"]
    robot.sign(key, "ECDSA_SHA_256", MESSAGE)
    assert (403, "service.right-missing") == robot.refused("POST", "vaults", {"name": "other"})
    assert (403, "service.right-missing") == robot.refused("PATCH", "vaults/team-a", {"name": "prod2"})
    assert (404, "vault.unknown") == robot.sign_refused(scene.release, "ECDSA_SHA_256", MESSAGE)
    robot.told("POST", "vaults/team-a/actions/schedule-deletion", {})
    assert (409, "vault.state") == robot.sign_refused(key, "ECDSA_SHA_256", MESSAGE)


def test_nobody_in_particular_is_asked_to_log_in(scene: Scene) -> None:
    nobody = scene.as_({})
    for method, path in (
        ("GET", f"keys/{scene.release}"),
        ("GET", "keys/ocid1.key.a.b.c." + "d" * 60),
        ("POST", f"keys/{scene.release}/sign"),
        ("GET", "vaults/prod"),
        ("POST", "vaults"),
    ):
        order = {"name": "n"} if path == "vaults" else {"message": "", "algorithm": "ECDSA_SHA_256"}
        assert 401 == nobody.refused(method, path, order if method == "POST" else None)[0], path
    assert 401 == nobody.refused("GET", "keys")[0]


def test_a_bearer_token_for_repositories_gives_no_key(scene: Scene) -> None:
    robot = scene.guarded.robot("both", sign="vault:prod/release", push="*")
    scene.guarded.settle()
    wire = Wire(scene.guarded.registry.address)
    given = token_for(wire, robot, "repository:a:pull,push,sign,*").json["token"]
    limited = scene.as_(bearer(given))
    assert limited.sign_refused(scene.release, "ECDSA_SHA_256", MESSAGE)[0] in (401, 403, 404)


@pytest.mark.parametrize(
    ("pattern", "right", "name", "expected"),
    [
        ("*", "sign", "vault:prod/release", False),
        ("*", "admin", "vault:prod/release", True),
        ("**", "admin", "vault:prod/release", False),
        ("v*", "admin", "vault:prod/release", False),
        ("*release", "sign", "vault:prod/release", False),
        ("vault:*", "sign", "vault:prod/release", True),
        ("vault:prod/*", "sign", "vault:prod/release", True),
        ("vault:prod/*", "sign", "vault:prod2/release", False),
        ("vault:*/release", "sign", "vault:prod/release", True),
        ("vault:prod*", "sign", "vault:prod/release", True),
        ("vault:*", "admin", "team/app", False),
        ("vault:*", "pull", "vault", False),
    ],
)
def test_patterns_are_about_repositories_or_about_keys(
    pattern: str, right: Any, name: str, *, expected: bool
) -> None:
    assert expected == Caller("c", "robot", (Grant(pattern, frozenset({right})),)).may(right, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vault:prod/release", True),
        ("vault:Prod/Re lease*", True),
        ("vault:", False),
        ("vault:a:b", False),
        ("vault:a\n", False),
        ("Vault:a", False),
        ("Upper", False),
        ("vault:" + "a" * 300, False),
    ],
)
def test_only_what_can_be_a_name_is_a_pattern(scene: Scene, text: str, *, expected: bool) -> None:
    assert expected == is_pattern(text)
    if not expected:
        with pytest.raises(UsageError):
            grants.grant(scene.guarded.database, ACTOR, "alice", text, ["sign"])
