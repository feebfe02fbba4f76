"""Image layouts as tar files: read in place, written anew as a whole.

Reading uses a table of where each member starts; the file is never extracted. Writing keeps new blobs in a
folder beside the archive; `close` writes a new archive from the old one and the new blobs, flushes it to the
disk and renames it into place. Members stand in a fixed order: `oci-layout`, `index.json`, the others by
name. While something is to be written, the old archive is locked (flock).
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import StorageError
from sealwright.repositories import tar_members
from sealwright.repositories.layout_directory import lock
from sealwright.repositories.layout_index import LayoutIndex
from sealwright.repositories.layout_storage import LAYOUT_FILE, blob_name, failed, require_version
from sealwright.repositories.tar_members import Member

__all__ = ["LayoutArchive"]


class LayoutArchive:
    """The files of one layout in a tar file. Close it, or nothing was written.

    Args:
        path: of the tar file.
        create: start with an empty layout if there is no such file.

    Raises:
        StorageError: `layout.not-a-layout`, `layout.version-unknown`, `layout.read-failed`.
        MalformedContentError: the codes of `tar_members.scan`.
    """

    def __init__(self, path: str, *, create: bool = False) -> None:
        self.path = path
        self._file = Path(path)
        self._members: dict[str, Member] = {}
        self._descriptor: int | None = None
        self._locked = False
        self._new_index: bytes | None = None
        self._removed: set[str] = set()
        self._staged: Path | None = None
        if not create or self._file.exists():
            self._open()

    def _open(self) -> None:
        """Open the archive and read its table."""
        try:
            descriptor = os.open(self._file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise StorageError("layout.not-a-layout", path=self.path) from None
        except OSError as error:
            raise failed("read", self.path, error) from None
        try:
            members = tar_members.scan(descriptor, self.path)
        except BaseException:
            os.close(descriptor)
            raise
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor, self._members = descriptor, members
        if "oci-layout" not in members or "index.json" not in members:
            raise StorageError("layout.not-a-layout", path=self.path)
        require_version(self._small("oci-layout", limits.CONFIG_FILE_BYTES), self.path)

    def index(self) -> bytes:
        """The content of index.json."""
        if self._new_index is not None:
            return self._new_index
        if self._descriptor is None:
            return LayoutIndex.empty().content()
        return self._small("index.json", limits.LAYOUT_INDEX_BYTES + 1)

    def size(self, digest: Digest) -> int | None:
        """How many bytes a blob has; None if there is none."""
        name = blob_name(digest)
        staged = self._staged_file(name)
        if staged is not None:
            return staged.stat().st_size
        member = self._members.get(name)
        return None if member is None or name in self._removed else member.size

    def pieces(self, digest: Digest) -> Iterator[bytes]:
        """The bytes of a blob that is there, unchecked.

        Raises:
            StorageError: `layout.read-failed`.
        """
        name = blob_name(digest)
        try:
            staged = self._staged_file(name)
            if staged is None:
                yield from self._of_member(self._members[name])
                return
            with staged.open("rb", buffering=0) as file:
                while piece := file.read(limits.BLOB_PIECE_BYTES):
                    yield piece
        except OSError as error:
            raise failed("read", self.path, error) from None

    def put(self, digest: Digest, pieces: Iterable[bytes]) -> None:
        """Keep a blob for the new archive.

        Raises:
            StorageError: `layout.write-failed`.
        """
        try:
            if self._staged is None:
                import tempfile  # noqa: PLC0415  # readers need not wait for it

                prefix = f".{self._file.name}.new-"
                self._staged = Path(tempfile.mkdtemp(prefix=prefix, dir=self._file.parent))
            target = self._staged / _flat(blob_name(digest))
            partial = target.with_name(f"partial-{os.urandom(8).hex()}")
            try:
                with partial.open("xb") as file:
                    for piece in pieces:
                        file.write(piece)
                partial.replace(target)
            except BaseException:
                partial.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise failed("write", self.path, error) from None
        self._removed.discard(blob_name(digest))

    def remove(self, digest: Digest) -> None:
        """Leave a blob out of the new archive."""
        name = blob_name(digest)
        staged = self._staged_file(name)
        if staged is not None:
            staged.unlink()
        self._removed.add(name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other writers out, from now until `close`.

        Raises:
            StorageError: `layout.locked`.
        """
        while self._descriptor is not None and not self._locked:
            lock(self._descriptor, self.path)
            self._locked = self._is_current()
            if not self._locked:  # another writer renamed a new archive into place meanwhile
                self._open()
        yield

    def replace_index(self, content: bytes) -> None:
        """Keep an index.json for the new archive; if nothing changed at all, there will be none."""
        if self._staged is not None or self._removed or content != self.index():
            self._new_index = content

    def close(self) -> None:
        """Write the new archive, if there is anything new, and let go of the old one.

        Raises:
            StorageError: `layout.write-failed`, `layout.changed`.
        """
        try:
            if self._new_index is not None:
                self._write()
        except OSError as error:
            raise failed("write", self.path, error) from None
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Let go without writing."""
        if self._staged is not None:
            import shutil  # noqa: PLC0415  # as above

            shutil.rmtree(self._staged, ignore_errors=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._staged = self._descriptor = self._new_index = None

    def _write(self) -> None:
        new = self._file.with_name(f".{self._file.name}.new-{os.urandom(8).hex()}")
        try:
            with open(new, "xb", opener=_for_all) as out:
                self._write_members(out)
                out.flush()
                os.fsync(out.fileno())
                if self._descriptor is not None:
                    os.fchmod(out.fileno(), stat.S_IMODE(os.fstat(self._descriptor).st_mode))
            if self._descriptor is not None:
                new.replace(self._file)
            else:
                os.link(new, self._file)  # unlike a rename, this fails if somebody else was faster
        except FileExistsError:
            raise StorageError("layout.changed", path=self.path) from None
        finally:
            new.unlink(missing_ok=True)
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write_members(self, out: IO[bytes]) -> None:
        for name, content in (("oci-layout", LAYOUT_FILE), ("index.json", self.index())):
            tar_members.write_member(out, name, len(content), [content])
        staged = {} if self._staged is None else {_name(file): file for file in self._staged.iterdir()}
        kept = {name for name in self._members if name not in self._removed}
        for name in sorted((kept | set(staged)) - {"oci-layout", "index.json"}):
            if name in staged:
                with staged[name].open("rb", buffering=0) as file:
                    pieces = iter(lambda: file.read(limits.BLOB_PIECE_BYTES), b"")  # used at once
                    tar_members.write_member(out, name, staged[name].stat().st_size, pieces)
            else:
                member = self._members[name]
                tar_members.write_member(out, name, member.size, self._of_member(member))
        out.write(tar_members.END)

    def _is_current(self) -> bool:
        """Whether the open archive is the one that the path names."""
        assert self._descriptor is not None  # noqa: S101  # asked while it is open
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self._descriptor), self._file.stat())
        return False

    def _small(self, name: str, limit: int) -> bytes:
        member = self._members[name]
        return b"".join(self._of_member(Member(member.offset, min(member.size, limit))))

    def _of_member(self, member: Member) -> Iterator[bytes]:
        assert self._descriptor is not None  # noqa: S101  # there are no members without an archive
        at, end = member.offset, member.offset + member.size
        while at < end:
            piece = os.pread(self._descriptor, min(limits.BLOB_PIECE_BYTES, end - at), at)
            if not piece:
                raise StorageError("layout.changed", path=self.path)
            at += len(piece)
            yield piece

    def _staged_file(self, name: str) -> Path | None:
        if self._staged is None:
            return None
        file = self._staged / _flat(name)
        return file if file.exists() else None


def _flat(name: str) -> str:
    """A blob's name as the name of one file."""
    return name.replace("/", "+")


def _name(file: Path) -> str:
    return file.name.replace("+", "/")


def _for_all(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o666)
