"""A layout for reading many images of it: what it holds is found out once, then looked up.

1. index.json counts as it was when it was first read, and so do the manifests that it lists.
2. Who refers to whom is found out when referrers are first asked for, by opening every manifest once.
3. What is kept of a manifest are its descriptor, artifact type and annotations, and only if it refers to
   another one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import RegistryError
from sealwright.events import EventSink, ignore
from sealwright.repositories.layout import ImageLayout, as_referrer
from sealwright.repositories.layout_index import LayoutIndex, tag_of
from sealwright.repositories.layout_storage import LayoutStorage

__all__ = ["LayoutSnapshot"]


class LayoutSnapshot(ImageLayout):
    """A layout, only for reading. Safe to use from several threads.

    Args:
        storage: its files.
        events: takes notices, each once.
    """

    def __init__(self, storage: LayoutStorage, events: EventSink = ignore) -> None:
        super().__init__(storage, events)
        self._still: _StillIndex | None = None
        self._table: dict[Digest, list[Descriptor]] | None = None
        self._too_many: RegistryError | None = None

    def _index(self) -> LayoutIndex:
        with self._lock:
            if self._still is None:
                self._still = _StillIndex.parse(self._storage.index(), self.name)
            return self._still

    def _referring(self, subject: Digest) -> Iterator[Descriptor]:
        with self._lock:
            if self._table is None:
                self._table = self._read()
        yield from self._table.get(subject, ())
        if self._too_many is not None:
            raise RegistryError(self._too_many.code, **self._too_many.data)

    def _read(self) -> dict[Digest, list[Descriptor]]:
        found: defaultdict[Digest, list[Descriptor]] = defaultdict(list)
        try:
            for descriptor, parsed in self._walk():
                if parsed.subject is not None:
                    found[parsed.subject.digest].append(as_referrer(descriptor, parsed))
        except RegistryError as error:
            self._too_many = error
        self._opened.clear()
        return dict(found)


class _StillIndex(LayoutIndex):
    """An index.json that nobody edits."""

    def __init__(self, members: Mapping[str, object], entries: list[dict[str, object]]) -> None:
        super().__init__(members, entries)
        self._by_tag: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        self._by_digest: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        for entry in entries:
            self._by_tag[tag_of(entry)].append(entry)
            self._by_digest[str(entry.get("digest"))].append(entry)

    def under(self, tag: str) -> list[dict[str, object]]:
        """The entries of one tag."""
        return self._by_tag.get(tag, [])

    def of(self, digest: Digest) -> list[dict[str, object]]:
        """The entries of one manifest."""
        return self._by_digest.get(str(digest), [])
