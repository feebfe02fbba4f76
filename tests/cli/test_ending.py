"""How the process ends: not before what has to be done was done."""

import subprocess
import sys
from pathlib import Path

import pytest

REGISTERED = """
import atexit, sys
from sealwright.programs import main
atexit.register(print, "registered")
sys.argv = ["seal", "version"]
main()
"""
AT_WORK = """
import sys, threading, time
from sealwright.programs import main

def work():
    time.sleep(0.3)
    print("done")

threading.Thread(target=work, daemon=False).start()
sys.argv = ["seal", "version"]
main()
"""


@pytest.mark.parametrize(("code", "last"), [(REGISTERED, "registered"), (AT_WORK, "done")])
def test_the_process_does_not_end_before_its_time(code: str, last: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert last == done.stdout.splitlines()[-1]


def test_a_process_without_standard_output_ends_well(tmp_path: Path) -> None:
    command = f"{sys.executable} -m sealwright version >&- 2>{tmp_path / 'said'}"

    assert 0 == subprocess.run(["sh", "-c", command], check=False).returncode
    assert "" == (tmp_path / "said").read_text()


def test_last_words_that_cannot_be_written_are_told_by_the_interpreter(tmp_path: Path) -> None:
    code = REGISTERED.replace("atexit.register", "sys.stdout.write('more'); atexit.register")
    command = f'exec "$0" -c "$1" >/dev/full 2>{tmp_path / "said"}'
    done = subprocess.run(["sh", "-c", command, sys.executable, code], check=False)

    assert 0 != done.returncode
    assert "No space left on device" in (tmp_path / "said").read_text()
