"""What the dialects write in place of Go's libraries, held against these over thousands of texts."""

import random
import sys
from collections.abc import Iterator

import pytest

from peers.go_libraries import (
    BYTES,
    LETTERS,
    Answer,
    bytes_of,
    either,
    require_same,
    seeded,
    texts,
    whole,
    words_of,
)
from sealwright.dialects import (
    go_durations,
    go_json,
    go_json_problems,
    go_media_types,
    go_numbers,
    tabwriter,
)
from sealwright.dialects.go_text import quote, raw_quote

pytestmark = pytest.mark.peer("go-answers")

INTEGERS = (
    *("0", "1", "-1", "08", "0x", "0x_1f", "1_000", "1__0", "0b102", "0o17", "9223372036854775807", "+5"),
    *("٣",),
    *("9223372036854775808", "-9223372036854775808", "-9223372036854775809", "9" * 30 + "x", "9" * 5000),
    *("_1",),
)
DURATIONS = (
    *("0", "-0", "+0", "00", "1h", "1.5h", ".5m", "1.s", ".s", "1", "h", "-", "", "1h30m", "1h-30m", "1d"),
    *("µs1",),
    *("9223372036854775807ns", "9223372036854775808ns", "-9223372036854775808ns", "-9223372036854775809ns"),
    *("9223372036854775808x", "99999999999999999999x", "2562047h47m16.854775807s"),
    *("2562047h47m16.854775808s",),
    *("0." + "9" * 400 + "s", "9" * 5000 + "s", "0.1234567890123456789012s", "2562048h", "153722868m", "٣s"),
)


MEDIA_TYPES = [
    (text,)
    for text in (
        *(
            "",
            "a",
            "a/",
            "/b",
            "a/b/c",
            "a b/c",
            "a/b",
            " A/B ",
            "a/b;",
            "a/b; ",
            "a/b;c",
            "a/b;c=",
            "a/b;c=d",
        ),
        *("a/b; c = d", 'a/b;c="d;e"', 'a/b;c="d', 'a/b;c="d\\"e"', "a/b;c=d;c=d", "a/b;c=d;C=e", "a/b;;c=d"),
        *('a/b;c=""', 'a/b;c="d"x', "a/b;c=d x", "video/mp4/zoping", "text/plain; charset=utf-8", "é/b"),
    )
]


def test_quotes() -> None:
    every = [(chr(number),) for number in range(sys.maxunicode + 1) if number % 7 == 0 or number < 0x3000]
    require_same("quote", (one for one in every if _is_text(one[0])), lambda text: (quote(text),))
    require_same("quote", texts(4000), lambda text: (quote(text),))
    require_same("raw", texts(4000), lambda text: (raw_quote(text),))


def test_media_types() -> None:
    require_same("media", MEDIA_TYPES, lambda text: (go_media_types.problem(text),))
    pieces = ("a", "/", ";", "=", "x", " ", "\t", '"', "\\", "A", "*", ",", "é", "\xa0", "\r", "a/b", ";x=y")
    require_same("media", texts(6000, pieces), lambda text: (go_media_types.problem(text),))


def test_json_that_is_written() -> None:
    choice = seeded()
    questions = [[word for (word,) in texts_of(choice, 1 + choice.randrange(4))] for _ in range(2000)]
    require_same("text", questions, lambda name, *words: ("value", go_json.marshal({name: list(words)})))


def texts_of(choice: random.Random, count: int) -> Iterator[tuple[str]]:
    for _ in range(count):
        yield (whole(words_of(choice, LETTERS + BYTES, 8)),)


def test_complaints_about_json() -> None:
    pieces = (
        *('{"a":', "[", "]", "}", ",", ":", '"', '"b"', "\\", "\\u00e9", "\\u12", "\\n", "true", "fals"),
        *("null",),
        *("0", "1", "-", "-0.5e+7", "01", "1.", "1e", " ", "\n", "\t", "\x00", "\x1f", "é", "'", "\udcff"),
        *("\udcb2",),
        *("x", "NaN", "\ufeff", "\x7f"),
    )
    good = '{"a": [1, -0.5e+7, true, false, null, "\\u00e9\\n", {"b": {}, "c": []}], "d": "é"}'
    choice = seeded()
    changed = []
    for _ in range(3000):
        at = choice.randrange(len(good))
        changed.append((good[:at] + words_of(choice, pieces, 2) + good[at + choice.randrange(3) :],))
    deep = [("[" * depth,) for depth in (9_999, 10_000, 10_001)]
    bracketed = [("[" * depth + "]" * depth,) for depth in (10_000, 10_001)]
    require_same(
        "json",
        [*texts(6000, pieces), *changed, *deep, *bracketed],
        lambda text: (go_json_problems.syntax_problem(bytes_of(text)),),
    )


def test_numbers_and_booleans() -> None:
    digits = (
        "0",
        "1",
        "7",
        "9",
        "a",
        "F",
        "x",
        "X",
        "b",
        "o",
        "_",
        "-",
        "+",
        ".",
        " ",
        "9999999999",
        "é",
        "\udcff",
    )
    require_same(
        "integer",
        [*((one,) for one in INTEGERS), *texts(6000, digits, 8)],
        lambda text: either(go_numbers.parse_int, text),
    )
    require_same(
        "boolean",
        [*((one,) for one in ("1", "t", "T", "TRUE", "true", "True", "0", "f", "False", "tRUE", "yes", ""))],
        lambda text: either(go_numbers.parse_bool, text),
    )


def test_durations() -> None:
    pieces = (
        *("0", "1", "5", "9", "60", "1.5", ".25", ".", "h", "m", "s", "ms", "us", "µs", "μs", "ns", "d"),
        *("-", "+", " "),
        *("999999999", "9223372036854775807", "123456789012345678901", "é", "\n", '"', "\udcff", "\ufffd"),
        *("\x7f",),
    )
    require_same(
        "duration",
        [*((one,) for one in DURATIONS), *texts(8000, pieces, 6)],
        lambda text: either(go_durations.parse, text),
    )
    choice = seeded()
    amounts = [
        choice.randrange(-(10 ** choice.randrange(1, 19)), 10 ** choice.randrange(1, 19)) for _ in range(3000)
    ]
    require_same(
        "shown",
        [(str(one),) for one in (0, 1, -1, 10**9, 60 * 10**9, 2**63 - 1, -(2**63), *amounts)],
        lambda text: ("value", go_durations.text(int(text))),
    )


def test_tables() -> None:
    choice = seeded()
    cells = (
        *("", "a", "bb", "a longer cell", "é", "\u4e2d\u6587", "\udc80", "\U0001f512", " ", "<&>", "\t"),
        *("\n", "\v", "\f"),
    )
    tables = [
        [
            [words_of(choice, cells, 2) for _ in range(choice.randrange(5))]
            for _ in range(choice.randrange(1, 6))
        ]
        for _ in range(2000)
    ]
    questions = [
        (",".join(str(len(row)) for row in rows), *(whole(cell) for row in rows for cell in row))
        for rows in tables
    ]

    def ours(lengths: str, *cells: str) -> Answer:
        rows, rest = [], list(cells)
        for length in map(int, lengths.split(",")):
            rows.append(rest[:length])
            rest = rest[length:]
        return (tabwriter.table(rows),)

    require_same("table", questions, ours)


def _is_text(letter: str) -> bool:
    return not "\ud800" <= letter <= "\udfff"
