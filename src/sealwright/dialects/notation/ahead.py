"""What `notation verify REFERENCE` begins before its command is loaded; see `workflow.head_start`."""

import os
from contextlib import suppress

from sealwright.dialects.notation import policies, schemes
from sealwright.dialects.notation.references import in_registry
from sealwright.dialects.notation.version_text import chosen
from sealwright.homes.environment import Environment
from sealwright.homes.notation.folder import config_folder
from sealwright.workflow import head_start

__all__ = ["begin"]


def begin(image: str) -> None:
    """Begin to verify an artifact that is all that the command line names.

    Args:
        image: as typed.
    """
    environment = Environment.current()
    with suppress(Exception):  # whatever it is, the command comes upon it too, and says so
        policy = policies.load(config_folder(environment), chosen(os.environ))
        found = in_registry(image)
        plain = schemes.is_plain(found.registry, environment)
        head_start.begin(found.location, policy, environment, plain_http=plain)
