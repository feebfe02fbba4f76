"""WWW-Authenticate, as servers really write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright.repositories.challenge import Challenge, parse

BEARER = {"realm": "https://auth.example/token", "service": "reg", "scope": "repository:a/b:pull,push"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", []),
        ("Basic", [("basic", {})]),
        ('Basic realm="Registry Realm"', [("basic", {"realm": "Registry Realm"})]),
        (
            'Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull,push"',
            [("bearer", BEARER)],
        ),
        (
            'Bearer realm = "https://auth.example/token" , service="reg" , scope="repository:a/b:pull,push"',
            [("bearer", BEARER)],
        ),
        ('BEARER Realm="x"', [("bearer", {"realm": "x"})]),
        (
            "Bearer realm=https://auth.example/token,service=reg",
            [("bearer", {"realm": "https://auth.example/token", "service": "reg"})],
        ),
        (
            'Basic realm="a, b", Bearer realm="c",error="insufficient_scope"',
            [("basic", {"realm": "a, b"}), ("bearer", {"realm": "c", "error": "insufficient_scope"})],
        ),
        ('Negotiate, Basic realm="x"', [("negotiate", {}), ("basic", {"realm": "x"})]),
        (r'Basic realm="say \"hi\" \\ there"', [("basic", {"realm": r'say "hi" \ there'})]),
        ('Bearer realm="first",realm="second"', [("bearer", {"realm": "first"})]),
        ("Bearer realm=", [("bearer", {"realm": ""})]),
        ('realm="nobody asked"', []),
        ('Bearer realm="unfinished', [("bearer", {"realm": ""}), ("unfinished", {})]),
        (", ,;\x01 Basic", [("basic", {})]),
    ],
)
def test_challenges_are_read(value: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert tuple(Challenge(scheme, parameters) for scheme, parameters in expected) == parse(value)


def test_no_more_challenges_are_read_than_anybody_sends() -> None:
    assert 16 == len(parse(",".join(f"s{n}" for n in range(1000))))


@given(st.text(alphabet='aB =",\\;:/\t\x00é', max_size=60))
def test_anything_can_be_read(value: str) -> None:
    for challenge in parse(value):
        assert challenge.scheme == challenge.scheme.lower()
