"""Approvals are used once: in the transaction of the deed, at the right time, for the right thing, by one."""

import threading
from collections.abc import Iterator

import msgspec
import pytest

from sealwright.approval import proofs
from sealwright.approval.orders import Order
from sealwright.errors import AccessDeniedError, NotFoundError, SealwrightError, UsageError
from sealwright.service.approvals.delivery import Delivery
from sealwright.service.approvals.sweeping import Sweeper
from sealwright.service.configuration.approvals import Approvals as Settings
from sealwright.service.storage import now
from sealwright.service.storage.workers import Workers
from sealwright.service.web.caller import EVERYONE, Caller, Grant
from world.approvers import KEY, Person, group, people, rule, rules_of
from world.kept_approvals import ORDER, Kept
from world.storages import Storages

ADA, BOB, EVE, MAX = people("ada", "bob", "eve", "max")
RULES = rules_of(
    ADA,
    BOB,
    EVE,
    use=rule(group("all", 2, ADA, BOB, EVE)),
    change=rule(group("all", 1, ADA)),
    block=rule(group("all", 1, ADA)),
)
SECOND = 1_000_000
DATABASES = pytest.mark.parametrize(
    "storage_kind", ["folder", pytest.param("postgres", marks=pytest.mark.peer("postgres"))]
)


@pytest.fixture
def kept(storages: Storages, storage_kind: str) -> Iterator[Kept]:
    with Kept(storages.settings(storage_kind), RULES) as made:
        yield made


def refused(kept: Kept, identifier: str, **more: object) -> str:
    with pytest.raises(SealwrightError) as raised:
        kept.spend(identifier, **more)  # type: ignore[arg-type]  # as named there
    return raised.value.code


def outcome(kept: Kept, identifier: str, order: Order = ORDER) -> bytes | None:
    with kept.database.write() as transaction:
        return kept.approvals.spent(transaction, identifier, order)


@DATABASES
def test_an_approval_is_spent_once_and_its_outcome_kept(kept: Kept) -> None:
    identifier = kept.approved(ADA, BOB)
    assert None is outcome(kept, identifier)
    with kept.database.write() as transaction:
        proof = kept.approvals.spend(transaction, identifier, ORDER, RULES, now())
        kept.approvals.record(transaction, identifier, b"the signature")
    assert "ready" == proofs.verify(proof).state
    assert b"the signature" == outcome(kept, identifier)
    assert "approval.spent" == refused(kept, identifier)
    with kept.database.write() as transaction, pytest.raises(UsageError):
        kept.approvals.record(transaction, identifier, b"another")
    opened = kept.approvals.request(EVERYONE, identifier)
    assert proof.encoded() == opened.proof
    actions = [row[0] for row in kept.database.rows("SELECT action FROM audit ORDER BY id")]
    assert [
        "approval-request.open",
        "approval-request.approve",
        "approval-request.approve",
        "approval-request.spend",
    ] == actions


@DATABASES
def test_a_crash_between_approval_and_signature_loses_nothing(kept: Kept) -> None:
    identifier = kept.approved(ADA, BOB)
    with pytest.raises(KeyboardInterrupt), kept.database.write() as transaction:  # noqa: PT012  # as it dies
        kept.approvals.spend(transaction, identifier, ORDER, RULES, now())
        raise KeyboardInterrupt
    assert "ready" == kept.approvals.request(EVERYONE, identifier).state(now())
    with kept.beside() as after:
        assert after.spend(identifier).votes


@DATABASES
def test_an_approval_is_for_one_order_alone(kept: Kept) -> None:
    identifier = kept.approved(ADA, BOB, note="for the release")
    for other in (
        {"message": b"other"},
        {"version": "other"},
        {"algorithm": "other"},
        {"key": "other"},
        {"digested": True},
        {"operation": "block"},
    ):
        order = msgspec.structs.replace(ORDER, **other)
        assert "approval.other" == refused(kept, identifier, order=order)
        with pytest.raises(AccessDeniedError):
            outcome(kept, identifier, order)
    assert kept.spend(identifier).votes


@DATABASES
def test_an_approval_is_void_under_other_rules(kept: Kept) -> None:
    """An approver removed meanwhile; put back, what was approved counts again."""
    identifier, waiting = kept.approved(ADA, BOB), kept.approved(ADA)
    fewer = rules_of(ADA, EVE, use=rule(group("all", 2, ADA, EVE)))
    kept.keys.rules[KEY] = fewer
    assert "approval.rules-changed" == refused(kept, identifier, rules=fewer)
    assert "void" == kept.approvals.state(kept.approvals.request(EVERYONE, waiting), now())
    with pytest.raises(UsageError) as raised:
        kept.vote(waiting, EVE)
    assert "approval.closed" == raised.value.code
    del kept.keys.rules[KEY]
    assert "void" == kept.approvals.state(kept.approvals.request(EVERYONE, waiting), now())
    kept.keys.rules[KEY] = RULES
    assert kept.spend(identifier).votes


@DATABASES
def test_time_decides_when_an_approval_is_good(storages: Storages, storage_kind: str) -> None:
    rules = rules_of(ADA, BOB, use=rule(group("all", 1, ADA), time_lock=60, time_out=3600, spend_within=600))
    with Kept(storages.settings(storage_kind), rules) as kept:
        waiting, locked = kept.open(), kept.approved(ADA)
        opened = kept.approvals.request(EVERYONE, locked)
        ready_at = opened.kept.ready_at
        assert "approval.waiting" == refused(kept, waiting)
        assert "approval.expired" == refused(kept, waiting, at=now() + 3601 * SECOND)
        assert "approval.locked" == refused(kept, locked)
        assert "approval.locked" == refused(kept, locked, at=ready_at - 1)
        assert "approval.expired" == refused(kept, locked, at=ready_at + 600 * SECOND + 1)
        assert "approval.locked" == refused(kept, locked, at=0), "a clock that was set back opens nothing"
        proof = kept.spend(locked, at=ready_at)
        assert "ready" == proofs.verify(proof).state


@DATABASES
def test_of_many_who_spend_at_once_one_does(kept: Kept) -> None:
    """Two servers on one database, eight times each."""
    identifier = kept.approved(ADA, BOB)
    with kept.beside() as other:
        start = threading.Barrier(16)
        found: list[str] = []

        def spend(server: Kept) -> None:
            start.wait()
            try:
                with server.database.write() as transaction:
                    known = server.approvals.spent(transaction, identifier, ORDER)
                    if known is None:
                        server.approvals.spend(transaction, identifier, ORDER, RULES, now())
                        server.approvals.record(
                            transaction, identifier, threading.current_thread().name.encode()
                        )
                        found.append("signed")
                    else:
                        found.append(known.decode())
            except SealwrightError as error:
                found.append(error.code)

        threads = [
            threading.Thread(target=spend, args=(server,), name=f"t{number}")
            for number in range(8)
            for server in (kept, other)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert 1 == found.count("signed")
    assert 15 == len([one for one in found if one.startswith("t")])
    assert 1 == len({one for one in found if one != "signed"})


@DATABASES
def test_of_many_votes_of_one_person_one_counts(kept: Kept) -> None:
    """At once, on two servers: by twice the same signature, and by another one over the same."""
    identifier = kept.open()
    with kept.beside() as other:
        start = threading.Barrier(6)
        codes: list[str] = []

        def vote(server: Kept) -> None:
            start.wait()
            try:
                codes.append(server.vote(identifier, ADA))
            except SealwrightError as error:
                codes.append(error.code)

        threads = [threading.Thread(target=vote, args=(one,)) for one in (kept, other) * 3]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert ["waiting"] * 6 == codes
    assert 1 == len(kept.approvals.request(EVERYONE, identifier).received)


@DATABASES
def test_votes_that_count_for_nothing_are_not_taken(kept: Kept) -> None:
    identifier, other = kept.open(), kept.open()
    request = kept.approvals.request(EVERYONE, identifier).request
    another = kept.approvals.request(EVERYONE, other).request
    for vote, code in (
        (MAX.vote(request), "approval.no-say"),
        (MAX.called("ada").vote(request), "approval.key-unknown"),
        (BOB.vote(another), "approval.signature-invalid"),
        (msgspec.structs.replace(ADA.vote(request), decision="deny"), "approval.signature-invalid"),
        (msgspec.structs.replace(ADA.vote(request), signature=b"0"), "approval.signature-invalid"),
    ):
        with pytest.raises(AccessDeniedError) as raised:
            kept.approvals.vote(EVERYONE, identifier, vote)
        assert code == raised.value.code
    with pytest.raises(NotFoundError):
        kept.approvals.vote(EVERYONE, "0" * 40, ADA.vote(request))
    assert () == kept.approvals.request(EVERYONE, identifier).received


@DATABASES
def test_whoever_said_so_says_nothing_more_but_may_deny(storages: Storages, storage_kind: str) -> None:
    private = Person.p256("ada")  # signs otherwise each time
    rules = rules_of(private, BOB, use=rule(group("all", 2, "ada", "bob")))
    with Kept(storages.settings(storage_kind), rules) as kept:
        identifier = kept.approved(private)
        with pytest.raises(UsageError) as raised:
            kept.vote(identifier, private)
        assert "approval.voted" == raised.value.code
        assert "denied" == kept.vote(identifier, private, "deny")
        with pytest.raises(UsageError) as raised:
            kept.vote(identifier, BOB)
        assert "approval.closed" == raised.value.code
        assert "approval.denied" == refused(kept, identifier)


@DATABASES
def test_a_change_is_approved_by_its_rules_however_they_are_laid_out(kept: Kept) -> None:
    laid_out = msgspec.json.format(RULES.encoded(), indent=2)
    identifier = kept.approved(ADA, operation="change", message=laid_out, version="", algorithm="")
    order = Order("change", KEY, message=RULES.encoded())
    assert kept.spend(identifier, order=order).votes
    with pytest.raises(SealwrightError) as raised:
        kept.open(operation="change", message=b"{}")
    assert "approval.rules-malformed" == raised.value.code
    with pytest.raises(UsageError) as none:
        kept.open(operation="unblock")
    assert "approval.not-needed" == none.value.code
    with pytest.raises(UsageError):
        kept.open(key="without rules")


@DATABASES
def test_only_so_many_requests_stand(storages: Storages, storage_kind: str) -> None:
    settings = Settings(requests_per_key=3, requests_per_account=2)
    with Kept(storages.settings(storage_kind), RULES, settings) as kept:
        joe, eve = (Caller(name, "user", (Grant("*", frozenset({"admin"})),)) for name in ("joe", "eve"))
        first = kept.approvals.open_request(joe, ORDER).kept.id
        kept.approvals.open_request(joe, ORDER)
        with pytest.raises(UsageError) as raised:
            kept.approvals.open_request(joe, ORDER)
        assert ("approval.requests-too-many", "joe") == (raised.value.code, raised.value.data["whose"])
        kept.approvals.open_request(eve, ORDER)
        with pytest.raises(UsageError) as raised:
            kept.approvals.open_request(eve, ORDER)
        assert KEY == raised.value.data["whose"]
        kept.vote(first, ADA, "deny")
        kept.approvals.open_request(eve, ORDER)


@DATABASES
def test_time_is_written_down_and_what_ended_long_ago_forgotten(
    storages: Storages, storage_kind: str
) -> None:
    rules = rules_of(ADA, BOB, use=rule(group("all", 1, ADA), time_lock=1, time_out=1, spend_within=1))
    with Kept(storages.settings(storage_kind), rules, Settings(keep_days=1 / 86400)) as kept:
        workers = Workers(kept.database, 1, "test")
        sweeper = Sweeper(kept.approvals, Delivery(kept.database, ()), workers)
        expired, ripe = kept.open(), kept.approved(ADA)
        seen: dict[str, list[str]] = {expired: [], ripe: []}
        end = now() + 20 * SECOND
        while kept.rows("approval_requests"):
            for row in kept.rows("approval_requests"):
                if row[7] not in seen[row[0]]:
                    seen[row[0]].append(row[7])
            sweeper.sweep()
            assert now() < end
        workers.close()
        assert ["waiting", "expired"] == seen[expired]
        assert ["locked", "ready", "expired"] == seen[ripe]
        assert [] == kept.rows("approval_entries")
        assert [] == kept.database.rows("SELECT person FROM approval_people")
        actions = [
            row[0] for row in kept.database.rows("SELECT action FROM audit WHERE actor = 'sealwright'")
        ]
        assert ["approval-request.expire", "approval-request.expire", "approval-request.ripen"] == sorted(
            actions
        )


@DATABASES
def test_a_request_that_is_not_believed_stops_no_sweep(storages: Storages, storage_kind: str) -> None:
    rules = rules_of(ADA, BOB, use=rule(group("all", 1, ADA), time_out=1))
    with Kept(storages.settings(storage_kind), rules) as kept:
        workers = Workers(kept.database, 1, "test")
        sweeper = Sweeper(kept.approvals, Delivery(kept.database, ()), workers)
        kept.open()
        (row,) = kept.rows("approval_requests")
        kept.replace("approval_requests", row, (*row[:9], now(), *row[10:]))
        good = kept.open()
        end = now() + 20 * SECOND
        while "expired" != kept.approvals.request(EVERYONE, good).kept.state:
            sweeper.sweep()
            assert now() < end
        workers.close()
