"""How long commands take from start to end, as multiples of `python -c pass`.

The program is an installed wheel. Each round runs every command once, so that what slows the machine slows
all of them; the least time of all rounds counts. Each figure holds the whole process: start, imports,
work, exit. The registry is on this machine, so network figures hold no distance.

    python bench/startup.py [--rounds N]
"""

import argparse
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from installed import Installed, installed
from scene import Scene, scene


class Measured(NamedTuple):
    """One line of the table: the ratio to a bare interpreter, or a time in seconds for that itself."""

    name: str
    seconds: float
    ratio: float
    aim: float | None


LIBRARIES = "import click, msgspec, json, hashlib, pathlib, cryptography.x509, gc; gc.freeze()"
"""What every verification loads that is not ours; aims cannot be met below it."""


def commands(programs: Installed, at: Scene) -> dict[str, tuple[Sequence[str], float | None]]:
    """What is measured: name to command line and aim."""
    seal, python = str(programs.seal), str(programs.python)
    return {
        "libraries alone": ((python, "-c", LIBRARIES), None),
        "with http.client": ((python, "-c", f"import http.client, {LIBRARIES[7:]}"), None),
        "seal --version": ((seal, "--version"), 1.5),
        "seal --help": ((seal, "--help"), 4.5),
        "verify, layout": ((seal, "verify", at.layout), 9.0),
        "verify, registry": ((seal, "verify", at.image), 11.0),
        "ls, registry": ((seal, "ls", at.image), None),
        "ls, layout": ((seal, "ls", at.layout), None),
        "sign, layout": ((seal, "sign", at.unsigned_layout), None),
        "sign, registry": ((seal, "sign", at.unsigned), None),
    }


def measure(programs: Installed, at: Scene, rounds: int) -> list[Measured]:
    """Run everything `rounds` times, in turns."""
    bare = (str(programs.python), "-c", "pass")
    wanted = commands(programs, at)
    least = dict.fromkeys(["bare", *wanted], float("inf"))
    for number in range(rounds):
        least["bare"] = min(least["bare"], _timed(bare, at))
        for name, (command, _) in wanted.items():
            if name.startswith("sign") and number % 4:
                continue  # signatures pile up; a few are enough for a figure
            least[name] = min(least[name], _timed(command, at))
    base = least["bare"]
    lines = [Measured("python -c pass", base, 1.0, None)]
    return lines + [Measured(name, least[name], least[name] / base, aim) for name, (_, aim) in wanted.items()]


def _timed(command: Sequence[str], at: Scene) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command,
        env=at.environment,
        cwd=at.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    taken = time.perf_counter() - start
    assert done.returncode == 0, command
    return taken


def table(lines: Sequence[Measured]) -> str:
    """The lines as a Markdown table."""
    rows = ["| command | ms | ratio | aim |", "|---|---:|---:|---|"]
    for line in lines:
        if line.aim is None:
            verdict = ""
        else:
            verdict = f"≤ {line.aim:g}: {'met' if line.ratio <= line.aim else 'MISSED'}"
        rows.append(f"| {line.name} | {line.seconds * 1000:.1f} | {line.ratio:.1f} | {verdict} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="sealwright-bench-") as name:
        folder = Path(name)
        programs = installed()
        with scene(folder / "scene", str(programs.seal)) as at:
            print(table(measure(programs, at, rounds)))


if __name__ == "__main__":
    main()
