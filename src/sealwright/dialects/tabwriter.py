"""Tables as Go's text/tabwriter lays them out (cells end with a tab; padding 3, spaces, no minimal width).

A cell is as wide as the widest of its column, plus the padding. A column is a block of lines that follow each
other and all have that cell; the text after the last tab of a line belongs to no column. So where every row
ends with a tab, each line ends with spaces, which scripts may have come to expect.
"""

from collections.abc import Iterable, Sequence

__all__ = ["table"]

_PADDING = 3


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells, each ended by a tab, as lines of text.

    Args:
        rows: they need not be of equal length.
    """
    lines = [tuple(row) for row in rows]
    widths = [[0] * len(line) for line in lines]
    for column in range(max(map(len, lines), default=0)):
        block: list[int] = []
        for at, line in enumerate((*lines, ())):
            if column < len(line):
                block.append(at)
                continue
            widest = max((len(lines[each][column]) for each in block), default=0)
            for each in block:
                widths[each][column] = widest + _PADDING
            block = []
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(line, its, strict=True)) + "\n"
        for line, its in zip(lines, widths, strict=True)
    )
