"""Image layouts as repositories (image-spec, image-layout.md): tags, referrers, content.

Referrers are found by opening: every manifest that index.json lists, and those that listed indexes list, is
asked for its subject. So all forms are found: with artifactType or by the type of the configuration, listed
by tag, without one, or under a referrers tag that a copy brought along. What index.json says of an entry
besides media type, digest and size is not believed.
"""

import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Literal, Self

import msgspec

from sealwright import limits, media_types
from sealwright import manifest as manifest_module
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import ArtifactError, MalformedContentError, NotFoundError, RegistryError, UsageError
from sealwright.events import EventSink, Notice, ignore
from sealwright.interfaces import BlobSource
from sealwright.manifest import Manifest
from sealwright.repositories.content import checked, require_readable
from sealwright.repositories.entries import descriptor_in
from sealwright.repositories.layout_archive import LayoutArchive
from sealwright.repositories.layout_directory import LayoutDirectory
from sealwright.repositories.layout_index import LayoutIndex
from sealwright.repositories.layout_storage import LayoutStorage

__all__ = ["ImageLayout", "as_referrer", "open_archive", "open_directory"]

_NAMES_SHOWN = 10


def open_directory(
    path: str, *, write: bool = False, events: EventSink = ignore, shown: str = ""
) -> "ImageLayout":
    """A layout in a folder.

    Args:
        path: of the folder.
        write: make an empty layout if there is none.
        events: takes notices.
        shown: how messages call it, if not by its path.

    Raises:
        StorageError: `layout.not-a-layout` and others.
    """
    storage = LayoutDirectory(path, create=write)
    storage.path = shown or path
    return ImageLayout(storage, events)


def open_archive(path: str, *, write: bool = False, events: EventSink = ignore) -> "ImageLayout":
    """A layout in a tar file. Use it as a context manager: what was written is there when it ends well.

    Args:
        path: of the file.
        write: start with an empty layout if there is no such file.
        events: takes notices.

    Raises:
        StorageError: `layout.not-a-layout` and others.
        MalformedContentError: a tar file that is not decent.
    """
    return ImageLayout(LayoutArchive(path, create=write), events)


class ImageLayout:
    """A layout. Safe to use from several threads.

    Args:
        storage: its files.
        events: takes notices.
    """

    def __init__(self, storage: LayoutStorage, events: EventSink = ignore) -> None:
        self._storage = storage
        self._events = events
        self._lock = threading.RLock()
        self._opened: dict[Digest, Manifest | None] = {}

    @property
    def name(self) -> str:
        """The path, as it was given."""
        return self._storage.path

    def resolve(self, selector: str) -> Descriptor:
        """The descriptor of the manifest that a tag or digest names; an empty selector means the only image.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
            UsageError: `layout.choose`, `layout.tag-ambiguous`.
        """
        index = self._index()
        if ":" in selector and selector.partition(":")[0] in ("sha256", "sha384", "sha512"):
            return self._resolve_digest(index, Digest.parse(selector))
        entries = index.under(selector) if selector else self._images(index)
        found = {descriptor.digest: descriptor for descriptor in map(descriptor_in, entries)}
        if not found:
            raise NotFoundError("layout.manifest-unknown", name=self.name, reference=selector or "any tag")
        if len(found) > 1:
            if selector:
                raise UsageError("layout.tag-ambiguous", name=self.name, tag=selector)
            tags = index.tags()
            shown = ", ".join(tags[:_NAMES_SHOWN]) + (", …" if len(tags) > _NAMES_SHOWN else "")
            raise UsageError("layout.choose", name=self.name, count=len(found), tags=shown or "none")
        (descriptor,) = found.values()
        return _bare(require_readable(descriptor))

    def _resolve_digest(self, index: LayoutIndex, digest: Digest) -> Descriptor:
        listed = index.of(digest)
        if listed:
            return _bare(require_readable(descriptor_in(listed[0])))
        size = self._storage.size(digest)
        if size is None or size > limits.MANIFEST_BYTES:
            raise NotFoundError("layout.manifest-unknown", name=self.name, reference=digest)
        content = self.manifest(Descriptor("", digest, size))
        return Descriptor(manifest_module.media_type_of(manifest_module.parse(content)), digest, size)

    def _images(self, index: LayoutIndex) -> list[dict[str, object]]:
        """The entries that are images by themselves, not about another one."""

        def refers(entry: dict[str, object]) -> bool:
            parsed = self._open(descriptor_in(entry))
            return parsed is not None and parsed.subject is not None

        return [entry for entry in index.entries if not refers(entry)]

    def manifest(self, descriptor: Descriptor) -> bytes:
        """The exact bytes of a manifest, checked against digest and size.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.size-mismatch`, `artifact.too-large`.
        """
        require_readable(descriptor)
        if self._storage.size(descriptor.digest) is None:
            raise NotFoundError("layout.manifest-unknown", name=self.name, reference=descriptor.digest)
        return b"".join(checked(descriptor, self._storage.pieces(descriptor.digest), "manifest"))

    def open_blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob in pieces; nothing is read, nor raised, before the first is wanted.

        Raises:
            NotFoundError: `layout.blob-unknown`.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.size-mismatch`.
        """
        if self._storage.size(descriptor.digest) is None:
            raise NotFoundError("layout.blob-unknown", name=self.name, digest=descriptor.digest)
        yield from checked(descriptor, self._storage.pieces(descriptor.digest))

    def has(self, descriptor: Descriptor) -> bool:
        """Whether a file of that digest and size is there."""
        return self._storage.size(descriptor.digest) == descriptor.size

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: str | None = None
    ) -> Literal["moved", "mounted", "present"]:
        """Put a blob there; tells how: `moved` or `present`.

        Args:
            descriptor: of the blob; the source must give exactly this.
            source: opens its content.
            mount_from: of no meaning here.

        Raises:
            MalformedContentError: the source gives something else.
            StorageError: `layout.write-failed`.
        """
        del mount_from
        if self.has(descriptor):
            return "present"
        self._storage.put(descriptor.digest, checked(descriptor, source()))
        return "moved"

    def push_manifest(
        self, content: bytes, media_type: str, tag: str | None = None, algorithm: str = "sha256"
    ) -> Descriptor:
        """Put a manifest there under its digest (of that algorithm) and list it, with the tag if given.

        Raises:
            MalformedContentError: `artifact.manifest-malformed`, `layout.index-malformed`.
            StorageError: `layout.write-failed`, `layout.locked`.
        """
        parsed = manifest_module.parse(content)
        descriptor = manifest_module.describe(content, media_type, algorithm)
        if not self.has(descriptor):
            self._storage.put(descriptor.digest, [content])
        self._list(descriptor, parsed, tag)
        return descriptor

    def _list(self, descriptor: Descriptor, parsed: Manifest, tag: str | None) -> None:
        entry = descriptor
        if parsed.subject is not None:
            entry = msgspec.structs.replace(
                descriptor, artifact_type=parsed.kind, annotations=parsed.annotations
            )
        with self._lock, self._storage.writing():
            index = self._index()
            index.add(entry, tag, {child.digest for child in parsed.manifests})
            self._storage.replace_index(index.content())

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        """Descriptors of the manifests that name `subject` as theirs, of one artifact type if given.

        Raises:
            RegistryError: `registry.too-many-referrers` after as many as `limits` allows were given out.
        """
        for count, referrer in enumerate(self._referring(subject.digest)):
            if count >= limits.REFERRERS_LISTED:
                raise RegistryError(
                    "registry.too-many-referrers",
                    name=self.name,
                    subject=str(subject.digest),
                    limit=limits.REFERRERS_LISTED,
                )
            if artifact_type in (None, referrer.artifact_type):
                yield referrer

    def _referring(self, subject: Digest) -> Iterator[Descriptor]:
        for descriptor, parsed in self._walk():
            if parsed.subject is not None and parsed.subject.digest == subject:
                yield as_referrer(descriptor, parsed)

    def tags(self) -> Iterator[str]:
        """Every tag, in the order of index.json."""
        yield from self._index().tags()

    def tag(self, descriptor: Descriptor, name: str) -> None:
        """Let a tag stand for a manifest that is there.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
        """
        self._list(_bare(descriptor), manifest_module.parse(self.manifest(descriptor)), name)

    def delete(self, descriptor: Descriptor) -> None:
        """Remove a manifest: its entries and its file. Blobs that it alone needs stay.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
        """
        with self._lock, self._storage.writing():
            index = self._index()
            if not index.drop(descriptor.digest) and self._storage.size(descriptor.digest) is None:
                raise NotFoundError("layout.manifest-unknown", name=self.name, reference=descriptor.digest)
            self._storage.replace_index(index.content())
            self._storage.remove(descriptor.digest)
            self._opened.pop(descriptor.digest, None)

    def close(self) -> None:
        """Finish: what was written to an archive is in it afterwards."""
        self._storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and isinstance(self._storage, LayoutArchive):
            self._storage.abandon()
        else:
            self.close()

    def _index(self) -> LayoutIndex:
        with self._lock:
            return LayoutIndex.parse(self._storage.index(), self.name)

    def _walk(self) -> Iterator[tuple[Descriptor, Manifest]]:
        """Every manifest that is listed, directly or by an index, once."""
        seen: set[Digest] = set()
        level: list[Descriptor] = []
        for entry in self._index().entries:
            try:
                level.append(descriptor_in(entry))
            except MalformedContentError as error:
                self._tell("an entry of index.json", str(error))
        for _ in range(limits.INDEX_DEPTH + 1):
            below: list[Descriptor] = []
            for descriptor in level:
                if descriptor.digest in seen or descriptor.media_type not in media_types.MANIFESTS:
                    continue
                seen.add(descriptor.digest)
                if len(seen) > limits.LAYOUT_MANIFESTS:
                    raise RegistryError(
                        "layout.too-many-manifests", name=self.name, limit=limits.LAYOUT_MANIFESTS
                    )
                parsed = self._open(descriptor)
                if parsed is not None:
                    below.extend(parsed.manifests)
                    yield descriptor, parsed
            level = below

    def _open(self, descriptor: Descriptor) -> Manifest | None:
        """A manifest parsed; None if it is not there, or, with a notice, if it cannot be read.

        What an index lists need not be there: copies of one platform are common.
        """
        digest = descriptor.digest
        if digest not in self._opened:
            try:
                self._opened[digest] = manifest_module.parse(self.manifest(descriptor))
            except NotFoundError:
                return None
            except ArtifactError as error:
                self._tell(str(digest), str(error))
                return None
        return self._opened[digest]

    def _tell(self, referrer: str, problem: str) -> None:
        data = {"name": self.name, "referrer": referrer, "problem": problem[:300]}
        self._events(Notice("registry.referrer-unreadable", data))


def as_referrer(descriptor: Descriptor, parsed: Manifest) -> Descriptor:
    """A manifest as a listing of referrers shows it."""
    return msgspec.structs.replace(
        _bare(descriptor), artifact_type=parsed.kind, annotations=parsed.annotations
    )


def _bare(descriptor: Descriptor) -> Descriptor:
    """Media type, digest and size alone: the rest is what somebody wrote into index.json."""
    return Descriptor(descriptor.media_type, descriptor.digest, descriptor.size)
