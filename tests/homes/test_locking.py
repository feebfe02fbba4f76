"""One writer at a time."""

import threading
import time
from pathlib import Path

import pytest

from sealwright.errors import StorageError
from sealwright.homes.locking import locked


def test_others_wait_until_it_ends(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(tmp_path):
            order.append("second")

    with locked(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.1)
        order.append("first")
    thread.join()
    assert ["first", "second"] == order


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(StorageError, match="locked by another program") as caught,
        locked(tmp_path, 0.05),
    ):
        pass
    assert "file.locked" == caught.value.code
    with locked(tmp_path, 0):
        pass


def test_the_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    with locked(tmp_path / "new" / "one"):
        pass
    assert [] == list((tmp_path / "new" / "one").iterdir())


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be written"), locked(tmp_path / "file"):
        pass
