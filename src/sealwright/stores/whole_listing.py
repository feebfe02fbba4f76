"""Stores whose listing brings the signatures along: there is no way to list them without their bytes.

What is listed is told apart at once: a signed message is a signature, whoever made it, and anything else is
reported and stops nothing. The bytes are remembered until another subject is listed, so that fetching costs
nothing.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.simple import stored
from sealwright.formats.simple.signature import FORMAT, MEDIA_TYPE
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable
from sealwright.stores import kinds

__all__ = ["Item", "WholeListing"]


class Item(msgspec.Struct, frozen=True):
    """The bytes that stand at a location, whatever they are."""

    location: str
    content: bytes


class WholeListing(ABC):
    """A store that can list and fetch once it can read, and knows itself how to add.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digest: Digest | None = None
        self._held: dict[str, bytes] = {}

    def listed(self, subject: Subject) -> Iterator[Listed | Unreadable]:
        """The signatures of a subject, and what should be one and is not."""
        digest = subject.descriptor.digest
        with self._lock:
            self._digest, self._held = digest, {}
        for found in self._read(subject):
            if isinstance(found, Unreadable):
                yield found
                continue
            one = _told_apart(found)
            if isinstance(one, Listed):
                with self._lock:
                    if self._digest == digest:
                        self._held[found.location] = found.content
            yield one

    def fetch(self, subject: Subject, listed: Listed) -> StoredSignature | Unreadable:
        """A signature that was listed; it is read again only if another subject was listed since."""
        with self._lock:
            same = self._digest == subject.descriptor.digest
            content = self._held.get(listed.location) if same else None
        if content is None:
            content = self._again(subject, listed.location)
        if content is None or Digest.of(content) != listed.descriptor.digest:
            changed = {"location": listed.location}
            return Unreadable(listed.location, "store.changed", changed, retryable=True)
        return StoredSignature(listed.format, listed.location, MEDIA_TYPE, content, listed.notes)

    @abstractmethod
    def _read(self, subject: Subject) -> Iterator[Item | Unreadable]:
        """Everything that is kept for a subject, within bounds of its own."""

    def _again(self, subject: Subject, location: str) -> bytes | None:
        for found in self._read(subject):
            if isinstance(found, Item) and found.location == location:
                return found.content
        return None


def _told_apart(item: Item) -> Listed | Unreadable:
    """An item as the signature that it is, or as what it is instead."""
    described = stored.describe(item.content)
    if described.kind not in kinds.MESSAGES:
        return kinds.instead(item.location, described)
    descriptor = Descriptor(MEDIA_TYPE, Digest.of(item.content), len(item.content))
    return Listed(FORMAT, item.location, descriptor)
