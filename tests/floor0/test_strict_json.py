import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.strict_json import JsonError, Members, Places, Position, loads, loads_repeated

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_reads_whatever_json_writes(value: object) -> None:
    assert value == loads(json.dumps(value).encode(), 10**6)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_json_error(content: bytes) -> None:
    try:
        value = loads(content, 10**6)
    except JsonError as error:
        assert error.problem
        assert error.position.line >= 1
    else:
        json.dumps(value, allow_nan=False)


@pytest.mark.parametrize(
    ("content", "problem", "position"),
    [
        (b'{"a":1,"b":{"c":[1,{"d":3,\n"d":4}]}}', 'the member "d" stands twice', (2, 1)),
        (b'{"a":1e400}', "a number is too large", (1, 1)),
        (b"1" * 5000, "a number is too large", (1, 1)),
        (b"[" * 70 + b"]" * 70, "nested deeper than 64 levels", (1, 65)),
        (b'{"a":"\\ud800"}', "a string holds half of a surrogate pair", (1, 1)),
        (b'{"a": 1} x', "extra data", (1, 10)),
        (b"\xef\xbb\xbf{}", "expecting value", (1, 1)),
        (b"", "expecting value", (1, 1)),
        (b"[NaN]", "NaN is not a JSON number", (1, 1)),
        (b"[-Infinity]", "-Infinity is not a JSON number", (1, 1)),
        (b'{"a":\n "\xff"}', "not UTF-8 text", (2, 3)),
        (b'{"a":1,"a":', "expecting value", (1, 12)),
        (b" " * 101, "larger than 100 bytes", (1, 1)),
    ],
)
def test_refuses(content: bytes, problem: str, position: tuple[int, int]) -> None:
    with pytest.raises(JsonError) as caught:
        loads(content, 100 if content.isspace() else 10**6)

    assert (problem, Position(*position)) == (caught.value.problem, caught.value.position)


def test_brackets_in_strings_do_not_count_as_nesting() -> None:
    text = "[{" * limits.JSON_DEPTH + '\\"'

    assert [text] == loads(json.dumps([text]).encode(), 10**6)


def test_siblings_do_not_count_as_nesting() -> None:
    assert [[]] * 100 == loads(json.dumps([[]] * 100).encode(), 10**6)


def test_a_paired_surrogate_escape_is_one_character() -> None:
    assert "\U0001f600" == loads(b'"\\ud83d\\ude00"', 100)


def test_places_of_names_values_and_elements() -> None:
    places = Places(b'{"a":1,\n "b" : {"c":[1, 2,{"d":3}], "e": {}}}')

    assert Position(1, 1) == places.value(())
    assert Position(1, 2) == places.name(("a",))
    assert Position(1, 6) == places.value(("a",))
    assert Position(2, 8) == places.value(("b",))
    assert Position(2, 17) == places.value(("b", "c", 1))
    assert Position(2, 17) == places.name(("b", "c", 1))
    assert Position(2, 20) == places.name(("b", "c", 2, "d"))
    assert Position(2, 24) == places.value(("b", "c", 2, "d"))


def test_a_path_that_leads_nowhere_is_placed_at_its_last_existing_part() -> None:
    places = Places(b'{"a":{"b":1}}')

    assert places.value(("a",)) == places.value(("a", "x", 3))


def test_members_that_stand_twice_can_be_read_with_their_places() -> None:
    content = b'{"a": 1,\n "b": {"c": 2, "c": [3]},\n "a": {"d": 4, "d": 5},\n "a": 6}'

    value = loads_repeated(content, 1000)
    places = Places(content)

    assert {"a": 1, "b": {"c": 2}} == value
    assert isinstance(value, Members)
    assert ("a", "b", "a", "a") == value.names
    assert [(3, 2), (4, 2)] == [places.repeated(("a",), time) for time in (1, 2)]
    assert (2, 16) == places.repeated(("b", "c"), 1)
    assert (2, 13) == places.value(("b", "c"))
    assert (1, 7) == places.value(("a",))
