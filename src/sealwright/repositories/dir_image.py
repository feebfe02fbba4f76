"""Images of the transport `dir:` of containers/image: one image in a folder, each part of it a file.

    version                    "Directory Transport Version: 1.1"
    manifest.json              the manifest, or the index
    <hex>                      a blob
    <hex>.manifest.json        the manifest of a platform, where manifest.json is an index
    signature-<N>              simple signatures of manifest.json
    <hex>.signature-<N>        those of the manifest of a platform

There are no tags and no referrers. Blobs are written as they come; manifests and signatures when all went
well, manifest.json after everything that it needs. If it is another manifest than before, what only the old
one needed is removed then.
"""

import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from sealwright import limits, media_types
from sealwright import manifest as manifest_module
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError, StorageError, UsageError
from sealwright.interfaces import BlobSource
from sealwright.repositories.content import checked
from sealwright.repositories.layout_directory import open_regular, replace_file
from sealwright.repositories.layout_storage import failed

__all__ = ["DirImage"]

_VERSION = b"Directory Transport Version: 1.1\n"
_VERSIONS = re.compile(rb"Directory Transport Version: 1\.[0-9]{1,3}\s*")
_VERSION_BYTES = 64
_MANIFEST = "manifest.json"
_PARTS = re.compile(r"([0-9a-f]{64,128})(?:\.tar|\.manifest\.json|\.signature-[0-9]+)?|signature-[0-9]+")


class DirImage:
    """One image. Use it as a context manager, or close it: what was written is complete afterwards.

    Args:
        path: of the folder.
        write: whether something will be written there; the folder is then made if there is none.
        shown: how messages call it, if not by its path.

    Raises:
        StorageError: `layout.no-dir-image`, `layout.not-empty`, `layout.read-failed`, `layout.write-failed`.
    """

    def __init__(self, path: str, *, write: bool = False, shown: str = "") -> None:
        self.name = shown or path
        self.folder = Path(path)
        self._new: dict[Digest, bytes] = {}
        self._tagged: Digest | None = None
        self._waiting: list[tuple[Digest, Callable[[], object]]] = []
        if write:
            self._create()
        elif self._small(_MANIFEST) is None:
            raise StorageError("layout.no-dir-image", path=path)

    def _create(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            there = {file.name for file in self.folder.iterdir()}
            if there and not _VERSIONS.fullmatch(self._small("version", _VERSION_BYTES) or b""):
                raise StorageError("layout.not-empty", path=self.name)
            if not there:
                replace_file(self.folder / "version", [_VERSION])
        except OSError as error:
            raise failed("write", self.name, error) from None

    def resolve(self, selector: str) -> Descriptor:
        """The descriptor of the image, or of one of its manifests.

        Args:
            selector: a digest; or empty, for the image.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
            MalformedContentError: `artifact.manifest-malformed`, `artifact.digest-mismatch`.
        """
        digest = Digest.parse(selector) if selector else None
        content = self._top() if digest is None else self._of(digest)
        if content is None:
            raise NotFoundError("layout.manifest-unknown", name=self.name, reference=selector or "any name")
        if digest is not None:
            digest.require(content, "manifest")
        media_type = manifest_module.media_type_of(manifest_module.parse(content))
        return manifest_module.describe(content, media_type, digest.algorithm if digest else "sha256")

    def manifest(self, descriptor: Descriptor) -> bytes:
        """The exact bytes of a manifest, checked against digest and size.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.size-mismatch`.
        """
        content = self._of(descriptor.digest)
        if content is None:
            raise NotFoundError("layout.manifest-unknown", name=self.name, reference=descriptor.digest)
        return b"".join(checked(descriptor, [content], "manifest"))

    def open_blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob in pieces; nothing is read, nor raised, before the first is wanted.

        Raises:
            NotFoundError: `layout.blob-unknown`.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.size-mismatch`.
        """
        if self._size(descriptor.digest) is None:
            raise NotFoundError("layout.blob-unknown", name=self.name, digest=descriptor.digest)
        yield from checked(descriptor, self._pieces(self.folder / descriptor.digest.encoded))

    def has(self, descriptor: Descriptor) -> bool:
        """Whether the manifest, or a file of that digest and size, is there."""
        if descriptor.media_type in media_types.MANIFESTS:
            content = self._of(descriptor.digest)
            return (
                content is not None and Digest.of(content, descriptor.digest.algorithm) == descriptor.digest
            )
        return self._size(descriptor.digest) == descriptor.size

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
        target = self.folder / descriptor.digest.encoded
        try:
            replace_file(target, checked(descriptor, source()))
        except OSError as error:
            raise failed("write", str(target), error) from None
        return "moved"

    def push_manifest(
        self, content: bytes, media_type: str, tag: str | None = None, algorithm: str = "sha256"
    ) -> Descriptor:
        """Keep a manifest until the end. That with a tag is the image, else the last one; tags are not kept.

        Raises:
            MalformedContentError: `artifact.manifest-malformed`.
            UsageError: `layout.cannot-hold`.
        """
        if manifest_module.parse(content).subject is not None:
            raise UsageError("layout.cannot-hold", name=self.name, what="a manifest that refers to an image")
        descriptor = manifest_module.describe(content, media_type, algorithm)
        self._new.pop(descriptor.digest, None)
        self._new[descriptor.digest] = content
        if tag is not None:
            self._tagged = descriptor.digest
        return descriptor

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        """Nothing: there are no referrers in such an image."""
        del subject, artifact_type
        return iter(())

    def tags(self) -> Iterator[str]:
        """Nothing: there are no tags in such an image."""
        return iter(())

    def tag(self, descriptor: Descriptor, name: str) -> None:
        """Let a manifest that is there be the image.

        Raises:
            NotFoundError: `layout.manifest-unknown`.
        """
        self.push_manifest(
            self.manifest(descriptor), descriptor.media_type, name, descriptor.digest.algorithm
        )

    def delete(self, descriptor: Descriptor) -> None:
        """Nothing can be taken out of such an image.

        Raises:
            UsageError: `layout.undeletable`.
        """
        raise UsageError("layout.undeletable", name=self.name, digest=str(descriptor.digest))

    def is_image(self, digest: Digest) -> bool:
        """Whether a digest is that of manifest.json, not of a platform's manifest."""
        top = self._top()
        return top is not None and Digest.of(top, digest.algorithm) == digest

    def signature_prefix(self, digest: Digest) -> str:
        """What the names of the files with signatures of a manifest begin with."""
        return "" if self.is_image(digest) else f"{digest.encoded}."

    def close(self) -> None:
        """Write the manifests that were pushed, and take away what nobody needs any more.

        Raises:
            StorageError: `layout.read-failed`, `layout.write-failed`.
        """
        if not self._new:
            return
        before = self._small(_MANIFEST)
        (_, content), *platforms = reversed(self._ordered())
        try:
            for digest, other in platforms:
                replace_file(self.folder / f"{digest.encoded}.{_MANIFEST}", [other])
            if content != before:
                replace_file(self.folder / _MANIFEST, [content])
                self._tidy({digest.encoded for digest, _ in platforms})
        except OSError as error:
            raise failed("write", self.name, error) from None
        finally:
            self._new = {}
        waiting, self._waiting = self._waiting, []
        for _, write in waiting:
            write()

    def changes_image(self) -> bool:
        """Whether another image than the one that is there waits to be written."""
        return bool(self._new) and self._top() != self._small(_MANIFEST)

    def when_written(self, digest: Digest, write: Callable[[], object]) -> int:
        """Have something about a manifest written when the image is there; gives its number among those.

        Args:
            digest: of the manifest.
            write: called when the image is closed.
        """
        self._waiting.append((digest, write))
        return sum(about == digest for about, _ in self._waiting)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()

    def _ordered(self) -> list[tuple[Digest, bytes]]:
        """The new manifests; the image is the last one."""
        found = list(self._new.items())
        return sorted(found, key=lambda one: one[0] == self._tagged)

    def _top(self) -> bytes | None:
        """The manifest or index that is the image."""
        return self._ordered()[-1][1] if self._new else self._small(_MANIFEST)

    def _of(self, digest: Digest) -> bytes | None:
        """What should be the manifest of a digest."""
        if digest in self._new:
            return self._new[digest]
        content = self._small(_MANIFEST)
        if content is not None and Digest.of(content, digest.algorithm) == digest:
            return content
        return self._small(f"{digest.encoded}.{_MANIFEST}")

    def _tidy(self, platforms: set[str]) -> None:
        """Remove the files that only the image needed that was here before."""
        parsed = [manifest_module.parse(content) for content in self._new.values()]
        needed = platforms | {blob.digest.encoded for one in parsed for blob in one.contents}
        for file in self.folder.iterdir():
            match = _PARTS.fullmatch(file.name)
            if match is not None and match[1] not in needed:
                file.unlink(missing_ok=True)

    def _small(self, name: str, limit: int = limits.MANIFEST_BYTES) -> bytes | None:
        """The content of a small file; None if there is none.

        Raises:
            MalformedContentError: `layout.file-too-large`.
        """
        try:
            with open_regular(self.folder / name) as file:
                content = file.read(limit + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise failed("read", str(self.folder / name), error) from None
        if len(content) > limit:
            raise MalformedContentError("layout.file-too-large", path=str(self.folder / name), limit=limit)
        return content

    def _size(self, digest: Digest) -> int | None:
        try:
            found = (self.folder / digest.encoded).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise failed("read", self.name, error) from None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    @staticmethod
    def _pieces(path: Path) -> Iterator[bytes]:
        try:
            with open_regular(path) as file:
                while piece := file.read(limits.BLOB_PIECE_BYTES):
                    yield piece
        except OSError as error:
            raise failed("read", str(path), error) from None
