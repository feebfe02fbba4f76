"""Quoting, times, system errors, names and JSON as Go writes them."""

import errno
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from sealwright.dialects import go_text
from sealwright.dialects.go_json import marshal, sorted_map
from sealwright.dialects.go_names import name_text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        *(
            ("", '""'),
            ("a b", '"a b"'),
            ('"\\', '"\\"\\\\"'),
            ("'", '"\'"'),
            ("\a\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'),
        ),
        *(
            ("\0\x1f\x7f", '"\\x00\\x1f\\x7f"'),
            ("\x80\xa0\u200b", '"\\u0080\\u00a0\\u200b"'),
            ("é√😀", '"é√😀"'),
        ),
        *(("\U000e0001", '"\\U000e0001"'), ("a\udcff", '"a\\xff"')),
    ],
)
def test_strings_are_quoted_as_strconv_quotes_them(text: str, quoted: str) -> None:
    assert quoted == go_text.quote(text)


def test_a_character_stands_in_single_quotes() -> None:
    assert ["'x'", "'\\''", "'\"'", "'\\n'"] == [go_text.quote_rune(one) for one in "x'\"\n"]


def test_backquotes_hold_what_they_can() -> None:
    assert '`a"\\b\té`' == go_text.raw_quote('a"\\b\té')
    for text in ("a`b", "a\nb", "\ufeff", "\x7f", "\udc80"):
        assert go_text.quote(text) == go_text.raw_quote(text)


def test_texts_in_errors_about_times_are_quoted_byte_by_byte() -> None:
    assert '"a\\"\\\\\\x0a\\xc3\\xa9~"' == go_text.plain_quote('a"\\\né~')


@pytest.mark.parametrize(
    ("number", "words"),
    [
        *((errno.ENOENT, "no such file or directory"), (errno.EACCES, "permission denied")),
        *((errno.EISDIR, "is a directory"), (errno.EXDEV, "invalid cross-device link")),
    ],
)
def test_system_errors_are_told_in_gos_words(number: int, words: str) -> None:
    error = OSError(number, os.strerror(number))
    assert f"open /x: {words}" == go_text.os_error("open", Path("/x"), error)


def test_an_error_without_a_number_is_told_in_its_own_words() -> None:
    assert "stat x: strange" == go_text.os_error("stat", "x", OSError("Strange"))


AT = datetime(2025, 1, 2, 10, 17, 46, tzinfo=timezone(timedelta(hours=1)))


def test_times_are_written_in_gos_layouts_and_in_utc() -> None:
    assert "Thu Jan  2 09:17:46 2025" == go_text.ansic(AT)
    assert "Thu, 02 Jan 2025 09:17:46 +0000" == go_text.rfc1123z(AT)
    assert "2025-01-02T09:17:46Z" == go_text.rfc3339(AT)
    assert "2025-01-02 09:17:46 +0000 UTC" == go_text.printed(AT)


def test_fractions_of_a_second_have_no_trailing_zeros() -> None:
    at = AT.replace(microsecond=120_000)
    assert "2025-01-02T09:17:46.12Z" == go_text.rfc3339(at)
    assert "2025-01-02 09:17:46.12 +0000 UTC" == go_text.printed(at)


def test_years_have_four_digits() -> None:
    assert "0999-12-31T00:00:00Z" == go_text.rfc3339(datetime(999, 12, 31, tzinfo=UTC))


def test_json_is_escaped_as_go_does() -> None:
    value = {
        "z": "<a> & \u2028\u2029 é\n\x01\x7f",
        "list": [1, True, None],
        "empty": {},
        "none": [],
        "bad": "\udcff",
    }
    assert (
        '{"z":"\\u003ca\\u003e \\u0026 \\u2028\\u2029 é\\n\\u0001\x7f",'
        '"list":[1,true,null],"empty":{},"none":[],"bad":"\\ufffd"}'
    ) == marshal(value)
    assert '{\n  "a": [\n    1\n  ],\n  "b": {}\n}' == marshal({"a": (1,), "b": {}}, 2)


def test_members_of_maps_are_sorted_by_their_bytes() -> None:
    assert ["A", "a", "b", "é", "\uffff", "😀"] == [
        *sorted_map({"😀": 1, "é": 1, "b": 1, "a": 1, "A": 1, "\uffff": 1})
    ]


def name(*pairs: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value, _validate=False) for oid, value in pairs])


def test_a_name_has_gos_order_whatever_the_certificates_is() -> None:
    made = name(
        (NameOID.COMMON_NAME, "first"),
        (NameOID.EMAIL_ADDRESS, "a@b.c"),
        (NameOID.COUNTRY_NAME, "GB"),
        (NameOID.STATE_OR_PROVINCE_NAME, "WA"),
        (NameOID.ORGANIZATION_NAME, "Acme, Inc"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "x"),
        (NameOID.ORGANIZATION_NAME, "Zed"),
        (NameOID.COMMON_NAME, "a b"),
        (NameOID.USER_ID, "7"),
        (NameOID.LOCALITY_NAME, " #x "),
        (NameOID.SERIAL_NUMBER, "#1"),
        (NameOID.DOMAIN_COMPONENT, "dc"),
    )
    assert (
        "SERIALNUMBER=\\#1,CN=a b,OU=x,O=Acme\\, Inc+O=Zed,L=\\ #x\\ ,ST=WA,C=GB,"
        "0.9.2342.19200300.100.1.25=#13026463,0.9.2342.19200300.100.1.1=#130137,"
        "1.2.840.113549.1.9.1=#0c056140622e63"
    ) == name_text(made)


def test_a_long_value_that_go_does_not_know_has_a_long_length() -> None:
    assert "0.9.2342.19200300.100.1.1=#1381c8" + "78" * 200 == name_text(name((NameOID.USER_ID, "x" * 200)))
    assert "0.9.2342.19200300.100.1.1=#1382012c" + "78" * 300 == name_text(name((NameOID.USER_ID, "x" * 300)))


def test_a_value_of_bits_is_written_as_its_bytes() -> None:
    bits = x509.NameAttribute(NameOID.X500_UNIQUE_IDENTIFIER, b"\x01\x02", x509.name._ASN1Type.BitString)
    assert "2.5.4.45=#04020102" == name_text(x509.Name([bits]))
