"""What `seal verify IMAGE` begins before its command line is parsed; see `workflow.head_start`."""

from contextlib import suppress

from sealwright.homes.environment import Environment
from sealwright.repositories.locating import locate
from sealwright.workflow import head_start, policies

__all__ = ["begin"]


def begin(image: str) -> None:
    """Begin to verify an image that is all that the command line names.

    Args:
        image: as typed.
    """
    environment = Environment.current()
    with suppress(Exception):  # whatever it is, the command comes upon it too, and says so
        policy = policies.load(environment)
        head_start.begin(locate(image), policy, environment)
