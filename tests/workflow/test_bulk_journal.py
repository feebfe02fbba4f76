import json
import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import NetworkError, NotFoundError, StorageError, UsageError
from sealwright.homes.notation.trust_state import trust_state
from sealwright.signature import Unreadable
from sealwright.verdict import Check, Judgement, PolicyUsed, SignatureReport, Verdict, VerdictSubject
from sealwright.workflow.journal import Binding, Journal
from sealwright.workflow.listing import Found, ImageListing, ListedSignature, ListedSubject
from sealwright.workflow.outcome import Failure, Outcome, failed

DIGEST = Digest.of(b"x")
BINDING = Binding("seal verify", "sha256:policy", "sha256:stores", {"--max-signatures": 100})


def verdict(decision: str = "accepted", *, retryable: bool = False) -> Verdict:
    check = Check("expiry", "enforce", "failed", "expiry.expired", {"expiry": "2026", "n": 1})
    report = SignatureReport("notary", "here", DIGEST, judgements=(Judgement("p:1", "s", (check,), False),))  # noqa: FBT003  # counts
    return Verdict(
        subject=VerdictSubject("typed", "name", "docker", Descriptor("m", DIGEST, 1)),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        policy=PolicyUsed("notation", "policy.json", DIGEST),
        statement="all",
        decision=decision,  # type: ignore[arg-type]  # a literal
        reason="verdict.unsigned",
        data={"statement": "all"},
        retryable=retryable,
        signatures=(report,),
    )


def opened(path: Path, **changes: object) -> Journal[Outcome]:
    return Journal.open(path, msgspec.structs.replace(BINDING, **changes), Outcome)


def listed(*, retryable: bool = False) -> Found:
    subject = ListedSubject("localhost:5000/a", Descriptor("m", DIGEST, 1))
    platform = ListedSubject("localhost:5000/a", Descriptor("m", DIGEST, 2), "linux/amd64")
    unreadable = Unreadable("there", "registry.too-many-referrers", {"limit": 3, "subject": "s"}, retryable)
    inner = ImageListing(platform, (), (unreadable,))
    return Found("a", ImageListing(subject, (ListedSignature("notary", str(DIGEST)),), (), (inner,)))


def test_what_was_settled_is_told_again_exactly(tmp_path: Path) -> None:
    outcomes = [
        Outcome("a", verdict()),
        Outcome("b", verdict("refused")),
        failed("c d", UsageError("usage.no-images")),
    ]
    with opened(tmp_path / "j") as journal:
        for outcome in outcomes:
            journal.record(outcome)
        assert journal.recorded("a") is None
    with opened(tmp_path / "j") as again:
        found = [again.recorded(outcome.image) for outcome in outcomes]

        assert (outcomes, 3) == (found, again.settled)
        assert [one.to_json() for one in outcomes] == [one.to_json() for one in found if one]
        assert again.recorded("e") is None


def test_a_listing_is_told_again_exactly(tmp_path: Path) -> None:
    found = [listed(), Found("b", failure=Failure.of(UsageError("usage.no-images")))]
    unsettled = [
        msgspec.structs.replace(listed(retryable=True), image="c"),
        Found("d", failure=Failure.of(NetworkError("network.timed-out", host="h"))),
    ]
    binding = Binding("seal ls", options={"--recursive": True})
    with Journal.open(tmp_path / "j", binding, Found) as journal:
        for one in (*found, *unsettled):
            journal.record(one)
    with Journal.open(tmp_path / "j", binding, Found) as again:
        told = [again.recorded(one.image) for one in found]

        assert (found, 2) == (told, again.settled)
        assert [one.to_json() for one in found] == [one.to_json() for one in told if one]
        assert [None, None] == [again.recorded(one.image) for one in unsettled]


def test_a_journal_of_another_command_names_only_the_command(tmp_path: Path) -> None:
    opened(tmp_path / "j").close()
    with pytest.raises(UsageError) as caught:
        Journal.open(tmp_path / "j", Binding("seal ls"), Found)

    assert "usage.journal-of-another-run" == caught.value.code
    assert "these differ: the command (seal verify, now seal ls)" in str(caught.value)


def test_what_the_environment_caused_is_asked_for_again(tmp_path: Path) -> None:
    unsettled = [
        failed("a", NetworkError("network.timed-out", host="h")),
        failed("b", NotFoundError("registry.manifest-unknown", name="n", reference="r")),
        failed("c", StorageError("file.absent", file="f")),
        Outcome("d", verdict("refused", retryable=True)),
    ]
    with opened(tmp_path / "j") as journal:
        for outcome in unsettled:
            journal.record(outcome)
    with opened(tmp_path / "j") as again:
        assert [None] * 4 == [again.recorded(outcome.image) for outcome in unsettled]
        again.record(Outcome("a", verdict()))
    with opened(tmp_path / "j") as last:
        assert Outcome("a", verdict()) == last.recorded("a")


@pytest.mark.parametrize("cut", [1, 2, 50, 300])
def test_a_line_that_was_cut_off_is_dropped_and_written_again(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    with opened(path) as journal:
        journal.record(Outcome("a", verdict()))
        journal.record(Outcome("b", verdict()))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    with opened(path) as again:
        assert (Outcome("a", verdict()), None) == (again.recorded("a"), again.recorded("b"))
        again.record(Outcome("b", verdict()))

    assert whole == path.read_bytes()


def test_a_line_that_cannot_be_read_counts_as_not_there(tmp_path: Path) -> None:
    path = tmp_path / "j"
    with opened(path) as journal:
        journal.record(Outcome("a", verdict()))
    with path.open("ab") as file:
        file.write(
            b"\0\0\0\0\n{}\n" + b"[" * 100_000 + b"\n\xff\xff\n" + Outcome("b", verdict()).to_json() + b"\n"
        )
    with opened(path) as again:
        assert 2 == again.settled
        assert Outcome("b", verdict()) == again.recorded("b")


@pytest.mark.parametrize("kept", [0, 1, 20, 60])
def test_a_journal_that_was_killed_at_its_beginning_begins_again(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "j"
    opened(path).close()
    path.write_bytes(path.read_bytes()[:kept])
    with opened(path) as journal:
        journal.record(Outcome("a", verdict()))
    with opened(path) as again:
        assert 1 == again.settled


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"policy": "sha256:other"}, "the policy"),
        ({"trust_stores": "sha256:other"}, "the trust stores"),
        ({"options": {"--max-signatures": 5}}, "--max-signatures (100, now 5)"),
        ({"options": {"--max-signatures": 100, "--scope": "x"}}, "--scope (not given, now x)"),
        ({"version": "0.0"}, "the version of Sealwright"),
        ({"policy": "p", "trust_stores": "t"}, "the policy, the trust stores"),
    ],
)
def test_a_journal_of_another_run_says_what_differs(
    tmp_path: Path, changes: dict[str, object], words: str
) -> None:
    path = tmp_path / "j"
    opened(path).close()
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        opened(path, **changes)

    assert "usage.journal-of-another-run" == caught.value.code
    assert words in str(caught.value)
    assert before == path.read_bytes()


@pytest.mark.parametrize("content", [b"precious\n", b"precious", b'{"images": []}\n', b"[1]\n", b"\0" * 9])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        opened(path)

    assert "usage.not-a-journal" == caught.value.code
    assert content == path.read_bytes()


def test_two_runs_cannot_write_one_journal(tmp_path: Path) -> None:
    with opened(tmp_path / "j"):
        with pytest.raises(UsageError) as caught:
            opened(tmp_path / "j")
        assert "usage.journal-in-use" == caught.value.code
    opened(tmp_path / "j").close()


def test_a_folder_is_no_place_for_a_journal(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "not" / "there"):
        with pytest.raises(StorageError) as caught:
            opened(path)
        assert "file.unwritable" == caught.value.code


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path / "j")
    journal.close()
    journal.close()
    journal.record(Outcome("a", verdict()))

    assert 1 == len((tmp_path / "j").read_bytes().splitlines())


def test_a_journal_is_json_lines_that_others_may_not_read(tmp_path: Path) -> None:
    with opened(tmp_path / "j") as journal:
        journal.record(Outcome("a", verdict()))
    lines = [json.loads(line) for line in (tmp_path / "j").read_text().splitlines()]

    assert {"command", "policy", "trustStores", "options", "version", "$schema"} == lines[0].keys()
    assert {"image", "verdict"} == lines[1].keys()
    assert 0o600 == (tmp_path / "j").stat().st_mode & 0o777


def test_the_state_of_trust_stores_changes_with_every_file(tmp_path: Path) -> None:
    store = tmp_path / "truststore/x509/ca/acme"
    states = [trust_state(tmp_path)]
    store.mkdir(parents=True)
    states.append(trust_state(tmp_path))
    (store / "a.pem").write_text("one")
    states.append(trust_state(tmp_path))
    (store / "a.pem").write_text("two")
    states.append(trust_state(tmp_path))
    (store / "a.pem").rename(store / "b.pem")
    states.append(trust_state(tmp_path))
    (store / "link").symlink_to("b.pem")
    states.append(trust_state(tmp_path))
    os.mkfifo(store / "pipe")
    states.append(trust_state(tmp_path))

    assert len(states) == len(set(states))
    assert trust_state(tmp_path) == trust_state(tmp_path)
