"""A signature that people have to approve first: asked for, waited for, made.

1. The key is asked to sign. If it does, nobody has to approve.
2. What is needed to go on is saved, then people are asked. Whoever was killed right after that finds the
   request again: it is about the very same bytes.
3. How the request stands is told, and waited for. While the service cannot be reached, it is tried again
   until the time of the request is over: people approve meanwhile all the same.
4. The key is asked again, with the approval. The service gives the same signature to the same approval,
   however often it is asked.
"""

import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from sealwright import limits
from sealwright.approval import words
from sealwright.approval.orders import Order
from sealwright.errors import AccessDeniedError, EnvironmentalError
from sealwright.events import ApprovalAwaited, Approvers, Notice
from sealwright.interfaces import Asking
from sealwright.service_client.approval_answers import OPEN, Approval
from sealwright.service_client.approvals import ApprovalClient
from sealwright.service_client.vault_answers import Signed

__all__ = ["Wanted", "done_with_approval", "signed_with_approval"]

T = TypeVar("T")

_NEEDED = "approval.needed"
_MARKS = (24 * 3600, 3600, 900, 300, 60)
"""Seconds left at which it is told again how a request stands, though nobody has voted."""


class Wanted(msgspec.Struct, frozen=True):
    """A signature that is wanted.

    Attributes:
        key: the identifier of the key.
        version: that of its version.
        algorithm: a name of `formats.kms.algorithms`.
        message: what is signed, or its digest.
        digested: whether it is the digest.
        name: what people call the key.
    """

    key: str
    version: str
    algorithm: str
    message: bytes
    digested: bool
    name: str

    def order(self, note: str) -> Order:
        """What people are asked to approve.

        Args:
            note: what whoever asks says of it.
        """
        return Order("use", self.key, self.version, self.algorithm, self.digested, self.message, note)


def signed_with_approval(
    client: ApprovalClient, wanted: Wanted, sign: Callable[[str], Signed], asking: Asking
) -> Signed:
    """The signature, once it may be made.

    Args:
        client: of the service.
        wanted: what is signed.
        sign: has the key sign, with the identifier of an approval; with an empty text, without one.
        asking: how people are asked.

    Raises:
        AccessDeniedError: `approval.denied`, `approval.expired`, `approval.void`, `approval.awaited`, or as
            `sign`.
        SealwrightError: as `sign`, and as the client when people are asked.
    """
    return done_with_approval(client, wanted.order(asking.note), wanted.name, sign, asking)


def done_with_approval(
    client: ApprovalClient, order: Order, name: str, do: Callable[[str], T], asking: Asking
) -> T:
    """The same for anything that can be done with a key; raises as `signed_with_approval`.

    Args:
        client: of the service.
        order: what people are asked to approve.
        name: what people call the key.
        do: does it, with the identifier of an approval; with an empty text, without one.
        asking: how people are asked.
    """
    request = asking.request
    if not request:
        # 1. without approval
        try:
            return do("")
        except AccessDeniedError as error:
            if error.code != _NEEDED:
                raise
        # 2. people are asked
        asking.hears("")
        request = _asked(client, order).id
    asking.hears(request)
    # 3. how it stands
    _Waiting(client, name, request, asking).end()
    # 4. with approval
    return do(request)


def _asked(client: ApprovalClient, order: Order) -> Approval:
    """The request for this very operation that stands already, or a new one."""
    for state in sorted(OPEN):
        for found in client.approvals(state, order.key):
            if found.read().order.is_for(order):
                return found
    return client.open(order)


class _Waiting:
    """Waits for people to approve a request.

    Args:
        client: of the service.
        key: what people call the key.
        request: the identifier of the request.
        asking: how people are asked.
    """

    def __init__(self, client: ApprovalClient, key: str, request: str, asking: Asking) -> None:
        self._client = client
        self._key = key
        self._request = request
        self._asking = asking
        self._told: ApprovalAwaited | None = None
        self._ends = time.monotonic() + limits.APPROVAL_SECONDS

    def end(self) -> None:
        """Return when the request is approved, or was spent before.

        Raises:
            AccessDeniedError: see `signed_with_approval`.
            SealwrightError: the service cannot be asked, and its time is over, or it answers nonsense.
        """
        found = self._client.approval(self._request)
        while found.state in OPEN:
            self._tell(found)
            if found.state == "ready":
                return
            if not self._asking.waits:
                raise AccessDeniedError("approval.awaited", key=self._key, request=self._request)
            self._ends = time.monotonic() + _left(found.expires_at)
            found = self._next(found.revision)
        if found.state == "spent":
            return
        raise AccessDeniedError(
            f"approval.{found.state}",
            key=self._key,
            request=self._request,
            by=found.denied_by,
            standing=words.groups_text(_groups(found)),
        )

    def _next(self, known: int) -> Approval:
        """How it stands after a change, or after a while; asked again while the service is away."""
        pause = limits.APPROVAL_RETRY_SECONDS
        while True:
            try:
                return self._client.approval(self._request, known)
            except EnvironmentalError as error:
                if not error.retryable or time.monotonic() > self._ends + limits.APPROVAL_RETRY_MOST_SECONDS:
                    raise
                if pause == limits.APPROVAL_RETRY_SECONDS:
                    notice = {"request": self._request, "problem": str(error)}
                    self._asking.events(Notice("approval.service-away", notice))
            time.sleep(pause)
            pause = min(2 * pause, limits.APPROVAL_RETRY_MOST_SECONDS)

    def _tell(self, found: Approval) -> None:
        """Tell how it stands, if that is new, or if time runs out."""
        until = found.ready_at if found.state == "locked" else found.expires_at
        event = ApprovalAwaited(
            self._request,
            self._key,
            found.state,  # type: ignore[arg-type]  # one of the open ones
            _groups(found),
            _left(until),
            self._asking.resumable,
        )
        if self._told is None or _rough(self._told) != _rough(event):
            self._asking.events(event)
            self._told = event


def _groups(found: Approval) -> tuple[tuple[Approvers, ...], ...]:
    return tuple(
        tuple(Approvers(one.group, one.given, one.quorum) for one in groups) for groups in found.alternatives
    )


def _left(until: datetime | None) -> int:
    """Whole seconds until a time, by the clock of this machine, rounded up."""
    return 0 if until is None else max(0, math.ceil(until.timestamp() - time.time()))


def _rough(event: ApprovalAwaited) -> tuple[object, ...]:
    """An event without what changes all the time."""
    return event.state, event.alternatives, sum(event.seconds <= mark for mark in _MARKS)
