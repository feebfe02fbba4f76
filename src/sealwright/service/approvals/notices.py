"""What webhooks are told of a request: written with the deed, sent later (`delivery`), lost never."""

import secrets
from typing import Literal

import msgspec

from sealwright.approval.votes import Vote
from sealwright.service.approvals.ledger import Opened
from sealwright.service.approvals.queries import notices
from sealwright.service.approvals.times import shown
from sealwright.service.configuration.approvals import Approvals as Settings
from sealwright.service.storage import Transaction

__all__ = ["Event", "add"]

Event = Literal["requested", "voted", "ready", "denied", "expired", "spent"]

_NAME_BYTES = 16


def add(
    transaction: Transaction,
    settings: Settings,
    event: Event,
    opened: Opened,
    at: int,
    vote: Vote | None = None,
) -> None:
    """Have every webhook told of a step.

    Args:
        transaction: the one in which it is done.
        settings: name the webhooks.
        event: the step.
        opened: the request, as it then is.
        at: when, in microseconds since 1970.
        vote: that was given, if one was.
    """
    order, standing = opened.request.order, opened.standing(at)
    body = {
        "event": f"approval.{event}",
        "at": shown(at),
        "request": opened.kept.id,
        "digest": opened.request.digest,
        "state": opened.state(at),
        "standing": standing.words,
        "key": order.key,
        "operation": order.operation,
        "note": order.note,
        "requestedBy": opened.kept.requested_by,
        "readyAt": shown(standing.ready_at),
        "expiresAt": shown(standing.expires_at),
    }
    if vote is not None:
        body |= {"person": vote.person, "decision": vote.decision}
    for hook in settings.webhooks:
        identifier = secrets.token_hex(_NAME_BYTES)
        told = msgspec.json.encode({"id": identifier, **body}, enc_hook=str)
        notices.add(transaction, identifier, hook.url, event, told, at)
