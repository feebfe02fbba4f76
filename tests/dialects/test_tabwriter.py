"""Tables as Go's text/tabwriter lays them out."""

from sealwright.dialects.tabwriter import table


def test_columns_are_as_wide_as_their_widest_cell_and_three() -> None:
    assert "NAME    ID   \n* one   1    \ntwo     22   \n" == table(
        [("NAME", "ID"), ("* one", "1"), ("two", "22")]
    )


def test_an_empty_column_has_its_padding() -> None:
    assert "a      b   \nc      d   \n" == table([("a", "", "b"), ("c", "", "d")])


def test_a_line_without_the_column_ends_it() -> None:
    rows = [("",), ("KEY", "VALUE"), ("long key", "v"), (), ("x", "y"), ("z",)]
    assert "           \nKEY        VALUE   \nlong key   v       \n\nx   y   \nz   \n" == table(rows)


def test_width_is_counted_in_characters() -> None:
    assert "éé   x   \nabc   \n"[:9] == table([("éé", "x")])[:9]


def test_columns_may_have_a_least_width_and_rows_no_tab_at_the_end() -> None:
    rows = [("A", "", "C"), ("a-long-name", "b", "")]
    shown = table(rows, padding=2, narrowest=4, closed=False)
    assert "A                C\na-long-name  b   \n" == shown


def test_no_rows_are_no_text() -> None:
    assert "" == table([])


def test_what_ends_cells_and_lines_does_so_inside_a_cell() -> None:
    assert "a   b   \nc   d   \n" == table([("a\tb",), ("c\vd",)])
    assert "a\nb    \nc    d   \n" == table([("a\nb",), ("c ", "d")])
    assert "long   \nlonger\nx   y   \n" == table([("long",), ("longer\fx", "y")])
