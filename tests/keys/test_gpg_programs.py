"""What stands on the PATH as gpg may be slow, dead or a liar. Nothing it does makes a signature good."""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import EnvironmentalError, KeyUnavailableError, SealwrightError
from sealwright.evidence import OpenPgpAnswer, OpenPgpResult, Unavailable
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import backends, program
from sealwright.keys.openpgp.gpg import GpgVerifier
from world import gpg_programs, openpgp
from world.openpgp_keys import BORN, Key

TEXT = b'{"critical":{}}\n'
AT = datetime(2026, 11, 27, tzinfo=UTC)
ALICE = Key.rsa("Alice <alice@example.com>")
MESSAGE = ALICE.message(TEXT)
GOOD = f"[GNUPG:] GOODSIG {ALICE.key_id} Alice"
VALID = f"[GNUPG:] VALIDSIG {ALICE.fingerprint} 2023-11-14 {BORN + 1000} 0 4 0 1 8 00 {ALICE.fingerprint}"
TWICE = f"{ALICE.fingerprint} of {ALICE.fingerprint}"
SILENT = f"exec {sys.executable} -c 'import os, time; os.closerange(0, 256); time.sleep(50)'"
HONEST = (
    f"cat > /dev/null; printf '%s\\n' '{GOOD}' '{VALID}' > /dev/fd/$2; "
    f"printf '%s\\n' '{TEXT.decode().strip()}'"
)


def answer(environment: Environment, message: bytes = MESSAGE) -> OpenPgpAnswer | Unavailable:
    verifiers = backends.open("gpg", environment)
    try:
        return verifiers.answer(OpenPgpResult(message, (ALICE.public(),), AT))
    finally:
        verifiers.close()


def in_vain(environment: Environment) -> Unavailable:
    found = answer(environment)
    assert isinstance(found, Unavailable), found
    return found


def test_a_script_that_says_what_gpg_says_is_believed(tmp_path: Path) -> None:
    found = answer(gpg_programs.program(tmp_path, HONEST))
    assert isinstance(found, OpenPgpAnswer), found
    assert (["good"], TEXT) == ([each.state for each in found.signatures], found.document)


def test_where_only_gpg2_is_installed_it_is_used(tmp_path: Path) -> None:
    environment = gpg_programs.program(tmp_path, HONEST, "gpg2")
    alone = Environment({"PATH": str(tmp_path / "bin")}, tmp_path)
    (tmp_path / "bin" / "cat").symlink_to("/bin/cat")
    assert environment.get("PATH").startswith(alone.get("PATH"))
    assert isinstance(answer(alone), OpenPgpAnswer)


def test_a_missing_gpg_is_named_with_the_next_step(tmp_path: Path) -> None:
    found = in_vain(Environment({"PATH": str(tmp_path)}, tmp_path))
    assert ("key.gpg-missing", False) == (found.reason, found.retryable)
    with pytest.raises(KeyUnavailableError) as caught:
        program.find(Environment({"PATH": str(tmp_path)}, tmp_path))
    assert "gnupg" in caught.value.hint


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 0", "it ended with status 0 and said nothing"),
        ("echo gpg: out of order >&2; exit 2", "out of order"),
        ("kill -9 $$", "it was killed by signal 9 and said nothing"),
        (f"{HONEST}; kill -9 $$", "it was killed by signal 9 and said nothing"),
        (HONEST.replace("critical", "Critical"), "its document is not the one in the message"),
        (f"{HONEST}; printf more", "its document is not the one in the message"),
        (f"{HONEST}; echo '{GOOD}' > /dev/fd/$2", "it tells of signatures that are not there"),
        ("cat /dev/zero", f"it printed over {limits.GPG_OUTPUT_BYTES} bytes"),
        ("cat /dev/zero > /dev/fd/$2", f"it printed over {limits.GPG_OUTPUT_BYTES} bytes"),
        ("cat /dev/zero >&2", f"it printed over {limits.GPG_OUTPUT_BYTES} bytes"),
        ("printf 'gpg: a\\033[2J\\n' >&2", "a [2J"),
    ],
)
def test_what_is_no_answer_is_told(tmp_path: Path, script: str, said: str) -> None:
    found = in_vain(gpg_programs.program(tmp_path, script))
    assert ("key.gpg-failed", False, said) == (found.reason, found.retryable, found.data["problem"])


@pytest.mark.parametrize(
    ("script", "state"),
    [
        (f"echo '{GOOD}' > /dev/fd/$2", "unsupported"),
        (f"echo '{VALID}' > /dev/fd/$2", "unsupported"),
        (HONEST.replace(ALICE.fingerprint[:8], "0" * 8), "good"),
        ("echo '[GNUPG:] FAILURE gpg-exit 33554433' > /dev/fd/$2", "unsupported"),
        (f"echo '[GNUPG:] BADSIG {ALICE.key_id} Alice' > /dev/fd/$2", "bad"),
    ],
)
def test_half_an_answer_is_never_good_for_the_key_in_the_ring(
    tmp_path: Path, script: str, state: str
) -> None:
    found = answer(gpg_programs.program(tmp_path, script))
    assert isinstance(found, OpenPgpAnswer)
    assert [state] == [each.state for each in found.signatures]


@pytest.mark.parametrize(
    ("script", "state", "differ"),
    [
        (HONEST, "good", ""),
        (
            f"echo '[GNUPG:] BADSIG {ALICE.key_id} Alice' > /dev/fd/$2",
            "bad",
            "signature 1 is bad to gpg and good to Sequoia",
        ),
        (
            HONEST.replace(f"00 {ALICE.fingerprint}", f"00 {'0' * 40}"),
            "good",
            f"signature 1 is by {ALICE.fingerprint} of {'0' * 40} to gpg and {TWICE} to Sequoia",
        ),
    ],
)
def test_where_a_gpg_differs_from_sequoia_that_is_told(
    tmp_path: Path, script: str, state: str, differ: str
) -> None:
    verifiers = backends.open("both", gpg_programs.program(tmp_path, script))
    found = verifiers.answer(OpenPgpResult(MESSAGE, (ALICE.public(),), AT))
    verifiers.close()
    assert isinstance(found, OpenPgpAnswer), found
    assert (differ, [state]) == (found.disagreement, [each.state for each in found.signatures])


def test_two_refusals_agree_whatever_their_reasons(tmp_path: Path) -> None:
    script = f"cat > /dev/null; echo '[GNUPG:] BADSIG {ALICE.key_id} Alice' > /dev/fd/$2"
    verifiers = backends.open("both", gpg_programs.program(tmp_path, script))
    found = verifiers.answer(OpenPgpResult(ALICE.message(TEXT, lasts=60), (ALICE.public(),), AT))
    verifiers.close()
    assert isinstance(found, OpenPgpAnswer), found
    assert ("", ["bad"]) == (found.disagreement, [each.state for each in found.signatures])


@pytest.mark.parametrize(
    "told", [HONEST, f"{HONEST}; echo '[GNUPG:] ERRSIG {'0' * 16} 1 2 00 0 4' > /dev/fd/$2"]
)
def test_a_second_signature_that_cannot_be_read_is_not_missed(tmp_path: Path, told: str) -> None:
    odd = openpgp.signature(4, [openpgp.subpacket(16, bytes(8))]).replace(b"\x01\x08", b"\x01\x02", 1)
    message = ALICE.signed(TEXT) + odd + openpgp.literal(TEXT)
    found = answer(gpg_programs.program(tmp_path, told), message)
    assert isinstance(found, OpenPgpAnswer), found
    assert ["good", "unsupported"] == [each.state for each in found.signatures]


@pytest.mark.parametrize("where", ["/dev/fd/$2", "/dev/stdout", "/dev/stderr"])
def test_noise_never_makes_a_signature_good(tmp_path: Path, where: str) -> None:
    found = answer(gpg_programs.program(tmp_path, f"head -c 300000 /dev/urandom > {where}"))
    assert not isinstance(found, OpenPgpAnswer) or "good" not in {each.state for each in found.signatures}


def test_a_program_that_takes_no_input_is_no_trouble(tmp_path: Path) -> None:
    large = Key.rsa("Alice <alice@example.com>").message(bytes(2_000_000))
    found = answer(gpg_programs.program(tmp_path, "exec <&-; sleep 0.2; exit 3"), large)
    assert isinstance(found, Unavailable)
    assert "key.gpg-failed" == found.reason


def test_a_file_that_is_no_program_is_told(tmp_path: Path) -> None:
    environment = gpg_programs.program(tmp_path, "")
    (tmp_path / "bin" / "gpg").write_bytes(b"\x7fELF junk")
    assert "Exec format error" == in_vain(environment).data["problem"]


@pytest.mark.parametrize(
    "script", ["sleep 50", "sleep 50 & echo $! > $HOME/child; exec sleep 50", "sleep 50 & exit 0", SILENT]
)
def test_a_program_that_does_not_end_is_ended_with_all_it_has_started(tmp_path: Path, script: str) -> None:
    environment = gpg_programs.program(tmp_path, f"echo $$ > $HOME/pid\n{script}")
    verifier = GpgVerifier(environment, seconds=0.5)
    began = time.monotonic()
    with pytest.raises(EnvironmentalError) as caught:
        verifier.verify(MESSAGE, (ALICE.public(),), AT)
    verifier.close()
    assert ("key.gpg-slow", "0.5") == (caught.value.code, caught.value.data["seconds"])
    assert time.monotonic() - began < 5
    group = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        _until_gone(group)


def _until_gone(group: int) -> None:
    """Ask for a process group until there is none; killed processes take a moment to be collected."""
    for _ in range(100):
        os.killpg(group, 0)
        time.sleep(0.05)


def test_slowness_may_pass_and_missing_programs_do_not(tmp_path: Path) -> None:
    environment = gpg_programs.program(tmp_path, "sleep 50")
    with pytest.raises(SealwrightError) as caught:
        program.run(environment, [], seconds=0.2)
    assert isinstance(caught.value, EnvironmentalError)


def test_it_runs_in_english_whatever_the_user_speaks(tmp_path: Path) -> None:
    environment = gpg_programs.program(tmp_path, 'printf "%s" "$LC_ALL,$LANGUAGE,$LANG"')
    spoken = Environment(
        {**environment.variables, "LANGUAGE": "de", "LC_ALL": "de_DE", "LANG": "de_DE"}, tmp_path
    )
    assert b"C,,de_DE" == program.run(spoken, []).output


def test_the_passphrase_comes_on_a_pipe_and_not_on_the_command_line(tmp_path: Path) -> None:
    environment = gpg_programs.program(tmp_path, 'cat /dev/fd/$4; printf "%s " "$@"')
    ran = program.run(environment, ["--sign"], passphrase=b"open sesame")
    first, second = ran.output.split(b"\n")
    assert b"open sesame" == first
    assert b"sesame" not in second


def test_homes_are_kept_for_the_next_message_and_removed_at_the_end(tmp_path: Path) -> None:
    script = f'printf "%s\\n" "$4" >> {tmp_path}/homes; stat -c %a "$4" >> {tmp_path}/modes\n{HONEST}'
    verifier = GpgVerifier(gpg_programs.program(tmp_path, script))
    for _ in range(3):
        verifier.verify(MESSAGE, (ALICE.public(),), AT)
    verifier.verify(MESSAGE, (), AT)
    homes = (tmp_path / "homes").read_text().split()
    assert (5, 2) == (len(homes), len(set(homes)))
    assert {"700"} == set((tmp_path / "modes").read_text().split())
    assert all(Path(home).is_dir() for home in homes)
    verifier.close()
    assert not any(Path(home).exists() for home in homes)


def test_beyond_a_bound_homes_are_made_for_one_message(tmp_path: Path) -> None:
    verifier = GpgVerifier(
        gpg_programs.program(tmp_path, f'printf "%s\\n" "$4" >> {tmp_path}/homes\n{HONEST}')
    )
    for number in range(limits.GPG_HOMES + 2):
        verifier.verify(MESSAGE, (b"%d" % number,), AT)
    left = [home for home in set((tmp_path / "homes").read_text().split()) if Path(home).exists()]
    assert limits.GPG_HOMES == len(left)
    verifier.close()
