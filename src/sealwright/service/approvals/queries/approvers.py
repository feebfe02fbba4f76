"""The rows of people who have enrolled. Nothing is believed yet (`enrolment`)."""

import msgspec

from sealwright.approval.keys import ApproverKey
from sealwright.service.approvals.records import Enrolled
from sealwright.service.storage import Database, Row, Transaction

__all__ = ["count", "find", "listed", "put", "remove"]

_COLUMNS = "person, keys, enrolled_at, enrolled_by, mark"
_FROM = "FROM approvers"
_PUT = """
    INSERT INTO approvers (person, keys, enrolled_at, enrolled_by, mark)
    VALUES (:person, :keys, :enrolled_at, :enrolled_by, :mark)
    ON CONFLICT (person) DO UPDATE SET keys = excluded.keys, enrolled_at = excluded.enrolled_at,
      enrolled_by = excluded.enrolled_by, mark = excluded.mark
"""
_FIND = f"SELECT {_COLUMNS} {_FROM} WHERE person = :person"
_LISTED = f"SELECT {_COLUMNS} {_FROM} WHERE person > :after ORDER BY person LIMIT :most"
_REMOVE = "DELETE FROM approvers WHERE person = :person"
_COUNT = "SELECT COUNT(*) FROM approvers"


def put(transaction: Transaction, enrolled: Enrolled, mark: bytes) -> None:
    """Keep a person, in place of what was kept of them."""
    transaction.run(
        _PUT,
        person=enrolled.person,
        keys=msgspec.json.encode(enrolled.keys).decode(),
        enrolled_at=enrolled.enrolled_at,
        enrolled_by=enrolled.enrolled_by,
        mark=mark,
    )


def find(source: Database | Transaction, person: str) -> tuple[Enrolled, bytes] | None:
    """A person, and the mark of the row."""
    row = source.row(_FIND, person=person)
    return None if row is None else _enrolled(row)


def listed(source: Database, after: str, most: int) -> list[tuple[Enrolled, bytes]]:
    """People by their names, each with the mark of the row."""
    return [_enrolled(row) for row in source.rows(_LISTED, after=after, most=most)]


def remove(transaction: Transaction, person: str) -> bool:
    """Whether a person was there, and is no more."""
    return bool(transaction.run(_REMOVE, person=person))


def count(transaction: Transaction) -> int:
    """How many there are."""
    row = transaction.row(_COUNT)
    return 0 if row is None else int(row[0])


def _enrolled(row: Row) -> tuple[Enrolled, bytes]:
    person, keys, at, by, mark = row
    return Enrolled(person, msgspec.json.decode(keys, type=tuple[ApproverKey, ...]), at, by), bytes(mark)
