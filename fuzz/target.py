"""A reader that is fuzzed, as a record."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import reshape


class Target(NamedTuple):
    """One reader. `mutate` changes what is inside a container, which bytes changed at random only break."""

    read: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    longest: int = 16 * 1024
    mutate: reshape.Mutator | None = None
