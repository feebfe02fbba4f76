"""Requests for approval: opened, voted on, spent once.

    open_request   by whoever may do the operation; at most so many at a time
    vote           by whoever brings a signature of somebody who has a say
    spend          inside the transaction of the operation, and with it or not at all
    record, spent  what came of it, so that whoever lost the answer gets the same again

Every signature, the rules, the clock and the marks are looked at again each time.
"""

import os
import secrets

import msgspec

from sealwright import limits
from sealwright.approval import rules as ruling
from sealwright.approval.orders import Order
from sealwright.approval.proofs import Proof
from sealwright.approval.records import Rules
from sealwright.approval.requests import NONCE_BYTES, Request
from sealwright.approval.votes import Vote, require_valid
from sealwright.errors import AccessDeniedError, CheckFailedError, NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.approvals import notices
from sealwright.service.approvals.keys import Keys
from sealwright.service.approvals.ledger import Ledger, Opened
from sealwright.service.approvals.queries import listings
from sealwright.service.approvals.queries import requests as rows
from sealwright.service.approvals.queries.listings import Wanted
from sealwright.service.approvals.records import OPEN, ShownState
from sealwright.service.configuration.approvals import Approvals as Settings
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database, Transaction, now
from sealwright.service.web.caller import Caller

__all__ = ["Approvals"]

_SECOND = 1_000_000
_NAME_BYTES = 20


class Approvals:
    """The approvals of the service. Its methods run on worker threads.

    Attributes:
        database: where they are kept.
        sealing: marks what is kept.
        settings: how many there may be.
        keys: what is known of keys.
        ledger: reads and writes them.
    """

    def __init__(self, database: Database, sealing: Sealing, settings: Settings, keys: Keys) -> None:
        self.database = database
        self.sealing = sealing
        self.settings = settings
        self.keys = keys
        self.ledger = Ledger(sealing)

    def open_request(self, caller: Caller, order: Order) -> Opened:
        """Put an operation before those who approve it.

        Args:
            caller: who asks.
            order: the operation; key and version may be called by name.

        Raises:
            UsageError: `approval.not-needed`, `approval.requests-too-many`.
            DocumentError: the new rules of a *change* cannot be used.
            AccessDeniedError, NotFoundError: as `Keys.settled`.
        """
        order = plain(self.keys.settled(caller, order))
        rules = self.keys.rules_of(order.key)
        if rules is None or rules.rule(order.operation) is None:
            raise UsageError("approval.not-needed", operation=order.operation, key=order.key)
        with self.database.write() as transaction:
            at = now()
            self._require_room(transaction, caller, order, at)
            request = Request(
                secrets.token_hex(_NAME_BYTES), order, rules.digest, caller.name, at, os.urandom(NONCE_BYTES)
            )
            opened = self.ledger.open(transaction, request, rules)
            _note(transaction, caller.name, "approval-request.open", opened, digest=str(request.digest))
            notices.add(transaction, self.settings, "requested", opened, at)
        return opened

    def vote(self, caller: Caller, identifier: str, vote: Vote) -> Opened:
        """Take an approval or a denial.

        The same vote again changes nothing, for whoever lost the answer.

        Raises:
            NotFoundError: `approval.unknown`.
            UsageError: `approval.closed`, `approval.voted`.
            AccessDeniedError: it is no vote of somebody who has a say; `approval.rules-changed`.
            StorageError: `sealing.altered`.
        """
        with self.database.write() as transaction:
            opened = self._locked(transaction, identifier)
            self._require_seen(caller, opened)
            received = opened.received
            if any(one.vote == vote for one in received):
                return opened
            at = now()
            state = self.state(opened, at)
            if state not in OPEN:
                raise UsageError("approval.closed", request=identifier, state=state)
            try:
                require_valid(opened.request, opened.rules, vote)
            except CheckFailedError as error:
                raise AccessDeniedError(error.code, **error.data) from None
            if any((one.vote.person, one.vote.decision) == (vote.person, vote.decision) for one in received):
                raise UsageError("approval.voted", person=vote.person, request=identifier)
            before = opened.kept.state
            opened = self.ledger.append(
                transaction, opened, "voted", at, caller.name, msgspec.json.encode(vote)
            )
            _note(
                transaction,
                caller.name,
                f"approval-request.{vote.decision}",
                opened,
                person=vote.person,
                fingerprint=vote.fingerprint,
                state=opened.kept.state,
            )
            notices.add(transaction, self.settings, "voted", opened, at, vote)
            if opened.kept.state != before and opened.kept.state in ("ready", "denied"):
                notices.add(transaction, self.settings, opened.kept.state, opened, at)
        return opened

    def request(self, caller: Caller, identifier: str) -> Opened:
        """A request, as far as the caller may see it.

        Raises:
            NotFoundError: `approval.unknown`.
            StorageError: `sealing.altered`.
        """
        with self.database.snapshot() as transaction:
            opened = self.ledger.read(transaction, identifier)
        if opened is None:
            raise NotFoundError("approval.unknown", request=ascii(identifier[:100]))
        self._require_seen(caller, opened)
        return opened

    def requests(self, caller: Caller, wanted: Wanted) -> tuple[list[Opened], str | None]:
        """The requests that a caller may see, the newest first, and after which place the next page begins.

        Raises:
            StorageError: `sealing.altered`.
        """
        at = now()
        seen: dict[str, bool] = {}
        found: list[Opened] = []
        before = None
        for looked, (identifier, place) in enumerate(listings.found(self.database, wanted)):
            if len(found) == wanted.most or looked == limits.APPROVALS_SCANNED:
                return found, before
            before = place
            with self.database.snapshot() as transaction:
                opened = self.ledger.read(transaction, identifier)
            if opened is None:  # cleaned away since
                continue
            key = opened.kept.key
            if key not in seen:
                seen[key] = self.keys.seen(caller, key) is not None
            if (seen[key] or _concerns(caller, opened)) and wanted.state in ("", self.state(opened, at)):
                found.append(opened)
        return found, None

    def state(self, opened: Opened, at: int) -> ShownState:
        """How a request stands; `void` if the key has other rules by now."""
        state = opened.state(at)
        if state in OPEN:
            rules = self.keys.rules_of(opened.kept.key)
            if rules is None or rules.digest != opened.request.rules_digest:
                return "void"
        return state

    def spend(self, transaction: Transaction, identifier: str, order: Order, rules: Rules, at: int) -> Proof:
        """Use an approval for the operation that this transaction does; once, if it is committed.

        1. It is there, nobody else is using it, and its row and entries are ours.
        2. It is about exactly this operation, under the rules that the key has.
        3. It was not spent before.
        4. Every vote is signed; there is a quorum in time, no denial, the time lock is over, and the time to
           spend it is not.

        Args:
            transaction: an open one, in which the operation is done.
            identifier: of the request.
            order: what is done; its note does not matter.
            rules: as they are pinned to the key, not as this module has them.
            at: the time, in microseconds since 1970.

        Raises:
            NotFoundError: `approval.unknown`.
            AccessDeniedError: `approval.other`, `approval.rules-changed`, `approval.spent`,
                `approval.waiting`, `approval.locked`, `approval.denied`, `approval.expired`.
            StorageError: `sealing.altered`.
        """
        # 1. the request
        opened = self._locked(transaction, identifier)
        # 2. the operation and the rules
        if not opened.request.order.is_for(plain(order)):
            raise AccessDeniedError("approval.other", request=identifier, operation=order.operation)
        if opened.request.rules_digest != rules.digest:
            raise AccessDeniedError("approval.rules-changed", request=identifier)
        # 3. once
        if opened.proof is not None:
            raise AccessDeniedError("approval.spent", request=identifier)
        # 4. the votes and the clock
        at = max(at, opened.entries[-1].at)
        found = opened.standing(at)
        if found.state != "ready":
            raise AccessDeniedError(
                f"approval.{found.state}",
                request=identifier,
                key=order.key,
                by=found.denied_by,
                standing=found.words,
                seconds=-(-((found.ready_at or found.expires_at) - at) // _SECOND),
            )
        proof = Proof(opened.kept.content, rules.encoded(), opened.received, at)
        opened = self.ledger.append(
            transaction, opened, "spent", at, opened.kept.requested_by, proof.encoded()
        )
        _note(
            transaction,
            opened.kept.requested_by,
            "approval-request.spend",
            opened,
            digest=str(opened.request.digest),
        )
        notices.add(transaction, self.settings, "spent", opened, at)
        return proof

    def spent(self, transaction: Transaction, identifier: str, order: Order) -> bytes | None:
        """What was recorded when a request was spent on this very operation; None if it has not been.

        From then on nobody else spends it until the transaction ends.

        Raises:
            NotFoundError: `approval.unknown`.
            AccessDeniedError: `approval.other`.
            StorageError: `sealing.altered`.
        """
        opened = self._locked(transaction, identifier)
        if not opened.request.order.is_for(plain(order)):
            raise AccessDeniedError("approval.other", request=identifier, operation=order.operation)
        return opened.outcome

    def record(self, transaction: Transaction, identifier: str, outcome: bytes) -> None:
        """Keep what came of a request that this transaction has spent; once.

        Raises:
            UsageError: `approval.not-spent`.
        """
        opened = self._locked(transaction, identifier)
        if opened.proof is None or opened.outcome is not None:
            raise UsageError("approval.not-spent", request=identifier)
        self.ledger.append(transaction, opened, "recorded", now(), opened.kept.requested_by, outcome)

    def _locked(self, transaction: Transaction, identifier: str) -> Opened:
        opened = self.ledger.locked(transaction, identifier)
        if opened is None:
            raise NotFoundError("approval.unknown", request=ascii(identifier[:100]))
        return opened

    def _require_seen(self, caller: Caller, opened: Opened) -> None:
        """Return if a request is shown to a caller: what is not shown is as good as not there.

        Raises:
            AccessDeniedError: a login may help.
            NotFoundError: `approval.unknown`.
        """
        if _concerns(caller, opened) or self.keys.seen(caller, opened.kept.key) is not None:
            return
        caller.require_login()
        raise NotFoundError("approval.unknown", request=opened.kept.id)

    def _require_room(self, transaction: Transaction, caller: Caller, order: Order, at: int) -> None:
        """Return if one request more may stand.

        Raises:
            UsageError: `approval.requests-too-many`.
        """
        bounds = (
            (order.key, self.settings.requests_per_key, rows.open_of_key),
            (caller.name, self.settings.requests_per_account, rows.open_of_account),
        )
        for whose, most, count in bounds:
            if count(transaction, whose, at) >= most:
                raise UsageError("approval.requests-too-many", whose=whose, most=most)


def plain(order: Order) -> Order:
    """An order as it is compared: new rules are written in the one way that rules are.

    Raises:
        DocumentError: they cannot be used.
    """
    if order.operation != "change" or not order.message:
        return order
    return msgspec.structs.replace(order, message=ruling.parse(order.message).encoded())


def _concerns(caller: Caller, opened: Opened) -> bool:
    """Whether a caller is who asked, or is called as somebody who has a say."""
    if caller.kind == "anonymous" and not caller.administers:
        return False
    rule = opened.rules.rule(opened.request.order.operation)
    return caller.name == opened.kept.requested_by or (rule is not None and caller.name in rule.people)


def _note(transaction: Transaction, actor: str, action: str, opened: Opened, **detail: str) -> None:
    audit.record(
        transaction,
        actor,
        action,
        subject=opened.kept.id,
        key=opened.kept.key,
        operation=opened.kept.operation,
        **detail,
    )
