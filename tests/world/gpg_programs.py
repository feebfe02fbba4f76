"""Programs that stand where gpg should: small scripts on a PATH of their own, each wrong in its own way."""

import os
from pathlib import Path

from sealwright.homes.environment import Environment

__all__ = ["environment", "program"]


def environment(folder: Path) -> Environment:
    """An environment whose PATH begins with `folder/bin`."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(folder / "bin"), "/usr/bin", "/bin"])
    return Environment({"PATH": path, "HOME": str(folder)}, folder)


def program(folder: Path, script: str, name: str = "gpg") -> Environment:
    """Write a script and give an environment that finds it first.

    It is called as gpg would be, so `$2` is the number of its status descriptor: `echo … > /dev/fd/$2`.
    """
    found = environment(folder)
    file = folder / "bin" / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    return found
