"""Keyrings that a policy names, and whose GnuPG folder is meant."""

import os
import pwd
from pathlib import Path

import pytest

from sealwright import limits, reasons
from sealwright.evidence import Keyring, Unavailable
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import gnupg_home, keyring_files
from world.openpgp_keys import Key

ALICE, BOB = Key.rsa("Alice <alice@example.com>"), Key.rsa("Bob <bob@example.com>")


def test_files_come_first_and_keys_of_the_policy_last(tmp_path: Path) -> None:
    file = tmp_path / "bob.gpg"
    file.write_bytes(BOB.public())
    found = keyring_files.read(Keyring((str(file),), (ALICE.public(),)))
    assert (BOB.public(), ALICE.public()) == found
    assert () == keyring_files.read(Keyring())


def refusal(need: Keyring) -> Unavailable:
    found = keyring_files.read(need)
    assert isinstance(found, Unavailable), found
    assert "<" not in reasons.sentence(found.reason, found.data)
    return found


def test_a_missing_file_makes_the_whole_answer_unavailable_and_is_named(tmp_path: Path) -> None:
    there = tmp_path / "bob.gpg"
    there.write_bytes(BOB.public())
    missing = str(tmp_path / "none.gpg")
    found = refusal(Keyring((str(there), missing)))
    assert ("keyring.file-absent", missing) == (found.reason, found.data["file"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "keyring.no-keys"),
        (b"<html>", "keyring.no-keys"),
        (b"\xff\xff", "keyring.malformed"),
        (ALICE.secret(), "keyring.malformed"),
        (bytes(limits.OPENPGP_KEYRING_BYTES + 1), "keyring.file-unreadable"),
    ],
)
def test_what_is_no_keyring_is_told_with_its_file(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "keys.gpg"
    file.write_bytes(content)
    found = refusal(Keyring((str(file),)))
    assert (reason, str(file)) == (found.reason, found.data["file"])


def test_a_folder_is_no_keyring(tmp_path: Path) -> None:
    assert "keyring.file-unreadable" == refusal(Keyring((str(tmp_path),))).reason


def test_keys_of_the_policy_are_looked_at_too() -> None:
    found = refusal(Keyring((), (ALICE.public(), b"junk")))
    assert ("keyring.no-keys", "key 2 of the policy itself") == (found.reason, found.data["file"])


def login(folder: Path, uid: str) -> Path:
    file = folder / "loginuid"
    file.write_text(uid)
    return file


def test_the_login_user_goes_before_sudo_and_the_process(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    environment = Environment({"SUDO_UID": "0", "GNUPGHOME": "/exported"}, tmp_path)
    found = gnupg_home.of_login_user(environment, login=login(tmp_path, f"{nobody.pw_uid}\n"))
    assert Path(nobody.pw_dir) / ".gnupg" == found


@pytest.mark.parametrize("uid", ["4294967295", "", "x", "-1", "²", "9" * 5000, "3999999999"])
def test_where_nobody_logged_in_sudo_tells_and_then_the_process(tmp_path: Path, uid: str) -> None:
    nobody, own = pwd.getpwnam("nobody"), pwd.getpwuid(os.getuid())
    file = login(tmp_path, uid)
    sudo = Environment({"SUDO_UID": str(nobody.pw_uid)}, tmp_path)
    assert Path(nobody.pw_dir) / ".gnupg" == gnupg_home.of_login_user(sudo, login=file)
    plain = Environment({}, tmp_path)
    assert Path(own.pw_dir) / ".gnupg" == gnupg_home.of_login_user(plain, login=file)
    assert Path(own.pw_dir) / ".gnupg" == gnupg_home.of_login_user(plain, login=tmp_path / "none")


def test_a_given_folder_goes_before_a_configured_one_and_both_before_any_user(tmp_path: Path) -> None:
    environment = Environment({"SUDO_UID": "0"}, tmp_path)
    assert Path("/given") == gnupg_home.of_login_user(environment, "/given", "/configured")
    assert Path("/configured") == gnupg_home.of_login_user(environment, "", "/configured")


def test_the_folder_is_named_in_the_environment_of_gpg(tmp_path: Path) -> None:
    found = gnupg_home.with_home(Environment({"PATH": "/bin"}, tmp_path), Path("/given"))
    assert {"PATH": "/bin", "GNUPGHOME": "/given"} == found.variables


def test_seal_under_sudo_signs_with_the_keys_of_who_called_it() -> None:
    nobody = pwd.getpwnam("nobody")
    sudo = Environment({"SUDO_UID": str(nobody.pw_uid)}, Path("/root"))
    chosen = Environment({"SUDO_UID": str(nobody.pw_uid), "GNUPGHOME": "/chosen"}, Path("/root"))
    plain = Environment({}, Path("/root"))

    assert sudo.get("GNUPGHOME") != gnupg_home.under_sudo(sudo).get("GNUPGHOME")
    assert chosen is gnupg_home.under_sudo(chosen)
    assert plain is gnupg_home.under_sudo(plain)
