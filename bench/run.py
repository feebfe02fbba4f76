"""Every benchmark, one after another, as Markdown: start-up, many images, requests, GPG, the registry.

Ten thousand images are left to `bench/ten_thousand.py`, and a million rows to `bench/growth.py`: making them
takes minutes.

    python bench/run.py [--rounds N]

The wheel is built and installed once; nothing else should run on the machine meanwhile.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import authority
import bulk
import count_requests
import registry
import simple
import startup
import vault
from installed import installed
from machine import machine
from scene import scene


def main() -> int:
    parser = argparse.ArgumentParser(description="Run every benchmark.")
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    print(f"{machine()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        folder = Path(name)
        programs = installed()
        with scene(folder / "scene", str(programs.seal)) as at:
            requests = count_requests.count(programs, at)
            print(f"## Start-up\n\n{startup.table(startup.measure(programs, at, rounds))}\n", flush=True)
            print("## Many images, beside the real notation\n", flush=True)
            bulk.report(programs, at, max(1, rounds // 4), (0, 20))
    print(f"## Requests of a cold command\n\n{count_requests.table(requests)}\n", flush=True)
    print("## Verification in a running process\n", flush=True)
    within = Path(__file__).with_name("verify_in_process.py")
    status = subprocess.run([sys.executable, str(within)], check=False).returncode
    stamped = Path(__file__).with_name("timestamps_in_process.py")
    status = subprocess.run([sys.executable, str(stamped)], check=False).returncode or status
    print("## GPG-signed images beside skopeo\n", flush=True)
    simple.report(max(1, rounds // 8), (0, 20))
    print("## The registry beside others\n", flush=True)
    registry.report(max(1, rounds // 8))
    print("## What a CA gives out, beside openssl\n", flush=True)
    authority.main()
    print("## Signatures by keys of a vault, beside the bare signature\n", flush=True)
    vault.main()
    return status


if __name__ == "__main__":
    sys.exit(main())
