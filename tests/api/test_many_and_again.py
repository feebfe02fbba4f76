"""Many images in one call, whole indexes, and verdicts that are used again: with the requests counted."""

import stat
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

import sealwright
from api.conftest import POLICY, Stage
from sealwright import manifest as manifests
from sealwright import media_types
from world import images
from world.hostile_registry import HostileRegistry, Reply, Seen
from world.seal import seal
from world.wire import Wire


def test_each_image_has_its_outcome_in_their_order(stage: Stage) -> None:
    gone = f"{stage.registry.local}/net-monitor:gone"
    names = [stage.signed, stage.unsigned, gone, "Not A Name", "127.0.0.1:1/a:v1", stage.signed]

    with sealwright.Client(policy=POLICY, trust=stage.trust) as client:
        outcomes = list(client.judge_all(names, retries=0))

    assert names == [outcome.image for outcome in outcomes]
    decisions = [None if one.verdict is None else one.verdict.decision for one in outcomes]
    assert ["accepted", "refused", None, None, None, "accepted"] == decisions
    failures = [one.failure for one in outcomes if one.failure is not None]
    assert ["registry.manifest-unknown", "reference.malformed"] == [one.code for one in failures][:2]
    assert ["environment", "caller", "environment"] == [one.kind for one in failures]
    assert [False, False, True] == [one.retryable for one in failures]


def test_names_are_read_as_they_are_needed_and_may_have_no_end(stage: Stage) -> None:
    def names() -> Iterator[str]:
        for _ in count():
            yield stage.signed

    with sealwright.Client(policy=POLICY, trust=stage.trust) as client:
        found = list(islice(client.judge_all(names()), 30))

    assert ["accepted"] * 30 == [one.verdict.decision for one in found if one.verdict is not None]


def test_a_run_over_many_is_refused_before_it_begins(stage: Stage, tmp_path: Path) -> None:
    with sealwright.Client(folder=tmp_path) as client:
        with pytest.raises(sealwright.UsageError, match="there is no trust policy"):
            client.judge_all([stage.signed])
        with pytest.raises(sealwright.UsageError, match="max_signatures is 0"):
            client.judge_all([stage.signed], policy=POLICY, max_signatures=0)


def test_an_index_is_verified_with_everything_in_it(stage: Stage) -> None:
    name = f"{stage.registry.local}/multi"
    with images.repository_at(name) as repository:
        children = [images.make(repository, text) for text in ("one", "two")]
        members = {"mediaType": media_types.IMAGE_INDEX, "manifests": children}
        index = repository.push_manifest(manifests.encode(members), media_types.IMAGE_INDEX, "v1")
    image = f"{name}@{index.digest}"
    with sealwright.Client(policy=POLICY, trust=stage.trust, folder=stage.home.notation) as client:
        client.sign(image)
        assert "accepted" == client.judge(image).decision
        assert "refused" == client.judge(image, recursive=True).decision
        with pytest.raises(sealwright.RefusedError):
            client.verify(image, recursive=True)
        made = client.sign_recursively(image)
        verdict = client.verify(image, recursive=True)
        (outcome,) = client.judge_all([image], recursive=True)

    assert [*(child.digest for child in children), index.digest] == [
        one.subject.descriptor.digest for one in made
    ]
    assert ["accepted"] * 2 == [one.decision for one in verdict.platforms]
    assert outcome.verdict is not None
    assert 2 == len(outcome.verdict.platforms)
    options = {"policy": POLICY, "trust": stage.trust, "recursive": True}
    assert verdict.pinned == sealwright.verify(image, **options).pinned  # type: ignore[arg-type]  # one for all
    assert "accepted" == sealwright.judge(image, **options).decision  # type: ignore[arg-type]  # the same


@pytest.fixture
def counted(stage: Stage) -> Iterator[HostileRegistry]:
    """The registry of the stage behind a server that keeps every request."""
    wire = Wire(stage.registry.address)

    def passed_on(seen: Seen) -> Reply:
        wanted = {"Accept": seen.headers.get("accept", "*/*")}
        answer = wire.ask(seen.method, seen.target, seen.body or None, wanted)
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        length = answer.headers.get("content-length")
        return Reply(answer.status, answer.body, headers, None if length is None else int(length))

    with HostileRegistry() as front:
        front.gate = passed_on
        yield front


def test_a_verdict_that_is_used_again_costs_two_requests_instead_of_four(
    stage: Stage, counted: HostileRegistry, tmp_path: Path
) -> None:
    image = stage.signed.replace(stage.registry.local, counted.address)
    folder = tmp_path / "verdicts"

    def requests(**options: object) -> tuple[int, sealwright.Verdict]:
        before = len(counted.seen)
        verdict = sealwright.verify(
            image,
            policy=POLICY,
            trust=stage.trust,
            verdict_cache_seconds=86400,
            **options,  # type: ignore[arg-type]  # passed on
        )
        return len(counted.seen) - before, verdict

    assert 4 == requests()[0]
    first, made = requests(verdict_cache=folder)
    second, reused = requests(verdict_cache=folder)

    assert (4, 2) == (first, second)
    assert [None, made.at] == [made.reused_at, reused.at]
    assert reused.reused_at is not None
    kinds = [f"{seen.method} {seen.path.split('/')[-2]}" for seen in counted.seen[-2:]]
    assert ["HEAD manifests", "GET referrers"] == kinds


def test_the_command_uses_verdicts_again_where_it_is_asked_to(
    stage: Stage, counted: HostileRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTATION_CONFIG", str(stage.home.notation))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    image = stage.signed.replace(stage.registry.local, counted.address)
    seconds = ("--verdict-cache-seconds", 86400)

    def requests(*flags: object) -> tuple[int, object]:
        before = len(counted.seen)
        ended = seal("verify", "--output", "json", *flags, image)
        assert 0 == ended.code, ended.err
        return len(counted.seen) - before, ended.json["reusedAt"] is not None

    assert (4, False) == requests()
    assert (4, False) == requests("--verdict-cache", *seconds)
    assert (2, True) == requests("--verdict-cache", *seconds)
    assert (4, False) == requests()
    assert 0o700 == stat.S_IMODE((tmp_path / "cache/sealwright/verdicts").stat().st_mode)
    other = tmp_path / "other"
    assert (4, False) == requests("--verdict-cache-folder", other, *seconds)
    assert (2, True) == requests("--verdict-cache-folder", other, *seconds)
    ended = seal("verify", "--verdict-cache-folder", other, *seconds, image)
    assert "decided" in ended.out
    assert "used again" in ended.out
    other.chmod(0o777)
    refused = seal("verify", "--verdict-cache-folder", other, image)
    assert (5, True) == (refused.code, "others may write to it (mode 0777)" in refused.err)
    assert 2 == seal("verify", "--verdict-cache", "--verdict-cache-seconds", 0, image).code
