"""The rows of requests and of their entries, as they stand there: nothing is believed yet (`ledger`)."""

from collections.abc import Sequence

from sealwright.service.approvals.records import Entry, Kept
from sealwright.service.storage import Database, Row, Transaction

__all__ = [
    "add",
    "add_entry",
    "add_people",
    "add_rules",
    "change",
    "entries",
    "find",
    "glance",
    "lock",
    "open_of_account",
    "open_of_key",
    "rules",
]

_COLUMNS = """
    id, key, operation, requested_by, requested_at, rules, content, state, ready_at, expires_at, entries, head
"""
_FROM = "FROM approval_requests"
_ADD = """
    INSERT INTO approval_requests
      (id, key, operation, requested_by, requested_at, rules, content, state, ready_at, expires_at, entries,
       head, mark)
    VALUES (:id, :key, :operation, :requested_by, :requested_at, :rules, :content, :state, :ready_at,
            :expires_at, :entries, :head, :mark)
"""
_CHANGE = """
    UPDATE approval_requests
    SET state = :state, ready_at = :ready_at, expires_at = :expires_at, entries = :entries, head = :head,
        mark = :mark
    WHERE id = :id
"""
_LOCK = "UPDATE approval_requests SET entries = entries WHERE id = :id"
_FIND = f"SELECT {_COLUMNS}, mark {_FROM} WHERE id = :id"
_GLANCE = "SELECT entries, ready_at, expires_at FROM approval_requests WHERE id = :id"
_ENTRIES = """
    SELECT request, number, kind, at, actor, content, mark FROM approval_entries
    WHERE request = :request ORDER BY number
"""
_ADD_ENTRY = """
    INSERT INTO approval_entries (request, number, kind, at, actor, content, mark)
    VALUES (:request, :number, :kind, :at, :actor, :content, :mark)
"""
_RULES = "SELECT content FROM approval_rules WHERE digest = :digest"
_ADD_RULES = """
    INSERT INTO approval_rules (digest, content) VALUES (:digest, :content)
    ON CONFLICT (digest) DO UPDATE SET content = excluded.content
"""
_ADD_PERSON = """
    INSERT INTO approval_people (person, requested_at, request) VALUES (:person, :requested_at, :request)
"""
_OPEN = """
    SELECT COUNT(*) FROM approval_requests
    WHERE {by} = :value AND state IN ('waiting', 'locked', 'ready') AND expires_at > :at
"""
_OPEN_OF_KEY, _OPEN_OF_ACCOUNT = _OPEN.format(by="key"), _OPEN.format(by="requested_by")


def add(transaction: Transaction, kept: Kept, mark: bytes) -> None:
    """Add the row of a request."""
    transaction.run(
        _ADD,
        id=kept.id,
        key=kept.key,
        operation=kept.operation,
        requested_by=kept.requested_by,
        requested_at=kept.requested_at,
        rules=kept.rules,
        content=kept.content,
        state=kept.state,
        ready_at=kept.ready_at,
        expires_at=kept.expires_at,
        entries=kept.entries,
        head=kept.head,
        mark=mark,
    )


def change(transaction: Transaction, kept: Kept, mark: bytes) -> None:
    """Write how a request stands now."""
    transaction.run(
        _CHANGE,
        id=kept.id,
        state=kept.state,
        ready_at=kept.ready_at,
        expires_at=kept.expires_at,
        entries=kept.entries,
        head=kept.head,
        mark=mark,
    )


def lock(transaction: Transaction, identifier: str) -> None:
    """Have every other writer of the request wait until this transaction ends."""
    transaction.run(_LOCK, id=identifier)


def find(transaction: Transaction, identifier: str) -> tuple[Kept, bytes] | None:
    """The row of a request, and the mark that it bears."""
    row = transaction.row(_FIND, id=identifier)
    return None if row is None else kept(row)


def glance(database: Database, identifier: str) -> tuple[int, int, int] | None:
    """What changes of a request: how many entries there are, when it is ready, when it expires."""
    row = database.row(_GLANCE, id=identifier)
    return None if row is None else (int(row[0]), int(row[1]), int(row[2]))


def kept(row: Row) -> tuple[Kept, bytes]:
    """A row, with its mark last."""
    *columns, mark = row
    return Kept(*columns), bytes(mark)


def entries(transaction: Transaction, identifier: str) -> Sequence[tuple[Entry, bytes]]:
    """The entries of a request in order, each with the mark that it bears."""
    found = transaction.rows(_ENTRIES, request=identifier)
    return [(Entry(*columns), bytes(mark)) for *columns, mark in found]


def add_entry(transaction: Transaction, entry: Entry, mark: bytes) -> None:
    """Add an entry."""
    transaction.run(
        _ADD_ENTRY,
        request=entry.request,
        number=entry.number,
        kind=entry.kind,
        at=entry.at,
        actor=entry.actor,
        content=entry.content,
        mark=mark,
    )


def rules(transaction: Transaction, digest: str) -> bytes | None:
    """Rules by their digest."""
    row = transaction.row(_RULES, digest=digest)
    return None if row is None else bytes(row[0])


def add_rules(transaction: Transaction, digest: str, content: bytes) -> None:
    """Keep rules, as they are whatever stood there."""
    transaction.run(_ADD_RULES, digest=digest, content=content)


def add_people(transaction: Transaction, kept: Kept, people: Sequence[str]) -> None:
    """Let a request be found by those who have a say in it."""
    transaction.run_each(
        _ADD_PERSON,
        [{"person": one, "requested_at": kept.requested_at, "request": kept.id} for one in people],
    )


def open_of_key(transaction: Transaction, key: str, at: int) -> int:
    """How many requests of a key have not ended."""
    return _count(transaction, _OPEN_OF_KEY, key, at)


def open_of_account(transaction: Transaction, account: str, at: int) -> int:
    """How many requests of an account have not ended."""
    return _count(transaction, _OPEN_OF_ACCOUNT, account, at)


def _count(transaction: Transaction, sql: str, value: str, at: int) -> int:
    row = transaction.row(sql, value=value, at=at)
    return 0 if row is None else int(row[0])
