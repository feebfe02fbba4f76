"""Every bound on hostile or runaway input, with its reason and where the figure comes from, area by area."""

from sealwright.limits import (
    approval,
    authorities,
    content,
    homes,
    keys,
    network,
    openpgp,
    oracle,
    runs,
    service,
    vault,
)
from sealwright.limits.approval import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.authorities import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.content import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.homes import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.keys import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.network import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.openpgp import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.oracle import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.runs import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.service import *  # noqa: F403  # the areas are pages of one table
from sealwright.limits.vault import *  # noqa: F403  # the areas are pages of one table

__all__ = ["AREAS"]
__all__ += approval.__all__
__all__ += authorities.__all__
__all__ += content.__all__
__all__ += homes.__all__
__all__ += keys.__all__
__all__ += network.__all__
__all__ += openpgp.__all__
__all__ += oracle.__all__
__all__ += runs.__all__
__all__ += service.__all__
__all__ += vault.__all__

AREAS = (
    approval,
    authorities,
    content,
    homes,
    keys,
    network,
    openpgp,
    oracle,
    runs,
    service,
    vault,
)
"""The pages of the table."""
