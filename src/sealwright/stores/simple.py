"""Where the simple signatures of a repository are: in the registry itself, else in a store beside it.

A registry that has the extension is the only place that is read and written; the store beside it is not
looked at then, as containers/image does it. Which it is, is found out when it is first needed.
"""

from collections.abc import Callable, Iterator
from threading import Lock

from sealwright.formats.orders import Finished
from sealwright.interfaces import SignatureStore
from sealwright.repositories.signature_extension import SignatureExtension
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable
from sealwright.stores.extension import ExtensionStore

__all__ = ["SimpleStore"]


class SimpleStore:
    """The simple signatures of one repository in a registry.

    Args:
        extension: of that repository.
        lookaside: gives the store beside the registry; called only if the registry keeps no signatures.
    """

    def __init__(self, extension: SignatureExtension, lookaside: Callable[[], SignatureStore]) -> None:
        self._extension = extension
        self._lookaside = lookaside
        self._chosen: SignatureStore | None = None
        self._lock = Lock()

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """The signatures of a subject, and what should be one and is not.

        Raises:
            EnvironmentalError: the registry cannot be asked.
        """
        return self._store().listed(subject)

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """A signature that was listed."""
        return self._store().fetch(subject, listed)

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a signature and give its location: a name in the registry, or the path of a file.

        Raises:
            EnvironmentalError: it cannot be kept.
            UsageError: the store beside the registry cannot be written to.
        """
        return self._store().add(subject, finished)

    def _store(self) -> SignatureStore:
        with self._lock:
            if self._chosen is None:
                offered = self._extension.is_offered()
                self._chosen = ExtensionStore(self._extension) if offered else self._lookaside()
            return self._chosen
