"""The flag grammar, and the block of a help text that lists flags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.dialects import go_durations, go_numbers, pflag
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_durations import SECOND
from sealwright.dialects.pflag import Flag

FLAGS = (
    Flag("key", "string", "name of the key", "k"),
    Flag("force", "bool", "replace what is there", "f"),
    Flag("yes", "bool", "do not ask", "y"),
    Flag("max", "int", "at most so many", default=100),
    Flag("expiry", "duration", "how long `TIME` it holds", "e"),
    Flag("meta", "stringArray", "a pair", "m"),
)


@pytest.mark.parametrize(
    ("typed", "values", "arguments"),
    [
        ("", {}, ()),
        ("a b", {}, ("a", "b")),
        ("--key=x a", {"key": "x"}, ("a",)),
        ("a --key x", {"key": "x"}, ("a",)),
        ("--key= a", {"key": ""}, ("a",)),
        ("--key=a=b", {"key": "a=b"}, ()),
        ("-k x", {"key": "x"}, ()),
        ("-kx", {"key": "x"}, ()),
        ("-k=x", {"key": "x"}, ()),
        ("-k=", {"key": "="}, ()),
        ("-k -f", {"key": "-f"}, ()),
        ("-fyk x a", {"force": True, "yes": True, "key": "x"}, ("a",)),
        ("-f=false", {"force": False}, ()),
        ("-yf=0", {"yes": True, "force": False}, ()),
        ("--force=T a", {"force": True}, ("a",)),
        ("--force false", {"force": True}, ("false",)),
        ("-f -- -y --key", {"force": True}, ("-y", "--key")),
        ("- a", {}, ("-", "a")),
        ("--max 0x10", {"max": 16}, ()),
        ("-e 1h30m", {"expiry": 5400 * SECOND}, ()),
        ("-m a -m b --meta=c,d", {"meta": ("a", "b", "c,d")}, ()),
        ("-k a -k b", {"key": "b"}, ()),
    ],
)
def test_what_is_typed_is_read(typed: str, values: dict[str, object], arguments: tuple[str, ...]) -> None:
    parsed = pflag.parse(FLAGS, typed.split())
    assert {
        "key": "",
        "force": False,
        "yes": False,
        "max": 100,
        "expiry": 0,
        "meta": (),
        **values,
    } == parsed.values
    assert frozenset(values) == parsed.changed
    assert arguments == parsed.arguments


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--nope", "unknown flag: --nope"),
        ("--nope=1", "unknown flag: --nope"),
        ("-x", "unknown shorthand flag: 'x' in -x"),
        ("-fxy", "unknown shorthand flag: 'x' in -xy"),
        ("--key", "flag needs an argument: --key"),
        ("-fk", "flag needs an argument: 'k' in -k"),
        ("---", "bad flag syntax: ---"),
        ("--=", "bad flag syntax: --="),
        (
            "-f=maybe",
            (
                'invalid argument "maybe" for "-f, --force" flag: '
                'strconv.ParseBool: parsing "maybe": invalid syntax'
            ),
        ),
        (
            "--max ten",
            'invalid argument "ten" for "--max" flag: strconv.ParseInt: parsing "ten": invalid syntax',
        ),
        ("-e x", 'invalid argument "x" for "-e, --expiry" flag: time: invalid duration "x"'),
    ],
)
def test_what_cannot_be_read_is_told_as_pflag_tells_it(typed: str, said: str) -> None:
    with pytest.raises(Fault) as caught:
        pflag.parse(FLAGS, typed.split())
    assert said == str(caught.value)


def test_flags_are_listed_sorted_and_aligned_with_their_defaults() -> None:
    flags = (
        *FLAGS,
        Flag("hidden", "string", "not shown", hidden=True),
        Flag("form", "string", "one of\ntwo", default="jws"),
        Flag("keep", "bool", "keep it", default=True),
        Flag("wait", "duration", "wait", default=90 * SECOND),
        Flag("also", "stringArray", "more", default=("a", "b")),
        Flag("odd", "string", "one ` alone"),
    )
    assert (
        "      --also stringArray   more (default [a,b])\n"
        "  -e, --expiry TIME        how long TIME it holds\n"
        "  -f, --force              replace what is there\n"
        "      --form string        one of\n"
        '                           two (default "jws")\n'
        "      --keep               keep it (default true)\n"
        "  -k, --key string         name of the key\n"
        "      --max int            at most so many (default 100)\n"
        "  -m, --meta stringArray   a pair\n"
        "      --odd string         one ` alone\n"
        "      --wait duration      wait (default 1m30s)\n"
        "  -y, --yes                do not ask\n"
    ) == pflag.usages(flags)


def test_no_flags_are_listed_as_nothing() -> None:
    assert "" == pflag.usages(())


@pytest.mark.parametrize(
    ("typed", "nanoseconds"),
    [
        *(
            ("0", 0),
            ("-0", 0),
            ("+5s", 5 * SECOND),
            ("1.5h", 5400 * SECOND),
            (".5s", SECOND // 2),
            ("5.s", 5 * SECOND),
        ),
        *(
            ("1h2m3s4ms5us6ns", 3723004005006),
            ("-1m", -60 * SECOND),
            ("1µs", 1000),
            ("1μs", 1000),
            ("0.3h", 1080 * SECOND),
        ),
        *(("9223372036854775807ns", 2**63 - 1), ("-9223372036854775808ns", -(2**63))),
    ],
)
def test_a_duration_is_read_as_go_reads_it(typed: str, nanoseconds: int) -> None:
    assert nanoseconds == go_durations.parse(typed)


@pytest.mark.parametrize("typed", ["", "-", "s", ".s", "1", "1x", "1h2", "9223372036854775808ns", "3000000h"])
def test_other_durations_are_refused(typed: str) -> None:
    with pytest.raises(Fault, match=r"^time: "):
        go_durations.parse(typed)


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        *(
            (0, "0s"),
            (1, "1ns"),
            (1500, "1.5µs"),
            (2_000_000, "2ms"),
            (SECOND, "1s"),
            (SECOND * 3 // 2, "1.5s"),
        ),
        *(
            (60 * SECOND, "1m0s"),
            (3600 * SECOND, "1h0m0s"),
            (3661 * SECOND + 1, "1h1m1.000000001s"),
            (-SECOND, "-1s"),
        ),
    ],
)
def test_a_duration_is_printed_as_go_prints_it(nanoseconds: int, text: str) -> None:
    assert text == go_durations.text(nanoseconds)


@given(st.integers(0, 2**52))
def test_what_is_printed_of_a_duration_is_read_as_the_same(nanoseconds: int) -> None:
    text = go_durations.text(nanoseconds)
    assert text == go_durations.text(go_durations.parse(text))


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_number_of_64_bits_is_read(number: int) -> None:
    sign, amount = "-" if number < 0 else "", abs(number)
    for text in (str(amount), hex(amount), bin(amount), oct(amount), f"0{amount:o}", f"{amount:_}"):
        assert number == go_numbers.parse_int(sign + text)


@pytest.mark.parametrize(
    "text",
    [
        *("9223372036854775808", "-9223372036854775809", "0xFFFFFFFFFFFFFFFFF", "9" * 5000, "0b" + "1_" * 65),
        *("99999999999999999999 and more", "+07777777777777777777777777"),
    ],
)
def test_greater_numbers_are_out_of_range(text: str) -> None:
    with pytest.raises(Fault) as caught:
        go_numbers.parse_int(text)
    assert f'strconv.ParseInt: parsing "{text}": value out of range' == str(caught.value)


def test_zeros_before_a_number_count_for_nothing() -> None:
    assert 7 == go_numbers.parse_int("0" * 5000 + "7")
    assert 7 * SECOND == go_durations.parse("0" * 5000 + "7.s")


def test_a_fraction_may_have_any_number_of_digits() -> None:
    assert SECOND == go_durations.parse("0." + "9" * 5000 + "s")  # in floats, as Go counts
    assert 0 == go_durations.parse("0." + "0" * 5000 + "1s")


@pytest.mark.parametrize("text", ["9" * 5000 + "s", "9223372036854775809x", "2562047h47m16.854775808s"])
def test_durations_that_do_not_fit_are_invalid(text: str) -> None:
    with pytest.raises(Fault) as caught:
        go_durations.parse(text)
    assert f'time: invalid duration "{text}"' == str(caught.value)


@given(st.lists(st.text(max_size=6), max_size=5))
def test_whatever_is_typed_is_read_or_refused_with_a_text(words: list[str]) -> None:
    try:
        parsed = pflag.parse(FLAGS, words)
    except Fault as fault:
        assert "" != str(fault)
    else:
        assert len(parsed.arguments) <= len(words)
