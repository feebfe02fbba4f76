"""`seal admin`: users, groups, robots, tokens and rights, beside a server that runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import good
from sealwright.service.accounts.queries import state
from world.accounts import Guarded, basic, bearer
from world.registry import Registry
from world.seal import Ended, seal
from world.wire import Wire

TOKEN = re.compile(r"seal_[A-Za-z0-9_-]{43}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "service"


@pytest.fixture
def running(folder: Path) -> Iterator[Wire]:
    with Registry(folder) as registry:
        yield Wire(registry.address)


def admin(folder: Path, *words: object, typed: str = "") -> Ended:
    return seal("admin", *words, "--folder", folder, typed=typed)


def test_a_user_with_a_right_uses_it_on_a_running_server(folder: Path, running: Wire) -> None:
    made = good(admin(folder, "user", "add", "alice", "--password-stdin", typed="wonderland\n"))
    assert Ended(0, "alice: made\n", "") == made
    granted = good(admin(folder, "grant", "alice", "push,pull", "team/*"))
    assert "alice: may pull, push in team/*\n" == granted.out
    Guarded.settle()
    assert 401 == running.ask("POST", "/v2/team/app/blobs/uploads/").status
    alice = basic("alice", "wonderland")
    assert 202 == running.ask("POST", "/v2/team/app/blobs/uploads/", headers=alice).status
    assert 403 == running.ask("POST", "/v2/other/blobs/uploads/", headers=alice).status
    good(admin(folder, "revoke", "alice", "push", "team/*"))
    Guarded.settle()
    assert 403 == running.ask("POST", "/v2/team/app/blobs/uploads/", headers=alice).status


def test_a_password_that_is_made_is_shown_once_and_opens(folder: Path, running: Wire) -> None:
    made = good(admin(folder, "user", "add", "alice", "--output", "json")).json
    assert "alice" == made["user"]
    assert len(made["password"]) >= 20
    changed = good(admin(folder, "user", "passwd", "alice")).out
    password = changed.strip().rpartition(" ")[2]
    assert password != made["password"]
    Guarded.settle()
    assert 200 == running.ask("GET", "/v2/", headers=basic("alice", password)).status
    assert 401 == running.ask("GET", "/v2/", headers=basic("alice", made["password"])).status
    listed = good(admin(folder, "user", "list", "-o", "json"))
    assert password not in listed.out
    assert [("alice", False, [])] == [
        (user["name"], user["disabled"], user["groups"]) for user in listed.json["users"]
    ]


def test_users_are_disabled_enabled_and_removed(folder: Path, running: Wire) -> None:
    good(admin(folder, "user", "add", "alice", "--password-stdin", typed="wonderland\n"))
    alice = basic("alice", "wonderland")
    for command, status in (("disable", 401), ("enable", 200), ("remove", 401)):
        assert f"alice: {command.rstrip('e')}ed\n" == good(admin(folder, "user", command, "alice")).out
        Guarded.settle()
        assert status == running.ask("GET", "/v2/", headers=alice).status
    missing = admin(folder, "user", "enable", "alice")
    assert (3, "") == (missing.code, missing.out)
    assert "[service.account-unknown]" in missing.err


def test_a_robot_logs_in_with_tokens_until_they_are_revoked(folder: Path, running: Wire) -> None:
    made = good(admin(folder, "robot", "add", "ci", "--days", "1"))
    first = TOKEN.findall(made.out)[0]
    second = good(admin(folder, "token", "issue", "ci", "--note", "laptop", "-o", "json")).json
    assert TOKEN.fullmatch(second["token"])
    Guarded.settle()
    for token in (first, second["token"]):
        assert 200 == running.ask("GET", "/v2/", headers=bearer(token)).status
    listed = good(admin(folder, "token", "list", "ci"))
    assert not TOKEN.search(listed.out)
    assert "laptop" in listed.out
    assert f"{second['id']}: revoked\n" == good(admin(folder, "token", "revoke", second["id"])).out
    Guarded.settle()
    statuses = [running.ask("GET", "/v2/", headers=bearer(one)).status for one in (first, second["token"])]
    assert [200, 401] == statuses
    good(admin(folder, "robot", "remove", "ci"))
    Guarded.settle()
    assert 401 == running.ask("GET", "/v2/", headers=bearer(first)).status
    assert [] == good(admin(folder, "robot", "list", "-o", "json")).json["robots"]


def test_groups_hold_rights_for_their_members(folder: Path) -> None:
    good(admin(folder, "group", "add", "team"))
    good(admin(folder, "robot", "add", "ci"))
    assert "ci: joined team\n" == good(admin(folder, "group", "join", "team", "ci")).out
    assert "ci: is already in team\n" == good(admin(folder, "group", "join", "team", "ci")).out
    assert {"groups": [{"name": "team", "members": ["ci"]}]} == good(
        admin(folder, "group", "list", "-o", "json")
    ).json
    good(admin(folder, "grant", "team", "sign", "*"))
    good(admin(folder, "grant", "anonymous", "pull", "public/*"))
    grants = good(admin(folder, "grants", "-o", "json")).json["grants"]
    assert [("anonymous", "public/*", ["pull"]), ("team", "*", ["sign"])] == [
        tuple(grant.values()) for grant in grants
    ]
    assert "ci: left team\n" == good(admin(folder, "group", "leave", "team", "ci")).out
    assert "ci: was not in team\n" == good(admin(folder, "group", "leave", "team", "ci")).out
    good(admin(folder, "group", "remove", "team"))
    assert ["anonymous   public/*   pull"] == good(admin(folder, "grants")).out.splitlines()[1:]


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("user", "add", "a:b", "--password-stdin"), "wonderland\n", "service.account-name-invalid"),
        (("user", "add", "alice", "--password-stdin"), "short\n", "service.password-unfit"),
        (("user", "add", "alice", "--password-stdin"), "a" * 5000, "service.password-unfit"),
        (("user", "add", "anonymous", "--password-stdin"), "wonderland\n", "service.account-exists"),
        (("user", "remove", "anonymous"), "", "service.account-unknown"),
        (("grant", "nobody", "pull", "*"), "", "service.account-unknown"),
        (("grant", "anonymous", "fly", "*"), "", "service.right-unknown"),
        (("grant", "anonymous", "pull", "A B"), "", "service.pattern-invalid"),
        (("token", "issue", "anonymous"), "", "service.account-unknown"),
        (("token", "revoke", "none"), "", "service.token-unknown"),
    ],
)
def test_what_cannot_be_done_is_told(folder: Path, words: tuple[str, ...], typed: str, code: str) -> None:
    ended = admin(folder, *words, typed=typed)
    assert ended.code != 0
    assert "" == ended.out
    assert f"[{code}]" in ended.err


def test_the_settings_say_which_service(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[storage]\nfolder = "{tmp_path / "elsewhere"}"\n')
    good(seal("admin", "group", "add", "team", "--config", settings))
    listed = good(seal("admin", "group", "list", "--folder", tmp_path / "elsewhere"))
    assert "team" in listed.out
    assert "team" not in good(seal("admin", "group", "list", "--folder", tmp_path / "another")).out
    settings.write_text("[unknown]\n")
    assert "[service.setting-unknown]" in seal("admin", "grants", "--config", settings).err


def test_everything_is_in_the_audit_log_and_no_secret_is(folder: Path) -> None:
    good(admin(folder, "user", "add", "alice", "--password-stdin", typed="wonderland\n"))
    issued = good(admin(folder, "token", "issue", "alice")).out
    good(admin(folder, "grant", "alice", "pull", "*"))
    with Guarded.opened(folder) as database:
        rows = database.rows("SELECT actor, action, subject, detail FROM audit ORDER BY id")
    assert ["account.add", "token.issue", "grant.add"] == [row[1] for row in rows]
    assert {"alice"} == {row[2] for row in rows}
    assert all(row[0].startswith("local:") for row in rows)
    assert TOKEN.findall(issued)[0] not in repr(rows)
    assert "wonderland" not in repr(rows)


def test_a_key_that_signs_bearer_tokens_is_replaced(folder: Path) -> None:
    first, second = (good(admin(folder, "token", "rotate-keys")).out for _ in range(2))
    assert first != second
    with Guarded.opened(folder) as database:
        assert [second.split(":")[0], first.split(":")[0]] == [key.id for key in state.keys(database)]
