"""A request as it is kept, believed only as a whole.

    approval_requests   one row: what was asked, how it stands, how many entries, the mark of the last one
    approval_entries    1 … n: what happened, each marked together with the mark of the entry before it

All marks are HMACs under a sealed key of the service, over every column. Whoever writes to the database by
hand cannot make one, so they can at most delete rows and put back rows that were once there:

1. A row that was changed, or moved to another request or number, bears no fitting mark.
2. An entry that was deleted, or put back, makes their number and the chain of marks differ from the row.
3. The row put back as it was before differs from the entries that have come since.
4. How the row says that it stands is what follows from the entries.

What is left is to put back the row and delete the entries since then, together. That makes a request as it
once was: still the same order under the same rules, open until the same time.
"""

import msgspec

from sealwright.approval import requests as asked
from sealwright.approval import rules as ruling
from sealwright.approval.records import Rules
from sealwright.approval.requests import Request
from sealwright.approval.standing import Standing, standing
from sealwright.approval.votes import Received, Vote
from sealwright.digest import Digest
from sealwright.errors import SealwrightError, StorageError
from sealwright.service.approvals.queries import requests as rows
from sealwright.service.approvals.records import Entry, EntryKind, Kept, KeptState
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Transaction

__all__ = ["Ledger", "Opened"]

_REQUEST, _ENTRY = "approvals: request", "approvals: entry"
_WHAT = "request for approval"


class Opened(msgspec.Struct, frozen=True):
    """A request that is believed.

    Attributes:
        kept: its row.
        request: what was asked.
        rules: under which it was.
        entries: what happened to it.
    """

    kept: Kept
    request: Request
    rules: Rules
    entries: tuple[Entry, ...]

    @property
    def received(self) -> tuple[Received, ...]:
        """The votes, in order."""
        return tuple(
            Received(msgspec.json.decode(one.content, type=Vote), one.at)
            for one in self.entries
            if one.kind == "voted"
        )

    @property
    def outcome(self) -> bytes | None:
        """What was recorded of what came of it."""
        return self._content("recorded")

    @property
    def proof(self) -> bytes | None:
        """The proof with which it was spent."""
        return self._content("spent")

    def standing(self, at: int) -> Standing:
        """How it stands at a time; what was spent was ready."""
        return standing(self.request, self.rules, self.received, at)

    def state(self, at: int) -> KeptState:
        """How it stands, and whether it was spent."""
        return "spent" if self.proof is not None else self.standing(at).state

    def _content(self, kind: EntryKind) -> bytes | None:
        return next((one.content for one in self.entries if one.kind == kind), None)


class Ledger:
    """Reads and writes requests.

    Args:
        sealing: marks them.
    """

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    def open(self, transaction: Transaction, request: Request, rules: Rules) -> Opened:
        """Keep a new request.

        Args:
            transaction: an open one.
            request: what was asked.
            rules: those of its key.
        """
        content = request.encoded()
        first = Entry(request.id, 1, "opened", request.requested_at, request.requested_by, b"")
        head = self._mark_of(first, b"")
        found = standing(request, rules, (), request.requested_at)
        kept = Kept(
            request.id,
            request.order.key,
            request.order.operation,
            request.requested_by,
            request.requested_at,
            str(request.rules_digest),
            content,
            found.state,
            found.ready_at or 0,
            found.expires_at,
            1,
            head,
        )
        rows.add_rules(transaction, kept.rules, rules.encoded())
        rows.add(transaction, kept, self._sealing.mark(_REQUEST, _encoded(kept)))
        rows.add_entry(transaction, first, head)
        rule = rules.rule(request.order.operation)
        rows.add_people(transaction, kept, sorted(rule.people) if rule is not None else ())
        return Opened(kept, request, rules, (first,))

    def locked(self, transaction: Transaction, identifier: str) -> Opened | None:
        """A request of which this transaction is the only writer; None if there is none.

        Raises:
            StorageError: `sealing.altered`.
        """
        rows.lock(transaction, identifier)
        return self.read(transaction, identifier)

    def read(self, transaction: Transaction, identifier: str) -> Opened | None:
        """A request; None if there is none.

        Args:
            transaction: one that sees one state of the database.
            identifier: of the request.

        Raises:
            StorageError: `sealing.altered`.
        """
        found = rows.find(transaction, identifier)
        if found is None:
            return None
        kept, mark = found
        # 1. the row and every entry are ours, in their places
        self._sealing.require_mark(_REQUEST, _encoded(kept), mark)
        head = b""
        entries = rows.entries(transaction, identifier)
        for number, (entry, bears) in enumerate(entries, 1):
            self._sealing.require_mark(_ENTRY, _encoded(entry) + head, bears)
            head = bears
            if (entry.request, entry.number) != (kept.id, number):
                raise _altered()
        # 2. and 3. all of them, and no more
        if (len(entries), head) != (kept.entries, kept.head):
            raise _altered()
        content = rows.rules(transaction, kept.rules)
        if content is None or Digest.of(content) != kept.rules:
            raise _altered()
        try:
            opened = Opened(
                kept,
                asked.parse(kept.content),
                ruling.parse(content),
                tuple(entry for entry, _ in entries),
            )
            # 4. and they say how it stands
            stands = _stands(opened, opened.entries[-1].at)
        except SealwrightError:
            raise _altered() from None
        if stands != (kept.state, kept.ready_at, kept.expires_at):
            raise _altered()
        return opened

    def append(
        self,
        transaction: Transaction,
        opened: Opened,
        kind: EntryKind,
        at: int,
        actor: str,
        content: bytes = b"",
    ) -> Opened:
        """Keep what has happened to a request that this transaction has locked, and give it as it then is."""
        at = max(at, opened.entries[-1].at)  # clocks of several servers differ, and may be set back
        entry = Entry(opened.kept.id, opened.kept.entries + 1, kind, at, actor, content)
        head = self._mark_of(entry, opened.kept.head)
        grown = msgspec.structs.replace(opened, entries=(*opened.entries, entry))
        state, ready_at, expires_at = _stands(grown, at)
        kept = msgspec.structs.replace(
            opened.kept,
            state=state,
            ready_at=ready_at,
            expires_at=expires_at,
            entries=entry.number,
            head=head,
        )
        rows.add_entry(transaction, entry, head)
        rows.change(transaction, kept, self._sealing.mark(_REQUEST, _encoded(kept)))
        return msgspec.structs.replace(grown, kept=kept)

    def _mark_of(self, entry: Entry, before: bytes) -> bytes:
        return self._sealing.mark(_ENTRY, _encoded(entry) + before)


def _stands(opened: Opened, at: int) -> tuple[KeptState, int, int]:
    """How a request stands at the time of its last entry, as its row has it."""
    found = opened.standing(at)
    state: KeptState = "spent" if opened.proof is not None else found.state
    return state, found.ready_at or 0, found.expires_at


def _encoded(record: Kept | Entry) -> bytes:
    """Every column, so that no two rows are one text: MessagePack tells where each ends."""
    return msgspec.msgpack.encode(msgspec.structs.astuple(record))


def _altered() -> StorageError:
    return StorageError("sealing.altered", what=_WHAT)
