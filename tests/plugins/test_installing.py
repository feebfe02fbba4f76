"""Plugins installed from everywhere, with every trick that an archive can play."""

import gzip
import hashlib
import io
import os
import stat
import struct
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sealwright import limits
from sealwright.errors import SealwrightError
from sealwright.homes.environment import Environment
from sealwright.plugins import archives, installing, places, swapping
from sealwright.plugins.host import Plugin
from world.home import Home
from world.plugins import shell_plugin

README = b"read me\n" * 10


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def program(home: Home, tmp_path: Path) -> bytes:
    """The bytes of a plugin called `short`, version 1.0.0."""
    return shell_plugin(home, "short", where=tmp_path / "made").read_bytes()


def environment(home: Home) -> Environment:
    return Environment(home.environment, home.folder, home.root)


def installed(home: Home, source: Path | str, **flags: Any) -> installing.Installed:
    here = environment(home)
    return installing.install(installing.read(str(source), here), str(source), here, **flags)


def refusal(home: Home, source: Path | str, checksum: str = "") -> SealwrightError:
    """Why a source is not installed; nothing of it is left."""
    here = environment(home)
    with pytest.raises(SealwrightError) as caught:
        installing.install(installing.read(str(source), here, checksum), str(source), here)
    folder = places.folder(here)
    assert [] == (list(folder.iterdir()) if folder.exists() else [])
    return caught.value


def zipped(folder: Path, *entries: tuple[str, bytes, int]) -> Path:
    """A zip archive; a mode has the bits of the kind of file, too, or is 0."""
    path = folder / "plugin.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


def tarred(folder: Path, *entries: tuple[str, bytes, Mapping[str, Any]]) -> Path:
    """A tar archive, gzipped; members of its headers as given."""
    path = folder / "plugin.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content, members in entries:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            for member, value in members.items():
                setattr(entry, member, value)
            archive.addfile(entry, io.BytesIO(content))
    return path


REGULAR = 0o100755
NAME = "notation-short"


# from everywhere


def test_a_program_is_installed(home: Home, tmp_path: Path, program: bytes) -> None:
    done = installed(home, tmp_path / "made" / NAME)
    assert ("short", "1.0.0", None, False) == (
        done.metadata.name,
        done.metadata.version,
        done.before,
        done.made_executable,
    )
    assert program == done.program.read_bytes()
    assert 0o755 == stat.S_IMODE(done.program.stat().st_mode)
    assert "short" == Plugin("short", environment(home)).metadata().name


def test_a_folder_is_installed_without_what_is_below_it(home: Home, tmp_path: Path, program: bytes) -> None:
    folder = tmp_path / "folder"
    (folder / "below").mkdir(parents=True)
    (folder / NAME).write_bytes(program)
    (folder / NAME).chmod(0o755)
    (folder / "README").write_bytes(README)
    (folder / "README").chmod(0o4664)
    (folder / "below" / "notation-other").write_bytes(program)
    (folder / "link").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    done = installed(home, folder)
    assert {NAME, "README"} == {path.name for path in done.program.parent.iterdir()}
    assert 0o644 == stat.S_IMODE((done.program.parent / "README").stat().st_mode)


def test_archives_are_installed(home: Home, tmp_path: Path, program: bytes) -> None:
    done = installed(home, zipped(tmp_path, (NAME, program, REGULAR), ("README", README, 0o100600)))
    assert {NAME, "README"} == {path.name for path in done.program.parent.iterdir()}
    source = tarred(tmp_path, ("./bin/", b"", {"type": tarfile.DIRTYPE}), ("./bin/" + NAME, program, {}))
    assert "1.0.0" == installed(home, source, force=True).before


@pytest.mark.parametrize("mode", [0, 0o100644])
def test_a_program_without_permission_is_made_executable(
    home: Home, tmp_path: Path, program: bytes, mode: int
) -> None:
    done = installed(home, zipped(tmp_path, (NAME, program, mode)))
    assert done.made_executable
    assert 0o755 == stat.S_IMODE(done.program.stat().st_mode)


def test_a_checksum_is_compared(home: Home, tmp_path: Path, program: bytes) -> None:
    source = tmp_path / "made" / NAME
    right = hashlib.sha256(program).hexdigest()
    assert "plugin.checksum-differs" == refusal(home, source, "0" * 64).code
    assert "plugin.checksum-malformed" == refusal(home, source, "sha256:" + right).code
    here = environment(home)
    assert NAME in installing.read(str(source), here, right.upper())


def test_our_own_plugin_is_installed_by_its_name(home: Home) -> None:
    done = installed(home, "sealwright")
    assert "sealwright" == done.metadata.name
    assert stat.S_ISREG(done.program.lstat().st_mode)


# what is no plugin


def test_a_source_must_be_there(home: Home, tmp_path: Path) -> None:
    assert "plugin.source-unknown" == refusal(home, tmp_path / "nothing").code
    os.mkfifo(tmp_path / "pipe")
    assert "plugin.source-unknown" == refusal(home, tmp_path / "pipe").code


def test_there_must_be_one_program(home: Home, tmp_path: Path, program: bytes) -> None:
    other = tmp_path / "program"
    other.write_bytes(program)
    other.chmod(0o755)
    assert "plugin.none-in-source" == refusal(home, other).code
    assert "plugin.none-in-source" == refusal(home, zipped(tmp_path)).code
    two = zipped(tmp_path, (NAME, program, REGULAR), ("notation-other", program, REGULAR))
    assert "plugin.several-in-source" == refusal(home, two).code
    for name in ("notation-", "notation-a b", "notation-.."):
        assert "plugin.none-in-source" == refusal(home, zipped(tmp_path, (name, program, REGULAR))).code


def test_of_several_one_alone_may_be_executable(home: Home, tmp_path: Path, program: bytes) -> None:
    source = zipped(tmp_path, (NAME, program, REGULAR), ("notation-notes", README, 0o100644))
    assert "short" == installed(home, source).metadata.name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exit 3", "plugin.ended"),
        ("echo '{}'", "plugin.metadata-empty"),
        ("echo no", "plugin.answer-malformed"),
    ],
)
def test_a_program_that_cannot_tell_about_itself_is_not_installed(
    home: Home, tmp_path: Path, text: str, reason: str
) -> None:
    file = tmp_path / NAME
    file.write_text(f"#!/bin/sh\ncat >/dev/null\n{text}\n")
    file.chmod(0o755)
    assert reason == refusal(home, file).code


# archives that play tricks

PATHS = ("../up", "a/../../up", "/etc/passwd", "..", "a/..", "\\..\\up", "C:\\up", "c:up")


@pytest.mark.parametrize("name", PATHS)
def test_an_entry_that_leads_elsewhere_is_refused(
    home: Home, tmp_path: Path, program: bytes, name: str
) -> None:
    inside = (NAME, program, REGULAR)
    assert "plugin.archive-path" == refusal(home, zipped(tmp_path, inside, (name, README, REGULAR))).code
    tar = tarred(tmp_path, (NAME, program, {}), (name, README, {}))
    assert "plugin.archive-path" == refusal(home, tar).code


KINDS: Mapping[str, tuple[bytes, str]] = {
    "a symbolic link": (tarfile.SYMTYPE, "link"),
    "a hard link": (tarfile.LNKTYPE, "link"),
    "a device": (tarfile.CHRTYPE, "special file"),
    "a disk": (tarfile.BLKTYPE, "special file"),
    "a pipe": (tarfile.FIFOTYPE, "special file"),
    "a sparse file": (tarfile.GNUTYPE_SPARSE, "special file"),
}


@pytest.mark.parametrize("what", KINDS)
def test_an_entry_of_a_tar_that_is_no_file_is_refused(
    home: Home, tmp_path: Path, program: bytes, what: str
) -> None:
    kind, word = KINDS[what]
    members = {"type": kind, "linkname": NAME, "size": 0}
    tar = tarred(tmp_path, (NAME, program, {}), ("odd", b"", members))
    error = refusal(home, tar)
    assert ("plugin.archive-entry-kind", word) == (error.code, error.data["kind"])


@pytest.mark.parametrize(
    ("mode", "word"), [(0o120777, "link"), (0o010644, "special file"), (0o020666, "special file")]
)
def test_an_entry_of_a_zip_that_is_no_file_is_refused(
    home: Home, tmp_path: Path, program: bytes, mode: int, word: str
) -> None:
    error = refusal(home, zipped(tmp_path, (NAME, program, REGULAR), ("odd", b"/etc/passwd", mode)))
    assert ("plugin.archive-entry-kind", word) == (error.code, error.data["kind"])


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_for_one_file_are_refused(home: Home, tmp_path: Path, program: bytes) -> None:
    for other in (NAME, "folder/" + NAME):
        twice = zipped(tmp_path, (NAME, program, REGULAR), (other, README, REGULAR))
        assert "plugin.archive-repeats" == refusal(home, twice).code
        tar = tarred(tmp_path, (NAME, program, {}), (other, README, {}))
        assert "plugin.archive-repeats" == refusal(home, tar).code


def test_too_many_entries_are_refused(home: Home, tmp_path: Path) -> None:
    many = [(f"f{number}", b"") for number in range(limits.PLUGIN_ARCHIVE_ENTRIES + 1)]
    assert (
        "plugin.archive-entries" == refusal(home, zipped(tmp_path, *((*one, REGULAR) for one in many))).code
    )
    assert "plugin.archive-entries" == refusal(home, tarred(tmp_path, *((*one, {}) for one in many))).code


def test_archives_that_grow_without_measure_are_refused(home: Home, tmp_path: Path, program: bytes) -> None:
    zeros = bytes(50 * 1024 * 1024)
    bomb = zipped(tmp_path, (NAME, program, REGULAR), ("zeros", zeros, REGULAR))
    assert "plugin.archive-bomb" == refusal(home, bomb).code
    bomb = tarred(tmp_path, (NAME, program, {}), ("zeros", zeros, {}))
    assert "plugin.archive-bomb" == refusal(home, bomb).code


def test_a_bomb_in_the_headers_of_a_tar_is_refused(home: Home, tmp_path: Path) -> None:
    """What no file holds counts as well: names of 50 MiB, which the library reads whole."""
    path = tmp_path / "plugin.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("a" * 50 * 1024 * 1024))
    assert "plugin.archive-bomb" == refusal(home, path).code


def test_a_zip_that_lies_about_its_sizes_is_read_as_it_is(home: Home, tmp_path: Path, program: bytes) -> None:
    zeros = bytes(20 * 1024 * 1024)
    path = zipped(tmp_path, (NAME, program, REGULAR), ("zeros", zeros, REGULAR))
    content = path.read_bytes().replace(struct.pack("<I", len(zeros)), struct.pack("<I", 10))
    path.write_bytes(content)
    assert refusal(home, path).code in ("plugin.archive-bomb", "plugin.archive-malformed")


def test_what_is_larger_than_the_limit_is_refused(home: Home, tmp_path: Path) -> None:
    large = tmp_path / NAME
    with large.open("wb") as file:
        file.truncate(limits.PLUGIN_FILE_BYTES + 1)
    assert "plugin.too-large" == refusal(home, large).code
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("a", "b"):
        with (folder / name).open("wb") as file:
            file.truncate(limits.PLUGIN_FILE_BYTES // 2 + 1)
    assert "plugin.too-large" == refusal(home, folder).code


def test_a_folder_of_too_many_files_is_refused(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(limits.PLUGIN_ARCHIVE_ENTRIES + 1):
        (folder / str(number)).touch()
    assert "plugin.archive-entries" == refusal(home, folder).code


def broken(kind: str, program: bytes, folder: Path) -> bytes:
    """An archive that cannot be read to its end."""
    whole = zipped(folder, (NAME, program, REGULAR)).read_bytes()
    tar = tarred(folder, (NAME, program * 50, {})).read_bytes()
    match kind:
        case "zip cut short":
            return whole[: len(whole) // 2]
        case "zip with another checksum":
            return whole.replace(struct.pack("<I", zlib.crc32(program)), b"\0\0\0\0")
        case "zip encrypted":
            changed = bytearray(whole)
            changed[6] |= 1
            changed[whole.index(b"PK\x01\x02") + 8] |= 1
            return bytes(changed)
        case "zip compressed in an unknown way":
            changed = bytearray(whole)
            changed[8] = 77
            changed[whole.index(b"PK\x01\x02") + 10] = 77
            return bytes(changed)
        case "gzip cut short":
            return tar[: len(tar) // 2]
        case "gzip that is no tar":
            return gzip.compress(b"no tar at all, but some words that are long enough for a block" * 20)
        case "gzip broken":
            return tar[:15] + bytes(20) + tar[35:]
    raise AssertionError(kind)


BROKEN = (
    "zip cut short",
    "zip with another checksum",
    "zip encrypted",
    "zip compressed in an unknown way",
    "gzip cut short",
    "gzip that is no tar",
    "gzip broken",
)


@pytest.mark.parametrize("kind", BROKEN)
def test_an_archive_that_cannot_be_read_is_refused(
    home: Home, tmp_path: Path, program: bytes, kind: str
) -> None:
    path = tmp_path / "broken"
    path.write_bytes(broken(kind, program, tmp_path))
    assert "plugin.archive-malformed" == refusal(home, path).code


def test_an_empty_gzip_has_no_program(home: Home, tmp_path: Path) -> None:
    assert "plugin.none-in-source" == refusal(home, tarred(tmp_path)).code


def test_what_follows_a_gzip_stream_does_not_count(tmp_path: Path, program: bytes) -> None:
    content = tarred(tmp_path, (NAME, program, {})).read_bytes()
    assert {NAME} == archives.of_tar_gz(content + b"more", "here").keys()


# versions


def test_only_later_versions_take_the_place_of_others(home: Home, tmp_path: Path) -> None:
    def offer(version: str) -> Path:
        return shell_plugin(home, "short", version, where=tmp_path / version)

    assert installed(home, offer("1.0.0")).before is None
    assert "1.0.0" == installed(home, offer("1.0.1")).before
    for version, reason in (
        ("1.0.1", "plugin.present"),
        ("1.0.1-rc.1", "plugin.downgrade"),
        ("x", "plugin.version-invalid"),
    ):
        with pytest.raises(SealwrightError) as caught:
            installed(home, offer(version))
        assert reason == caught.value.code
        assert "1.0.1" == Plugin("short", environment(home)).metadata().version
    assert "1.0.1" == installed(home, offer("0.9.0"), force=True).before


def test_something_broken_is_only_replaced_by_force(home: Home, tmp_path: Path, program: bytes) -> None:
    place = places.place(environment(home), "short")
    place.parent.mkdir(parents=True)
    place.write_text("no program")
    place.chmod(0o755)
    with pytest.raises(SealwrightError) as caught:
        installed(home, tmp_path / "made" / NAME)
    assert "plugin.not-startable" == caught.value.code
    assert installed(home, tmp_path / "made" / NAME, force=True).before is None


def test_there_is_always_a_plugin_while_another_takes_its_place(home: Home, tmp_path: Path) -> None:
    sources = [shell_plugin(home, "short", f"1.0.{n}", where=tmp_path / str(n)) for n in range(30)]
    installed(home, sources[0])
    place = places.place(environment(home), "short")
    missed: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            if not place.exists():
                missed.append(1)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for source in sources[1:]:
            installed(home, source)
    finally:
        over.set()
        watcher.join()
    assert [] == missed
    assert ["short"] == [path.name for path in places.folder(environment(home)).iterdir()]


def test_where_folders_cannot_change_places_the_old_one_comes_back(
    tmp_path: Path,
) -> None:
    above = tmp_path / "above"
    old, new = above / "old", above / "~new"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "name").write_text(folder.name)
    swapping.put_in_place(new, old, at_once=False)
    assert "~new" == (old / "name").read_text()
    assert ["old"] == [path.name for path in above.iterdir()]
    with pytest.raises(SealwrightError):
        swapping.put_in_place(above / "missing", old, at_once=False)
    assert "~new" == (old / "name").read_text()


# taken away


def test_a_plugin_is_taken_away_with_its_files(home: Home, tmp_path: Path, program: bytes) -> None:
    here = environment(home)
    done = installed(home, tmp_path / "made" / NAME)
    (done.program.parent / "more").write_text("x")
    installing.uninstall("short", here)
    assert [] == list(places.installed(here))
    with pytest.raises(SealwrightError) as caught:
        installing.uninstall("short", here)
    assert "plugin.absent" == caught.value.code


@pytest.mark.parametrize("name", ["..", "../notation", "/", "", "a/b"])
def test_nothing_but_a_plugin_is_taken_away(home: Home, name: str) -> None:
    with pytest.raises(SealwrightError) as caught:
        installing.uninstall(name, environment(home))
    assert "plugin.name-invalid" == caught.value.code
    assert home.notation.exists()


def test_of_a_link_the_link_is_taken_away(home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    folder = places.folder(environment(home))
    folder.mkdir(parents=True)
    (folder / "short").symlink_to(elsewhere)
    installing.uninstall("short", environment(home))
    assert (elsewhere / "kept").exists()
    assert [] == list(folder.iterdir())


@pytest.fixture(autouse=True)
def _no_temporary_files_are_left(home: Home) -> Iterator[None]:
    yield
    folder = places.folder(environment(home))
    assert [] == [path for path in (folder.iterdir() if folder.exists() else ()) if path.name.startswith("~")]
