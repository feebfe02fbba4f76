"""Trees as notation draws them."""

from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Node", "drawn"]


class Node(NamedTuple):
    """A line and what hangs below it."""

    text: str
    below: "tuple[Node, ...]" = ()


def drawn(node: Node, first: str = "", rest: str = "") -> Iterator[str]:
    """The lines of a tree.

    Args:
        node: its root.
        first: what stands before the root.
        rest: what stands before all lines below it.
    """
    yield f"{first}{node.text}"
    for child in node.below:
        last = child is node.below[-1]
        yield from drawn(child, rest + ("└── " if last else "├── "), rest + ("    " if last else "│   "))
