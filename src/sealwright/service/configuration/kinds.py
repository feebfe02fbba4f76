"""The kinds of values that settings of several tables share."""

from typing import Annotated

import msgspec

__all__ = ["Place", "Positive"]

Place = Annotated[str, msgspec.Meta(extra={"place": True})]
"""A file or folder. What is not absolute counts from the folder of the file that names it, or, if a variable
of the environment names it, from where the program runs. Empty: none.
"""

Positive = Annotated[int, msgspec.Meta(ge=1)]
"""A whole number from 1 on."""
