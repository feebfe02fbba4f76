import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.conftest import good
from sealwright.cli import exit_codes
from sealwright.cli.program import COMMANDS
from sealwright.cli.progress import Bar, BlobProgress
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import (
    AccessDeniedError,
    CheckFailedError,
    InternalError,
    NetworkError,
    NotFoundError,
    RefusedError,
    StorageError,
    UsageError,
)
from sealwright.events import BlobAdvanced, BlobFinished, BlobStarted, Notice
from sealwright.verdict import PolicyUsed, Verdict, VerdictSubject
from sealwright.version import __version__
from world.hostile_registry import HostileRegistry, Reply
from world.registry import Registry, free_port
from world.seal import seal
from world.tls import Tls
from world.token_service import TokenService


def test_login_tries_the_credentials_and_keeps_them_with_a_warning(home: Path) -> None:
    with HostileRegistry() as registry:
        TokenService(registry)
        registry.on("GET /v2/", Reply(200, b"{}"))
        name = registry.address

        wrong = seal("login", "-u", "alice", "--password-stdin", name, typed="dormouse\n")
        right = good(seal("login", "-u", "alice", "--password-stdin", name, typed="wonderland\n"))

    docker = home / ".docker/config.json"
    assert 4 == wrong.code
    assert f"logged in to {name}; the credentials are kept by {docker}" in right.out
    assert "[credentials.stored-in-clear]" in right.err
    assert "wonderland" not in right.out + right.err
    assert 0o600 == docker.stat().st_mode & 0o777
    assert [name] == list(json.loads(docker.read_text())["auths"])
    assert f"forgotten by {docker}" in good(seal("logout", name)).out
    assert "there were no credentials" in good(seal("logout", name)).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("login", "registry"), "credentials.not-a-registry"),
        (("login", "reg.example/repository"), "credentials.not-a-registry"),
        (("logout", "a b"), "reference.malformed"),
        (("login", "reg.example"), "credentials.not-given"),
        (("login", "-u", "me", "https://reg.example/"), "credentials.not-given"),
        (("ls", "-u", "me", "reg.example/x"), "credentials.incomplete"),
    ],
)
def test_logins_that_cannot_be_tried(home: Path, arguments: tuple[str, ...], code: str) -> None:
    ended = seal(*arguments)

    assert 2 == ended.code
    assert f"[{code}]" in ended.err


def test_two_passwords_exclude_each_other(home: Path) -> None:
    ended = seal("login", "-u", "me", "-p", "x", "--password-stdin", "reg.example", typed="y\n")

    assert "exclude each other" in ended.err


def test_a_registry_that_nobody_answers_for_is_unreachable(home: Path) -> None:
    for flags in ((), ("--insecure-registry",), ("--plain-http",)):
        ended = seal("ls", *flags, "--timeout", "5", f"localhost:{free_port()}/x:v1")

        assert 3 == ended.code
        assert "[network.refused]" in ended.err


def test_an_insecure_registry_is_reached_with_a_warning(home: Path, tmp_path: Path) -> None:
    with HostileRegistry(Tls(tmp_path).server("reg.example")) as registry:
        ended = seal("ls", "--insecure-registry", f"{registry.address}/x:v1")

    assert 3 == ended.code
    assert "holds nothing under v1" in ended.err
    assert "warning: " in ended.err


def test_a_ca_file_that_is_none_is_a_usage_error(home: Path, tmp_path: Path) -> None:
    ended = seal("ls", "--ca-file", tmp_path / "nothing.pem", "reg.example/x:v1")

    assert 2 == ended.code
    assert "[network.ca-file-unusable]" in ended.err


def test_serve_announces_serves_and_ends_on_a_signal(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sealwright", "serve", "--port", "0", "--folder", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        said = process.stdout.readline(), process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:(\d+)", said[0])
        assert match is not None
        missing = seal("ls", f"localhost:{match[1]}/x:v1")
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(15)

    assert "anonymous" in said[1]
    assert (3, True) == (missing.code, "holds nothing under v1" in missing.err)


def test_serve_refuses_ports_that_are_taken(home: Path, tmp_path: Path, registry: Registry) -> None:
    taken = seal("serve", "--port", str(registry.port), "--folder", tmp_path / "b")

    assert 2 == taken.code
    assert "[service.port-taken]" in taken.err


def test_version_in_both_ways(home: Path) -> None:
    by_flag = subprocess.run(
        [sys.executable, "-m", "sealwright", "--version"], capture_output=True, text=True, check=True
    )

    assert f"seal {__version__}\n" == by_flag.stdout == good(seal("version")).out


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help(command: str) -> None:
    ended = good(seal(command, "--help"))

    assert f"Usage: seal {command}" in ended.out
    assert command == "version" or "\nExamples:\n  s" in ended.out


def test_unknown_commands_are_usage_errors() -> None:
    assert 2 == seal("signn").code
    assert 2 == seal("verify").code


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    assert "_SEAL_COMPLETE" in good(seal("completion", shell)).out


def test_an_error_of_our_own_asks_for_a_report_and_shows_its_place_with_debug(
    home: Path, layout: str, tmp_path: Path
) -> None:
    # a key file that is a folder of the home: StorageError, not a traceback; with --debug the error itself
    (tmp_path / "folder").mkdir()
    arguments = ("key", "add", "x", "--key-file", tmp_path / "folder", "--cert-file", tmp_path / "folder")

    assert 5 == seal(*arguments).code
    with pytest.raises(StorageError):
        seal("--debug", *arguments)


def test_exit_codes_follow_who_must_act() -> None:
    table = {
        UsageError("usage.no-images"): 2,
        CheckFailedError("expiry.expired", expiry="x"): 1,
        NetworkError("network.refused"): 3,
        NotFoundError("registry.manifest-unknown"): 3,
        AccessDeniedError("registry.login-required"): 4,
        StorageError("file.absent"): 5,
        InternalError("internal.unexpected"): 70,
    }

    assert list(table.values()) == [exit_codes.of_error(error) for error in table]
    assert 3 == exit_codes.worst([0, 1, 3])
    assert 0 == exit_codes.worst([])


@pytest.mark.parametrize(("retryable", "code"), [(False, 1), (True, 3)])
def test_a_refusal_of_the_environment_has_its_own_exit_code_also_as_an_error(
    retryable: bool,  # noqa: FBT001  # a value of the table
    code: int,
) -> None:
    image = VerdictSubject("x", "x", "oci", Descriptor("t", Digest.of(b""), 0))
    verdict = Verdict(
        subject=image,
        at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
        policy=PolicyUsed("notation", "p", Digest.of(b"")),
        statement="s",
        decision="refused",
        reason="verdict.unsigned",
        retryable=retryable,
    )

    assert code == exit_codes.of_error(RefusedError(verdict)) == exit_codes.of_verdict(verdict)


def test_progress_tells_of_each_blob_and_passes_notices_on(capsys: pytest.CaptureFixture[str]) -> None:
    progress = BlobProgress()
    digest = "sha256:" + "ab" * 32

    progress(BlobStarted(digest, 3 * 1024 * 1024, ""))
    progress(BlobAdvanced(digest, 1024))
    progress(BlobFinished(digest, "moved"))
    progress(Notice("signing.by-tag", {"tag": "v1", "digest": digest}))
    Bar(("accepted",)).step("accepted")

    said = capsys.readouterr().err
    assert "sha256:abababababab" in said
    assert "3.0 MiB  copied" in said
    assert "warning: the tag v1" in said


def test_progress_on_a_terminal_rewrites_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress, bar = BlobProgress(), Bar(("accepted", "refused"))
    digest = "sha256:" + "ab" * 32

    progress(BlobStarted(digest, 100, ""))
    progress(BlobAdvanced(digest, 50))
    progress(BlobAdvanced(digest, 60))
    progress(BlobFinished(digest, "present"))
    bar.expect(2)
    bar.step("refused")
    bar.step("accepted")
    bar.close()

    said = capsys.readouterr().err
    assert "abababab 50%" in said
    assert "60%" not in said
    assert "100 B  already there" in said
    assert "\r\x1b[K1 of 2  1 refused  " in said
    assert "accepted" not in said
    assert said.endswith("\r\x1b[K")


def test_output_that_nobody_reads_to_the_end_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -m sealwright inspect --help | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)

    assert done.stdout.strip() in ("0", "141")
    assert "Traceback" not in done.stderr


def test_interrupting_is_told_in_one_word(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        command = [sys.executable, "-m", "sealwright", "ls", f"localhost:{silent.getsockname()[1]}/x:v1"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            waiting, _ = silent.accept()
            with waiting:
                assert waiting.recv(10).startswith(b"HEAD /v2/")
                process.send_signal(signal.SIGINT)
                _, err = process.communicate(timeout=10)

    assert (130, "interrupted") == (process.returncode, err.strip())


def test_durations_have_one_way_to_be_written() -> None:
    from sealwright.cli.durations import DURATION  # noqa: PLC0415  # what is tested

    assert 5400 == DURATION.convert("1h30m", None, None).total_seconds()
    with pytest.raises(click.BadParameter):
        DURATION.convert("1.5h", None, None)
