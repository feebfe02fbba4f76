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

import asyncio
import hmac
import logging
import threading
from pathlib import Path

from sealwright import limits
from sealwright.errors import SealwrightError
from sealwright.homes import files
from sealwright.service.approvals.queries import notices
from sealwright.service.approvals.queries.notices import Due
from sealwright.service.configuration.approvals import Webhook
from sealwright.service.storage import Database, now
from sealwright.service.storage.workers import Workers
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
    """Sends what is due, to each webhook on a thread of its own: one that is slow keeps none from another.

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
        self._ending = threading.Event()
        self._workers = Workers(database, max(1, len(self._webhooks)), "webhooks")

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        async with asyncio.TaskGroup() as sending:
            for url in self._webhooks:
                sending.create_task(self._tell(url))

    async def _tell(self, url: str) -> None:
        while True:
            try:
                while await self._workers.offload(self.send_due, url):
                    pass
            except (SealwrightError, OSError) as error:
                _log.warning("the webhook %s could not be told: %s", url, error)
            await asyncio.sleep(limits.WEBHOOK_LOOK_SECONDS)

    def send_due(self, url: str) -> int:
        """Send to a webhook what is due, and give how much it was."""
        found = notices.due(self._database, url, now(), limits.WEBHOOK_BATCH)
        for one in found:
            if self._ending.is_set():
                return 0
            with self._database.write() as transaction:
                taken = notices.take(transaction, one, now() + 2 * int(limits.WEBHOOK_SECONDS * _SECOND))
            if taken:
                self._settle(one, self._send(one))
        return len(found)

    def give_up(self) -> None:
        """Forget what no webhook has taken for too long, whether or not the settings still name it."""
        with self._database.write() as transaction:
            count = notices.give_up(transaction, now() - limits.WEBHOOK_GIVEN_UP_SECONDS * _SECOND)
        if count:
            _log.warning("%d notices of approvals were taken by no webhook, and are given up", count)

    def close(self) -> None:
        """Wait for what is being sent, one notice for each webhook at most, and close every connection."""
        self._ending.set()
        self._workers.close()
        self._transport.close()

    def _settle(self, notice: Due, problem: str) -> None:
        with self._database.write() as transaction:
            if problem:
                pause = min(2**notice.tries, limits.WEBHOOK_PAUSE_SECONDS)
                notices.later(transaction, notice, now() + pause * _SECOND)
            else:
                notices.remove(transaction, notice)
        if problem:
            _log.warning("the webhook %s was not told of %s: %s", notice.hook, notice.event, problem)

    def _send(self, notice: Due) -> str:
        """Send it once; gives why it was not taken, or an empty text."""
        hook = self._webhooks[notice.hook]
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
