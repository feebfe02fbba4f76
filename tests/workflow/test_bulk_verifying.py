import threading
from datetime import timedelta
from pathlib import Path

import msgspec

from sealwright.errors import NetworkError
from sealwright.evidence import TrustStore
from sealwright.homes.environment import Environment
from sealwright.workflow.gather import HomeGatherer
from sealwright.workflow.journal import Binding, Journal
from sealwright.workflow.naming import Named
from sealwright.workflow.openpgp import OpenPgp
from sealwright.workflow.outcome import Outcome, failed
from sealwright.workflow.patience import Patience
from sealwright.workflow.sign import Wish, sign
from sealwright.workflow.verifying import Question, Verifying
from workflow.conftest import NAME, World, policy
from world import pki
from world.home import Home

BINDING = Binding("seal verify", "policy", "stores")


def answer(world: World, journal: Journal[Outcome], *, later: timedelta = timedelta(0)) -> Outcome:
    context = msgspec.structs.replace(world.context(), clock=lambda: pki.NOW + later)
    verifying = Verifying(context, Question(policy()), Patience(0))
    return journal.remembering(verifying, context.clock)(Named(NAME))


def test_a_recorded_verdict_is_given_again_until_time_changes_it(world: World, tmp_path: Path) -> None:
    list(sign(world.context(), NAME, world.signer(), Wish(expires_in=timedelta(hours=1))))
    with Journal.open(tmp_path / "j", BINDING, Outcome) as journal:
        first = answer(world, journal)
    with Journal.open(tmp_path / "j", BINDING, Outcome) as journal:
        soon = answer(world, journal, later=timedelta(minutes=59))
        late = answer(world, journal, later=timedelta(minutes=60))

    assert first == soon
    assert [("accepted", "verdict.accepted"), ("refused", "expiry.expired")] == [
        (one.verdict.decision, one.verdict.reason) for one in (first, late) if one.verdict is not None
    ]


def test_a_trust_store_is_read_once_however_many_ask(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.trust("acme", *(pki.chain(kind).root for kind in ("ec256", "ec384", "rsa2048")))
    gather = HomeGatherer(home.notation, OpenPgp(Environment({}, home.folder)))
    need = TrustStore("ca", "acme")
    gate = threading.Barrier(8)
    found: list[object] = []

    def ask() -> None:
        gate.wait(10)
        found.append(gather(frozenset({need}))[need])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 8 == len(found)
    assert 1 == len({id(one) for one in found})


def test_a_name_that_could_not_be_made_out_is_an_outcome_and_no_record(world: World, tmp_path: Path) -> None:
    failure = failed("repo", NetworkError("network.timed-out", host="h")).failure
    with Journal.open(tmp_path / "j", BINDING, Outcome) as journal:
        context = world.context()
        work = journal.remembering(Verifying(context, Question(policy()), Patience(0)), context.clock)
        assert Outcome("repo", failure=failure) == work(Named("repo", "h", failure))

    assert 1 == len((tmp_path / "j").read_bytes().splitlines())
