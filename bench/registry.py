"""Our registry beside Debian's docker-registry 2.8 and distribution 3, in one run: what each costs.

    python bench/registry.py [--rounds N]        # distribution 3: $SEALWRIGHT_PEERS/bin/registry

`seal serve` runs from the installed wheel. All are on 127.0.0.1 side by side, idle but for the one that is
measured, and take turns in each round. A figure is the least of all rounds, the median stands in brackets.
The judge is the processor time of the server, since the clock also tells what else the machine does. What is
pushed is new each time; what was written before is on the disk before anything is timed.
"""

import argparse
import re
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import sides
from loads import LOADER, Blob, Cost, cost, push
from machine import machine
from sides import REPOSITORIES, Kind, Side
from works import BLOB_BYTES, PARALLEL, WORKS, Held, Work, prepare

PEER = "docker-registry"
"""The aims are about this one."""

_FLUSHES = re.compile(r"^ *[\d.]+ +[\d.]+ +\d+ +(\d+) .*?(f(?:data)?sync)$", re.MULTILINE)
_STRACE = ("strace", "-f", "--seccomp-bpf", "-c", "-e", "trace=fsync,fdatasync,sync_file_range")

Found = dict[str, dict[str, list[Cost]]]
"""Of each work by its name, what it cost each side in each round."""


def measure(kinds: Sequence[Kind], works: Sequence[Work], folder: Path, rounds: int) -> Found:
    """What each work costs each side."""
    found: Found = {work.name: {kind.name: [] for kind in kinds} for work in works}
    blobs = [Blob.random(folder / f"blob-{number}", BLOB_BYTES) for number in range(PARALLEL)]
    for auth in (True, False):
        able = [work for work in works if work.auth == auth]
        with tempfile.TemporaryDirectory(dir=folder) as name, ExitStack() as stack:
            ready: list[tuple[Side, Held]] = []
            for number, kind in enumerate(kinds if able else ()):
                side = stack.enter_context(sides.running(kind, Path(name) / str(number), auth=auth))
                ready.append((side, prepare(side, blobs[0])))
            for _ in range(rounds):
                for work in able:
                    for side, held in ready:
                        blobs = [blob.changed() for blob in blobs]
                        doing = partial(work.do, sides.renewed(side), held, blobs)
                        found[work.name][side.name].append(cost(side.pid, doing))
    return found


def table(found: Found, works: Sequence[Work]) -> str:
    """Processor time and clock of each side, and how many times as good as the peer ours is."""
    names = list(next(iter(found.values())))
    peer = next((name for name in names if name.startswith(PEER)), None)
    rows = [
        f"| processor, then clock | {' | '.join(names)} | aim | by the clock |",
        "|---|" + "---:|" * len(names) + "---:|---:|",
    ]
    for work in works:
        costs = found[work.name]
        cells = [
            ", then ".join(_figure(seconds, work) for seconds in zip(*taken, strict=True))
            for taken in costs.values()
        ]
        verdict = by_clock = ""
        if peer is not None and not names[0].startswith(PEER):
            ours, theirs = costs[names[0]], costs[peer]
            times = min(one.processor for one in theirs) / min(one.processor for one in ours)
            by_clock = f"{min(one.clock for one in theirs) / min(one.clock for one in ours):.2f} times"
            verdict = f"{times:.2f} times"
            if work.aim is not None:
                verdict += f" (≥ {work.aim}: {'met' if times >= work.aim else 'MISSED'})"
        rows.append(f"| {work.name}, {work.unit} | {' | '.join(cells)} | {verdict} | {by_clock} |")
    return "\n".join(rows)


def _figure(seconds: Sequence[float], work: Work) -> str:
    scale = {"ms": 1e3, "us": 1e6}[work.unit]
    return f"{min(seconds) * scale:.0f} ({statistics.median(seconds) * scale:.0f})"


def flushes(kind: Kind, folder: Path) -> str:
    """How often a registry forces content to the disk during one push of 100 MB, as strace counts it."""
    counted = folder / "strace"
    blob = Blob.random(folder / "blob-0", BLOB_BYTES)
    with sides.running(kind, folder / "traced", auth=True) as side:
        tracing = subprocess.Popen(
            [*_STRACE, "-o", str(counted), "-p", str(side.pid)], stderr=subprocess.PIPE, text=True
        )
        assert tracing.stderr is not None
        assert "attached" in tracing.stderr.readline()
        push(side, REPOSITORIES[0], [blob])
        tracing.terminate()
        tracing.wait()
    calls = [f"{count} {name}" for count, name in _FLUSHES.findall(counted.read_text())]
    return ", ".join(calls) or "none"


def report(rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        folder = Path(name)
        print(f"{table(measure(sides.kinds(), WORKS, folder, rounds), WORKS)}\n", flush=True)
        pushes = [work for work in WORKS if "push" in work.name]
        spared = sides.without_fsync()
        if spared:
            print(f"{table(measure(spared, pushes, folder, rounds), pushes)}\n", flush=True)
        for number, kind in enumerate(sides.kinds()):
            (folder / str(number)).mkdir()
            print(f"{kind.name}, one push of 100 MB: {flushes(kind, folder / str(number))}")
        print(f"\nRequests by {LOADER}, blobs by curl.", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure our registry beside others.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{machine()}\n", flush=True)
    report(rounds)


if __name__ == "__main__":
    main()
