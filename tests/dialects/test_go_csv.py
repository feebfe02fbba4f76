"""Lists with commas, as flags of Go's programs take them."""

import pytest

from sealwright.dialects.fault import Fault
from sealwright.dialects.go_csv import fields


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", ()),
        ("a", ("a",)),
        ("a,b", ("a", "b")),
        ("a,", ("a", "")),
        (",", ("", "")),
        ('""', ("",)),
        ('"a,b",c', ("a,b", "c")),
        ('"a""b"', ('a"b',)),
        (" a , b", (" a ", " b")),
    ],
)
def test_fields_are_told_apart(line: str, expected: tuple[str, ...]) -> None:
    assert expected == fields(line)


@pytest.mark.parametrize(
    ("line", "column", "problem"),
    [
        ('a"b', 2, 'bare " in non-quoted-field'),
        ('é"', 3, 'bare " in non-quoted-field'),
        ('"a', 3, 'extraneous or missing " in quoted-field'),
        ('"a"b"', 3, 'extraneous or missing " in quoted-field'),
        ('x,"', 4, 'extraneous or missing " in quoted-field'),
    ],
)
def test_quotes_out_of_place_are_told_with_their_column(line: str, column: int, problem: str) -> None:
    with pytest.raises(Fault) as caught:
        fields(line)
    assert f"parse error on line 1, column {column}: {problem}" == str(caught.value)
