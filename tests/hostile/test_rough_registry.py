"""A registry that refuses, drops and stalls at random gives the same verdicts in the end, late but right."""

import json
from collections.abc import Iterator

import pytest

from world.fleet import Fleet, fleet
from world.home import Done
from world.rough_front import MOODS, RoughFront

IMAGES = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(tmp_path_factory.mktemp("rough"), IMAGES) as made:
        yield made


def verified(many: Fleet, names: list[str], *flags: str) -> Done:
    return many.home.seal_alone("verify", "--output", "jsonl", *flags, *names)


def decided(done: Done, address: str) -> list[tuple[str, str, str]]:
    """Image without its registry, decision and reason, in the order of the lines."""
    found = []
    for line in map(json.loads, done.out.splitlines()):
        verdict = line["verdict"]
        found.append((line["image"].removeprefix(address), verdict["decision"], verdict["reason"]))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_verdicts_are_the_same_as_on_a_calm_registry(many: Fleet, seed: int) -> None:
    calm = verified(many, many.names())
    with RoughFront(many.registry.port, seed) as front:
        rough = verified(many, many.names(front.local), "--retries", "12", "--stall-timeout", "0.25")
        seen = front.moods_seen

    assert many.reasons() == [reason for _, _, reason in decided(calm, many.registry.local)]
    assert decided(calm, many.registry.local) == decided(rough, front.local)
    assert (1, 1) == (calm.status, rough.status)
    assert {*MOODS, "good"} == set(seen)


def test_a_registry_that_never_gets_well_is_no_verdict(many: Fleet) -> None:
    always = {"503": 0.5, "drop before": 0.5}
    with RoughFront(many.registry.port, 1, always) as front:
        names = many.names(front.local)[:2]
        done = verified(many, names, "--retries", "1", "--timeout", "3")

    failures = [json.loads(line)["failure"] for line in done.out.splitlines()]
    assert 3 == done.status
    assert {"environment"} == {failure["kind"] for failure in failures}
    assert {True} == {failure["retryable"] for failure in failures}
