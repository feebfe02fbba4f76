import os
import sys
from pathlib import Path

import pytest

from cli.conftest import SUBJECT
from world.hostile_registry import HostileRegistry, Reply
from world.terminal import at_terminal
from world.token_service import TokenService


def seal(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "sealwright", *map(str, arguments)]


@pytest.fixture
def quiet(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No passphrase in the environment."""
    monkeypatch.delenv("SEALWRIGHT_PASSPHRASE")


def test_a_passphrase_is_asked_for_and_not_shown(layout: str, quiet: None) -> None:
    question = "build.key: "
    right = at_terminal(seal("sign", layout), os.environ, (question, "open sesame"))
    wrong = at_terminal(seal("sign", layout), os.environ, (question, "open barley"))
    empty = at_terminal(seal("sign", layout), os.environ, (question, ""))

    assert (0, True) == (right[0], "signed " in right[1])
    assert (2, True) == (wrong[0], "[key.passphrase-wrong]" in wrong[1])
    assert (2, True) == (empty[0], "[key.passphrase-missing]" in empty[1])
    assert "open sesame" not in right[1]


def test_a_new_passphrase_is_asked_for_twice_and_once_for_a_whole_pki(tmp_path: Path, quiet: None) -> None:
    command = seal("pki", "init", "--subject", SUBJECT, "--folder", tmp_path / "pki", "--issue", "leaf")
    first, again = "New passphrase for the keys of the PKI: ", "The same again: "

    differs = at_terminal(command, os.environ, (first, "one"), (again, "two"))
    before = list(tmp_path.glob("pki/*"))
    same = at_terminal(command, os.environ, (first, "one"), (again, "one"))

    assert (2, True, []) == (differs[0], "[key.passphrase-differs]" in differs[1], before)
    assert 0 == same[0], same
    assert {"root", "intermediate", "leaf"} == {path.stem for path in tmp_path.glob("pki/*.key")}


def test_login_asks_for_name_and_password(quiet: None) -> None:
    with HostileRegistry() as registry:
        TokenService(registry)
        registry.on("GET /v2/", Reply(200, b"{}"))
        talk = (("Username", "alice"), ("Password", "wonderland"))

        code, shown = at_terminal(seal("login", registry.address), os.environ, *talk)

    assert (0, True) == (code, f"logged in to {registry.address}" in shown)
    assert "wonderland" not in shown


def test_progress_is_one_line_that_is_rewritten(layout: str, home: Path, tmp_path: Path) -> None:
    code, shown = at_terminal(seal("copy", layout, f"oci:{tmp_path}/there:v1"), os.environ)

    assert (0, True) == (code, "\r\x1b[K" in shown)
    assert "copied\r\n" in shown
