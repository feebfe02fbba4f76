"""Ten thousand images in one `seal verify`: throughput, and memory while it runs.

The images have a digest and a signature each, and no layers. The scene is made once, in `sealwright-bench` of
the cache folder, which takes some minutes. The registry runs on the same machine and takes its share of it.

    python bench/ten_thousand.py [--count N]
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from installed import Installed, installed
from scene import Scene, many, reopened, scene

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sealwright-bench"
STEPS = 10

_ACCEPTED = re.compile(r'"decision": ?"accepted"')
_RESIDENT = re.compile(r"VmRSS:\s+(\d+) kB")


class Measured(NamedTuple):
    """Seconds by the clock, seconds of processor, and resident KiB after each tenth of the images."""

    seconds: float
    processor: float
    resident: list[int]


@contextmanager
def prepared(programs: Installed, count: int) -> Iterator[tuple[Scene, list[str]]]:
    """The scene and the names of its images; made if it is not there."""
    folder = CACHE / f"images-{count}"
    names = folder / "names"
    if not names.exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"making {count} signed images in {folder} …", flush=True)
        with scene(folder, str(programs.seal)) as at:
            made = many(at, str(programs.seal), count)
            names.write_text("".join(f"{name.partition('/')[2]}\n" for name in made))
    with reopened(folder) as at:
        yield at, [f"localhost:{at.port}/{name}" for name in names.read_text().split()]


def measure(programs: Installed, at: Scene, names: list[str]) -> Measured:
    """One run over all of them; every image must be accepted."""
    listing = at.folder / "given"
    listing.write_text("".join(f"{name}\n" for name in names))
    resident: list[int] = []
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    with (
        listing.open() as given,
        subprocess.Popen(
            [str(programs.seal), "verify", "--quiet", "--output", "jsonl", "-"],
            env=at.environment,
            stdin=given,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        for done, line in enumerate(process.stdout, start=1):
            assert _ACCEPTED.search(line), line
            if done % (len(names) // STEPS) == 0:
                resident.append(_resident(process.pid) or resident[-1])
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (process.returncode, done) == (0, len(names))
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(seconds, processor, resident)


def _resident(process: int) -> int:
    """Resident memory of a process in KiB; 0 if it has ended meanwhile."""
    found = _RESIDENT.search(Path(f"/proc/{process}/status").read_text())
    return int(found[1]) if found else 0


def table(count: int, measured: Measured) -> str:
    """What was measured, as Markdown."""
    tenths = " ".join(f"{kibibytes / 1024:.1f}" for kibibytes in measured.resident)
    return "\n".join(
        (
            "| what | figure |",
            "|---|---:|",
            f"| images | {count} |",
            f"| wall time | {measured.seconds:.1f} s |",
            f"| images per second | {count / measured.seconds:.0f} |",
            f"| processor time of `seal` | {measured.processor:.1f} s |",
            f"| resident MiB after each tenth | {tenths} |",
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Verify ten thousand images in one run.")
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    programs = installed()
    with prepared(programs, count) as (at, names):
        print(table(count, measure(programs, at, names)), flush=True)


if __name__ == "__main__":
    main()
