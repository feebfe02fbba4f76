import subprocess
import sys
from pathlib import Path

from world import pki
from world.home import Home, statement
from world.registry import free_port

BEGUN_IN_A_DAEMON = """
import threading
from sealwright.workflow import warming
thread = threading.Thread(target=warming.begin, daemon=True)
thread.start()
thread.join()
print([one.daemon for one in warming._threads])
warming.wait()
"""


def test_loading_ends_before_the_process_does_whoever_began_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEGUN_IN_A_DAEMON], capture_output=True, text=True, check=False
    )

    assert (0, "[False]\n", "") == (done.returncode, done.stdout, done.stderr)


def test_a_failure_while_modules_are_loaded_ends_the_program_in_its_own_way(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "home")
    home.trust("acme", pki.chain("ec256").root)
    home.policy(statement(stores=("ca:acme",)))
    image = f"localhost:{free_port()}/gone:v1"

    assert [3] * 8 == [home.seal_alone("verify", image).status for _ in range(8)]
