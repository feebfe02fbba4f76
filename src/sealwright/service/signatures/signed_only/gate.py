"""Whether a manifest may be given out (see `registry.hooks.Hooks.admit`).

1. A repository that no table is about pays for nothing more.
2. Whoever holds the sign right gets everything under `enforce`, so that signing works.
3. What the verdict depends on under that policy is asked of the database: one or two look-ups by key.
4. A verdict on just that, under the policy as it is now, is used again. Else it is made on a worker thread,
   once for all who wait for it.

The key of a kept verdict holds the repository, the digest, the state of the policy and of what it trusts, and
how often the signatures of the manifest, and of the others that count for it, changed. So a new or revoked
signature counts at once.
"""

import asyncio
import time
from collections import OrderedDict
from functools import partial

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import AccessDeniedError
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.service.registry.queries.manifests import Found
from sealwright.service.signatures.signed_only.policies import Policies, Trusting
from sealwright.service.signatures.signed_only.rules import Rules
from sealwright.service.signatures.signed_only.standing import Standing, standing
from sealwright.service.signatures.signed_only.verifying import Judgement, judge
from sealwright.service.storage import Storage
from sealwright.service.storage.workers import Workers
from sealwright.service.web.caller import Caller
from sealwright.workflow import clock

__all__ = ["SignedOnlyGate"]

_THREADS = 2  # verifying takes CPU

_Key = tuple[str, str, str, int, tuple[tuple[str, int], ...]]


class SignedOnlyGate:
    """Gives out what the policies of the settings accept.

    Args:
        storage: of the service.
        rules: which table of the settings is about a repository.
        policies: of those tables.
    """

    def __init__(self, storage: Storage, rules: Rules, policies: Policies) -> None:
        self._storage = storage
        self._rules = rules
        self._policies = policies
        self._workers = Workers(storage.database, _THREADS, "signed only")
        self._judged: OrderedDict[_Key, tuple[Judgement, float]] = OrderedDict()
        self._most = limits.SIGNED_ONLY_VERDICTS
        self._judging: dict[_Key, asyncio.Task[Judgement]] = {}

    async def admit(self, repository: str, found: Found, caller: Caller) -> str | None:
        """See `registry.hooks.Hooks.admit`."""
        # 1. the table
        table = self._rules.about(repository)
        if table is None:
            return None
        # 2. who may sign
        if table.mode == "enforce" and caller.may("sign", repository):
            return None
        # 3. the policy, and what it depends on
        trusting = self._policies.fresh(table)
        if trusting is None:
            trusting = await self._workers.offload(self._policies.look, table)
        stands = await self._workers.read(
            partial(standing, by_platform=trusting.by_platform), repository, found.digest
        )
        if stands.is_signature:
            return None
        # 4. the verdict
        judgement = await self._judgement(table, trusting, repository, Digest(found.digest), stands)
        if judgement.accepted:
            return None
        if table.mode == "warn":
            return _warning(judgement)
        raise AccessDeniedError(
            "service.not-accepted",
            repository=repository,
            digest=found.digest,
            verdict=judgement.reason,
            problem=judgement.problem,
        )

    def close(self) -> None:
        """Wait for what is running."""
        self._workers.close()
        self._policies.close()

    async def _judgement(
        self, table: SignedOnly, trusting: Trusting, repository: str, digest: Digest, stands: Standing
    ) -> Judgement:
        scope = f"{table.registry} {trusting.state}"
        key = (scope, repository, digest, stands.changes, stands.others)
        kept = self._judged.get(key)
        if kept is not None and _still_holds(*kept):
            self._judged.move_to_end(key)
            return kept[0]
        making = self._judging.get(key)
        if making is None:
            making = asyncio.create_task(self._made(table, trusting, key))
            self._judging[key] = making
        return await asyncio.shield(making)

    async def _made(self, table: SignedOnly, trusting: Trusting, key: _Key) -> Judgement:
        try:
            _, repository, digest, _, others = key
            judgement = await self._workers.offload(
                judge,
                self._storage,
                table,
                trusting,
                repository,
                Digest(digest),
                tuple(other for other, _ in others),
            )
        finally:
            del self._judging[key]
        self._judged[key] = (judgement, time.monotonic())
        if len(self._judged) > self._most:
            self._judged.popitem(last=False)
        return judgement


def _still_holds(judgement: Judgement, made: float) -> bool:
    if judgement.passing and time.monotonic() - made > limits.SIGNED_ONLY_RETRY_SECONDS:
        return False
    return judgement.until is None or clock.now() < judgement.until


def _warning(judgement: Judgement) -> str:
    """Text that may stand in quotes in a header (RFC 9110, section 5.6.4)."""
    text = f"not accepted: {judgement.problem} ({judgement.reason})"
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\' else " " for one in text)
    return plain[: limits.SIGNED_ONLY_WARNING_LENGTH]
