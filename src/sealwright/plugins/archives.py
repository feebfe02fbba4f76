"""Plugins in archives: which files a .zip or .tar.gz holds, with nothing in it believed.

1. The archive is read in memory; neither names nor sizes in it decide where or how much is written.
2. Entries are files and folders. Links, devices and pipes are refused, where the reference skips them.
3. No entry is absolute or has a part `..`.
4. Folders are left away, as in the reference: a file is known by the last part of its name. Two files of one
   name are refused, where the reference lets the later one win.
5. What comes out is bounded in bytes, in entries, and in proportion to the archive.
"""

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError

__all__ = ["Unpacked", "is_gzip", "is_zip", "of_tar_gz", "of_zip"]

_PIECE = 64 * 1024
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 1
_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    zlib.error,
    zipfile.BadZipFile,
    tarfile.TarError,
    NotImplementedError,
)
"""What the libraries raise for archives that they cannot read; ValueError: a name with a NUL and the like."""


class Unpacked(msgspec.Struct, frozen=True):
    """A file of an archive. `mode` are its permissions, as far as the archive tells them."""

    content: bytes
    mode: int


def is_zip(content: bytes) -> bool:
    """Whether bytes begin as a zip archive."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_gzip(content: bytes) -> bool:
    """Whether bytes begin as a gzip stream."""
    return content.startswith(b"\x1f\x8b")


def of_zip(content: bytes, source: str) -> Mapping[str, Unpacked]:
    """The files of a zip archive, by their names.

    Args:
        content: the archive.
        source: where it comes from, for complaints.

    Raises:
        MalformedContentError: `plugin.too-large`, `plugin.archive-malformed`, `plugin.archive-path`,
            `plugin.archive-entry-kind`, `plugin.archive-repeats`, `plugin.archive-entries`,
            `plugin.archive-bomb`.
    """
    if content.count(_DIRECTORY_ENTRY) > limits.PLUGIN_ARCHIVE_ENTRIES:  # before the library lists them
        raise MalformedContentError("plugin.archive-entries", limit=limits.PLUGIN_ARCHIVE_ENTRIES)
    taken = _Taken(len(content), "zip")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                mode = entry.external_attr >> 16
                kind = _zip_kind(entry, mode)
                if entry.flag_bits & _ENCRYPTED:
                    raise _malformed(source, f"{entry.filename!r} is encrypted")
                with archive.open(entry) as file:
                    taken.add(entry.orig_filename, kind, mode, _pieces(file))
    except _BROKEN as error:
        raise _malformed(source, str(error)) from None
    return taken.files


def of_tar_gz(content: bytes, source: str) -> Mapping[str, Unpacked]:
    """The same for a tar archive in a gzip stream.

    Raises:
        MalformedContentError: as `of_zip`.
    """
    taken = _Taken(len(content), "tar.gz")
    try:
        with tarfile.open(fileobj=_Inflated(content), mode="r|") as archive:
            for entry in archive:
                file = archive.extractfile(entry) if entry.isreg() else None
                taken.add(entry.name, _tar_kind(entry), entry.mode, _pieces(file))
    except _BROKEN as error:
        raise _malformed(source, str(error)) from None
    return taken.files


class _Taken:
    """The files taken so far, within all bounds.

    Args:
        size: of the archive, in bytes.
        kind: of archive, for complaints.
    """

    def __init__(self, size: int, kind: str) -> None:
        self._kind = kind
        self.files: dict[str, Unpacked] = {}
        self._most = min(limits.PLUGIN_FILE_BYTES, size * limits.PLUGIN_ARCHIVE_RATIO)
        self._bytes = 0
        self._entries = 0

    def add(self, name: str, kind: str, mode: int, pieces: Iterator[bytes]) -> None:
        self._entries += 1
        if self._entries > limits.PLUGIN_ARCHIVE_ENTRIES:
            raise MalformedContentError("plugin.archive-entries", limit=limits.PLUGIN_ARCHIVE_ENTRIES)
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
            raise MalformedContentError("plugin.archive-path", name=name[:200], archive=self._kind)
        if kind == "folder":
            return
        if kind != "file":
            raise MalformedContentError("plugin.archive-entry-kind", name=name[:200], kind=kind)
        last = parts[-1]
        if last in ("", "."):
            raise MalformedContentError("plugin.archive-path", name=name[:200], archive=self._kind)
        if last in self.files:
            raise MalformedContentError("plugin.archive-repeats", name=last[:200])
        content = bytearray()
        for piece in pieces:
            content += piece
            self._bytes += len(piece)
            _require_within(self._bytes, self._most, name)
        self.files[last] = Unpacked(bytes(content), stat.S_IMODE(mode))


class _Inflated(io.RawIOBase):
    """A gzip stream as it is inflated, with bounds that headers of the tar archive cannot escape either.

    Args:
        content: the stream.
    """

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._left = io.BytesIO(content)
        self._inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._bytes = 0
        self._most = min(2 * limits.PLUGIN_FILE_BYTES, len(content) * limits.PLUGIN_ARCHIVE_RATIO + _PIECE)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size` and at least one unless the stream has ended."""
        wanted = _PIECE if size < 0 else min(size, _PIECE)
        while wanted:
            raw = self._inflating.unconsumed_tail or self._left.read(_PIECE)
            if not raw:
                if not self._inflating.eof:
                    raise EOFError("the gzip stream is cut short")
                return b""
            if self._inflating.eof:  # what follows the stream is another one, or nothing that counts
                return b""
            found = self._inflating.decompress(raw, wanted)
            if found:
                self._bytes += len(found)
                _require_within(self._bytes, self._most, "the archive")
                return found
        return b""


def _pieces(file: IO[bytes] | None) -> Iterator[bytes]:
    """The content of an entry; nothing if it has none."""
    while file is not None and (piece := file.read(_PIECE)):
        yield piece


def _require_within(size: int, most: int, name: str) -> None:
    """Check how much has come out of an archive.

    Raises:
        MalformedContentError: `plugin.too-large`, `plugin.archive-bomb`.
    """
    if size <= most:
        return
    if size > limits.PLUGIN_FILE_BYTES:
        raise MalformedContentError("plugin.too-large", name=name[:200], limit=limits.PLUGIN_FILE_BYTES)
    raise MalformedContentError("plugin.archive-bomb", limit=limits.PLUGIN_ARCHIVE_RATIO)


def _zip_kind(entry: zipfile.ZipInfo, mode: int) -> str:
    """A word for what an entry is; an archive from a system without such modes has files and folders only."""
    if entry.is_dir() or stat.S_ISDIR(mode):
        return "folder"
    kind = stat.S_IFMT(mode)
    if kind in (0, stat.S_IFREG):
        return "file"
    return "link" if kind == stat.S_IFLNK else "special file"


def _tar_kind(entry: tarfile.TarInfo) -> str:
    if entry.isdir():
        return "folder"
    if entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE):
        return "file"
    return "link" if entry.issym() or entry.islnk() else "special file"


def _malformed(source: str, problem: str) -> MalformedContentError:
    return MalformedContentError("plugin.archive-malformed", source=source, problem=problem[:200])
