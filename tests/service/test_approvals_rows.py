"""Rows of approvals, edited by hand: whatever one row says, nothing is approved by it; put right, all is well."""

from collections.abc import Iterator
from typing import Any

import pytest

from sealwright.errors import SealwrightError, StorageError
from sealwright.service.storage import Row
from sealwright.service.web.caller import EVERYONE
from world.approvers import group, people, rule, rules_of
from world.kept_approvals import KEYS, ORDER, TABLES, Kept
from world.storages import Storages

ADA, BOB, EVE, MAX = people("ada", "bob", "eve", "max")
RULES = rules_of(ADA, BOB, EVE, use=rule(group("all", 2, ADA, BOB, EVE)))
WEAK = rules_of(MAX, use=rule(group("all", 1, MAX)))
DATABASES = pytest.mark.parametrize(
    "storage_kind", ["folder", pytest.param("postgres", marks=pytest.mark.peer("postgres"))]
)


@pytest.fixture
def kept(storages: Storages, storage_kind: str) -> Iterator[Kept]:
    with Kept(storages.settings(storage_kind), RULES) as made:
        yield made


def refused(kept: Kept, identifier: str) -> str:
    """Why nothing is signed."""
    with pytest.raises(SealwrightError) as raised:
        kept.spend(identifier)
    return raised.value.code


def others(value: Any) -> list[Any]:
    """What a value could be made to be."""
    match value:
        case int():
            return [value + 1, value - 1, 0, 2**60]
        case bytes():
            return [b"", value + b"\0", bytes([(value or b"\0")[0] ^ 1]) + value[1:]]
        case _:
            return [f"{value}x", "", "waiting", "ready", "spent", "approve", "max"]


@DATABASES
def test_no_column_of_any_row_can_be_changed(kept: Kept) -> None:
    """Every value of every row, one at a time, of one request that waits and one that is approved."""
    waiting, ready = kept.approved(ADA), kept.approved(ADA, BOB)
    tried = 0
    for table, columns in TABLES.items():
        for row in kept.rows(table):
            for index, _ in enumerate(columns):
                for value in others(row[index]):
                    if value != row[index]:
                        made = (*row[:index], value, *row[index + 1 :])
                        if index < KEYS[table] and made[: KEYS[table]] in _named(kept, table):
                            continue  # there is such a row
                        kept.replace(table, row, made)
                        whose = (waiting, ready) if table == "approval_rules" else (row[0],)
                        for one in whose:
                            assert refused(kept, one) in ("sealing.altered", "approval.unknown")
                        kept.replace(table, made, row)
                        tried += 1
    assert tried > 150
    assert "approval.waiting" == refused(kept, waiting)
    assert kept.spend(ready)
    assert "ready" == kept.vote(waiting, BOB)
    assert kept.spend(waiting)


def _named(kept: Kept, table: str) -> set[Row]:
    return {row[: KEYS[table]] for row in kept.rows(table)}


@DATABASES
def test_no_row_can_be_deleted(kept: Kept) -> None:
    identifier = kept.approved(ADA, BOB)
    for table in TABLES:
        for row in kept.rows(table):
            kept.delete(table, row)
            assert refused(kept, identifier) in ("sealing.altered", "approval.unknown")
            kept.put(table, row)
    assert kept.spend(identifier)


@DATABASES
def test_no_older_copy_of_a_row_can_be_put_back(kept: Kept) -> None:
    """A request as it was before each of its steps, one row at a time."""
    identifier = kept.open()
    copies = [kept.rows("approval_requests")[0]]
    for person in (ADA, BOB):
        kept.vote(identifier, person)
        copies.append(kept.rows("approval_requests")[0])
    kept.spend(identifier)
    spent = kept.rows("approval_requests")[0]
    for copy in copies:
        kept.replace("approval_requests", spent, copy)
        assert "sealing.altered" == refused(kept, identifier)
        kept.replace("approval_requests", copy, spent)
    assert "approval.spent" == refused(kept, identifier)


@DATABASES
def test_a_denial_and_a_spent_mark_stay(kept: Kept) -> None:
    denied, spent = kept.approved(ADA), kept.approved(ADA, BOB)
    kept.vote(denied, EVE, "deny")
    kept.spend(spent)
    for identifier in (denied, spent):
        last = [row for row in kept.rows("approval_entries") if row[0] == identifier][-1]
        kept.delete("approval_entries", last)
        assert "sealing.altered" == refused(kept, identifier)
        kept.put("approval_entries", last)
    assert ["approval.denied", "approval.spent"] == [refused(kept, one) for one in (denied, spent)]


@DATABASES
def test_a_vote_cannot_be_moved_to_another_request(kept: Kept) -> None:
    one, other = kept.approved(ADA, BOB), kept.approved(ADA)
    rows = kept.rows("approval_entries")
    moved = next(row for row in rows if row[0] == one and row[1] == 3)
    for number in (2, 3):
        there = [row for row in rows if row[0] == other and row[1] == number]
        for row in there:
            kept.delete("approval_entries", row)
        kept.put("approval_entries", (other, number, *moved[2:]))
        assert "sealing.altered" == refused(kept, other)
        kept.delete("approval_entries", (other, number))
        for row in there:
            kept.put("approval_entries", row)
    assert "approval.waiting" == refused(kept, other)


@DATABASES
def test_rows_of_two_requests_cannot_be_exchanged(kept: Kept) -> None:
    """The ready one under the name of the one that waits."""
    ready, waiting = kept.approved(ADA, BOB, message=b"harmless"), kept.open()
    first, second = sorted(kept.rows("approval_requests"), key=lambda row: row[0] != ready)
    kept.delete("approval_requests", second)
    kept.replace("approval_requests", first, (waiting, *first[1:]))
    assert "sealing.altered" == refused(kept, waiting)


@DATABASES
def test_other_rules_in_the_table_are_no_rules(kept: Kept) -> None:
    """Neither under the digest of the real ones, nor under their own."""
    identifier = kept.open()
    (rules,) = kept.rows("approval_rules")
    (request,) = kept.rows("approval_requests")
    kept.replace("approval_rules", rules, (rules[0], WEAK.encoded()))
    assert "sealing.altered" == refused(kept, identifier)
    kept.put("approval_rules", (str(WEAK.digest), WEAK.encoded()))
    kept.replace("approval_requests", request, (*request[:5], str(WEAK.digest), *request[6:]))
    assert "sealing.altered" == refused(kept, identifier)
    with pytest.raises(StorageError):
        kept.approvals.request(EVERYONE, identifier)


@DATABASES
def test_the_next_request_mends_the_rules_that_it_needs(kept: Kept) -> None:
    """What was written over them is no way to keep people from approving."""
    kept.open()
    (rules,) = kept.rows("approval_rules")
    kept.replace("approval_rules", rules, (rules[0], b"{}"))
    assert kept.spend(kept.approved(ADA, BOB))


@DATABASES
def test_a_consistent_rollback_opens_only_the_same_order_until_the_same_time(kept: Kept) -> None:
    """All rows of a request put back together: the bound that decision 0057 tells of."""
    identifier = kept.approved(ADA, BOB)
    before = {table: kept.rows(table) for table in TABLES}
    kept.spend(identifier)
    for table in ("approval_requests", "approval_entries"):
        for row in kept.rows(table):
            kept.delete(table, row)
        for row in before[table]:
            kept.put(table, row)
    opened = kept.approvals.request(EVERYONE, identifier)
    for other in (
        {"message": b"other"},
        {"version": "other"},
        {"algorithm": "x"},
        {"key": "x"},
        {"digested": True},
    ):
        order = type(ORDER)(**{**{f: getattr(ORDER, f) for f in ORDER.__struct_fields__}, **other})
        with pytest.raises(SealwrightError) as raised:
            kept.spend(identifier, order=order)
        assert "approval.other" == raised.value.code
    with pytest.raises(SealwrightError) as raised:
        kept.spend(identifier, at=opened.kept.expires_at + 1)
    assert "approval.expired" == raised.value.code


@DATABASES
def test_marks_of_another_service_are_none(kept: Kept, storages: Storages, storage_kind: str) -> None:
    with Kept(storages.settings(storage_kind), RULES) as foreign:
        identifier = foreign.approved(ADA, BOB)
        for table in TABLES:
            for row in foreign.rows(table):
                kept.put(table, row)
    assert "sealing.altered" == refused(kept, identifier)
