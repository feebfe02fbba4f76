"""Go's complaints about text that is not JSON, as its scanner words them."""

import json

import pytest

from sealwright.dialects.go_json_problems import END, syntax_problem


@pytest.mark.parametrize(
    "content",
    [b"{}", b"[]", b' {"a" : [1, -0.5e+7, true, false, null, "\\u00e9\\n"], "b": {}} \n', b"0", b'"\xff"'],
)
def test_json_is_not_complained_of(content: bytes) -> None:
    assert "" == syntax_problem(content)


@pytest.mark.parametrize("content", [b"", b" ", b"{", b"[1,", b'{"a"', b'"a', b'{"a":', b"[1"])
def test_text_that_ends_too_soon(content: bytes) -> None:
    assert END == syntax_problem(content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"nonsense", "'o' in literal null (expecting 'u')"),
        (b"trUe", "'U' in literal true (expecting 'u')"),
        (b"fals3", "'3' in literal false (expecting 'e')"),
        (b"yes", "'y' looking for beginning of value"),
        (b"{} x", "'x' after top-level value"),
        (b"{a: 1}", "'a' looking for beginning of object key string"),
        (b'{"a" 1}', "'1' after object key"),
        (b'{"a": 1 "b"}', "'\"' after object key:value pair"),
        (b'{"a": 1,}', "'}' looking for beginning of object key string"),
        (b"[1 2]", "'2' after array element"),
        (b"[1,]", "']' looking for beginning of value"),
        (b"]", "']' looking for beginning of value"),
        (b'["a\nb"]', "'\\n' in string literal"),
        (b'"\\x"', "'x' in string escape code"),
        (b'"\\u12g4"', "'g' in \\u hexadecimal character escape"),
        (b"-a", "'a' in numeric literal"),
        (b"1.e", "'e' after decimal point in numeric literal"),
        (b"1e+", "' ' in exponent of numeric literal"),
        (b"-", "' ' in numeric literal"),
        (b"1.", "' ' after decimal point in numeric literal"),
        (b"tr", "' ' in literal true (expecting 'u')"),
        (b'"\\', "' ' in string escape code"),
        (b'"\\u12', "' ' in \\u hexadecimal character escape"),
        (b"\xb2", "'²' looking for beginning of value"),
        (b"1ex", "'x' in exponent of numeric literal"),
        (b"01", "'1' after top-level value"),
        (b"'a'", "'\\'' looking for beginning of value"),
        (b"\xef\xbb\xbf{}", "'ï' looking for beginning of value"),
    ],
)
def test_what_is_wrong_is_said_as_go_says_it(content: bytes, problem: str) -> None:
    assert f"invalid character {problem}" == syntax_problem(content)


def test_nesting_deeper_than_go_allows() -> None:
    assert "" == syntax_problem(b"[" * 10_000 + b"]" * 10_000)
    assert END == syntax_problem(b"[" * 10_000)
    assert "invalid character '{' exceeded max depth" == syntax_problem(b"[" * 10_000 + b"{")


def test_it_agrees_with_python_on_what_is_json() -> None:
    for text in ('{"a": [1, {"b": null}]}', "[[], {}]", '{"a": "\\""}'):
        assert json.loads(text) is not None
        assert "" == syntax_problem(text.encode())
        assert all(syntax_problem(text[:end].encode()) for end in range(len(text)))
