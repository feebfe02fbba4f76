"""Wall time of verifying 1, 20 and 200 images of one registry, near and far, beside the real notation.

Each image has a digest of its own, one layer, and one signature by a P-256 key over a chain of three
certificates; they are in twenty repositories and are named by digest. Every program works under the same
home, trust store and policy, reads the same names, and starts cold: no token, connection or verdict is kept.
A figure is the least of all rounds, which are taken in turns; every program must accept every image.

    python bench/bulk.py [--rounds N] [--round-trip MS ...]        # the real notation: $SEALWRIGHT_PEERS/bin
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from delay import delayed
from installed import Installed, installed
from scene import Scene, many, scene

from peers import programs as peers  # the path is set by `installed`

COUNTS = (1, 20, 200)
LOOP = 'while read -r image; do "$0" verify "$image" || exit; done'
EIGHT = 'xargs -P 8 -n 1 "$0" verify'


class Way(NamedTuple):
    """How images are verified: a command that reads their names from standard input."""

    name: str
    command: Sequence[str]


def ways(programs: Installed) -> list[Way]:
    """Ours, then the peer's where it is there."""
    found = [
        Way("`seal verify`, one process", (str(programs.seal), "verify", "-")),
        Way("our `notation verify`, one after another", ("sh", "-c", LOOP, str(programs.notation))),
        Way("our `notation verify`, `xargs -P 8`", ("sh", "-c", EIGHT, str(programs.notation))),
    ]
    for name in ("notation", "notation2"):
        program = peers.find(name)
        if program is not None:
            version = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
            line = next(line.split()[-1] for line in version.splitlines() if line.startswith("Version"))
            found += [
                Way(f"the real notation {line}, one after another", ("sh", "-c", LOOP, program)),
                Way(f"the real notation {line}, `xargs -P 8`", ("sh", "-c", EIGHT, program)),
            ]
    return found


def measure(
    programs: Installed, at: Scene, images: Sequence[str], rounds: int, milliseconds: int
) -> Mapping[str, Sequence[float | None]]:
    """Seconds of each way for 1, 20 and 200 images over a round trip; None for what cannot verify."""
    able = {way.name: _accepts(way, at, images[:1]) for way in ways(programs)}
    found: dict[str, list[float | None]] = {name: [None] * len(COUNTS) for name in able}
    with delayed(at.port, milliseconds) as port:
        names = [image.replace(f"localhost:{at.port}", f"localhost:{port}") for image in images]
        for position, count in enumerate(COUNTS):
            for _ in range(max(1, rounds // (1 + position))):
                for way in ways(programs):
                    if able[way.name]:
                        taken = _timed(way, at, names[:count])
                        before = found[way.name][position]
                        found[way.name][position] = taken if before is None else min(taken, before)
    return found


def _accepts(way: Way, at: Scene, images: Sequence[str]) -> bool:
    return _run(way, at, images).returncode == 0


def _timed(way: Way, at: Scene, images: Sequence[str]) -> float:
    start = time.perf_counter()
    done = _run(way, at, images)
    taken = time.perf_counter() - start
    assert done.returncode == 0, (way, done.stdout[-2000:], done.stderr[-2000:])
    assert all(done.stdout.count(image.partition("@")[2]) for image in images), way
    return taken


def _run(way: Way, at: Scene, images: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        way.command,
        input="".join(f"{image}\n" for image in images),
        env=at.environment,
        cwd=at.folder,
        capture_output=True,
        text=True,
        check=False,
    )


def table(found: Mapping[str, Sequence[float | None]]) -> str:
    """Seconds, and beside them how many times as fast that is as the real notation one after another."""
    peer = next((figures for name, figures in found.items() if name.startswith("the real")), None)
    rows = [
        f"| seconds for | {' | '.join(_images(count) for count in COUNTS)} |",
        "|---|" + "---:|" * len(COUNTS),
    ]
    for name, figures in found.items():
        cells = []
        for position, figure in enumerate(figures):
            base = peer[position] if peer is not None else None
            if figure is None:
                cells.append("-")
            elif base is None or peer is figures:
                cells.append(f"{figure:.2f}")
            else:
                cells.append(f"{figure:.2f} ({base / figure:.2g} times)")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"


def report(programs: Installed, at: Scene, rounds: int, round_trips: Sequence[int]) -> None:
    """Measure and print, one table for each round trip."""
    images = many(at, str(programs.seal), COUNTS[-1])
    for milliseconds in round_trips:
        found = measure(programs, at, images, rounds, milliseconds)
        print(f"### {milliseconds} ms of added round trip\n\n{table(found)}\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Verify many images.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--round-trip", type=int, nargs="+", default=[0, 20], metavar="MS")
    asked = parser.parse_args()
    programs = installed()
    with (
        tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name,
        scene(Path(name) / "scene", str(programs.seal)) as at,
    ):
        report(programs, at, asked.rounds, asked.round_trip)


if __name__ == "__main__":
    main()
