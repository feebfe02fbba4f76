"""The gate on branch coverage: every quick test of code that needs no peer, then a bar for each floor.

Run by `make coverage`. Peers count as absent, so the figures are the same on every machine.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from coverage import Coverage

CHECKOUT = Path(__file__).parents[1]
PACKAGE = CHECKOUT / "src" / "sealwright"

PURE = ("approval", "formats", "limits", "openpgp", "pki", "policy", "reasons")
"""Folders of floors 0 to 2; the modules at the top of the package belong to them, but for these."""
NOT_PURE = ("__init__.py", "__main__.py", "dialect_names.py", "programs.py")

TESTS = ("tests", "--ignore=tests/durability", "--ignore=tests/documents")
"""Servers that are killed, and pages that are followed with their clients, run no line that others do not."""

BARS: Mapping[str, float] = {"floors 0 to 2": 100.0, "elsewhere": 90.0}


def floor(path: Path) -> str:
    """Which bar a module has to reach."""
    inside = path.relative_to(PACKAGE)
    pure = inside.parts[0] in PURE or (len(inside.parts) == 1 and inside.name not in NOT_PURE)
    return "floors 0 to 2" if pure else "elsewhere"


def measure(folder: str) -> Coverage:
    """Run the tests under coverage, with an empty folder of peers; gives the combined data."""
    data = Path(folder) / "coverage"
    environment = {
        **os.environ,
        "SEALWRIGHT_PEERS": str(Path(folder) / "no-peers"),
        "SEALWRIGHT_PEERS_ABSENT": "1",
        "SEALWRIGHT_PEERS_PROMISED": "",
        "COVERAGE_FILE": str(data),
    }
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", "-m", "not slow", *TESTS]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    coverage = Coverage(data_file=str(data), config_file=str(CHECKOUT / "pyproject.toml"))
    coverage.combine([folder])
    return coverage


def main() -> int:
    """Measure and compare; 1 if a bar is missed."""
    totals = {name: [0, 0] for name in BARS}
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        coverage = measure(folder)
        for file in sorted(PACKAGE.rglob("*.py")):
            analysis = coverage._analyze(str(file))
            numbers = analysis.numbers
            done, of = numbers.ratio_covered
            name = floor(file)
            totals[name][0] += done
            totals[name][1] += of
            if name == "floors 0 to 2" and done < of:
                lines = analysis.missing_formatted(branches=True)
                missed.append(f"{file.relative_to(PACKAGE)}: lines {lines}")
    good = True
    for name, (done, of) in totals.items():
        share = 100 * done / of
        good = good and share >= BARS[name]
        print(f"{name}: {share:.2f} % of statements and branches, the bar is {BARS[name]:.0f} %")
    print("\n".join(missed))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
