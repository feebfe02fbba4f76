"""Changes are made once, however often a request for them comes.

Two things see to it:

- `opc-retry-token`: for a day, the same request of the same user with the same token gets the same answer,
  and another one with that token is refused (`oracle.retry-token-used`).
- The signature of a request: one that was seen already is refused (`oracle.request-replayed`) for as long as
  its date is near enough. Reads, and uses of keys that change nothing, may be repeated: signatures are the
  same for everything that is the same within a second, and clients do ask twice.

Both are noted in the transaction of the change (`changed`), so that a crash leaves either all or nothing.
Where the change has transactions of its own, the request is noted before it and its answer after (`around`):
a crash in between leaves a claim, which after a minute the next try takes over.
"""

from collections.abc import Awaitable, Callable

import msgspec

from sealwright import limits
from sealwright.errors import AccessDeniedError, NetworkError, UsageError
from sealwright.service.oracle.answer import Answer
from sealwright.service.oracle.queries import answered
from sealwright.service.storage import Database, Transaction, now
from sealwright.service.storage.workers import Workers

__all__ = ["Once", "Told"]

_SECOND = 1_000_000


class Told(msgspec.Struct, frozen=True):
    """What is known of a request.

    Attributes:
        holder: the name of who sends it.
        token: its retry token, or an empty string.
        request: the digest of method, path and body.
        signature: the digest of what was signed.
        sent: when it says that it was sent, in seconds since 1970.
    """

    holder: str
    token: str
    request: str
    signature: str
    sent: int


class Once:
    """Notes requests that change something.

    Args:
        database: of the service.
        workers: threads for what must not run on the event loop.
    """

    def __init__(self, database: Database, workers: Workers) -> None:
        self._database = database
        self._workers = workers

    async def changed(self, told: Told, action: Callable[[Transaction], Answer]) -> Answer:
        """What an action answers, or did when the request came first.

        Args:
            told: the request.
            action: makes the change, in the transaction that it is given, on a worker thread.

        Raises:
            UsageError: `oracle.retry-token-used`.
            AccessDeniedError: `oracle.request-replayed`.
            NetworkError: `oracle.retry-running`.
        """
        return await self._workers.offload(self._changed, told, action)

    def _changed(self, told: Told, action: Callable[[Transaction], Answer]) -> Answer:
        with self._database.write() as transaction:
            before = _begun(transaction, told)
            if before is not None:
                return before
            answer = action(transaction)
            _ended(transaction, told, answer)
        return answer

    async def around(self, told: Told, run: Callable[[], Awaitable[Answer]]) -> Answer:
        """The same for a change that has transactions of its own; raises as `changed` does."""
        before = await self._workers.offload(self._claimed, told)
        if before is not None:
            return before
        try:
            answer = await run()
        except BaseException:
            await self._workers.offload(self._dropped, told)
            raise
        await self._workers.offload(self._kept, told, answer)
        return answer

    async def answered(self, told: Told) -> Answer | None:
        """What the request was answered already, if it has a retry token; raises as `changed` does."""
        if not told.token:
            return None
        kept = await self._workers.read(answered.find, told.holder, told.token, now())
        return None if kept is None else _again(kept, told)

    async def forget(self) -> None:
        """Forget what is too old."""
        await self._workers.offload(self._forgotten)

    def _claimed(self, told: Told) -> Answer | None:
        with self._database.write() as transaction:
            return _begun(transaction, told)

    def _kept(self, told: Told, answer: Answer) -> None:
        with self._database.write() as transaction:
            _ended(transaction, told, answer)

    def _forgotten(self) -> None:
        with self._database.write() as transaction:
            answered.forget(transaction, now())

    def _dropped(self, told: Told) -> None:
        with self._database.write() as transaction:
            answered.unmark(transaction, told.signature)
            if told.token:
                answered.drop(transaction, told.holder, told.token)


def _begun(transaction: Transaction, told: Told) -> Answer | None:
    """Note a request, or give the answer that it had."""
    at = now()
    if told.token and not answered.claim(transaction, told.holder, told.token, told.request, at):
        kept = answered.find(transaction, told.holder, told.token, at)
        assert kept is not None  # noqa: S101  # else it could have been claimed
        return _again(kept, told)
    until = (told.sent + limits.ORACLE_CLOCK_SKEW_SECONDS + 1) * _SECOND
    if not answered.mark(transaction, told.signature, until):
        raise AccessDeniedError("oracle.request-replayed")
    return None


def _ended(transaction: Transaction, told: Told, answer: Answer) -> None:
    if told.token:
        headers = msgspec.json.encode(answer.headers).decode()
        answered.keep(transaction, told.holder, told.token, answer.status, headers, answer.content)


def _again(kept: answered.Kept, told: Told) -> Answer:
    """The answer that a request had before."""
    if kept.request != told.request:
        raise UsageError("oracle.retry-token-used")
    if not kept.status:
        raise NetworkError("oracle.retry-running")
    headers = msgspec.json.decode(kept.headers, type=dict[str, str])
    return Answer(None, kept.status, headers.get("etag", ""), encoded=kept.body)
