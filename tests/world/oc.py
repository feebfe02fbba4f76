"""`oc` as a user runs it: our program under that name."""

import os
import subprocess
import sys

from world.home import Done, Home

__all__ = ["oc"]

_ENTRY = "import sys; sys.argv[0] = 'oc'; from sealwright.programs import main; main()"


def oc(home: Home, *arguments: str, typed: str = "", **variables: str) -> Done:
    """Run it.

    Args:
        home: of the user.
        *arguments: of the command line.
        typed: its standard input.
        **variables: more of its environment.
    """
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", _ENTRY, *arguments],
        env={**home.environment, **measured, **variables},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
