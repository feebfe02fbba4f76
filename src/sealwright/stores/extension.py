"""The signatures that a registry keeps by itself, through its extension (X-Registry-Supports-Signatures)."""

from collections.abc import Iterator

from sealwright.formats.orders import Finished
from sealwright.repositories.signature_extension import Entry, SignatureExtension
from sealwright.signature import Subject, Unreadable
from sealwright.stores.whole_listing import Item, WholeListing

__all__ = ["ExtensionStore"]


class ExtensionStore(WholeListing):
    """The signatures of one repository. Their location is the name that each has in the registry.

    Args:
        extension: of that repository.
    """

    def __init__(self, extension: SignatureExtension) -> None:
        super().__init__()
        self._extension = extension

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a signature, unless the very same is there; gives its name.

        Raises:
            EnvironmentalError: the registry does not take it.
        """
        return self._extension.keep(subject.descriptor.digest, finished.content)

    def _read(self, subject: Subject) -> Iterator[Item | Unreadable]:
        for entry in self._extension.listed(subject.descriptor.digest):
            yield _item(entry)


def _item(entry: Entry) -> Item | Unreadable:
    if not entry.is_simple:
        told = {"location": entry.name, "type": entry.type or "none", "version": entry.version or "none"}
        return Unreadable(entry.name, "store.foreign", told)
    if entry.content is None:
        problem = {"location": entry.name, "problem": entry.problem}
        return Unreadable(entry.name, "store.content-malformed", problem)
    return Item(entry.name, entry.content)
