"""Telling webhooks: a POST for each step of a request, again and again until it is taken.

    POST /hooks/approvals
    Content-Type: application/json
    X-Sealwright-Event: approval.voted
    X-Sealwright-Delivery: 9f…        the same each time it is sent again
    X-Sealwright-Timestamp: 1763553600
    X-Sealwright-Signature: sha256=…  HMAC-SHA256 of timestamp, a point, and the body, under the secret

Any answer of 200 to 299 takes it. After anything else it is sent again, later each time, for some days. Only
the URLs of the settings are called, and no redirect is followed: the service must not be led to others.
"""

import hmac
import logging
from pathlib import Path

from sealwright import limits
from sealwright.errors import SealwrightError
from sealwright.homes import files
from sealwright.service.approvals.queries import notices
from sealwright.service.approvals.queries.notices import Due
from sealwright.service.configuration.approvals import Webhook
from sealwright.service.storage import Database, now
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.message import Request
from sealwright.transport.retries import RetryPolicy

__all__ = ["Delivery", "signature"]

_log = logging.getLogger(__name__)

_SECOND = 1_000_000
_TAKEN = range(200, 300)


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """What the header says by which a receiver knows us."""
    return f"sha256={hmac.new(secret, timestamp.encode() + b'.' + body, 'sha256').hexdigest()}"


class Delivery:
    """Sends what is due. Its methods run on worker threads.

    Args:
        database: holds what is due.
        webhooks: of the settings.
        transport: reaches them; each try is made here, so it tries once.
    """

    def __init__(
        self, database: Database, webhooks: tuple[Webhook, ...], transport: Transport | None = None
    ) -> None:
        self._database = database
        self._webhooks = {one.url: one for one in webhooks}
        self._transport = transport or Transport(retries=RetryPolicy(tries=1))

    def send_due(self) -> int:
        """Send what is due, and give how many were."""
        found = notices.due(self._database, now(), limits.WEBHOOK_BATCH)
        for one in found:
            with self._database.write() as transaction:
                taken = notices.take(transaction, one, now() + 2 * int(limits.WEBHOOK_SECONDS * _SECOND))
            if taken:
                self._settle(one, self._send(one))
        return len(found)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def _settle(self, notice: Due, problem: str) -> None:
        age = (now() - notice.created) // _SECOND
        with self._database.write() as transaction:
            if problem and age < limits.WEBHOOK_GIVEN_UP_SECONDS:
                pause = min(2**notice.tries, limits.WEBHOOK_PAUSE_SECONDS)
                notices.later(transaction, notice, now() + pause * _SECOND)
            else:
                notices.remove(transaction, notice)
        if problem:
            _log.warning("the webhook %s was not told of %s: %s", notice.hook, notice.event, problem)

    def _send(self, notice: Due) -> str:
        """Send it once; gives why it was not taken, or an empty text."""
        hook = self._webhooks.get(notice.hook)
        if hook is None:
            return "the settings do not name it any more"
        timestamp = str(now() // _SECOND)
        try:
            secret = files.read(Path(hook.secret_file), limits.WEBHOOK_SECRET_BYTES).split(b"\n")[0].strip()
            if not secret:
                return f"{hook.secret_file} is empty"
            headers = {
                "Content-Type": "application/json",
                "X-Sealwright-Event": f"approval.{notice.event}",
                "X-Sealwright-Delivery": notice.id,
                "X-Sealwright-Timestamp": timestamp,
                "X-Sealwright-Signature": signature(secret, timestamp, notice.body),
            }
            request = Request("POST", hook.url, headers, notice.body)
            answer = self._transport.send(request, Deadline(limits.WEBHOOK_SECONDS), "none")
            answer.discard()
        except SealwrightError as error:
            return str(error)
        return "" if answer.status in _TAKEN else f"it answered {answer.status}"
