"""A large file signed and verified, beside `sha256sum`, which only digests it.

All programs take turns. The file is in the cache of the system before they start, so that the disk plays no
part; what is compared is the work. Keys of the two hashes are tried: the digest goes by the key.

    python bench/files.py [--rounds N] [--mib N]
"""

import argparse
import hashlib
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from installed import Installed, installed
from machine import machine

from world import pki  # the path is set by `installed`
from world.home import Home

MIB = 2**20


def commands(programs: Installed, home: Home, blob: Path) -> Mapping[str, Sequence[str]]:
    """What is measured: name to command line."""
    seal = str(programs.seal)
    found: dict[str, Sequence[str]] = {
        "sha256sum": ("sha256sum", str(blob)),
        "openssl dgst -sha256": ("openssl", "dgst", "-sha256", str(blob)),
        "sha384sum": ("sha384sum", str(blob)),
        "openssl dgst -sha384": ("openssl", "dgst", "-sha384", str(blob)),
    }
    for kind in ("ec256", "ec384"):
        home.add_key(kind, pki.chain(kind))
        home.trust(kind, pki.chain(kind).root)
        folder = blob.parent / kind
        flags = ("--force", "--key", kind, "--signature-directory", str(folder))
        found[f"seal blob sign, {kind}"] = (seal, "blob", "sign", *flags, str(blob))
        signature = str(folder / f"{blob.name}.jws.sig")
        found[f"seal blob verify, {kind}"] = (seal, "blob", "verify", "-s", signature, str(blob))
    return found


def measure(wanted: Mapping[str, Sequence[str]], home: Home, rounds: int) -> Mapping[str, Sequence[float]]:
    """Seconds of each command in each round."""
    taken: dict[str, list[float]] = {name: [] for name in wanted}
    for _ in range(rounds):
        for name, command in wanted.items():
            start = time.perf_counter()
            done = subprocess.run(command, env=home.environment, capture_output=True, check=False)
            taken[name].append(time.perf_counter() - start)
            assert done.returncode == 0, (command, done.stdout, done.stderr)
    return taken


def table(taken: Mapping[str, Sequence[float]]) -> str:
    """Least and median of each command, and the ratio of the least to that of the digest alone."""
    rows = ["| command | least, s | median, s | ratio to the digest |", "|---|---:|---:|---:|"]
    for name, seconds in taken.items():
        alone = min(taken["sha384sum" if "384" in name else "sha256sum"])
        least, median = min(seconds), statistics.median(seconds)
        rows.append(f"| {name} | {least:.2f} | {median:.2f} | {least / alone:.2f} |")
    return "\n".join(rows)


def report(programs: Installed, rounds: int, mib: int) -> None:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        folder = Path(name)
        home = Home(folder / "home")
        blob = folder / "blob"
        with blob.open("wb") as file:
            for _ in range(mib):
                file.write(os.urandom(MIB))
        wanted = commands(programs, home, blob)
        stores = [word for kind in ("ec256", "ec384") for word in ("--trust-store", f"ca:{kind}")]
        home.must("blob", "policy", "init", "--global", *stores)
        with blob.open("rb") as file:
            hashlib.file_digest(file, "sha256")
        print(table(measure(wanted, home, rounds)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Sign and verify a large file.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=1024)
    asked = parser.parse_args()
    print(f"{machine()}\n", flush=True)
    report(installed(), asked.rounds, asked.mib)


if __name__ == "__main__":
    main()
