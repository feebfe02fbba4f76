"""Runs that are killed or asked to end, and gone on with until they are done."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sealwright import limits
from sealwright.cli.names import typed
from world.fleet import Fleet, fleet
from world.home import Done
from world.rough_front import RoughFront

IMAGES = 60
DELAY = 0.02


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("resuming"), IMAGES) as made:
        yield made


@pytest.fixture
def front(many: Fleet) -> Iterator[RoughFront]:
    with RoughFront(many.registry.port, moods={}, delay=DELAY) as running:
        yield running


def begun(many: Fleet, *arguments: object, command: str = "verify") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "sealwright", command, *map(str, arguments)],
        env=many.home.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: "subprocess.Popen[str]") -> Done:
    out, err = process.communicate(timeout=60)
    return Done(process.returncode, out, err)


def timeless(text: str) -> str:
    """Without the times at which verdicts were made."""
    return re.sub(r'"(at|reusedAt)": ?"[^"]*"', r'"\1":""', text)


def recorded(journal: Path) -> list[str]:
    """The images of all whole lines of a journal, in its order."""
    if not journal.exists():
        return []
    lines = journal.read_bytes().split(b"\n")[1:-1]
    return [json.loads(line)["image"] for line in lines]


def resolved(front: RoughFront) -> Counter[str]:
    """How often each image was asked for."""
    asked = (line.removeprefix("HEAD /v2/") for line in front.lines if line.startswith("HEAD /v2/"))
    return Counter(f"{front.local}/{name.replace('/manifests/', ':')}" for name in asked)


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("verify", signal.SIGKILL),
        ("verify", signal.SIGINT),
        ("verify", signal.SIGTERM),
        ("ls", signal.SIGKILL),
        ("ls", signal.SIGTERM),
    ],
)
def test_a_run_that_is_ended_again_and_again_gives_what_a_calm_run_gives(
    many: Fleet, front: RoughFront, tmp_path: Path, command: str, number: signal.Signals
) -> None:
    names = many.names(front.local)
    calm = ended(begun(many, "--output", "jsonl", *names, command=command))
    front.lines.clear()
    journal, answers = tmp_path / "journal", tmp_path / "answers"
    flags = ("--resume", journal, "--output", "jsonl", "--output-file", answers)
    random = Random(int(number))  # noqa: S311  # a seed repeats it
    ends: list[int] = []
    while not ends or ends[-1] not in (0, 1):
        before = recorded(journal)
        front.lines.clear()
        process = begun(many, *flags, *names, command=command)
        until = time.monotonic() + 20
        wanted = len(before) + random.randint(1, 25)
        while process.poll() is None and len(recorded(journal)) < wanted and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(number)
        done = ended(process)
        ends.append(done.status)
        assert set() == set(before) & set(resolved(front)), "what was settled is not asked for again"
        if done.status > 1:
            over = len(set(recorded(journal))) == IMAGES  # the signal came after the last image
            assert over or f"goes on where it ended: --resume {journal}" in done.err.splitlines()[-1]
            for line in answers.read_text().splitlines():
                json.loads(line)

    # a signal that comes when the run is over finds its usual handler
    assert {calm.status, {9: -9, 2: 130, 15: 143}[number]} == set(ends) - {-2, -15}
    assert len(ends) > 3
    assert Counter(names) == Counter(recorded(journal))
    assert timeless(calm.out) == timeless(answers.read_text())


@pytest.mark.parametrize("command", ["verify", "ls"])
def test_a_finished_run_is_told_again_without_asking(
    many: Fleet, front: RoughFront, tmp_path: Path, command: str
) -> None:
    names = many.names(front.local)
    flags = ("--resume", tmp_path / "journal")
    first = ended(begun(many, *flags, *names, command=command))
    front.lines.clear()
    second = ended(begun(many, *flags, *names, command=command))
    backwards = ended(begun(many, *flags, "-o", "jsonl", *reversed(names), command=command))

    assert (first, []) == (second, front.lines)
    assert list(reversed(names)) == [json.loads(line)["image"] for line in backwards.out.splitlines()]


def test_what_only_the_environment_caused_is_asked_for_again(
    many: Fleet, front: RoughFront, tmp_path: Path
) -> None:
    names = many.names(front.local)[:6]
    flags = ("--resume", tmp_path / "journal", "-o", "jsonl", "--retries", "0")
    front.stop()
    down = ended(begun(many, *flags, *names))
    with RoughFront(many.registry.port, moods={}, port=front.port):
        up = ended(begun(many, *flags, *names))

    assert (3, 1) == (down.status, up.status)
    assert ["network.refused"] * 6 == [json.loads(line)["failure"]["code"] for line in down.out.splitlines()]
    found = [json.loads(line)["verdict"]["reason"] for line in up.out.splitlines()]
    assert many.reasons()[:6] == found


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--thorough",), "--thorough (not given, now True)"),
        (("--max-signatures", "3"), "--max-signatures (100, now 3)"),
        (("-m", "a=b"), "--user-metadata (not given, now a=b)"),
        (("--recursive",), "--recursive"),
        (("--policy-file", "POLICY"), "the policy"),
    ],
)
def test_a_journal_of_another_run_is_refused(
    many: Fleet, tmp_path: Path, flags: tuple[str, ...], words: str
) -> None:
    journal = tmp_path / "journal"
    policy = tmp_path / "policy.json"
    policy.write_text((many.home.notation / "trustpolicy.json").read_text().replace("all", "each"))
    given = [str(policy) if flag == "POLICY" else flag for flag in flags]
    first = many.home.seal("verify", "--resume", journal, many.names()[0])
    other = many.home.seal("verify", "--resume", journal, *given, many.names()[0])

    assert (0, 2) == (first.status, other.status)
    assert words in other.err
    assert "[usage.journal-of-another-run]" in other.err


def test_a_journal_of_another_command_is_refused(many: Fleet, tmp_path: Path) -> None:
    verified, listed = tmp_path / "verified", tmp_path / "listed"
    many.home.must("verify", "--resume", verified, many.names()[0])
    many.home.must("ls", "--resume", listed, many.names()[0])
    found = [
        many.home.seal("ls", "--resume", verified, many.names()[0]),
        many.home.seal("verify", "--resume", listed, many.names()[0]),
        many.home.seal("ls", "--resume", listed, "--recursive", many.names()[0]),
    ]
    words = [
        "the command (seal verify, now seal ls)",
        "the command (seal ls, now seal verify)",
        "--recursive (not given, now True)",
    ]

    assert [(2, True)] * 3 == [
        (done.status, f"these differ: {difference} [usage.journal-of-another-run]" in done.err)
        for done, difference in zip(found, words, strict=True)
    ]


def test_a_listing_that_the_environment_prevented_is_asked_for_again(
    many: Fleet, front: RoughFront, tmp_path: Path
) -> None:
    names = many.names(front.local)[:6]
    flags = ("--resume", tmp_path / "journal", "-o", "jsonl", "--retries", "0")
    front.stop()
    down = ended(begun(many, *flags, *names, command="ls"))
    with RoughFront(many.registry.port, moods={}, port=front.port):
        up = ended(begun(many, *flags, *names, command="ls"))

    assert (3, 0) == (down.status, up.status)
    assert ["network.refused"] * 6 == [json.loads(line)["failure"]["code"] for line in down.out.splitlines()]
    assert names == [json.loads(line)["image"] for line in up.out.splitlines()]


def test_a_changed_trust_store_is_no_matter_to_a_listing(many: Fleet, tmp_path: Path) -> None:
    flags = ("ls", "--resume", tmp_path / "journal", many.names()[0])
    first = many.home.must(*flags)
    store = many.home.notation / "truststore/x509/ca/some"
    store.mkdir()
    again = many.home.must(*flags)
    store.rmdir()

    assert first == again


def test_a_changed_trust_store_is_another_run(many: Fleet, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    many.home.must("verify", "--resume", journal, many.names()[0])
    store = many.home.notation / "truststore/x509/ca/more"
    store.mkdir()
    other = many.home.seal("verify", "--resume", journal, many.names()[0])
    store.rmdir()

    assert (2, True) == (other.status, "these differ: the trust stores" in other.err)
    assert "✓" in many.home.must("verify", "--resume", journal, many.names()[0])


def test_two_runs_do_not_share_a_journal(many: Fleet, front: RoughFront, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    front.delay = 0.5
    process = begun(many, "--resume", journal, *many.names(front.local))
    until = time.monotonic() + 20
    while not front.lines and time.monotonic() < until:
        time.sleep(0.01)
    other = many.home.seal("verify", "--resume", journal, many.names()[0])
    process.send_signal(signal.SIGTERM)
    done = ended(process)

    assert (2, True) == (other.status, "[usage.journal-in-use]" in other.err)
    assert (143, True) == (done.status, f"--resume {journal}" in done.err.splitlines()[-1])


@pytest.mark.parametrize(
    ("command", "output"),
    [("verify", "json"), ("verify", "sarif"), ("verify", "junit"), ("verify", "text"), ("ls", "json")],
)
def test_output_is_whole_when_a_run_is_interrupted(
    many: Fleet, front: RoughFront, tmp_path: Path, command: str, output: str
) -> None:
    file = tmp_path / "answers"
    names = many.names(front.local)
    process = begun(many, "--output", output, *names, command=command)
    form = output if output != "text" else "json"
    to_file = begun(many, "-o", form, "--output-file", file, *names, command=command)
    while sum(resolved(front).values()) < IMAGES * 4 // 3:
        time.sleep(0.005)
    for one in (process, to_file):
        one.send_signal(signal.SIGINT)
    done, other = ended(process), ended(to_file)

    assert 130 == done.status == other.status
    assert done.err.splitlines()[-1].startswith("interrupted after ")
    if output in ("json", "sarif"):
        value: Any = json.loads(done.out)
        assert isinstance(value, list | dict)
    if output == "junit":
        assert done.out.rstrip().endswith("</testsuites>")
    assert not file.exists()
    assert [] == list(tmp_path.iterdir())
    assert command == "ls" or "image(s): " in other.out


def test_a_run_interrupted_while_it_waits_for_names_ends(many: Fleet) -> None:
    command = [sys.executable, "-m", "sealwright", "verify", "-o", "jsonl", "-"]
    with subprocess.Popen(
        command,
        env=many.home.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{many.names()[0]}\n")
        process.stdin.flush()
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()

    assert "verdict.accepted" == first["verdict"]["reason"]
    assert (130, "interrupted after 1 image(s); with --resume FILE a run can be gone on with\n") == (
        process.returncode,
        said,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["verify", "ls"])
def test_a_signal_ends_a_run_in_its_own_time_and_leaves_its_handlers(
    many: Fleet, front: RoughFront, tmp_path: Path, number: signal.Signals, command: str
) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    front.delay = 0.1
    flags = ("--resume", tmp_path / "journal")
    timer = threading.Timer(0.35, signal.raise_signal, [number])
    timer.start()
    done = many.home.seal(command, *flags, *many.names(front.local))
    timer.join()

    assert 128 + number == done.status
    assert "interrupted after " in done.err.splitlines()[-1]
    assert done.err.endswith(f"goes on where it ended: --resume {tmp_path}/journal\n")
    assert before == [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]


def test_names_are_read_from_a_pipe_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    long = "x" * (limits.REFERENCE_LENGTH * 10)
    lines = b"one\n# none\n\n  two \r\n\xff\n" + long.encode() + b"\nlast"
    with os.fdopen(reading) as stdin, os.fdopen(writing, "wb") as out:
        monkeypatch.setattr("sys.stdin", stdin)
        found = typed(["first", "-", "end"])
        out.write(b"early\n")
        out.flush()
        begun = [next(found), next(found)]
        out.write(lines)
        out.close()
        rest = list(found)

    assert ["first", "early"] == begun
    assert ["one", "two", "\\xff"] == rest[:3]
    assert ["last", "end"] == rest[4:]
    assert limits.REFERENCE_LENGTH < len(rest[3]) <= len(long)
