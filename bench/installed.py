"""Sealwright as a user installs it, for the benchmarks: what the tests of the wheel use too.

An editable install adds finders to every start, and the service's packages are not needed by the commands
that are measured; so neither is here.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from world.installed import Installed, installed  # needs the path above

__all__ = ["Installed", "installed"]
