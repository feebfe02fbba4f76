"""Garbage collection: what nobody uses any more goes, and nothing else.

1. Tags under which signatures are kept (`sha256-<hex>.sig` and the like) go when the image is gone.
2. Referrers go when their subject is gone: signatures of a deleted image, then the signatures of these.
3. Manifests that no tag and no index names go only if a term was set for them.
4. Blobs that no manifest of a repository names leave the repository.
5. Blobs that no repository shows lose their content, then their row.
6. Content that has no row goes: what a crash left behind.

Each waits until the thing was not touched for a grace. What somebody was told meanwhile is not broken by it:
a push of a manifest that needs a collected blob is refused (`queries.manifests.add`), and content is taken
only by who holds its row (`storage.blobs`). It may run beside servers, and be broken off at any point.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.service import audit
from sealwright.service.registry.content import Content
from sealwright.service.registry.queries import blobs, garbage, repositories
from sealwright.service.registry.queries import manifests as rows
from sealwright.service.storage import Transaction, now
from sealwright.service.web.caller import Caller

__all__ = ["COLLECTOR", "Collected", "Terms", "collect"]

T = TypeVar("T")

COLLECTOR = Caller("garbage-collection", "robot", ())
"""In whose name manifests are deleted."""

_SIGNATURE_TAG = re.compile(r"(sha256|sha512)-([0-9a-f]{64,128})(?:\.(?:sig|att|sbom))?")
_PAGE = 500


class Terms(msgspec.Struct, frozen=True):
    """When things may go.

    Attributes:
        grace: how many seconds a thing must have been of no use to anybody.
        untagged: after how many seconds manifests go that no tag names; None: never.
        dry: whether only to say what would go.
    """

    grace: float = limits.COLLECTION_GRACE_SECONDS
    untagged: float | None = None
    dry: bool = False


class Collected(msgspec.Struct):
    """What went, or would go: numbers of things, and `content_bytes` of the content of blobs."""

    tags: int = 0
    referrers: int = 0
    untagged: int = 0
    unreferenced: int = 0
    contents: int = 0
    content_bytes: int = 0
    orphans: int = 0


def collect(content: Content, terms: Terms, tell: Callable[[str], None] = lambda _line: None) -> Collected:
    """Collect garbage.

    Args:
        content: of the registry.
        terms: when things may go.
        tell: hears of each thing that goes, or would go, in a line.
    """
    collection = _Collection(content, terms, tell)
    for repository in collection.repositories():
        collection.sweep_repository(repository)
    collection.sweep_blobs()
    return collection.collected


class _Collection:
    """One run."""

    def __init__(self, content: Content, terms: Terms, tell: Callable[[str], None]) -> None:
        self._content = content
        self._database = content.storage.database
        self._terms = terms
        self._tell = tell
        self._before = now() - int(terms.grace * 1_000_000)
        self.collected = Collected()

    def repositories(self) -> Iterator[str]:
        last = ""
        while names := repositories.after(self._database, last, _PAGE):
            yield from names
            last = names[-1]

    def sweep_repository(self, name: str) -> None:
        identifier = repositories.find(self._database, name)
        if identifier is None:
            return
        self._sweep_signature_tags(name, identifier)
        while self._sweep_referrers(name, identifier):
            pass  # what went may have been the subject of others
        if self._terms.untagged is not None:
            self._sweep_untagged(name, identifier, self._terms.untagged)
            while self._sweep_referrers(name, identifier):
                pass
        self._sweep_unreferenced(name, identifier)

    def _sweep_signature_tags(self, name: str, identifier: int) -> None:
        def page(last: str) -> list[tuple[str, Digest]]:
            return garbage.signature_tags(self._database, identifier, self._before, last, _PAGE)

        for tag, digest in _paged(page, lambda found: found[0]):
            match = _SIGNATURE_TAG.fullmatch(tag)
            if match is None or rows.has(self._database, identifier, Digest(f"{match[1]}:{match[2]}")):
                continue
            self._tell(f"{name}:{tag}: its image is gone")
            self.collected.tags += 1
            if self._terms.dry:
                continue
            with self._database.write() as transaction:
                repositories.hold(transaction, name)
                if not rows.has(transaction, identifier, Digest(f"{match[1]}:{match[2]}")):
                    rows.remove_tag(transaction, identifier, tag)
                    if not rows.tagged(transaction, identifier, digest):
                        self._remove(transaction, name, identifier, digest, "its image is gone")

    def _sweep_referrers(self, name: str, identifier: int) -> bool:
        """Whether any went."""
        found = 0

        def page(last: str) -> list[Digest]:
            return garbage.dangling(self._database, identifier, self._before, last, _PAGE)

        for digest in _paged(page, str):
            self._tell(f"{name}@{digest}: its subject is gone")
            self.collected.referrers += 1
            if self._terms.dry:
                continue
            with self._database.write() as transaction:
                repositories.hold(transaction, name)
                if garbage.dangling(transaction, identifier, self._before, "", 1, digest):
                    found += 1
                    self._remove(transaction, name, identifier, digest, "its subject is gone")
        return found > 0

    def _sweep_untagged(self, name: str, identifier: int, seconds: float) -> None:
        before = min(now() - int(seconds * 1_000_000), self._before)

        def page(last: str) -> list[Digest]:
            return garbage.untagged(self._database, identifier, before, last, _PAGE)

        for digest in _paged(page, str):
            self._tell(f"{name}@{digest}: no tag names it")
            self.collected.untagged += 1
            if self._terms.dry:
                continue
            with self._database.write() as transaction:
                repositories.hold(transaction, name)
                if garbage.untagged(transaction, identifier, before, "", 1, digest):
                    self._remove(transaction, name, identifier, digest, "no tag names it")

    def _remove(self, transaction: Transaction, name: str, identifier: int, digest: Digest, why: str) -> None:
        if rows.has(transaction, identifier, digest):
            self._content.hooks.removed(transaction, identifier, digest, COLLECTOR, why)
            rows.remove(transaction, identifier, digest)
            audit.record(
                transaction, COLLECTOR.name, "manifest.collect", repository=name, subject=digest, why=why
            )

    def _sweep_unreferenced(self, name: str, identifier: int) -> None:
        def page(last: str) -> list[Digest]:
            return garbage.unreferenced(self._database, identifier, self._before, last, _PAGE)

        for digest in _paged(page, str):
            self._tell(f"{name}: no manifest names the blob {digest}")
            self.collected.unreferenced += 1
            if self._terms.dry:
                continue
            with self._database.write() as transaction:
                repositories.hold(transaction, name)
                if garbage.unreferenced(transaction, identifier, self._before, "", 1, digest):
                    blobs.hide(transaction, identifier, digest)
                    garbage.note_collected(transaction, identifier, digest, now())

    def sweep_blobs(self) -> None:
        def page(last: str) -> list[tuple[Digest, int]]:
            return garbage.unshown(self._database, self._before, last, _PAGE)

        store = self._content.storage.blobs
        for digest, size in _paged(page, lambda found: found[0]):
            self._tell(f"no repository shows the blob {digest}")
            self.collected.contents += 1
            self.collected.content_bytes += size
            if self._terms.dry:
                continue
            with self._database.write() as transaction:
                if garbage.take_row(transaction, digest, self._before):
                    store.remove(digest)
                    garbage.forget_row(transaction, digest)
        for stored in store.stored():
            if stored.changed >= self._before or blobs.known(self._database, stored.digest):
                continue
            self._tell(f"nothing names the content {stored.digest}")
            self.collected.orphans += 1
            self.collected.content_bytes += stored.size
            if self._terms.dry:
                continue
            with self._database.write() as transaction:
                if garbage.claim(transaction, stored.digest):
                    store.remove(stored.digest)
                    garbage.forget_row(transaction, stored.digest)
        if not self._terms.dry:
            with self._database.write() as transaction:
                old = now() - limits.COLLECTED_REMEMBERED_SECONDS * 1_000_000
                garbage.forget_collected(transaction, old)


def _paged(page: Callable[[str], list[T]], name: Callable[[T], str]) -> Iterator[T]:
    """Everything that pages give, each asked for after the last name of the one before."""
    last = ""
    while found := page(last):
        yield from found
        last = name(found[-1])
