"""Where login keeps a credential, and logout forgets it."""

import json
from pathlib import Path

import pytest

from sealwright.errors import AccessDeniedError, DocumentError
from sealwright.events import Event, Notice
from sealwright.homes import credentials
from sealwright.homes.credential_helper import Credential
from sealwright.homes.environment import Environment
from world.credential_helper import install_helper, kept, script

ALICE = Credential("alice", "wonderland")
DOMAIN = "registry.example"


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    (tmp_path / "bin").mkdir()
    return Environment({"PATH": str(tmp_path / "bin")}, tmp_path)


@pytest.fixture
def file(environment: Environment) -> Path:
    return environment.home / ".docker" / "config.json"


def found(environment: Environment, domain: str = DOMAIN) -> Credential | None:
    return credentials.lookup(environment)(domain, "a")


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def test_without_a_helper_the_file_takes_it_and_a_notice_tells(
    environment: Environment, file: Path, told: list[Event]
) -> None:
    assert str(file) == credentials.store(environment, DOMAIN, ALICE, told.append)
    assert 0o600 == file.stat().st_mode & 0o777
    assert 0o700 == file.parent.stat().st_mode & 0o777
    assert {"auths": {DOMAIN: {"auth": "YWxpY2U6d29uZGVybGFuZA=="}}} == json.loads(file.read_text())
    assert [Notice("credentials.stored-in-clear", {"file": str(file), "registry": DOMAIN})] == told
    again = found(environment)
    assert again is not None
    assert ("alice", "wonderland", str(file)) == (again.username, again.password, again.origin)


def test_an_identity_token_is_kept_as_one(environment: Environment, file: Path) -> None:
    credentials.store(environment, DOMAIN, Credential(identity_token="id"))
    again = found(environment)
    assert again is not None
    assert "id" == again.identity_token


def test_the_hub_is_kept_where_docker_looks(environment: Environment, file: Path) -> None:
    credentials.store(environment, "docker.io", ALICE)
    assert ["https://index.docker.io/v1/"] == list(json.loads(file.read_text())["auths"])
    assert found(environment, "docker.io") is not None
    assert (str(file),) == credentials.erase(environment, "docker.io")
    assert found(environment, "docker.io") is None


def test_what_else_is_in_the_file_stays_in_its_order(environment: Environment, file: Path) -> None:
    before = {
        "HttpHeaders": {"ü": "y"},
        "auths": {"other.example": {"auth": "eDp5"}, f"{DOMAIN}/team": {"auth": "eDp5"}},
        "psFormat": "table",
        "unknown": [1, {"b": None, "a": 1.5}],
    }
    write(file, before)
    file.chmod(0o644)
    credentials.store(environment, DOMAIN, ALICE)
    after = json.loads(file.read_text())
    assert list(before) == list(after)
    assert ["other.example", f"{DOMAIN}/team", DOMAIN] == list(after["auths"])
    assert 0o600 == file.stat().st_mode & 0o777
    credentials.erase(environment, DOMAIN)
    assert before == json.loads(file.read_text())


def test_older_spellings_are_replaced(environment: Environment, file: Path) -> None:
    write(file, {"auths": {f"https://{DOMAIN}/v1/": {"auth": "b2xkOm9sZA=="}}})
    credentials.store(environment, DOMAIN, ALICE)
    assert [DOMAIN] == list(json.loads(file.read_text())["auths"])


def test_a_symbolic_link_stays_one(environment: Environment, file: Path, tmp_path: Path) -> None:
    write(tmp_path / "dotfiles" / "docker.json", {"auths": {}})
    file.parent.mkdir()
    file.symlink_to(tmp_path / "dotfiles" / "docker.json")
    credentials.store(environment, DOMAIN, ALICE)
    assert file.is_symlink()
    assert DOMAIN in json.loads(file.read_text())["auths"]


@pytest.mark.parametrize("settings", [{"credsStore": "kept"}, {"credHelpers": {DOMAIN: "kept"}}])
@pytest.mark.parametrize("place", [".docker/config.json", ".config/notation/config.json"])
def test_a_configured_helper_takes_it(
    environment: Environment, told: list[Event], settings: dict[str, object], place: str
) -> None:
    folder = environment.home / "bin"
    install_helper(folder, "kept", {})
    write(environment.home / place, settings)
    before = (environment.home / place).read_bytes()
    assert "docker-credential-kept" == credentials.store(environment, DOMAIN, ALICE, told.append)
    assert {DOMAIN: ["alice", "wonderland"]} == kept(folder, "kept")
    assert before == (environment.home / place).read_bytes()
    assert [] == told
    assert found(environment) is not None
    assert ("docker-credential-kept",) == credentials.erase(environment, DOMAIN)
    assert {} == kept(folder, "kept")
    assert () == credentials.erase(environment, DOMAIN)


def test_a_configured_helper_that_fails_is_told_and_nothing_is_kept_in_clear(
    environment: Environment, file: Path
) -> None:
    script(environment.home / "bin", "kept", "#!/bin/sh\necho locked\nexit 1\n")
    write(file, {"credsStore": "kept"})
    with pytest.raises(AccessDeniedError, match="locked"):
        credentials.store(environment, DOMAIN, ALICE)
    assert "wonderland" not in file.read_text()
    assert "auths" not in json.loads(file.read_text())


def test_a_helper_that_is_installed_with_its_keyring_takes_it(
    environment: Environment, file: Path, told: list[Event]
) -> None:
    folder = environment.home / "bin"
    install_helper(folder, "pass", {})
    write(file, {"auths": {"other.example": {"auth": "eDp5"}}})
    (folder / "pass").symlink_to("/bin/true")
    assert "docker-credential-pass" == credentials.store(environment, DOMAIN, ALICE, told.append)
    after = json.loads(file.read_text())
    assert {DOMAIN: "pass"} == after["credHelpers"], "for this registry alone: others keep what they have"
    assert ["other.example"] == list(after["auths"])
    assert [] == told
    assert found(environment) is not None
    assert found(environment, "other.example") is not None


def test_a_helper_without_its_keyring_is_left_alone(
    environment: Environment, file: Path, told: list[Event]
) -> None:
    install_helper(environment.home / "bin", "pass", {})
    assert str(file) == credentials.store(environment, DOMAIN, ALICE, told.append)


def test_an_installed_helper_that_fails_is_told_and_the_file_takes_it(
    environment: Environment, file: Path, told: list[Event]
) -> None:
    folder = environment.home / "bin"
    script(folder, "pass", "#!/bin/sh\necho not initialised\nexit 1\n")
    (folder / "pass").symlink_to("/bin/true")
    assert str(file) == credentials.store(environment, DOMAIN, ALICE, told.append)
    assert ["credentials.helper-failed", "credentials.stored-in-clear"] == [
        event.code for event in told if isinstance(event, Notice)
    ]


def test_forgetting_finds_both_helper_and_file(environment: Environment, file: Path) -> None:
    folder = environment.home / "bin"
    install_helper(folder, "kept", {DOMAIN: ("alice", "x")})
    write(
        file, {"credsStore": "kept", "auths": {DOMAIN: {"auth": "eDp5"}, "other.example": {"auth": "eDp5"}}}
    )
    assert ("docker-credential-kept", str(file)) == credentials.erase(environment, DOMAIN)
    assert ["other.example"] == list(json.loads(file.read_text())["auths"])


def test_forgetting_what_was_never_known_changes_nothing(environment: Environment, file: Path) -> None:
    assert () == credentials.erase(environment, DOMAIN)
    assert not file.exists()


@pytest.mark.parametrize("content", ['{"auths": [}', '{"auths": []}', "[]"])
def test_a_broken_file_is_not_overwritten(environment: Environment, file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(DocumentError):
        credentials.store(environment, DOMAIN, ALICE)
    assert content == file.read_text()


def test_no_half_written_file_is_left(environment: Environment, file: Path) -> None:
    credentials.store(environment, DOMAIN, ALICE)
    assert ["config.json"] == [one.name for one in file.parent.iterdir()]
