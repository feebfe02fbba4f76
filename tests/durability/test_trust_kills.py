"""Whoever kills a change of trust at any moment leaves whole files, and nothing let pass too early.

SEALWRIGHT_KILLS and SEALWRIGHT_KILL_SEED say how many times, and which.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sealwright.homes.environment import Environment
from sealwright.workflow import trust, trust_rows
from sealwright.workflow.trust import TrustFiles

KILLS = int(os.environ.get("SEALWRIGHT_KILLS", "20"))
SEED = int(os.environ.get("SEALWRIGHT_KILL_SEED", "1"))
CHANGES = """
import sys
from pathlib import Path
from sealwright.workflow import trust

files = trust.TrustFiles(Path(sys.argv[1]), Path(sys.argv[2]))
while True:
    trust.add(files, "docker", "a.io", [trust.signed_by_file("/k")], "https://s")
    trust.remove(files, "docker", "a.io")
    print("changed twice", flush=True)
"""


def test_a_change_that_is_killed_leaves_whole_files(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  # repeated by its seed
    files = TrustFiles(tmp_path / "policy.json", tmp_path / "registries.d")
    trust.change_default(files, [trust.ACCEPT])
    seen = set()
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", CHANGES, str(files.policy), str(files.registries)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        with process:
            process.stdout.readline()
            begun = time.monotonic()
            process.stdout.readline()
            time.sleep(chance.uniform(0, time.monotonic() - begun))  # anywhere within the next two changes
            process.send_signal(signal.SIGKILL)
        policy = json.loads(files.policy.read_text())
        assert [trust.ACCEPT] == policy["default"]
        asked = trust.has_scope(policy, "docker", "a.io")
        stored = "a.io" in trust_rows.registries(files, Environment({}, tmp_path)).sections
        assert asked or not stored, "an address is there, and nothing is asked of the images"
        seen.add((asked, stored))
    trust.change_default(files, [trust.REJECT])  # the lock has gone with whoever held it
    assert len(seen) > 1
