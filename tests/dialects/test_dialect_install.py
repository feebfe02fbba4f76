"""Links to our program: `seal dialect`, and which program is called by which name."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from sealwright.dialect_names import DIALECTS
from sealwright.errors import StorageError, UsageError
from sealwright.homes.environment import Environment
from sealwright.version import __version__
from sealwright.workflow import links
from world.home import Done, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A user whose PATH begins with `~/bin`, where `seal` stands, and `~/own`."""
    made = Home(tmp_path / "user")
    program(made.folder / "bin" / "seal", f'exec "{sys.executable}" -c \'{_ENTRY}\' "$0" "$@"\n')
    (made.folder / "own").mkdir()
    made.environment["PATH"] = f"{made.folder}/bin:{made.folder}/own:{os.environ['PATH']}"
    return made


_ENTRY = "import sys; del sys.argv[0]; from sealwright.programs import main; main()"


def program(file: Path, text: str) -> Path:
    """A shell script."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}")
    file.chmod(0o755)
    return file


def seal(home: Home, *arguments: str) -> Done:
    """Run the `seal` of that user."""
    return run(home, str(home.folder / "bin" / "seal"), *arguments)


def run(home: Home, *command: str, **variables: str) -> Done:
    """Run a program, measured if this test is."""
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return home.run(command, **measured, **variables)


def test_the_link_is_made_beside_seal_and_is_notation(home: Home) -> None:
    done = seal(home, "dialect", "install", "notation")
    link = home.folder / "bin" / "notation"
    assert Done(0, f"{link}: a link to {home.folder}/bin/seal\n", "") == done
    assert home.folder / "bin" / "seal" == link.readlink()
    shown = run(home, "notation", "version")
    assert (0, "") == (shown.status, shown.err)
    assert shown.out.startswith("Notation - ")
    assert 1 == run(home, "notation", "nope").status


def test_the_link_is_notation_with_nothing_of_this_checkout_around_it(home: Home) -> None:
    seal(home, "dialect", "install", "notation")
    listed = run(home, "notation", "key", "list")
    assert "NAME   KEY PATH   CERTIFICATE PATH   ID   PLUGIN NAME   \n" == listed.out


def test_installing_twice_renews_the_link(home: Home) -> None:
    link = home.folder / "bin" / "notation"
    link.symlink_to("/opt/old/bin/seal")
    assert 0 == seal(home, "dialect", "install", "notation").status
    assert home.folder / "bin" / "seal" == link.readlink()


def test_a_folder_may_be_named_and_is_made(home: Home) -> None:
    done = seal(home, "dialect", "install", "notation", "--folder", f"{home.folder}/new/one")
    assert 0 == done.status
    assert (home.folder / "new/one/notation").is_symlink()
    assert "[dialect.not-on-path]" in done.err


def test_without_a_folder_of_path_that_may_be_written_it_is_that_of_the_user(home: Home) -> None:
    environment = Environment({"PATH": "/usr/bin"}, home.folder)
    assert home.folder / ".local" / "bin" == links.default_folder(home.folder / "bin" / "seal", environment)


def test_another_program_is_not_replaced_unless_asked(home: Home) -> None:
    other = program(home.folder / "bin" / "notation", "echo other\n")
    done = seal(home, "dialect", "install", "notation")
    assert (2, "") == (done.status, done.out)
    assert f"{other} is not a link to seal: it is a file of 21 bytes [dialect.foreign-file]" in done.err
    assert "other\n" == home.run(["notation"]).out
    assert 0 == seal(home, "dialect", "install", "notation", "--force").status
    assert other.is_symlink()


@pytest.mark.parametrize(("kind", "what"), [("link", "a link to /usr/bin/notation"), ("folder", "a folder")])
def test_what_stands_there_is_told(kind: str, what: str, home: Home) -> None:
    other = home.folder / "bin" / "notation"
    if kind == "link":
        other.symlink_to("/usr/bin/notation")
    else:
        other.mkdir()
    assert f"it is {what} [" in seal(home, "dialect", "install", "notation").err
    removing = seal(home, "dialect", "remove", "notation")
    assert (2, True) == (removing.status, f"stays: it is {what} [dialect.not-ours]" in removing.err)


def test_a_folder_is_not_replaced_even_if_asked(home: Home) -> None:
    (home.folder / "bin" / "notation").mkdir()
    assert 2 == seal(home, "dialect", "install", "notation", "--force").status


def test_another_program_that_comes_first_is_told_of(home: Home) -> None:
    other = program(home.folder / "bin" / "notation", "echo other\n")
    done = seal(home, "dialect", "install", "notation", "--folder", f"{home.folder}/own")
    assert 0 == done.status
    assert f"warning: {other} comes before {home.folder}/own/notation on PATH [dialect.shadowed]" in done.err


def test_what_stands_on_path_is_listed(home: Home) -> None:
    home.environment["PATH"] = f"{home.folder}/bin:{home.folder}/own:/usr/bin:/bin"
    assert "notation   not on PATH\n" in seal(home, "dialect", "list").out
    program(home.folder / "own" / "notation", "echo other\n")
    seal(home, "dialect", "install", "notation")
    lines = seal(home, "dialect", "list").out.splitlines()
    assert ["notation", f"{home.folder}/bin/notation", "seal"] == lines[1].split()
    assert ["notation", f"{home.folder}/own/notation", "another", "program"] == lines[2].split()
    listed = json.loads(seal(home, "dialect", "list", "--output", "json").out)
    assert [*DIALECTS] == listed["dialects"]
    assert [True, False] == [one["isOurs"] if "isOurs" in one else one["is_ours"] for one in listed["onPath"]]


def test_removing_takes_our_link_and_nothing_else(home: Home) -> None:
    assert "[dialect.no-link]" in seal(home, "dialect", "remove", "notation").err
    seal(home, "dialect", "install", "notation")
    assert 0 == seal(home, "dialect", "remove", "notation").status
    assert not os.path.lexists(home.folder / "bin" / "notation")
    other = program(home.folder / "bin" / "notation", "echo other\n")
    assert 2 == seal(home, "dialect", "remove", "notation").status
    assert other.exists()


def test_an_unknown_dialect_is_refused(home: Home) -> None:
    for verb in ("install", "remove"):
        assert "[dialect.unknown]" in seal(home, "dialect", verb, "cosine").err


def test_without_a_program_there_is_nothing_to_link_to(tmp_path: Path, home: Home) -> None:
    found = links.our_program(str(home.folder / "bin" / "seal"))
    assert home.folder / "bin" / "seal" == found
    assert found == links.our_program(str(home.folder / "bin" / "notation"))
    beside = Path(sys.executable).parent / "seal"
    if beside.exists():
        assert beside == links.our_program(str(tmp_path / "elsewhere"))
    else:
        with pytest.raises(UsageError, match="was not found"):
            links.our_program(str(tmp_path / "elsewhere"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_told_of(home: Home) -> None:
    closed = home.folder / "closed"
    closed.mkdir(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StorageError):
        links.install("notation", closed, Path("/seal"), Environment({}, home.folder), print, force=False)


def test_a_file_in_the_place_of_the_folder_is_told_of(home: Home) -> None:
    done = seal(home, "dialect", "install", "notation", "--folder", f"{home.folder}/bin/seal")
    assert (5, True) == (done.status, "[file.unwritable]" in done.err)


def test_python_runs_seal_and_notation(home: Home) -> None:
    python = (sys.executable, "-m", "sealwright")
    assert run(home, *python, "--version").out.startswith("seal ")
    assert run(home, *python, "notation", "version").out.startswith("Notation - ")
    assert run(home, *python, "version").out.startswith("seal ")


@pytest.mark.parametrize("line", ["1.2", "2", "latest"])
def test_a_line_that_is_not_there_is_refused(line: str, home: Home) -> None:
    done = run(home, str(home.folder / "bin" / "seal"), "notation", "version", SEALWRIGHT_NOTATION=line)
    assert Done(1, "", f"Error: SEALWRIGHT_NOTATION is '{line}'; it can be 2.0 or 1.3.2\n") == done


def test_an_empty_line_is_the_usual_one(home: Home) -> None:
    done = run(home, str(home.folder / "bin" / "seal"), "notation", "version", SEALWRIGHT_NOTATION="")
    assert f"Version:     v2.0.0+sealwright.{__version__}\n" in done.out


@pytest.mark.parametrize("arguments", ["version", "help", "completion bash"])
def test_a_reader_that_has_enough_ends_the_program_quietly(arguments: str, home: Home) -> None:
    seal(home, "dialect", "install", "notation")
    script = f"notation {arguments} | sleep 0; echo ${{PIPESTATUS[0]}}"
    done = run(home, "bash", "-c", script)
    assert ("", True) == (done.err, done.out in ("141\n", "0\n")), done


def test_a_fault_of_ours_is_one_line_unless_details_are_wanted(home: Home) -> None:
    (home.notation / "signingkeys.json").write_text("[" * 100_000)
    short = seal(home, "notation", "key", "list")
    assert (1, 1) == (short.status, short.err.count("\n")), short.err[:500]
    assert short.err.startswith("Error: ")
