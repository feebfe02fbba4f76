"""Copy an image from one place to another: push and pull are copies from and to a layout.

Children go before the index that names them, blobs before their manifest, the image before its referrers,
and the tag comes last, so that whoever finds the tag finds everything behind it.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, UsageError
from sealwright.events import BlobAdvanced, BlobFinished, BlobStarted, EventSink, Notice
from sealwright.interfaces import Repository
from sealwright.reference import Reference
from sealwright.workflow.context import Context, Place
from sealwright.workflow.kept import WITHOUT_REFERRERS
from sealwright.workflow.side_by_side import side_by_side

__all__ = ["Companions", "Transferred", "transfer"]

Companions = Literal["signatures", "all", "none"]
"""Which referrers go along: signatures and the proofs of their approval, whatever refers to the image, or
nothing.
"""


class Transferred(msgspec.Struct, frozen=True):
    """What was copied: the image, how many manifests that refer to it, and how many other signatures."""

    descriptor: Descriptor
    referrers: int
    signatures: int = 0


def transfer(
    context: Context,
    source: Place,
    target: Place,
    descriptor: Descriptor,
    companions: Companions = "signatures",
) -> Transferred:
    """Copy one image.

    Args:
        context: takes progress events.
        source: where it is.
        target: where it goes; its tag, if any, will stand for it.
        descriptor: what to copy, resolved (and maybe verified) before.
        companions: which referrers go along.

    Raises:
        UsageError: `usage.other-digest`: the target's name has a digest, and it is not the image's.
        NotFoundError: something that the image needs is not at the source.
        MalformedContentError: content is not what its descriptor says.
        EnvironmentalError: a place cannot be read or written.
    """
    if target.digest is not None and target.digest != descriptor.digest:
        raise UsageError("usage.other-digest", target=target.typed, digest=str(descriptor.digest))
    mover = _Mover(source.repository, target.repository, context.events, _mount_from(source, target))
    content = mover.manifest(descriptor)
    whole = mover.moved
    if target.transport in WITHOUT_REFERRERS:
        count = mover.left_behind(companions, target.transport)
    else:
        count = mover.companions(companions)
    carried = 0
    for form in sorted(source.stores) if companions != "none" else ():
        from sealwright.workflow.carrying import carry  # noqa: PLC0415  # only where they may be

        carried += carry(context, source, target, whole, form)
    if target.tag is not None:
        algorithm = descriptor.digest.algorithm
        target.repository.push_manifest(content, descriptor.media_type, target.tag, algorithm)
    return Transferred(descriptor, count, carried)


def _mount_from(source: Place, target: Place) -> str | None:
    """The source's path, if both are repositories of one registry."""
    if isinstance(source.name, Reference) and isinstance(target.name, Reference):
        same = source.transport == target.transport == "docker" and source.name.domain == target.name.domain
        return source.name.path if same and source.name.path != target.name.path else None
    return None


class _Mover:
    """Moves manifests with all they need; each digest once."""

    def __init__(
        self, source: Repository, target: Repository, events: EventSink, mount_from: str | None
    ) -> None:
        self._source = source
        self._target = target
        self._events = events
        self._mount_from = mount_from
        self._moved: dict[Digest, Descriptor] = {}

    @property
    def moved(self) -> tuple[Descriptor, ...]:
        """What was moved so far, the innermost first."""
        return tuple(self._moved.values())

    def manifest(self, descriptor: Descriptor, depth: int = 0) -> bytes:
        """Move a manifest, after all that it names; gives its bytes."""
        if depth > limits.INDEX_DEPTH:
            raise MalformedContentError("artifact.index-too-deep", limit=limits.INDEX_DEPTH)
        content = self._source.manifest(descriptor)
        parsed = manifests.parse(content)
        for child in parsed.manifests:
            if child.digest not in self._moved:
                self.manifest(child, depth + 1)
        self._blobs(parsed.contents)
        self._target.push_manifest(content, descriptor.media_type, None, descriptor.digest.algorithm)
        self._moved[descriptor.digest] = descriptor
        return content

    def companions(self, wanted: Companions) -> int:
        """Move the referrers of all that was moved, and theirs; gives their number."""
        if wanted == "none":
            return 0
        before = len(self._moved)
        waiting = list(self._moved.values())
        while waiting:
            subject = waiting.pop()
            for referrer in self._referrers(subject, wanted):
                if referrer.digest not in self._moved:
                    self.manifest(referrer)
                    waiting.append(referrer)
        return len(self._moved) - before

    def left_behind(self, wanted: Companions, transport: str) -> int:
        """Tell of the referrers that the target cannot hold; gives 0, the number of those that went along."""
        found = [one for subject in self.moved for one in self._referrers(subject, wanted)]
        if found:
            self._events(
                Notice("layout.referrers-left-behind", {"count": len(found), "transport": transport})
            )
        return 0

    def _referrers(self, subject: Descriptor, wanted: Companions) -> Iterator[Descriptor]:
        for referrer in self._source.referrers(subject) if wanted != "none" else ():
            if wanted == "all" or referrer.artifact_type in media_types.CARRIED:
                yield referrer

    def _blobs(self, contents: Sequence[Descriptor]) -> None:
        once = {content.digest: content for content in contents if not _stays(content)}
        side_by_side(self._blob, tuple(once.values()))

    def _blob(self, descriptor: Descriptor) -> None:
        digest = str(descriptor.digest)
        self._events(BlobStarted(digest, descriptor.size, _title(descriptor)))
        how = self._target.push_blob(descriptor, lambda: self._pieces(descriptor), self._mount_from)
        self._events(BlobFinished(digest, how))

    def _pieces(self, descriptor: Descriptor) -> Iterator[bytes]:
        done = 0
        for piece in self._source.open_blob(descriptor):
            done += len(piece)
            self._events(BlobAdvanced(str(descriptor.digest), done))
            yield piece


def _stays(descriptor: Descriptor) -> bool:
    """Whether a layer is fetched from elsewhere and need not be in a registry."""
    return bool(descriptor.urls) and descriptor.media_type.startswith(media_types.FOREIGN_LAYERS)


def _title(descriptor: Descriptor) -> str:
    return descriptor.annotations.get("org.opencontainers.image.title", "")
