"""What slices above the registry add to it. `app` hands them in, since the registry imports none of them."""

from typing import Protocol

from sealwright.digest import Digest
from sealwright.service.registry.queries.manifests import Found, Record
from sealwright.service.storage import Transaction
from sealwright.service.web.caller import Caller

__all__ = ["Hooks", "NoHooks"]


class Hooks(Protocol):
    """Told of manifests that come and go, and asked before one is served."""

    def examine(self, repository: str, record: Record, tags: tuple[str, ...]) -> object:
        """Look at a manifest before it is stored, on a worker thread and outside the transaction.

        Args:
            repository: its name.
            record: the manifest.
            tags: that it is pushed to.

        Returns:
            Whatever `added` wants to know.
        """

    def added(
        self, transaction: Transaction, repository: int, record: Record, examined: object, caller: Caller
    ) -> None:
        """A manifest was stored in this transaction, perhaps again.

        Args:
            transaction: the one in which it was stored.
            repository: its identifier.
            record: the manifest.
            examined: what `examine` gave.
            caller: who pushed it.
        """

    def removed(
        self, transaction: Transaction, repository: int, digest: Digest, caller: Caller, why: str
    ) -> None:
        """A manifest was deleted in this transaction.

        Args:
            transaction: the one in which it was deleted.
            repository: its identifier.
            digest: of the manifest.
            caller: who deleted it.
            why: the reason that they gave, or an empty string.
        """

    async def admit(self, repository: str, found: Found, caller: Caller) -> str | None:
        """Whether a manifest may be served.

        Args:
            repository: its name.
            found: the manifest; `content` is empty if only its head is wanted.
            caller: who asks.

        Returns:
            A warning for the client, or None.

        Raises:
            AccessDeniedError: it may not.
        """


class NoHooks:
    """Nothing is added."""

    def examine(self, _repository: str, _record: Record, _tags: tuple[str, ...]) -> object:
        """Nothing is looked at."""
        return None

    def added(
        self, _transaction: Transaction, _repository: int, _record: Record, _examined: object, _caller: Caller
    ) -> None:
        """Nothing is noted."""

    def removed(
        self, _transaction: Transaction, _repository: int, _digest: Digest, _caller: Caller, _why: str
    ) -> None:
        """Nothing is noted."""

    async def admit(self, _repository: str, _found: Found, _caller: Caller) -> str | None:
        """Everything is served."""
        return None
