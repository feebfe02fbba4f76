"""Tar files: those of Python's tarfile are the judge of ours, and ours judges those of an attacker."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.repositories import tar_members
from sealwright.repositories.tar_members import Member

LONG = "blobs/" + "y" * 80 + "/" + "x" * 60


def scanned(path: Path) -> dict[str, Member]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return tar_members.scan(descriptor, str(path))
    finally:
        os.close(descriptor)


def archive(
    path: Path, *members: tuple[str, bytes] | tarfile.TarInfo, kind: int = tarfile.USTAR_FORMAT
) -> Path:
    with tarfile.open(path, "w", format=kind) as made:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                made.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                made.addfile(info, io.BytesIO(member[1]))
    return path


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def refused(path: Path) -> MalformedContentError:
    with pytest.raises(MalformedContentError) as caught:
        scanned(path)
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_files_are_found_in_every_format(tmp_path: Path, kind: int) -> None:
    folder = member("blobs/", tarfile.DIRTYPE)
    path = archive(tmp_path / "a.tar", folder, ("./a", b"hello"), (LONG, b""), ("b/c", b"x" * 513), kind=kind)
    found = scanned(path)
    assert {"a": 5, LONG: 0, "b/c": 513} == {name: member.size for name, member in found.items()}
    content = path.read_bytes()
    assert b"hello" == content[found["a"].offset :][:5]
    assert b"x" * 513 == content[found["b/c"].offset :][:513]


def test_pax_headers_may_tell_the_size(tmp_path: Path) -> None:
    info = tarfile.TarInfo("a")
    info.pax_headers = {"mtime": "1.5", "size": "3"}
    info.size = 3
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as made:
        made.addfile(info, io.BytesIO(b"abc"))
    assert 3 == scanned(tmp_path / "a.tar")["a"].size


def test_a_global_header_may_say_what_does_not_matter(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", pax_headers={"comment": "made by git"}) as made:
        made.addfile(tarfile.TarInfo("a"))
    assert ["a"] == list(scanned(tmp_path / "a.tar"))


def test_a_global_header_may_not_rename(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", pax_headers={"path": "other"}) as made:
        made.addfile(tarfile.TarInfo("a"))
    assert "renames" in str(refused(tmp_path / "a.tar"))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("link", tarfile.SYMTYPE),
        ("hard", tarfile.LNKTYPE),
        ("null", tarfile.CHRTYPE),
        ("disk", tarfile.BLKTYPE),
        ("pipe", tarfile.FIFOTYPE),
        ("sparse", tarfile.GNUTYPE_SPARSE),
        ("strange", b"Z"),
        ("/etc/passwd", tarfile.REGTYPE),
        ("../escape", tarfile.REGTYPE),
        ("a/../../escape", tarfile.REGTYPE),
        ("a//b", tarfile.REGTYPE),
        ("a/./b", tarfile.REGTYPE),
        ("..", tarfile.DIRTYPE),
    ],
)
def test_tricks_are_refused_by_name(tmp_path: Path, name: str, kind: bytes) -> None:
    path = archive(tmp_path / "a.tar", member(name, kind, "/etc/passwd"))
    error = refused(path)
    assert "layout.archive-member-refused" == error.code
    assert name in str(error)


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tar", ("a", b"1"), ("./a", b"2"))
    assert "twice" in str(refused(path))


def test_folders_may_come_twice(tmp_path: Path) -> None:
    folder = member("a", tarfile.DIRTYPE)
    assert {} == scanned(archive(tmp_path / "a.tar", folder, folder))


@pytest.mark.parametrize(
    ("start", "kind"),
    [(b"\x1f\x8b\x08", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh9", "bzip2"), (b"\xfd7zXZ\0", "xz")],
)
def test_compressed_archives_are_refused_by_kind(tmp_path: Path, start: bytes, kind: str) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(start.ljust(2000, b"\x01"))
    error = refused(path)
    assert "layout.archive-compressed" == error.code
    assert kind in str(error)


def patched(path: Path, *changes: tuple[int, bytes]) -> Path:
    """An archive of one file with bytes of its header changed and the checksum made right."""
    content = bytearray(archive(path, ("a", b"hello")).read_bytes())
    for offset, value in changes:
        content[offset : offset + len(value)] = value
    content[148:156] = b" " * 8
    content[148:156] = b"%06o\0 " % sum(content[:512])
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (b"77777777777\0", "ends in the middle"),
        (b"\x80\x7f" + b"\xff" * 10, "impossible"),
        (b"\xff" * 12, "impossible"),
        (b"0000000009\0 ", "impossible"),
        (b"-1\0        \0", "impossible"),
    ],
)
def test_sizes_that_cannot_be(tmp_path: Path, field: bytes, words: str) -> None:
    error = refused(patched(tmp_path / "a.tar", (124, field)))
    assert "layout.archive-malformed" == error.code
    assert words in str(error)


def test_sizes_in_base_256_are_read(tmp_path: Path) -> None:
    path = patched(tmp_path / "a.tar", (124, b"\x80" + (5).to_bytes(11, "big")))
    assert 5 == scanned(path)["a"].size


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tar", ("a", b""))
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)
    assert "checksum" in str(refused(path))


@pytest.mark.parametrize("length", [0, 100, 512, 1024, 1024 + 511])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, length: int) -> None:
    path = archive(tmp_path / "a.tar", ("a", b"hello"))
    path.write_bytes(path.read_bytes()[:length])
    assert "ends in the middle" in str(refused(path))


def extension(kind: bytes, content: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("x")
    info.type = kind
    info.size = len(content)
    return info


def raw(path: Path, kind: bytes, content: bytes) -> Path:
    """An archive that starts with an extended header of this content, followed by a file."""
    head = extension(kind, content).tobuf(tarfile.GNU_FORMAT)
    padded = content + bytes(tar_members.padding(len(content)))
    path.write_bytes(head + padded + tar_members.header("a", 0) + tar_members.END)
    return path


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        (b"x", b"x" * (limits.LAYOUT_TAR_HEADER_BYTES + 1), "exceeds"),
        (b"L", b"x" * (limits.LAYOUT_TAR_HEADER_BYTES + 1), "exceeds"),
        (b"x", b"nonsense", "cannot be read"),
        (b"x", b"999 path=x\n", "cannot be read"),
        (b"x", b"0 path=x\n", "cannot be read"),
        (b"x", b"9999999 path=x\n", "cannot be read"),
        (b"x", b"12 size=-10\n", "impossible"),
        (b"x", b"29 size=99999999999999999999\n", "impossible"),
        (b"x", b"13 size=1000\n", "ends in the middle"),
        (b"x", b"22 GNU.sparse.major=1\n", "sparse"),
        (b"x", b"16 path=../../x\n", "leads elsewhere"),
        (b"x", b"11 path=/x\n", "leads elsewhere"),
        (b"L", b"/etc/passwd\0", "leads elsewhere"),
        (b"K", b"/etc/passwd\0", "a link"),
        (b"x", b"11 path=\0x\n", "leads elsewhere"),
    ],
)
def test_extended_headers_that_are_tricks(tmp_path: Path, kind: bytes, content: bytes, words: str) -> None:
    assert words in str(refused(raw(tmp_path / "a.tar", kind, content)))


def test_members_are_counted(tmp_path: Path) -> None:
    folder = member("d", tarfile.DIRTYPE).tobuf()
    path = tmp_path / "a.tar"
    path.write_bytes(folder * (limits.LAYOUT_TAR_MEMBERS + 1) + tar_members.END)
    assert "layout.archive-too-many-members" == refused(path).code


def test_a_pipe_is_not_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(MalformedContentError, match="regular"):
            tar_members.scan(descriptor, "pipe")
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("length", [1, 64, 87, 88, 91, 92, 93, 128])
def test_what_we_write_tarfile_reads(length: int) -> None:
    content = b"hello" * 200
    name = "blobs/sha256/" + "a" * length
    made = tar_members.header(name, len(content)) + content
    made += bytes(tar_members.padding(len(content))) + tar_members.END
    with tarfile.open(fileobj=io.BytesIO(made)) as read:
        (found,) = read.getmembers()
        file = read.extractfile(found)
        assert file is not None
        assert content == file.read()
    assert name == found.name
    assert (0o644, 0, 0, 0) == (found.mode, found.mtime, found.uid, found.gid)


def test_large_sizes_are_written_in_base_256() -> None:
    size = 9 * 1024**3
    assert size == tarfile.TarInfo.frombuf(tar_members.header("a", size), "ascii", "strict").size
