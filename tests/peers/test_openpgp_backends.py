"""What we sign is taken by skopeo and gpg; what skopeo and gpg sign is taken by both our backends."""

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peers import programs
from sealwright.digest import Digest
from sealwright.errors import KeyUnavailableError
from sealwright.evidence import OpenPgpAnswer, OpenPgpResult
from sealwright.homes.environment import Environment
from sealwright.keys import providers
from sealwright.keys.openpgp import backends, gpg_keys
from sealwright.keys.passphrases import Passphrases
from world import openpgp, signers
from world.signers import Signers

pytestmark = pytest.mark.peer("skopeo", "gpg")

MANIFEST = Path(__file__).parents[1] / "producers" / "gpg-2.2" / "manifest.json"
KEYRINGS = MANIFEST.parent / "keyrings"
NAME = "registry.example/app:v1"
DOCUMENT = openpgp.payload(
    str(Digest.of(MANIFEST.read_bytes())), NAME, creator="test", timestamp=1_700_000_000
)
PASSPHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signers]:
    """Two with keys, for all tests that change nothing of theirs."""
    folder = tmp_path_factory.mktemp("people")
    with signers.made(folder, "rsa", "ed", algorithms=("rsa2048", "ed25519")) as made:
        yield made


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Signers]:
    """One with a key, for a test that changes what gpg keeps."""
    with signers.made(tmp_path, "ed") as made:
        yield made


def environment(people: Signers) -> Environment:
    return Environment(people.variables, people.folder)


def verified(
    people: Signers, message: bytes, choice: str = "both", at: datetime | None = None
) -> OpenPgpAnswer:
    ring = people.gpg("--export")
    verifiers = backends.open(choice, environment(people))
    found = verifiers.answer(OpenPgpResult(message, (ring,), datetime.now(UTC)))  # noqa: TID251  # keys are of now
    verifiers.close()
    assert isinstance(found, OpenPgpAnswer), found
    return found


def skopeo(people: Signers, *arguments: object, fails: str = "") -> str:
    program = programs.find("skopeo")
    assert program is not None
    done = subprocess.run(
        [program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**people.variables, "HOME": str(people.folder)},
        timeout=60,
    )
    assert bool(fails) == bool(done.returncode), done.stderr
    assert fails in done.stderr
    return done.stdout


def skopeo_accepts(people: Signers, message: bytes, fingerprint: str, fails: str = "") -> None:
    file = people.folder / "made.signature"
    file.write_bytes(message)
    told = skopeo(people, "standalone-verify", MANIFEST, NAME, fingerprint, file, fails=fails)
    assert fails or "Signature verified" in told


def gpg_accepts(people: Signers, message: bytes) -> None:
    assert DOCUMENT == people.gpg("--decrypt", given=message)


def sealed(people: Signers, key: str, file: Path | None = None) -> tuple[bytes, str]:
    passphrases = Passphrases(environment(people), file)
    sealer = providers.open_sealer(key, passphrases, environment(people))
    return sealer.seal(DOCUMENT), sealer.fingerprint


@pytest.mark.parametrize("name", ["rsa", "ed"])
@pytest.mark.parametrize("form", ["mail", "fingerprint", "key id", "0x"])
def test_what_a_key_of_gpg_signs_is_taken_everywhere(people: Signers, name: str, form: str) -> None:
    whole = people.fingerprint(name)
    forms = {"mail": f"{name}@example.com", "fingerprint": whole, "key id": whole[-16:], "0x": f"0x{whole}"}
    message, fingerprint = sealed(people, f"gpg:{forms[form]}")
    assert whole == fingerprint
    skopeo_accepts(people, message, fingerprint)
    gpg_accepts(people, message)
    found = verified(people, message)
    assert ("good", "") == (found.signatures[0].state, found.disagreement)


@pytest.mark.parametrize("name", ["rsa", "ed"])
def test_what_an_exported_key_signs_is_taken_everywhere(people: Signers, name: str, tmp_path: Path) -> None:
    file = tmp_path / "key.asc"
    file.write_bytes(people.gpg("--armor", "--export-secret-keys", f"{name}@example.com"))
    message, fingerprint = sealed(people, f"pgp:{file}")
    skopeo_accepts(people, message, fingerprint)
    gpg_accepts(people, message)
    assert "good" == verified(people, message).signatures[0].state


@pytest.mark.parametrize("name", ["rsa", "ed"])
def test_what_skopeo_signs_is_taken_by_both_backends(people: Signers, name: str, tmp_path: Path) -> None:
    file, fingerprint = tmp_path / "skopeo.signature", people.fingerprint(name)
    skopeo(people, "standalone-sign", MANIFEST, NAME, fingerprint, "-o", file)
    for choice in ("gpg", "sequoia", "both"):
        found = verified(people, file.read_bytes(), choice)
        (signature,) = found.signatures
        assert ("good", fingerprint, "") == (signature.state, signature.primary, found.disagreement)
        assert NAME == json.loads(found.document)["critical"]["identity"]["docker-reference"]


@pytest.fixture
def locked(own: Signers) -> Signers:
    """A key with a passphrase, which the agent has forgotten."""
    own.gpg("--passphrase", PASSPHRASE, "--quick-gen-key", "locked@example.com", "ed25519", "sign", "never")
    subprocess.run(["gpgconf", "--reload", "gpg-agent"], env=own.variables, check=True)
    return own


def test_a_passphrase_file_unlocks_a_key_of_gpg(locked: Signers, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("wrong\n")
    with pytest.raises(KeyUnavailableError) as caught:
        sealed(locked, "gpg:locked@example.com", file)
    assert "key.passphrase-wrong" == caught.value.code
    file.write_text(f"{PASSPHRASE}\n")
    message, fingerprint = sealed(locked, "gpg:locked@example.com", file)
    skopeo_accepts(locked, message, fingerprint)


def test_a_passphrase_file_unlocks_an_exported_key(locked: Signers, tmp_path: Path) -> None:
    key, file = tmp_path / "key.gpg", tmp_path / "passphrase"
    key.write_bytes(locked.gpg("--passphrase", PASSPHRASE, "--export-secret-keys", "locked@example.com"))
    file.write_text(f"{PASSPHRASE}\n")
    message, fingerprint = sealed(locked, f"pgp:{key}", file)
    skopeo_accepts(locked, message, fingerprint)


def test_without_a_terminal_the_missing_passphrase_is_explained(locked: Signers) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        sealed(locked, "gpg:locked@example.com")
    assert "key.gpg-no-pinentry" == caught.value.code
    assert "--passphrase-file" in caught.value.hint


PINENTRY = """#!/bin/sh
echo OK ready
while read -r word rest; do
  case $word in
    GETPIN) {answer} ;;
    BYE) echo OK; exit 0 ;;
    *) echo OK ;;
  esac
done
"""


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (f"echo 'D {PASSPHRASE}'; echo OK", ""),
        ("echo 'D wrong'; echo OK", "key.passphrase-wrong"),
        ("echo 'ERR 83886179 Operation cancelled <Pinentry>'", "key.gpg-cancelled"),
        ("exit 1", "key.gpg-no-pinentry"),
    ],
)
def test_the_pinentry_of_the_user_is_asked(locked: Signers, tmp_path: Path, answer: str, reason: str) -> None:
    program = tmp_path / "pinentry"
    program.write_text(PINENTRY.format(answer=answer))
    program.chmod(0o755)
    (locked.home / "gpg-agent.conf").write_text(f"pinentry-program {program}\n")
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], env=locked.variables, check=True)
    if not reason:
        message, fingerprint = sealed(locked, "gpg:locked@example.com")
        skopeo_accepts(locked, message, fingerprint)
        return
    with pytest.raises(KeyUnavailableError) as caught:
        sealed(locked, "gpg:locked@example.com")
    assert reason == caught.value.code


def test_a_subkey_signs_where_only_it_can_and_older_clients_refuse_it(own: Signers) -> None:
    own.add("split", usage="cert")
    primary = own.fingerprint("split")
    own.gpg("--quick-add-key", primary, "ed25519", "sign", "never")
    sealer = providers.open_sealer("gpg:split@example.com", Passphrases(environment(own)), environment(own))
    assert primary == sealer.primary
    assert primary != sealer.fingerprint
    message = sealer.seal(DOCUMENT)
    (found,) = verified(own, message).signatures
    assert ("good", primary, sealer.fingerprint) == (found.state, found.primary, found.fingerprint)
    skopeo_accepts(own, message, primary, fails="does not match")


def test_a_name_that_stands_for_two_keys_is_refused_with_both(own: Signers) -> None:
    own.gpg("--yes", "--quick-gen-key", "Second <ed@example.com>", "ed25519", "sign", "never")
    with pytest.raises(KeyUnavailableError) as caught:
        sealed(own, "gpg:ed@example.com")
    assert "key.gpg-ambiguous" == caught.value.code
    assert 2 == str(caught.value.data["found"]).count("ed@example.com")


def test_settings_of_gpg_do_not_change_the_kind_of_message(own: Signers) -> None:
    (own.home / "gpg.conf").write_text("armor\ntextmode\npersonal-digest-preferences SHA1\n")
    message, fingerprint = sealed(own, "gpg:ed@example.com")
    skopeo_accepts(own, message, fingerprint)
    assert "good" == verified(own, message).signatures[0].state


def test_the_keys_of_a_user_are_listed_and_exported(people: Signers) -> None:
    listed = gpg_keys.secret_keys(environment(people))
    wanted = {people.fingerprint(name) for name in ("rsa", "ed")}
    assert wanted == {key.primary.fingerprint for key in listed}
    assert {"rsa@example.com", "ed@example.com"} == {key.user_ids[0] for key in listed}
    assert all(key.signing == key.primary for key in listed)
    ring = gpg_keys.exported(environment(people), "ed@example.com")
    assert people.fingerprint("ed") in str(people.gpg("--show-keys", "--with-colons", given=ring))


def test_an_expired_key_cannot_sign(own: Signers) -> None:
    past = "20240101T000000"
    own.gpg(
        "--faked-system-time", past, "--quick-gen-key", "old@example.com", "ed25519", "sign", "2024-02-01"
    )
    with pytest.raises(KeyUnavailableError) as caught:
        sealed(own, "gpg:old@example.com")
    assert ("key.gpg-unusable", "expired") == (caught.value.code, caught.value.data["problem"])


@pytest.mark.parametrize(
    ("name", "primary", "theirs", "ours"),
    [
        ("rsa2048", "", "", ["good"]),
        ("ed25519", "", "", ["good"]),
        ("nistp256", "", "", ["good"]),
        ("future", "", "", ["good"]),
        ("two", "", "Unexpected GPG signature count 2", ["good", "good"]),
        ("expired", "", "Invalid GPG signature", ["expired"]),
        ("expired-key", "", "Invalid GPG signature", ["key-expired"]),
        ("revoked-subkey", "", "Invalid GPG signature", ["key-revoked"]),
        ("tampered", "", "Invalid GPG signature", ["bad"]),
        ("unknown", "", "Invalid GPG signature", ["key-unknown"]),
        ("subkey", "DD8FE3263FF63F8C", "does not match", ["good"]),  # later clients take it
        ("sha1", "", "", ["unsupported"]),  # we are stricter
    ],
)
def test_skopeo_decides_alike_on_messages_of_gpg(
    own: Signers, name: str, primary: str, theirs: str, ours: list[str]
) -> None:
    (ring,) = [*KEYRINGS.glob(f"{name}.gpg"), *KEYRINGS.glob(f"{name}.asc")]
    message = (KEYRINGS / f"{name}.signature").read_bytes()
    own.gpg("--import", ring)
    found = verified(own, message, "gpg")
    assert ours == [each.state for each in found.signatures]
    fingerprint = found.signatures[0].primary or found.signatures[0].fingerprint
    assert fingerprint.endswith(primary)
    wanted = (MANIFEST, "127.0.0.1:5000/ns/app:v1", fingerprint, KEYRINGS / f"{name}.signature")
    skopeo(own, "standalone-verify", *wanted, fails=theirs)


def test_verifying_leaves_no_agent_and_no_folder_behind(people: Signers) -> None:
    def agents() -> list[str]:
        lines = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if file.exists()]
        return [line.decode(errors="replace") for line in lines if b"seal-gpg-" in line]

    verified(people, people.signed("ed", DOCUMENT), "gpg")
    assert [] == agents()
