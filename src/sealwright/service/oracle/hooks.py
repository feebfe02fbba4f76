"""What Oracle's API adds to the registry: every push of an image gets a name, and pulls are counted."""

import asyncio
import logging
from collections import Counter

import msgspec

from sealwright.digest import Digest
from sealwright.errors import StorageError
from sealwright.service.oracle import names, pushes
from sealwright.service.oracle.queries import images
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.registry.content import Content
from sealwright.service.registry.queries import repositories
from sealwright.service.registry.queries.manifests import Found, Record
from sealwright.service.storage import Database, Transaction
from sealwright.service.web.caller import Caller

__all__ = ["OracleHooks"]

_log = logging.getLogger(__name__)

_PULLS_SECONDS = 2


class _Examined(msgspec.Struct, frozen=True):
    """The name of the repository without the namespace, or None; and whether the manifest is an image."""

    name: str | None
    image: bool


class OracleHooks:
    """Keeps images true to the manifests (see `registry.hooks`).

    Pulls are counted in memory, and written every two seconds: a pull must not wait for the disk.

    Args:
        tenancy: which one we are.
        database: where pulls are written to.
    """

    def __init__(self, tenancy: Tenancy, database: Database) -> None:
        self.tenancy = tenancy
        self._database = database
        self._pulls: Counter[tuple[str, str]] = Counter()

    def examine(self, repository: str, record: Record, tags: tuple[str, ...]) -> object:
        """What a manifest is."""
        return _Examined(names.within(self.tenancy.namespace, repository), pushes.is_image(record, tags))

    def added(
        self, transaction: Transaction, repository: int, record: Record, examined: object, caller: Caller
    ) -> None:
        """Note a push; raises as `pushes.added` does."""
        assert isinstance(examined, _Examined)  # noqa: S101  # what `examine` gave
        if examined.name is not None:
            digest = record.digest if examined.image else None
            pushes.added(transaction, self.tenancy, repository, examined.name, digest, caller.name)

    def removed(
        self, transaction: Transaction, repository: int, digest: Digest, caller: Caller, _why: str
    ) -> None:
        """Note a delete."""
        pushes.removed(transaction, repository, digest, caller.name)

    def tagged(
        self,
        transaction: Transaction,
        repository: int,
        tag: str,
        before: Digest | None,
        after: Digest | None,
        caller: Caller,
    ) -> None:
        """Note a tag; raises as `pushes.tagged` does."""
        pushes.tagged(transaction, repository, tag, before, after, caller.name)

    async def admit(self, repository: str, found: Found, _caller: Caller) -> str | None:
        """Count a pull; a look at the head is none."""
        if found.content and names.within(self.tenancy.namespace, repository) is not None:
            self._pulls[repository, found.digest] += 1
        return None

    async def write_pulls_now_and_then(self, content: Content) -> None:
        """Write down pulls every two seconds, until cancelled."""
        while True:
            await asyncio.sleep(_PULLS_SECONDS)
            pulls, self._pulls = self._pulls, Counter()
            try:
                await content.offload(self._write, pulls)
            except (StorageError, OSError) as error:
                _log.warning("pulls could not be counted: %s", error)

    def close(self) -> None:
        """Write down the last pulls."""
        try:
            self._write(self._pulls)
        except (StorageError, OSError) as error:
            _log.warning("pulls could not be counted: %s", error)

    def _write(self, pulls: Counter[tuple[str, str]]) -> None:
        if not pulls:
            return
        with self._database.write() as transaction:
            for (repository, digest), many in sorted(pulls.items()):
                repositories.hold(transaction, repository)  # as all who write there do
                images.pull(transaction, repository, digest, many)
