import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import NetworkError, RegistryError, SealwrightError, UsageError
from sealwright.signature import Unreadable
from sealwright.verdict import PolicyUsed, Verdict, VerdictSubject
from sealwright.workflow.outcome import Failure, Outcome, failed
from sealwright.workflow.patience import Patience, passing

DIGEST = Digest.of(b"x")


def lost() -> NetworkError:
    return NetworkError("network.connection-lost", host="h")


def failing() -> RegistryError:
    error = RegistryError("registry.failed", name="n", status=500, said="")
    error.retryable = True
    return error


def refused(*reasons: str, retryable: bool = True, platforms: tuple[Verdict, ...] = ()) -> Verdict:
    return Verdict(
        subject=VerdictSubject("t", "n", "docker", Descriptor("m", DIGEST, 1)),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        policy=PolicyUsed("notation", "p", DIGEST),
        statement="all",
        decision="refused",
        reason="verdict.unsigned",
        retryable=retryable,
        unreadable=tuple(Unreadable("here", reason, retryable=True) for reason in reasons),
        platforms=platforms,
    )


@pytest.mark.parametrize(
    ("outcome", "again"),
    [
        (failed("a", lost()), True),
        (failed("a", failing()), True),
        (failed("a", NetworkError("network.timed-out", host="h")), True),
        (failed("a", NetworkError("network.refused", host="h")), False),
        (failed("a", UsageError("usage.no-images")), False),
        (Outcome("a", refused("network.timed-out")), True),
        (Outcome("a", refused("parse.manifest-envelopes")), False),
        (Outcome("a", refused("network.timed-out", retryable=False)), False),
        (Outcome("a", refused(platforms=(refused("network.body-cut-short"),))), True),
        (Outcome("a"), False),
    ],
)
def test_only_what_may_be_over_soon_is_tried_again(outcome: Outcome, again: bool) -> None:  # noqa: FBT001  # expected
    assert again == passing(outcome)


def asked(*errors: SealwrightError | None) -> Iterator[Outcome]:
    for error in errors:
        yield Outcome("a", refused(retryable=False)) if error is None else failed("a", error)


def test_an_image_is_tried_until_it_answers() -> None:
    answers = asked(lost(), failing(), None)

    assert Patience(2)("r", lambda: next(answers), passing).verdict is not None
    assert [] == list(answers)


def test_tries_are_counted() -> None:
    answers = asked(*[lost()] * 5)
    found = Patience(1)("r", lambda: next(answers), passing)

    assert "network.connection-lost" == (found.failure or Failure("", "", "")).code
    assert 3 == len(list(answers))


def test_the_time_of_the_run_is_obeyed() -> None:
    answers = asked(*[lost()] * 5)
    begun = time.monotonic()
    Patience(4, 0.1)("r", lambda: next(answers), passing)

    assert 4 == len(list(answers))
    assert time.monotonic() - begun < 0.2


def test_a_stopped_run_waits_no_longer() -> None:
    patience = Patience(4)
    patience.stop()
    answers = asked(*[lost()] * 5)
    begun = time.monotonic()
    patience("r", lambda: next(answers), passing)

    assert 4 == len(list(answers))
    assert time.monotonic() - begun < 0.2  # the shortest wait


def test_a_registry_that_is_down_gets_one_try_for_each_image_until_it_is_up() -> None:
    patience = Patience(1)
    for _ in range(limits.BULK_GIVEN_UP):
        answers = asked(lost(), lost())
        patience("down", lambda given=answers: next(given), passing)  # type: ignore[misc]  # a default
        assert [] == list(answers)
    once, elsewhere, good, twice = (
        asked(lost(), lost()),
        asked(lost(), None),
        asked(None),
        asked(lost(), None),
    )
    patience("down", lambda: next(once), passing)
    patience("up", lambda: next(elsewhere), passing)
    patience("down", lambda: next(good), passing)
    patience("down", lambda: next(twice), passing)

    assert [1, 0, 0, 0] == [len(list(left)) for left in (once, elsewhere, good, twice)]


def test_outcomes_that_are_no_json_are_none() -> None:
    for content in (b"", b"[]", b'{"image":1}', b"\xff", b'{"image":"a","verdict":{}}'):
        assert Outcome.from_json(content) is None
    assert failed("a", lost()) == Outcome.from_json(failed("a", lost()).to_json())
