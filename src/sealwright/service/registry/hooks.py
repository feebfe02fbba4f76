"""What slices above the registry add to it. `app` hands them in, since the registry imports none of them."""

from typing import Protocol

from sealwright.digest import Digest
from sealwright.service.registry.queries.manifests import Found, Record
from sealwright.service.storage import Transaction
from sealwright.service.web.caller import Caller

__all__ = ["BothHooks", "Hooks", "NoHooks"]


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
        """A manifest is deleted in this transaction; it is still there.

        Args:
            transaction: the one in which it was deleted.
            repository: its identifier.
            digest: of the manifest.
            caller: who deleted it.
            why: the reason that they gave, or an empty string.
        """

    def tagged(
        self,
        transaction: Transaction,
        repository: int,
        tag: str,
        before: Digest | None,
        after: Digest | None,
        caller: Caller,
    ) -> None:
        """A tag stands for another manifest from this transaction on; not told of tags of what is deleted.

        Args:
            transaction: the one in which it was moved.
            repository: its identifier.
            tag: the tag.
            before: the digest that it stood for, or None if it was not there.
            after: the digest that it stands for, or None if it was removed.
            caller: who moved it.

        Raises:
            AccessDeniedError: it may not.
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

    def tagged(
        self,
        _transaction: Transaction,
        _repository: int,
        _tag: str,
        _before: Digest | None,
        _after: Digest | None,
        _caller: Caller,
    ) -> None:
        """Nothing is noted."""

    async def admit(self, _repository: str, _found: Found, _caller: Caller) -> str | None:
        """Everything is served."""
        return None


class BothHooks:
    """What two slices add: the first is told and asked before the second."""

    def __init__(self, first: Hooks, second: Hooks) -> None:
        self._first = first
        self._second = second

    def examine(self, repository: str, record: Record, tags: tuple[str, ...]) -> object:
        """What both see."""
        return self._first.examine(repository, record, tags), self._second.examine(repository, record, tags)

    def added(
        self, transaction: Transaction, repository: int, record: Record, examined: object, caller: Caller
    ) -> None:
        """Both are told."""
        assert isinstance(examined, tuple)  # noqa: S101  # what `examine` gave
        self._first.added(transaction, repository, record, examined[0], caller)
        self._second.added(transaction, repository, record, examined[1], caller)

    def removed(
        self, transaction: Transaction, repository: int, digest: Digest, caller: Caller, why: str
    ) -> None:
        """Both are told."""
        self._first.removed(transaction, repository, digest, caller, why)
        self._second.removed(transaction, repository, digest, caller, why)

    def tagged(
        self,
        transaction: Transaction,
        repository: int,
        tag: str,
        before: Digest | None,
        after: Digest | None,
        caller: Caller,
    ) -> None:
        """Both are told."""
        self._first.tagged(transaction, repository, tag, before, after, caller)
        self._second.tagged(transaction, repository, tag, before, after, caller)

    async def admit(self, repository: str, found: Found, caller: Caller) -> str | None:
        """Both are asked; the first warning is given."""
        warning = await self._first.admit(repository, found, caller)
        return warning or await self._second.admit(repository, found, caller)
