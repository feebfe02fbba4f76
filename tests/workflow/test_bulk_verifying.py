from datetime import timedelta
from pathlib import Path

import msgspec

from sealwright.errors import NetworkError
from sealwright.workflow.journal import Binding, Journal
from sealwright.workflow.naming import Named
from sealwright.workflow.outcome import Outcome, failed
from sealwright.workflow.patience import Patience
from sealwright.workflow.sign import Wish, sign
from sealwright.workflow.verifying import Question, Verifying
from workflow.conftest import NAME, World, policy
from world import pki

BINDING = Binding("policy", "stores")


def answer(world: World, journal: Journal, *, later: timedelta = timedelta(0)) -> Outcome:
    context = msgspec.structs.replace(world.context(), clock=lambda: pki.NOW + later)
    return Verifying(context, Question(policy()), Patience(0), journal)(Named(NAME))


def test_a_recorded_verdict_is_given_again_until_time_changes_it(world: World, tmp_path: Path) -> None:
    list(sign(world.context(), NAME, world.signer(), Wish(expires_in=timedelta(hours=1))))
    with Journal.open(tmp_path / "j", BINDING) as journal:
        first = answer(world, journal)
    with Journal.open(tmp_path / "j", BINDING) as journal:
        soon = answer(world, journal, later=timedelta(minutes=59))
        late = answer(world, journal, later=timedelta(minutes=60))

    assert first == soon
    assert [("accepted", "verdict.accepted"), ("refused", "expiry.expired")] == [
        (one.verdict.decision, one.verdict.reason) for one in (first, late) if one.verdict is not None
    ]


def test_a_name_that_could_not_be_made_out_is_an_outcome_and_no_record(world: World, tmp_path: Path) -> None:
    failure = failed("repo", NetworkError("network.timed-out", host="h")).failure
    with Journal.open(tmp_path / "j", BINDING) as journal:
        verifying = Verifying(world.context(), Question(policy()), Patience(0), journal)
        assert Outcome("repo", failure=failure) == verifying(Named("repo", "h", failure))

    assert 1 == len((tmp_path / "j").read_bytes().splitlines())
