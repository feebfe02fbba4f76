"""Payloads of simple signatures: what skopeo takes is taken, what it refuses is refused."""

import json
from typing import Any

import pytest

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError, UsageError
from sealwright.formats.simple import payload
from sealwright.formats.simple.payload import Payload

DIGEST = "sha256:" + "ab" * 32


def whole(**optional: object) -> dict[str, Any]:
    return {
        "critical": {
            "identity": {"docker-reference": "example/app:v1"},
            "image": {"docker-manifest-digest": DIGEST},
            "type": "atomic container signature",
        },
        "optional": optional,
    }


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def problem(content: bytes) -> str:
    with pytest.raises(MalformedSignatureError) as caught:
        payload.read(content)
    assert "parse.simple-payload-malformed" == caught.value.code
    return str(caught.value.data["problem"])


@pytest.mark.parametrize(
    ("optional", "creator", "timestamp"),
    [
        ({}, None, None),
        ({"creator": "atomic 5.23.1", "timestamp": 1795213621}, "atomic 5.23.1", 1795213621),
        ({"timestamp": 1.0}, None, 1),
        ({"timestamp": 1e9}, None, 10**9),
        ({"unknown": {"nested": [1, {"a": None}]}}, None, None),
    ],
)
def test_what_skopeo_takes_is_taken(
    optional: dict[str, object], creator: str | None, timestamp: int | None
) -> None:
    expected = Payload("example/app:v1", DIGEST, creator, timestamp)
    assert expected == payload.read(encoded(whole(**optional)))
    pretty = b"\n\t " + json.dumps(whole(**optional), indent=3).encode().replace(b"/", b"\\/") + b"\n"
    assert expected == payload.read(pretty)


def without(*path: str) -> bytes:
    value = whole()
    inner = value
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return encoded(value)


def having(value: object, *path: str) -> bytes:
    changed = whole()
    inner = changed
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return encoded(changed)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (without("optional"), "the payload lacks the member 'optional'"),
        (without("critical"), "the payload lacks the member 'critical'"),
        (without("critical", "type"), "critical lacks the member 'type'"),
        (having(1, "x"), "the payload has the member 'x'"),
        (having({}, "Critical"), "the payload has the member 'Critical'"),
        (having(1, "critical", "x"), "critical has the member 'x'"),
        (having(1, "critical", "identity", "x"), "critical.identity has the member 'x'"),
        (having(1, "critical", "image", "x"), "critical.image has the member 'x'"),
        (having([], "critical"), "critical is not an object"),
        (having(None, "optional"), "optional is not an object"),
        (having(1, "critical", "identity", "docker-reference"), "docker-reference is not a text"),
        (having(None, "critical", "image", "docker-manifest-digest"), "digest is not a text"),
        (
            having("cosign container image signature", "critical", "type"),
            "critical.type is 'cosign container image signature'",
        ),
        (having(1, "optional", "creator"), "optional.creator is not a text"),
        (having("1", "optional", "timestamp"), "optional.timestamp is not a number"),
        (having(True, "optional", "timestamp"), "optional.timestamp is not a number"),  # noqa: FBT003  # a value
        (having(1.5, "optional", "timestamp"), "optional.timestamp is not an integer"),
        (having(1e300, "optional", "timestamp"), "optional.timestamp is not an integer"),
        (b'{"critical":{},"critical":{}}', 'the member "critical" stands twice'),
        (encoded(whole()) + b"x", "extra data"),
        (b"\xef\xbb\xbf" + encoded(whole()), "expecting value"),
        (b"[]", "the payload is not an object"),
        (b"\xff", "not UTF-8 text"),
        (b" " * (limits.SIMPLE_PAYLOAD_BYTES + 1), f"larger than {limits.SIMPLE_PAYLOAD_BYTES} bytes"),
    ],
)
def test_what_skopeo_refuses_is_refused(content: bytes, expected: str) -> None:
    assert problem(content).endswith(expected)


def replaced(old: bytes, new: bytes) -> bytes:
    return encoded(whole()).replace(old, new)


ODD = [
    (encoded(whole(timestamp=-5)), "optional.timestamp is before 1970"),
    (encoded(whole(timestamp=-1.0)), "optional.timestamp is before 1970"),
    (encoded(whole(timestamp=None)), "optional.timestamp is null"),
    (encoded(whole(creator=None)), "optional.creator is null"),
    (replaced(b'"optional": {}', b'"optional": {"a": {"b": 1, "b": 2}}'), "a member stands twice"),
    (replaced(b'"optional": {}', b'"optional": {"a": [{"b": {"c": 1, "c": 2}}]}'), "a member stands twice"),
    (replaced(b'"optional": {}', b'"optional": {"a": "\xff"}'), "not UTF-8 text"),
]


@pytest.mark.parametrize(("content", "odd"), ODD)
def test_what_only_lenient_reading_takes_is_named(content: bytes, odd: str) -> None:
    assert (odd,) == payload.read(content, lenient=True).odd
    assert problem(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + encoded(whole()),
        b" " * (limits.SIMPLE_PAYLOAD_BYTES + 1),
        b"[" * 20_000,
        replaced(b'"optional": {}', b'"optional": {"creator": "a", "creator": "a"}'),
        replaced(b'"critical": {', b'"critical": {"type": "x", '),
        replaced(b'"optional": {}', b'"optional": {"a": NaN}'),
        replaced(b'"optional": {}', b'"optional": {"timestamp": 1e999}'),
        encoded(whole()) + b"x",
    ],
)
def test_lenient_reading_refuses_what_skopeo_refuses(content: bytes) -> None:
    with pytest.raises(MalformedSignatureError):
        payload.read(content, lenient=True)


def test_a_payload_is_written_as_skopeo_writes_it() -> None:
    made = payload.write("127.0.0.1:5000/ns/app:v1", Digest(DIGEST), "atomic 5.23.1", 1795213621)

    expected = (
        b'{"critical":{"identity":{"docker-reference":"127.0.0.1:5000/ns/app:v1"},"image":{"docker-manifest-digest":'
        b'"'
        + DIGEST.encode()
        + b'"},"type":"atomic container signature"},"optional":{"creator":"atomic 5.23.1",'
        b'"timestamp":1795213621}}'
    )
    assert expected == made
    assert Payload("127.0.0.1:5000/ns/app:v1", DIGEST, "atomic 5.23.1", 1795213621) == payload.read(made)


def test_no_payload_is_written_over_a_digest_that_nobody_would_compare() -> None:
    with pytest.raises(UsageError) as caught:
        payload.write("example/app:v1", Digest("sha512:" + "ab" * 64), "x", 0)
    assert "signing.digest-not-sha256" == caught.value.code


def test_members_that_stand_twice_are_refused_at_every_depth() -> None:
    content = encoded(whole()).replace(b'"optional": {}', b'"optional": {"a": {"b": 1, "b": 2}}')
    assert 'the member "b" stands twice' == problem(content)
