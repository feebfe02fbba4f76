"""Fuzz every target for a bounded time and print how many inputs each has seen.

    FUZZ_SECONDS=60 FUZZ_SEED=1 python fuzz/campaign.py [TARGET...]

FUZZ_SECONDS is for each target (60 by default), FUZZ_SEED repeats a run. What makes a target fail is kept in
`fuzz/found/`; run it alone with `python fuzz/one.py TARGET fuzz/found/FILE`. Exits with 1 if anything failed.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FOUND = HERE / "found"
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import targets  # noqa: E402  # needs the paths above

SLOW_SECONDS = 10
MEMORY_MIB = 2048
_EXECUTIONS = re.compile(r"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
_COVERAGE = re.compile(r"cov: (\d+)")


def fuzz(name: str, seconds: int, seed: int) -> bool:
    """Fuzz one target and print its line; whether nothing was found."""
    target = targets.TARGETS[name]
    with tempfile.TemporaryDirectory(prefix=f"fuzz-{name}-") as folder:
        command = [
            *(sys.executable, str(HERE / "one.py"), name),
            *(f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={target.longest}"),
            *(f"-timeout={SLOW_SECONDS}", f"-rss_limit_mb={MEMORY_MIB}", "-print_final_stats=1"),
            *(f"-artifact_prefix={FOUND}/{name}-", folder),
        ]
        done = subprocess.run(command, capture_output=True, check=False)
        count = len(list(Path(folder).glob("seed-*")))
    said = (done.stdout + done.stderr).decode(errors="replace")
    executions = _EXECUTIONS.search(said)
    coverage = _COVERAGE.findall(said)
    ended = "ok" if done.returncode == 0 else f"FAILED ({done.returncode})"
    runs = int(executions[1]) if executions else 0
    print(f"{name:20} {count:>5} {runs:>12} {coverage[-1] if coverage else '-':>9}  {ended}", flush=True)
    if done.returncode:
        noise = ("#", "INFO:", "WARNING:")
        print("\n".join(line for line in said.splitlines() if not line.startswith(noise))[-6000:])
    return done.returncode == 0 and runs > count


def main() -> int:
    seconds = int(os.environ.get("FUZZ_SECONDS", "60"))
    seed = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(1, 2**31))
    FOUND.mkdir(exist_ok=True)
    print(f"{seconds} seconds for each target, FUZZ_SEED={seed}")
    print(f"{'target':20} {'seeds':>5} {'executions':>12} {'coverage':>9}")
    results = [fuzz(name, seconds, seed) for name in sys.argv[1:] or targets.TARGETS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
