"""Signatures of one repository of the service that its table keeps, as stores to read from, without HTTP."""

from collections.abc import Iterator

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import InternalError
from sealwright.formats.orders import Finished
from sealwright.interfaces import Repository
from sealwright.service.signatures.queries import rows
from sealwright.service.storage import Storage
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable
from sealwright.stores.referrers import KmsReferrerStore
from sealwright.stores.whole_listing import Item, WholeListing

__all__ = ["KeptKmsSignatures", "KeptSignatures"]

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


class KeptKmsSignatures(KmsReferrerStore):
    """The live signatures by keys of a vault: those that were brought, and those among the referrers.

    Args:
        storage: where they are.
        repository: the name of theirs.
        content: the same, with its referrers.
    """

    def __init__(self, storage: Storage, repository: str, content: Repository) -> None:
        super().__init__(content)
        self._storage = storage
        self._name = repository

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """What the table keeps, then the referrers."""
        for digest, content in self._kept(subject):
            kept = Descriptor(media_types.KMS_SIGNATURE, Digest(digest), len(content))
            yield Listed("kms", digest, kept)
        yield from super().listed(subject)

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """One of them."""
        for digest, content in self._kept(subject):
            if digest == listed.location:
                return StoredSignature("kms", digest, media_types.KMS_SIGNATURE, content)
        return super().fetch(subject, listed)

    def add(self, subject: Subject, finished: Finished) -> str:
        """What is brought goes through an action that knows who asks."""
        raise InternalError("internal.unexpected", problem=f"{finished.format} for {subject.name}")

    def _kept(self, subject: Subject) -> list[tuple[str, bytes]]:
        return rows.of_vaults(self._storage.database, self._name, subject.descriptor.digest)
