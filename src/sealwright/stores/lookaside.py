"""Signature stores beside a registry: a folder, or a web server that shares one (signature-protocols.md).

    <base>/<repository without host>@<algorithm>=<hex>/signature-<N>     N from 1

1. Signatures are read from 1 on until one is missing: no such file, or the answer 404.
2. Anything else that goes wrong at a number ends the list there, is reported, and takes nothing away from
   those before it. What is no signature, or too large to be one, is reported and the list goes on.
3. Count, bytes and time of a list are bounded, whatever the store does.
4. No credentials of the registry are ever sent to the store.
5. Only folders are written to, and only ever added to.

Before version 1.17, atomic wrote `<base>/<host>/<repository>@<algorithm>:<hex>/signature-<N>`, and there are
stores that have the host and `=`. In folders these are read as well; from web servers only where it is asked
for, since each costs a request for every image.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sealwright.digest import Digest
from sealwright.errors import UsageError
from sealwright.formats.orders import Finished
from sealwright.signature import Subject, Unreadable
from sealwright.stores.numbered_files import NumberedFiles
from sealwright.stores.reading import Reading
from sealwright.stores.store_url import StoreUrl
from sealwright.stores.whole_listing import Item, WholeListing

if TYPE_CHECKING:
    from sealwright.transport.client import Transport
    from sealwright.transport.deadline import Deadline

__all__ = ["LookasideStore"]


class LookasideStore(WholeListing):
    """The signatures of one repository.

    Args:
        domain: of the registry, as in references.
        path: of the repository, as in references.
        reads: the address of the store for reading; empty for none.
        writes: the address for writing; empty for none.
        transport: gives what speaks HTTP; called only for `http:` and `https:`.
        deadline: of the run, where there is one.
        older: the layout of atomic before 1.17: written, and read from web servers too.
    """

    def __init__(
        self,
        domain: str,
        path: str,
        *,
        reads: str,
        writes: str,
        transport: "Callable[[], Transport]",
        deadline: "Deadline | None" = None,
        older: bool = False,
    ) -> None:
        super().__init__()
        self._domain = domain
        self._path = path
        self._reads = StoreUrl.parse(reads) if reads else None
        self._writes = StoreUrl.parse(writes) if writes else None
        self._transport = transport
        self._deadline = deadline
        self._older = older

    def add(self, subject: Subject, finished: Finished) -> str:
        """Keep a signature under the first free number, and give the path of its file.

        If the very same signature is there already, its path is given.

        Raises:
            UsageError: `store.none`, `store.scheme-unknown`, `store.write-over-http`.
            StorageError: `file.unwritable`, `store.full`.
        """
        url = self._writes
        if url is None:
            raise UsageError("store.none", repository=f"{self._domain}/{self._path}")
        if url.is_web:
            raise UsageError("store.write-over-http", location=url.shown)
        if url.scheme != "file":
            raise UsageError("store.scheme-unknown", location=url.shown)
        (name, *_) = self._names(subject.descriptor.digest)
        return str(NumberedFiles(url.below(name).folder).append(finished.content))

    def _names(self, digest: Digest) -> tuple[str, ...]:
        """The folders of a digest below the base, one for each layout; that which is written comes first."""
        usual = f"{self._path}@{digest.algorithm}={digest.encoded}"
        older = f"{self._domain}/{self._path}@{digest}"
        mixed = f"{self._domain}/{usual}"
        return (older, mixed, usual) if self._older else (usual, older, mixed)

    def _read(self, subject: Subject) -> Iterator[Item | Unreadable]:
        url = self._reads
        if url is None:
            return
        if url.scheme != "file" and not url.is_web:
            yield Unreadable(url.shown, "store.scheme-unknown", {"location": url.shown})
            return
        names = self._names(subject.descriptor.digest)
        reading = Reading(self._deadline)
        seen: set[bytes] = set()
        for name in names if url.scheme == "file" or self._older else names[:1]:
            before = frozenset(seen)
            for found in self._in_folder(url.below(name), reading):
                if isinstance(found, Unreadable) or found.content not in before:
                    yield found
                if isinstance(found, Item):
                    seen.add(found.content)
            if reading.is_over:
                return

    def _in_folder(self, url: StoreUrl, reading: Reading) -> Iterator[Item | Unreadable]:
        if url.scheme == "file":
            return reading.files(NumberedFiles(url.folder))
        return reading.web(url, self._transport())
