"""Tables as Go's text/tabwriter lays them out, padded with spaces.

A cell is as wide as the widest of its column, plus the padding. A column is a block of lines that follow each
other and all have that cell; the text after the last tab of a line belongs to no column. So where every row
ends with a tab, each line ends with spaces, which scripts may have come to expect. A tab within a cell ends
it, a line feed ends the line, and a form feed every column too.
"""

import re
from collections.abc import Iterable, Sequence

__all__ = ["table"]

_TAB = "\t"
_CELL_END = re.compile("[\t\v]")


def table(rows: Iterable[Sequence[str]], *, padding: int = 3, narrowest: int = 0, closed: bool = True) -> str:
    """Rows of cells as lines of text.

    Args:
        rows: they need not be of equal length.
        padding: spaces behind the widest cell of a column.
        narrowest: the least width of a column.
        closed: whether a tab ends the last cell of a row, too.
    """
    lines = ("".join(f"{cell}\t" for cell in row) for row in rows)
    written = "".join(f"{line if closed else line.removesuffix(_TAB)}\n" for line in lines)
    blocks = re.findall(r"[^\f]*\f|[^\f]+", written)
    return "".join(_block(block, padding, narrowest) for block in blocks)


def _block(text: str, padding: int, narrowest: int) -> str:
    """Lines whose columns may go together."""
    split = [_CELL_END.split(line) for line in re.split("[\n\f]", text)[:-1]]
    lines = [cells[:-1] for cells in split]
    widths = [[0] * len(line) for line in lines]
    for column in range(max(map(len, lines), default=0)):
        block: list[int] = []
        for at, line in enumerate((*lines, ())):
            if column < len(line):
                block.append(at)
                continue
            widest = max((len(lines[each][column]) for each in block), default=0)
            for each in block:
                widths[each][column] = max(narrowest, widest + padding)
            block = []
    return "".join(
        "".join(cell.ljust(width) for cell, width in zip(line, its, strict=True)) + cells[-1] + "\n"
        for line, its, cells in zip(lines, widths, split, strict=True)
    )
