"""Wall time of verifying one image, named by digest, over a round trip, beside the real notation.

All programs take turns, and each starts cold. Shown are the least and the median of all rounds, and the bare
interpreter beside them.

    python bench/single.py [--rounds N] [--round-trip MS]        # the real notation: $SEALWRIGHT_PEERS/bin
"""

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from delay import delayed
from installed import Installed, installed
from scene import Scene, many, scene

from peers import programs as peers  # the path is set by `installed`


def commands(programs: Installed, image: str) -> Mapping[str, Sequence[str]]:
    """What is measured: name to command line."""
    found = {
        "python -c pass": (str(programs.python), "-c", "pass"),
        "`seal verify`": (str(programs.seal), "verify", image),
        "our `notation verify`": (str(programs.notation), "verify", image),
    }
    real = peers.find("notation")
    if real is not None:
        found["the real notation"] = (real, "verify", image)
    return found


def measure(wanted: Mapping[str, Sequence[str]], at: Scene, rounds: int) -> Mapping[str, Sequence[float]]:
    """Seconds of each command in each round."""
    taken: dict[str, list[float]] = {name: [] for name in wanted}
    for _ in range(rounds):
        for name, command in wanted.items():
            taken[name].append(_timed(command, at))
    return taken


def _timed(command: Sequence[str], at: Scene) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, env=at.environment, cwd=at.folder, capture_output=True, check=False)
    taken = time.perf_counter() - start
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return taken


def table(taken: Mapping[str, Sequence[float]]) -> str:
    """Least and median of each command, as a Markdown table."""
    rows = ["| one image, ms | least | median |", "|---|---:|---:|"]
    for name, all_rounds in taken.items():
        least, median = min(all_rounds), statistics.median(all_rounds)
        rows.append(f"| {name} | {least * 1000:.0f} | {median * 1000:.0f} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Verify one image.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--round-trip", type=int, default=20, metavar="MS")
    asked = parser.parse_args()
    programs = installed()
    with (
        tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name,
        scene(Path(name) / "scene", str(programs.seal)) as at,
    ):
        (image,) = many(at, str(programs.seal), 1)
        with delayed(at.port, asked.round_trip) as port:
            near = image.replace(f"localhost:{at.port}", f"localhost:{port}")
            print(table(measure(commands(programs, near), at, asked.rounds)))


if __name__ == "__main__":
    main()
