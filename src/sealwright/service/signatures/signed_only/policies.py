"""The policy of a table with the trust stores or keys that it names, as they are now.

Both are looked at anew after `limits.SIGNED_ONLY_REREAD_SECONDS`. A policy that cannot be read any more
accepts nothing, since nobody knows what it would say.
"""

import threading
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import CallerError, SealwrightError
from sealwright.homes import files
from sealwright.homes.environment import Environment
from sealwright.homes.notation.trust_state import trust_state
from sealwright.interfaces import Gatherer, Policy
from sealwright.policy.containers.lowering import ContainersPolicy
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.workflow import policies
from sealwright.workflow.authorities import AskedAuthorities
from sealwright.workflow.gather import HomeGatherer, VaultKeys
from sealwright.workflow.openpgp import OpenPgp

__all__ = ["Policies", "Trusting"]


class Trusting(msgspec.Struct, frozen=True):
    """A policy with what it trusts. `state` changes when either does; `fault` is why there is no policy."""

    state: str
    policy: Policy | None
    gather: Gatherer
    fault: SealwrightError | None = None

    @property
    def by_platform(self) -> bool:
        """Whether the policy is about the manifests of an index, rather than about the index."""
        return self.policy is not None and self.policy.language == "containers"


class Policies:
    """The policies of all tables. Safe to use from several threads.

    Args:
        tables: of the settings.
        vault_keys: tells of keys of the service's own vaults.

    Raises:
        DocumentError: a policy cannot be used: the service then does not start.
        CallerError: `service.signed-only-incomplete`: a policy of notation's comes without a trust store.
        StorageError: a policy cannot be read.
    """

    def __init__(self, tables: Iterable[SignedOnly], vault_keys: VaultKeys | None = None) -> None:
        self._vault_keys = vault_keys
        self._known: dict[SignedOnly, tuple[float, Trusting]] = {}
        self._lock = threading.Lock()
        self._openpgp = OpenPgp(Environment.current())
        self._authorities = AskedAuthorities(Environment.current())
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
            trusting = _read(table, before[1] if before is not None else None, self._gatherer(table))
            self._known[table] = (time.monotonic(), trusting)
            return trusting

    def close(self) -> None:
        """End what verifies OpenPGP messages, and the connections to authorities."""
        self._openpgp.close()
        self._authorities.close()

    def _gatherer(self, table: SignedOnly) -> Gatherer:
        store = Path(table.trust_store)
        return HomeGatherer(store, self._openpgp, self._authorities, vault_keys=self._vault_keys)


def _read(table: SignedOnly, before: Trusting | None, gather: Gatherer) -> Trusting:
    try:
        content = files.read(Path(table.policy), limits.CONFIG_FILE_BYTES)
        policy = policies.read(content, table.policy)
        state = f"{policy.digest} {_trust(table, policy)}"
        if before is not None and before.state == state:
            return before
        return Trusting(state, policy, gather)
    except SealwrightError as error:
        return Trusting(f"{error.code} {error}", None, gather, error)


def _trust(table: SignedOnly, policy: Policy) -> str:
    """The state of what a policy names: trust stores, or files of keys."""
    if isinstance(policy, ContainersPolicy):
        sections = (policy.document.default, *policy.document.sections)
        names = {name for section in sections for one in section.requirements for name in one.keyring.files}
        return " ".join(f"{name} {_stamp(Path(name))}" for name in sorted(names))
    if policy.language == "vault":
        return ""
    if not table.trust_store:
        raise CallerError("service.signed-only-incomplete", pattern=table.pattern, mode=table.mode)
    return trust_state(Path(table.trust_store))


def _stamp(file: Path) -> str:
    try:
        found = file.stat()
    except OSError as error:
        return str(error.errno)
    return f"{found.st_ino}.{found.st_size}.{found.st_mtime_ns}.{found.st_ctime_ns}"
