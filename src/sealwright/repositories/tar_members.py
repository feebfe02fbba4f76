"""Tar files, as far as image layouts need them (POSIX.1-2008, pax, "ustar Interchange Format"; GNU tar).

Reading is a scan of the headers; nothing is extracted. Refused is whatever could mean two things or reach
outside: links, devices, sparse files, absolute names, `..`, a name that comes twice, compressed files, sizes
beyond the end of the file, extended headers above `limits.LAYOUT_TAR_HEADER_BYTES`, and more members than
`limits.LAYOUT_TAR_MEMBERS`. Writing makes plain ustar headers without times and owners, so that the same
content gives the same bytes.
"""

import os
import stat
from collections.abc import Iterable
from typing import IO

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError

__all__ = ["BLOCK", "END", "Member", "header", "padding", "scan", "write_member"]

BLOCK = 512
END = bytes(2 * BLOCK)
"""What stands at the end of an archive."""

_REGULAR = (b"0", b"\0", b"7")
_FOLDER = b"5"
_LINK = b"2"
_KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
    b"S": "a sparse file",
    b"K": "a link",
}
_COMPRESSED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_OCTAL_DIGITS = 11
_NAME_LENGTH = 100


class Member(msgspec.Struct, frozen=True):
    """A regular file in an archive: where its content starts and how many bytes it has."""

    offset: int
    size: int


class _Extended(msgspec.Struct):
    """What extended headers say of the member that follows."""

    name: str | None = None
    size: int | None = None


def scan(  # noqa: C901  # one branch for each kind of header
    descriptor: int, path: str, links: dict[str, str] | None = None
) -> dict[str, Member]:
    """The regular files of an archive by name.

    Args:
        descriptor: of the open file.
        path: of the archive, for messages.
        links: takes symbolic links, by name what they lead to as it stands; they are refused if left out.

    Raises:
        MalformedContentError: `layout.archive-compressed`, `layout.archive-malformed`,
            `layout.archive-member-refused`, `layout.archive-too-many-members`.
    """
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise _malformed(path, "it is not a regular file")
    end = found.st_size
    members: dict[str, Member] = {}
    extended = _Extended()
    at = count = 0
    while True:
        block = os.pread(descriptor, BLOCK, at)
        if len(block) < BLOCK:
            raise _malformed(path, "it ends in the middle")
        if not any(block):
            return members
        _require_header(block, path, first=at == 0)
        kind = block[156:157]
        size = _number(block[124:136], path) if extended.size is None or kind in b"xgL" else extended.size
        at += BLOCK
        if at + size > end:
            raise _malformed(path, "it ends in the middle")
        if kind in (b"x", b"g", b"L"):
            _extend(extended, kind, _small(descriptor, at, size, path), path)
        else:
            count += 1
            if count > limits.LAYOUT_TAR_MEMBERS:
                raise MalformedContentError(
                    "layout.archive-too-many-members", path=path, limit=limits.LAYOUT_TAR_MEMBERS
                )
            name = _decent(extended.name or _name(block), path)
            if name in members or (links and name in links):
                raise _refused(path, name, "it stands there twice")
            if kind == _LINK and links is not None:
                links[name] = block[157:257].partition(b"\0")[0].decode("utf-8", "surrogateescape")
            elif _is_file(kind, name, path):
                members[name] = Member(at, size)
            extended = _Extended()
        at += size + padding(size)


def _is_file(kind: bytes, name: str, path: str) -> bool:
    """Whether a member is a file; false for a folder, and all else is refused."""
    if kind not in _REGULAR and kind != _FOLDER:
        raise _refused(path, name, f"it is {_KINDS.get(kind, 'of an unknown kind')}")
    return kind != _FOLDER


def header(name: str, size: int) -> bytes:
    """The header of a regular file, with an extended one (pax) before it where the name asks for it.

    Args:
        name: ASCII; a name of more than 100 bytes, as of a sha512 blob, does not fit the plain header.
        size: of its content in bytes.
    """
    if len(name) <= _NAME_LENGTH:
        return _plain_header(name, size, b"0")
    length = len(name) + len(" path=\n")
    while len(record := f"{length} path={name}\n") != length:
        length = len(record)
    before = _plain_header("extended", len(record), b"x") + record.encode("ascii")
    return before + bytes(padding(len(record))) + _plain_header(name[:_NAME_LENGTH], size, b"0")


def write_member(out: IO[bytes], name: str, size: int, pieces: Iterable[bytes]) -> None:
    """Write a regular file into an archive.

    Args:
        out: where.
        name: as for `header`.
        size: of its content in bytes.
        pieces: its content, exactly so many bytes.
    """
    out.write(header(name, size))
    out.writelines(pieces)
    out.write(bytes(padding(size)))


def _plain_header(name: str, size: int, kind: bytes) -> bytes:
    octal = size < 8**_OCTAL_DIGITS
    number = f"{size:011o}\0".encode() if octal else b"\x80" + size.to_bytes(11, "big")
    block = bytearray(BLOCK)
    block[0:_NAME_LENGTH] = name.encode("ascii").ljust(_NAME_LENGTH, b"\0")
    block[100:124] = b"0000644\0" + b"0000000\0" * 2
    block[124:136] = number
    block[136:148] = b"00000000000\0"
    block[148:156] = b" " * 8
    block[156:157] = kind
    block[257:265] = b"ustar\00000"
    block[148:156] = f"{sum(block):06o}\0 ".encode()
    return bytes(block)


def padding(size: int) -> int:
    """How many bytes fill the last block of a content."""
    return -size % BLOCK


def _require_header(block: bytes, path: str, *, first: bool) -> None:
    """Raise unless the checksum is right."""
    if first:
        for magic, kind in _COMPRESSED.items():
            if block.startswith(magic):
                raise MalformedContentError("layout.archive-compressed", path=path, kind=kind)
    expected = _number(block[148:156], path)
    if sum(block[:148]) + sum(block[156:]) + 8 * ord(" ") != expected:
        raise _malformed(path, "a header has a wrong checksum")


def _number(field: bytes, path: str) -> int:
    """A number in octal digits, or in base 256 if its first bit is set."""
    if field[0] & 0x80:
        number = int.from_bytes(field, "big") - (0x80 << (8 * (len(field) - 1)))
        if number >= 1 << 63 or field[0] == 0xFF:  # noqa: PLR2004  # negative, in two's complement
            raise _malformed(path, "a header has an impossible number")
        return number
    text = field.strip(b" \0")
    if text and not all(ord("0") <= digit <= ord("7") for digit in text):
        raise _malformed(path, "a header has an impossible number")
    return int(text or b"0", 8)


def _name(block: bytes) -> str:
    name = block[:_NAME_LENGTH].partition(b"\0")[0]
    if block[257:263] == b"ustar\0":
        prefix = block[345:500].partition(b"\0")[0]
        name = prefix + b"/" + name if prefix else name
    return name.decode("utf-8", "surrogateescape")


def _small(descriptor: int, at: int, size: int, path: str) -> bytes:
    if size > limits.LAYOUT_TAR_HEADER_BYTES:
        raise _malformed(path, f"an extended header exceeds {limits.LAYOUT_TAR_HEADER_BYTES} bytes")
    return os.pread(descriptor, size, at)


def _extend(extended: _Extended, kind: bytes, content: bytes, path: str) -> None:
    """Take over what an extended header says."""
    if kind == b"L":
        extended.name = content.rstrip(b"\0").decode("utf-8", "surrogateescape")
    elif kind == b"x":
        for key, value in _records(content, path):
            if key.startswith("GNU.sparse"):
                raise _malformed(path, "it holds a sparse file")
            if key == "path":
                extended.name = value
            elif key == "size":
                if not (value.isascii() and value.isdigit() and len(value) < 20):  # noqa: PLR2004  # 63 bits
                    raise _malformed(path, "a header has an impossible number")
                extended.size = int(value)
    elif any(key in ("path", "size") for key, _ in _records(content, path)):
        raise _malformed(path, "a global header renames its members")


def _records(content: bytes, path: str) -> list[tuple[str, str]]:
    """The records `length key=value` of a pax header."""
    found = []
    rest = content
    while rest:
        digits, space, _ = rest.partition(b" ")
        if not space or not digits.isdigit() or len(digits) > 6 or not 4 < int(digits) <= len(rest):  # noqa: PLR2004  # the shortest record is `5 a=`
            raise _malformed(path, "an extended header cannot be read")
        record, rest = rest[len(digits) + 1 : int(digits)], rest[int(digits) :]
        key, _, value = record.removesuffix(b"\n").decode("utf-8", "surrogateescape").partition("=")
        found.append((key, value))
    return found


def _decent(name: str, path: str) -> str:
    """A name without `./` and the slash of folders, if it stays inside."""
    parts = name.removesuffix("/").split("/")
    while parts and parts[0] == ".":
        parts = parts[1:]
    if name.startswith("/") or "" in parts or "\0" in name or {".", ".."} & set(parts):
        raise _refused(path, name, "its name leads elsewhere")
    return "/".join(parts)


def _malformed(path: str, problem: str) -> MalformedContentError:
    return MalformedContentError("layout.archive-malformed", path=path, problem=problem)


def _refused(path: str, name: str, problem: str) -> MalformedContentError:
    return MalformedContentError(
        "layout.archive-member-refused", path=path, member=ascii(name[:200]), problem=problem
    )
