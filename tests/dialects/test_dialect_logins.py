"""`notation login` at a terminal, and at registries that ask who is there."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dialects.case import LINES
from peers import programs
from world.credential_helper import install_helper, script
from world.home import Done, Home
from world.hostile_registry import HostileRegistry, Reply
from world.terminal import at_terminal
from world.token_service import TokenService

OURS = (sys.executable, "-m", "sealwright", "notation")
LOGIN = ("login", "-u", "alice")


@pytest.fixture
def guarded() -> Iterator[HostileRegistry]:
    """A registry that wants a token, which alice gets for wonderland."""
    with HostileRegistry() as registry:
        TokenService(registry).realm = f"http://{local(registry)}/token"
        registry.on("GET /v2/", Reply(200, b"{}"))
        yield registry


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A user with a credential helper."""
    made = Home(tmp_path / "user")
    install_helper(made.folder / "bin", "keeper", {})
    made.environment["PATH"] = f"{made.folder}/bin:{os.environ['PATH']}"
    (made.notation / "config.json").write_text('{"credsStore": "keeper"}')
    return made


def local(registry: HostileRegistry) -> str:
    return registry.address.replace("127.0.0.1", "localhost")


def kept(home: Home) -> Mapping[str, object]:
    found: Mapping[str, object] = json.loads((home.folder / "bin" / "keeper.secrets.json").read_text())
    return found


def notation(home: Home, *arguments: str, **variables: str) -> Done:
    return home.run([*OURS, *arguments], **variables)


def program(who: str) -> tuple[str, ...]:
    found = programs.find(who)
    return OURS if found is None or who == "ours" else (found,)


def test_login_asks_at_the_terminal_and_does_not_show_the_password(
    guarded: HostileRegistry, home: Home
) -> None:
    command = [*OURS, "login", local(guarded)]
    talk = (("Username: ", "alice"), ("Password: ", "wonderland"))
    status, shown = at_terminal(command, home.environment, *talk)
    assert 0 == status, shown
    lines = [line for line in shown.replace("\r", "").splitlines() if line]
    assert ["Username: alice", "Password: ", "Login Succeeded"] == lines
    assert {local(guarded): ["alice", "wonderland"]} == kept(home)


@pytest.mark.parametrize("line", LINES)
def test_a_wrong_password_is_refused_and_not_kept(line: str, guarded: HostileRegistry, home: Home) -> None:
    name = local(guarded)
    done = notation(home, *LOGIN, "-p", "looking-glass", name, SEALWRIGHT_NOTATION=line)
    begin = f"Error: failed to log in to {name}: failed to validate the credentials for {name}: "
    assert (1, "") == (done.status, done.out)
    assert done.err.startswith(f'{begin}GET "http://{name}/v2/": response status code 401: Unauthorized')
    assert {} == kept(home)


def test_what_is_no_registry_is_told(home: Home) -> None:
    with HostileRegistry() as registry:
        registry.on("GET /v2/", Reply(404, b""))
        done = notation(home, *LOGIN, "-p", "wonderland", local(registry))
    assert (1, True) == (done.status, done.err.endswith(": not found\n")), done


@pytest.mark.parametrize("who", ["ours", pytest.param("notation", marks=pytest.mark.peer("notation"))])
def test_a_server_that_fails_is_told_of_with_its_status(who: str, home: Home) -> None:
    with HostileRegistry() as registry:
        registry.on("GET /v2/", Reply(400, b""))
        name = local(registry)
        done = home.run([*program(who), *LOGIN, "-p", "wonderland", name])
    assert (
        f"Error: failed to log in to {name}: failed to validate the credentials for {name}: "
        f'GET "http://{name}/v2/": response status code 400: Bad Request\n'
    ) == done.err
    assert 1 == done.status


def test_a_helper_that_fails_when_asked_is_told_of_in_detail_only(
    guarded: HostileRegistry, home: Home
) -> None:
    (home.notation / "config.json").write_text(
        json.dumps({"auths": {local(guarded): {"auth": "no base64 at all"}}})
    )
    quiet = notation(home, *LOGIN, "-p", "wonderland", local(guarded))
    loud = notation(home, *LOGIN, "--debug", "-p", "wonderland", local(guarded))
    assert "the credential could not be saved" in quiet.err
    assert 1 == quiet.err.count("\n")
    assert f"level=warning msg=Failed to get the existing credentials for {local(guarded)}: " in loud.err


def test_settings_with_a_helper_of_an_impossible_name_are_refused(home: Home) -> None:
    (home.notation / "config.json").write_text('{"credsStore": "../evil"}')
    done = notation(home, *LOGIN, "-p", "wonderland", "localhost:1")
    assert (1, True) == (done.status, done.err.startswith("Error: failed to get credentials store: ")), done


def test_dockers_settings_that_are_no_json_are_named(home: Home) -> None:
    (home.notation / "config.json").unlink()
    (home.folder / ".docker").mkdir()
    (home.folder / ".docker" / "config.json").write_text("junk")
    done = notation(home, "logout", "localhost:1")
    assert "failed to create credential store from docker config file: failed to decode" in done.err


def test_docker_config_names_the_folder_of_dockers_settings(guarded: HostileRegistry, home: Home) -> None:
    (home.notation / "config.json").unlink()
    (home.folder / "docker").mkdir()
    (home.folder / "docker" / "config.json").write_text('{"credsStore": "keeper"}')
    done = notation(home, *LOGIN, "-p", "wonderland", local(guarded), DOCKER_CONFIG=f"{home.folder}/docker")
    assert Done(0, "Login Succeeded\n", "") == done


def test_pass_is_the_usual_helper_where_pass_is_installed(guarded: HostileRegistry, home: Home) -> None:
    (home.notation / "config.json").unlink()
    folder = home.folder / "bin"
    install_helper(folder, "pass", {})
    (folder / "pass").symlink_to("/bin/true")
    done = notation(home, *LOGIN, "-p", "wonderland", local(guarded))
    assert Done(0, "Login Succeeded\n", "") == done
    assert {local(guarded): ["alice", "wonderland"]} == json.loads((folder / "pass.secrets.json").read_text())


def test_logging_out_repeats_what_the_helper_says(home: Home) -> None:
    script(home.folder / "bin", "broken", "#!/bin/sh\necho 'no key ring'\nexit 1\n")
    (home.notation / "config.json").write_text('{"credsStore": "broken"}')
    done = notation(home, "logout", "localhost:1")
    said = "failed to log out of localhost:1: failed to delete the credential for localhost:1: no key ring"
    assert Done(1, "", f"Error: {said}\n") == done


def test_an_interrupted_question_ends_with_one_line(home: Home) -> None:
    status, shown = at_terminal([*OURS, "login", "localhost:1"], home.environment, ("Username: ", "\x03"))
    assert (1, True) == (status, shown.replace("\r", "").endswith("Error: context canceled\n")), shown


def test_settings_that_cannot_be_read_make_no_registry_insecure(home: Home) -> None:
    (home.notation / "config.json").write_text('{"credsStore": "keeper", "signatureFormat": "pgp"}')
    done = notation(home, *LOGIN, "-p", "wonderland", "127.0.0.1:1")
    assert 1 == done.status
    assert "127.0.0.1:1" in done.err
