"""Signatures that wait, kept in files of the user."""

import os
import stat
from pathlib import Path

import pytest

from sealwright import limits
from sealwright.errors import StorageError
from sealwright.homes.environment import Environment
from sealwright.homes.pending import PendingFolder


def test_what_waits_is_kept_where_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = PendingFolder.of(Environment({"XDG_STATE_HOME": str(tmp_path)}, tmp_path))
    name = PendingFolder.name_of(b"key", b"message")
    folder.keep(name, b"saved")
    file = tmp_path / "sealwright" / "pending" / f"{name}.json"
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert 0o700 == stat.S_IMODE(file.parent.stat().st_mode)
    assert b"saved" == folder.read(name)
    assert [name] == list(folder.names())
    folder.remove(name)
    assert folder.read(name) is None
    folder.remove(name)  # is no error


def test_without_a_variable_it_is_below_the_home_folder(tmp_path: Path) -> None:
    folder = PendingFolder.of(Environment({}, tmp_path))
    assert [] == list(folder.names())
    folder.keep("0" * 32, b"")
    assert (tmp_path / ".local/state/sealwright/pending" / f"{'0' * 32}.json").is_file()


def test_a_name_tells_its_parts_apart() -> None:
    names = {PendingFolder.name_of(*parts) for parts in ((b"ab", b"c"), (b"a", b"bc"), (b"abc",))}
    assert 3 == len(names)


def test_files_of_other_names_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    (tmp_path / ("0" * 31 + ".json")).write_text("mine")
    assert [] == list(PendingFolder(tmp_path).names())


def test_there_are_at_most_so_many_and_old_ones_make_room(tmp_path: Path) -> None:
    folder = PendingFolder(tmp_path / "pending")
    names = [PendingFolder.name_of(b"%d" % number) for number in range(limits.PENDING_SIGNATURES)]
    for name in names:
        (tmp_path / "pending").mkdir(exist_ok=True)
        (tmp_path / "pending" / f"{name}.json").write_bytes(b"")
    with pytest.raises(StorageError) as caught:
        folder.keep("0" * 32, b"one more")
    assert "signing.pending-full" == caught.value.code
    folder.keep(names[0], b"the same again")  # what is there may change
    os.utime(tmp_path / "pending" / f"{names[1]}.json", (0, 0))
    folder.keep("0" * 32, b"one more")
    assert folder.read(names[1]) is None
    assert b"one more" == folder.read("0" * 32)


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    folder = PendingFolder(tmp_path)
    with pytest.raises(StorageError) as caught:
        folder.keep("0" * 32, bytes(limits.PENDING_BYTES + 1))
    assert "file.too-large" == caught.value.code
    assert folder.read("0" * 32) is None
