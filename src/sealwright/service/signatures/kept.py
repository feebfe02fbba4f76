"""The simple signatures of one repository of the service, as a store to read from, without HTTP."""

from collections.abc import Iterator

from sealwright.errors import InternalError
from sealwright.formats.orders import Finished
from sealwright.service.signatures.queries import rows
from sealwright.service.storage import Storage
from sealwright.signature import Subject, Unreadable
from sealwright.stores.whole_listing import Item, WholeListing

__all__ = ["KeptSignatures"]

_ATOMIC = "atomic"


class KeptSignatures(WholeListing):
    """The live signatures that came through the signature extension. Synchronous, for worker threads.

    Args:
        storage: where they are.
        repository: the name of theirs.
    """

    def __init__(self, storage: Storage, repository: str) -> None:
        super().__init__()
        self._storage = storage
        self._repository = repository

    def add(self, subject: Subject, finished: Finished) -> str:
        """What is attached goes through the actions of the extension, which know who asks."""
        raise InternalError("internal.unexpected", problem=f"{finished.format} for {subject.name}")

    def _read(self, subject: Subject) -> Iterator[Item | Unreadable]:
        digest = subject.descriptor.digest
        for name, kind, content in rows.listed(self._storage.database, self._repository, digest):
            location = f"{digest}@{name}"
            if kind == _ATOMIC:
                yield Item(location, content)
            else:
                told = {"location": location, "type": kind, "version": "2"}
                yield Unreadable(location, "store.foreign", told)
