"""The outside as one run sees it, bound once and handed to every verb."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.events import EventSink
from sealwright.interfaces import Gatherer, Repository, SignatureStore
from sealwright.reference import Reference
from sealwright.repositories.locating import Location
from sealwright.signature import Subject

if TYPE_CHECKING:
    from sealwright.homes.pending import PendingFolder
    from sealwright.workflow.verdict_cache import VerdictCache

__all__ = ["Context", "Place"]


class Place(msgspec.Struct, frozen=True):
    """An image's repository, opened, and what is wanted there.

    `name` is the image's name for policies: a reference, or a path (or scope) for what has no registry;
    `identity` is what containers/image calls it, where that is another.
    `selector` is a tag or digest. `tag` and `digest` are those of the name; a name in a registry without both
    has the tag `latest`. `typed` is all of what was typed. `stores` open what keeps the signatures of other
    formats than Notary's, whose are among the referrers in the repository; `store`, where it is there, goes
    before all of them. `resolved` waits for what the selector names, where that is
    being asked already.
    """

    repository: Repository
    transport: str
    name: Reference | str
    selector: str
    tag: str | None
    digest: Digest | None = None
    typed: str = ""
    store: SignatureStore | None = None
    stores: Mapping[str, Callable[[], SignatureStore]] = {}
    identity: Reference | str | None = None
    resolved: Callable[[], Descriptor] | None = None

    def with_store(self, store: SignatureStore) -> "Place":
        """The same place, its signatures kept by that store."""
        return msgspec.structs.replace(self, store=store)

    def keeping(self, stores: Mapping[str, Callable[[], SignatureStore]]) -> "Place":
        """The same place, and what opens the stores of other formats than Notary's."""
        return msgspec.structs.replace(self, stores=stores)

    def resolving(self, resolved: Callable[[], Descriptor]) -> "Place":
        """The same place, where it is being asked already what the selector names."""
        return msgspec.structs.replace(self, resolved=resolved)

    def subject(self) -> Subject:
        """The manifest that the selector names; asks the repository.

        Raises:
            NotFoundError: there is none.
        """
        descriptor = self.repository.resolve(self.selector) if self.resolved is None else self.resolved()
        return Subject(descriptor, self.transport, self.name, typed=self.typed, identity=self.identity)


class _Opener(Protocol):
    def __call__(self, image: str | Location, /, *, write: bool = False) -> AbstractContextManager[Place]: ...


class Context(msgspec.Struct, frozen=True):
    """Clock, repositories, evidence, and where events go. Safe to share between threads.

    `open_image` reads a name as a user types it (`registry/repo:tag`, `oci:path:tag`, …), or takes one that
    was read already, and opens its repository, for writing if asked; what was written is there when the block
    ends well. `clock` gives the time, aware. `verdicts` has verdicts that may be used again; None: each is
    made anew. `pending` keeps signatures that wait for approval; None: nobody can go on with them.
    """

    clock: Callable[[], datetime]
    open_image: _Opener
    gather: Gatherer
    events: EventSink
    verdicts: "VerdictCache | None" = None
    pending: "PendingFolder | None" = None
