"""The policy and trust stores of a table, as they are now.

Both are looked at anew after `limits.SIGNED_ONLY_REREAD_SECONDS`. A policy that cannot be read any more
accepts nothing, since nobody knows what it would say.
"""

import threading
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.homes.notation.trust_state import trust_state
from sealwright.interfaces import Gatherer, Policy
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.workflow import policies
from sealwright.workflow.gather import HomeGatherer
from sealwright.workflow.openpgp import OpenPgp

__all__ = ["Policies", "Trusting"]


class Trusting(msgspec.Struct, frozen=True):
    """A policy with what it trusts. `state` changes when either does; `fault` is why there is no policy."""

    state: str
    policy: Policy | None
    gather: Gatherer
    fault: SealwrightError | None = None


class Policies:
    """The policies of all tables. Safe to use from several threads.

    Args:
        tables: of the settings.

    Raises:
        DocumentError: a policy cannot be used: the service then does not start.
        StorageError: a policy cannot be read.
    """

    def __init__(self, tables: Iterable[SignedOnly]) -> None:
        self._known: dict[SignedOnly, tuple[float, Trusting]] = {}
        self._lock = threading.Lock()
        self._openpgp = OpenPgp(Environment.current())
        for table in tables:
            if table.mode != "off" and (fault := self.look(table).fault) is not None:
                raise fault

    def fresh(self, table: SignedOnly) -> Trusting | None:
        """The policy of a table if it was looked at a moment ago."""
        found = self._known.get(table)
        if found is None or time.monotonic() - found[0] > limits.SIGNED_ONLY_REREAD_SECONDS:
            return None
        return found[1]

    def look(self, table: SignedOnly) -> Trusting:
        """The policy of a table, read again if it or its trust stores changed. For a worker thread."""
        with self._lock:
            fresh = self.fresh(table)
            if fresh is not None:
                return fresh
            before = self._known.get(table)
            trusting = _read(table, before[1] if before is not None else None, self._openpgp)
            self._known[table] = (time.monotonic(), trusting)
            return trusting

    def close(self) -> None:
        """End what verifies OpenPGP messages."""
        self._openpgp.close()


def _read(table: SignedOnly, before: Trusting | None, openpgp: OpenPgp) -> Trusting:
    folder = Path(table.trust_store)
    gather = HomeGatherer(folder, openpgp)
    try:
        content = files.read(Path(table.policy), limits.CONFIG_FILE_BYTES)
        state = f"{Digest.of(content)} {trust_state(folder)}"
        if before is not None and before.state == state:
            return before
        return Trusting(state, policies.read(content, table.policy), gather)
    except SealwrightError as error:
        return Trusting(f"{error.code} {error}", None, gather, error)
