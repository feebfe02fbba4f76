"""What is measured on."""

import datetime as dt
import os
import platform
from pathlib import Path


def machine() -> str:
    """The day, cores, model and interpreter, as far as they can be found out, and the load just now."""
    model = "unknown"
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), model)
    day = dt.datetime.now(dt.UTC)  # noqa: TID251  # of the run
    return (
        f"{day:%Y-%m-%d}, {os.cpu_count()} cores, {model}, Python {platform.python_version()}, "
        f"load before {os.getloadavg()[0]:.1f}"
    )
