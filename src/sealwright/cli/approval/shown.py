"""A request as those see it who have to approve it: what was read from the very bytes that they sign."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sealwright.approval import rules as ruling
from sealwright.approval import words
from sealwright.approval.orders import Order
from sealwright.cli import here
from sealwright.cli.approval.reaching import Judged
from sealwright.cli.plain import plain
from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.events import Approvers
from sealwright.formats.meaning import meaning
from sealwright.service_client.approval_answers import OPEN, Approval

__all__ = ["left", "lines", "standing"]

_MICROSECONDS = 1_000_000
_WORDS = {
    "use": "sign with the key",
    "change": "change what the key may do",
    "block": "block the key",
    "unblock": "unblock the key",
}

Row = tuple[str, str]


def lines(judged: Judged) -> Iterator[str]:
    """A request, line by line.

    Args:
        judged: the request.
    """
    request = judged.request
    rows: list[Row] = [
        ("request", request.id),
        ("asked by", f"{request.requested_by}, {_time(request.requested_at / _MICROSECONDS)}"),
        ("to", _WORDS[request.order.operation]),
        ("key", request.order.key),
        *_order(request.order),
        ("rules", request.rules_digest),
        *_standing(judged),
        ("approvers sign", str(request.digest)),
    ]
    width = max(len(name) for name, _ in rows) + 2
    for name, text in rows:
        yield f"{f'{name}:' if name else '':<{width}}{plain(text)}".rstrip()


def standing(approval: Approval) -> str:
    """How many of how many have approved, group by group."""
    groups = (
        tuple(Approvers(one.group, one.given, one.quorum) for one in each) for each in approval.alternatives
    )
    return words.groups_text(tuple(groups))


def left(approval: Approval) -> str:
    """How long a request stands as it does; empty if it is over."""
    if approval.state not in OPEN:
        return ""
    until = approval.ready_at if approval.state == "locked" and approval.ready_at else approval.expires_at
    return words.left_text(max(0, int((until - here.now()).total_seconds())))


def _order(order: Order) -> Iterator[Row]:
    """What is to be done, from the bytes of the message."""
    if order.version:
        yield "version", order.version
    if order.algorithm:
        yield "algorithm", order.algorithm
    if order.note:
        yield "note of who asks", order.note
    if order.operation == "use":
        found = meaning(order.message, digested=order.digested)
        yield "to be signed", found.kind
        yield from ((f"  {name}", value) for name, value in found.facts)
    elif order.operation == "change":
        yield from _change(order.message)
    if order.message:
        yield "message", f"{len(order.message)} bytes, {Digest.of(order.message)}"


def _change(message: bytes) -> Iterator[Row]:
    if message in (b"enable", b"disable"):
        yield "change", message.decode()
        return
    try:
        rules = ruling.parse(message)
    except SealwrightError as error:
        yield "change", f"something that is no rules: {error}"
        return
    yield "new rules", str(rules.digest)
    yield from (("", f"  {line}") for line in words.rules_lines(rules))


def _standing(judged: Judged) -> Iterator[Row]:
    approval = judged.approval
    yield "state", _STATES.get(approval.state, approval.state)
    yield "approved", standing(approval)
    for one in approval.votes:
        yield "", f"{one.person} {'approved' if one.decision == 'approve' else 'denied'}, {_shown(one.at)}"
    remaining = left(approval)
    if remaining:
        yield "waits for", ", ".join(approval.waits_for) if approval.state == "waiting" else "nobody"
        yield "left", remaining


_STATES = {
    "locked": "approved; in its time lock, in which a denial still counts",
    "ready": "approved",
    "void": "void: the key has other rules by now",
    "spent": "used",
}


def _time(seconds: float) -> str:
    return _shown(datetime.fromtimestamp(seconds, UTC))


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
