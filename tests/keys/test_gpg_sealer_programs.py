"""A gpg that cannot sign says so with a code; one that signs something else is not believed."""

from pathlib import Path

import pytest

from sealwright.errors import KeyUnavailableError, SealwrightError, StorageError
from sealwright.homes.environment import Environment
from sealwright.keys import providers
from sealwright.keys.openpgp import gpg_keys
from sealwright.keys.passphrases import VARIABLE, Passphrases
from world import gpg_programs
from world.openpgp_keys import Key

TEXT = b'{"critical":{}}\n'
ALICE = Key.rsa("Alice <alice@example.com>")
BOB = Key.rsa("Bob <bob@example.com>")


def listed(*keys: Key, validity: str = "u", can: str = "scSC") -> str:
    lines = [
        f"sec:{validity}:2048:1:{key.key_id}:1700000000:::u:::{can}:::+:::23::0:\n"
        f"fpr:::::::::{key.fingerprint}:\n"
        f"uid:u::::1700000000::::{key.user_id.decode()}::::::::::0:\n"
        for key in keys
    ]
    return f"cat <<'.'\n{''.join(lines)}.\n"


def created(key: Key) -> str:
    return f"echo '[GNUPG:] SIG_CREATED S 1 10 00 1700001000 {key.fingerprint}' > /dev/fd/$2"


def gpg(folder: Path, listing: str, signing: str, message: bytes = b"") -> Environment:
    """A gpg that lists keys in one way and signs in another; `$HOME/message` is for its output."""
    (folder / "message").write_bytes(message)
    script = f'case "$*" in\n*--list-*) {listing};;\n*--sign*)\ncat > $HOME/document\n{signing};;\nesac'
    return gpg_programs.program(folder, script)


def seal(environment: Environment, key: str = "gpg:alice@example.com", file: Path | None = None) -> bytes:
    return providers.open_sealer(key, Passphrases(environment, file), environment).seal(TEXT)


def refusal(
    environment: Environment, key: str = "gpg:alice@example.com", file: Path | None = None
) -> SealwrightError:
    with pytest.raises(SealwrightError) as caught:
        seal(environment, key, file)
    assert str(caught.value)
    return caught.value


def test_what_gpg_signed_is_given_out(tmp_path: Path) -> None:
    message = ALICE.message(TEXT)
    environment = gpg(tmp_path, listed(ALICE), f"{created(ALICE)}; cat $HOME/message", message)
    assert message == seal(environment)
    assert TEXT == (tmp_path / "document").read_bytes()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (67108875, "key.passphrase-wrong"),
        (17, "key.gpg-gone"),
        (54, "key.gpg-gone"),
        (83918950, "key.gpg-no-pinentry"),
        (67108949, "key.gpg-no-pinentry"),
        (67108963, "key.gpg-cancelled"),
        (67109062, "key.gpg-cancelled"),
        (67108941, "key.gpg-no-agent"),
        (100663407, "key.gpg-card"),
        (100663408, "key.gpg-card"),
        (1, "key.gpg-failed"),
        ("x", "key.gpg-failed"),
        ("", "key.gpg-failed"),
        ("9" * 5000, "key.gpg-failed"),
    ],
)
def test_why_gpg_did_not_sign_is_told(tmp_path: Path, code: object, reason: str) -> None:
    failing = f"echo 'gpg: signing failed: why' >&2; echo '[GNUPG:] FAILURE sign {code}' > /dev/fd/$2; exit 2"
    found = refusal(gpg(tmp_path, listed(ALICE), failing))
    assert reason == found.code
    assert found.hint
    assert "why" in str(found) or "passphrase" in reason


@pytest.mark.parametrize(
    ("signing", "message"),
    [
        ("cat $HOME/message", ALICE.message(TEXT)),
        (f"{created(BOB)}; cat $HOME/message", ALICE.message(TEXT)),
        (f"{created(ALICE)}; {created(ALICE)}; cat $HOME/message", ALICE.message(TEXT)),
        (f"{created(ALICE)}; kill -9 $$", b""),
    ],
)
def test_a_signature_that_gpg_does_not_vouch_for_is_not_taken(
    tmp_path: Path, signing: str, message: bytes
) -> None:
    assert refusal(gpg(tmp_path, listed(ALICE), signing, message)).code in (
        "key.gpg-failed",
        "key.openpgp-produced",
    )


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"-----BEGIN PGP MESSAGE-----\n",
        BOB.message(TEXT),
        ALICE.message(b"another"),
        ALICE.signed(TEXT),
        ALICE.message(TEXT) + ALICE.signed(TEXT),
    ],
)
def test_what_is_not_the_signature_that_was_asked_for_is_not_taken(tmp_path: Path, message: bytes) -> None:
    found = refusal(gpg(tmp_path, listed(ALICE), f"{created(ALICE)}; cat $HOME/message", message))
    assert ("key.openpgp-produced", "gpg") == (found.code, found.data["backend"])


def test_a_name_must_stand_for_one_key_that_can_sign(tmp_path: Path) -> None:
    found = refusal(gpg(tmp_path, "true", "true"))
    assert ("key.gpg-unknown", "alice@example.com") == (found.code, found.data["key"])
    found = refusal(gpg(tmp_path, listed(ALICE, BOB), "true"))
    assert "key.gpg-ambiguous" == found.code
    assert {ALICE.fingerprint, BOB.fingerprint} == set(str(found.data["found"]).split()) & {
        ALICE.fingerprint,
        BOB.fingerprint,
    }
    found = refusal(gpg(tmp_path, listed(ALICE, validity="e"), "true"))
    assert ("key.gpg-unusable", "expired") == (found.code, found.data["problem"])
    found = refusal(gpg(tmp_path, listed(ALICE, can="cC"), "true"))
    assert ("key.gpg-unusable", "not for signing") == (found.code, found.data["problem"])


def test_the_very_key_can_be_named(tmp_path: Path) -> None:
    environment = gpg(tmp_path, listed(ALICE), f"{created(ALICE)}; cat $HOME/message", ALICE.message(TEXT))
    assert ALICE.message(TEXT) == seal(environment, f"gpg:{ALICE.fingerprint}!")
    assert ALICE.message(TEXT) == seal(environment, f"gpg:0x{ALICE.key_id.lower()}!")
    assert "not there" == refusal(environment, f"gpg:{BOB.fingerprint}!").data["problem"]
    ended = gpg(tmp_path, listed(ALICE, validity="e"), "true")
    assert "expired" == refusal(ended, f"gpg:{ALICE.fingerprint}!").data["problem"]
    other = gpg(tmp_path, listed(ALICE, can="cC"), "true")
    assert "not for signing" == refusal(other, f"gpg:{ALICE.fingerprint}!").data["problem"]


def test_a_key_that_has_ended_does_not_make_its_successor_ambiguous(tmp_path: Path) -> None:
    both = f"{listed(BOB, validity='e')}\n{listed(ALICE)}"
    environment = gpg(tmp_path, both, f"{created(ALICE)}; cat $HOME/message", ALICE.message(TEXT))
    assert ALICE.message(TEXT) == seal(environment)


def test_a_mail_address_is_sought_whole_before_parts_of_it_are(tmp_path: Path) -> None:
    gpg(tmp_path, "", "")
    environment = gpg_programs.program(tmp_path, 'for last; do :; done; echo "$last" >> $HOME/sought')
    assert () == gpg_keys.secret_keys(environment, "alice@example.com")
    assert () == gpg_keys.secret_keys(environment, "--version")
    assert () == gpg_keys.public_keys(environment)
    wanted = ["<alice@example.com>", "alice@example.com", "--version", "--list-keys"]
    assert wanted == (tmp_path / "sought").read_text().split("\n")[:-1]


def test_a_dead_gpg_is_no_empty_keyring(tmp_path: Path) -> None:
    assert "key.gpg-failed" == refusal(gpg_programs.program(tmp_path, "kill -9 $$")).code


def test_the_passphrase_is_handed_over_only_if_it_is_told(tmp_path: Path) -> None:
    signing = f'echo "$*" > $HOME/asked; {created(ALICE)}; cat $HOME/message'
    environment = gpg(tmp_path, listed(ALICE), signing, ALICE.message(TEXT))
    seal(environment)
    assert "loopback" not in (tmp_path / "asked").read_text()
    file = tmp_path / "passphrase"
    file.write_text("open sesame\n")
    seal(environment, file=file)
    assert "--pinentry-mode loopback" in (tmp_path / "asked").read_text()
    told = Environment({**environment.variables, VARIABLE: "word"}, tmp_path)
    seal(told)
    assert "--pinentry-mode loopback" in (tmp_path / "asked").read_text()
    with pytest.raises(StorageError):
        seal(environment, file=tmp_path / "none")


def test_settings_of_the_user_cannot_make_the_message_unreadable(tmp_path: Path) -> None:
    signing = f'echo "$*" > $HOME/asked; {created(ALICE)}; cat $HOME/message'
    seal(gpg(tmp_path, listed(ALICE), signing, ALICE.message(TEXT)))
    asked = (tmp_path / "asked").read_text()
    assert "--no-armor --no-textmode" in asked
    assert f"--local-user {ALICE.fingerprint}! --sign" in asked


@pytest.mark.parametrize("key", ["gpg:", "pgp:", "gpg", "", "kms:x"])
def test_other_names_of_keys_are_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        seal(gpg_programs.environment(tmp_path), key)
    assert "key.scheme-unknown" == caught.value.code


def test_public_keys_are_exported_by_fingerprint(tmp_path: Path) -> None:
    listing = listed(ALICE).replace("sec:", "pub:")
    script = (
        f'case "$*" in\n*--list-keys*) {listing};;\n*) echo "$*" > $HOME/asked; cat $HOME/message;;\nesac'
    )
    environment = gpg_programs.program(tmp_path, script)
    (tmp_path / "message").write_bytes(b"keys")
    assert b"keys" == gpg_keys.exported(environment, "alice@example.com")
    assert (tmp_path / "asked").read_text().endswith(f"--export {ALICE.fingerprint}\n")
    (tmp_path / "message").write_bytes(b"")
    with pytest.raises(KeyUnavailableError) as caught:
        gpg_keys.exported(environment, "alice@example.com")
    assert "key.gpg-failed" == caught.value.code
    with pytest.raises(KeyUnavailableError) as caught:
        gpg_keys.exported(gpg_programs.program(tmp_path, "exit 2"), "alice@example.com")
    assert "key.gpg-unknown-public" == caught.value.code


def test_a_gpg_that_cannot_be_found_cannot_sign(tmp_path: Path) -> None:
    assert "key.gpg-missing" == refusal(Environment({"PATH": str(tmp_path)}, tmp_path)).code
