"""Hypothesis strategies for hostile input: envelopes that are almost right.

`jws_envelopes` and `cose_envelopes` take a good envelope apart, change some of its members to anything at
all, and put it together again; `bytes_changed` changes, drops and adds bytes.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import cbor2
from hypothesis import strategies as st

NAMES = st.sampled_from(
    [
        "alg",
        "cty",
        "crit",
        "x5c",
        "targetArtifact",
        "mediaType",
        "digest",
        "size",
        "annotations",
        "io.cncf.notary.signingScheme",
        "io.cncf.notary.signingTime",
        "io.cncf.notary.authenticSigningTime",
        "io.cncf.notary.expiry",
        "io.cncf.notary.verificationPlugin",
        "io.cncf.notary.verificationPluginMinVersion",
        "io.cncf.notary.timestampSignature",
        "io.cncf.notary.signingAgent",
    ]
)
WORDS = NAMES | st.sampled_from(
    [
        "notary.x509",
        "notary.x509.signingAuthority",
        "PS256",
        "ES256",
        "none",
        "2026-11-19T12:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+23:59",
        "sha256:" + "0" * 64,
        "../..",
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20)
JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)
CBOR_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS | st.binary(max_size=20) | st.builds(cbor2.CBORTag, st.integers(0, 300), _SCALARS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.integers(-9, 40) | st.binary(max_size=3), inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.integers(0, 300), inner)
    ),
    max_leaves=8,
)


def _edited(
    draw: st.DrawFn, members: Mapping[Any, Any], names: st.SearchStrategy[Any], values: st.SearchStrategy[Any]
) -> dict[Any, Any]:
    """The members with up to three of them dropped, changed or added."""
    changed = dict(members)
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(sorted(changed, key=str)) | names) if changed else draw(names)
        if draw(st.booleans()):
            changed.pop(name, None)
        else:
            changed[name] = draw(values)
    return changed


def _url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _unurl(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@st.composite
def jws_envelopes(draw: st.DrawFn, good: bytes) -> bytes:
    """Almost the JWS envelope `good`."""
    members = json.loads(good)
    for part in ("protected", "payload"):
        if draw(st.booleans()):
            inner = json.loads(_unurl(members[part]))
            members[part] = _url(_dumped(_edited(draw, inner, WORDS, JSON_VALUES)))
    if draw(st.booleans()):
        members["header"] = _edited(draw, members["header"], WORDS, JSON_VALUES)
    if draw(st.booleans()):
        members = _edited(draw, members, WORDS, JSON_VALUES)
    return _dumped(members)


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


@st.composite
def cose_envelopes(draw: st.DrawFn, good: bytes) -> bytes:
    """Almost the COSE envelope `good`."""
    labels = WORDS | st.sampled_from([1, 2, 3, 33])
    tag = cbor2.loads(good)
    parts: list[Any] = list(tag.value)
    if draw(st.booleans()):
        parts[0] = cbor2.dumps(_edited(draw, _raw_times(cbor2.loads(parts[0])), labels, CBOR_VALUES))
    if draw(st.booleans()):
        parts[1] = _edited(draw, parts[1], labels, CBOR_VALUES)
    if draw(st.booleans()):
        parts[2] = _dumped(_edited(draw, json.loads(parts[2]), WORDS, JSON_VALUES))
    if draw(st.booleans()):
        index = draw(st.integers(0, 3))
        parts[index] = draw(CBOR_VALUES)
    number = draw(st.sampled_from([18, 18, 18, 98]))
    return cbor2.dumps(cbor2.CBORTag(number, parts))


def _raw_times(members: Mapping[Any, Any]) -> dict[Any, Any]:
    """The library reads times; they are to be written as they were."""
    return {
        label: cbor2.CBORTag(1, int(value.timestamp())) if hasattr(value, "timestamp") else value
        for label, value in members.items()
    }


@st.composite
def bytes_changed(draw: st.DrawFn, good: bytes) -> bytes:
    """The bytes `good` with up to four places changed."""
    changed = bytearray(good)
    edits: list[Callable[[int], None]] = [
        lambda at: changed.__setitem__(slice(at, at + 1), draw(st.binary(min_size=1, max_size=1))),
        lambda at: changed.__delitem__(slice(at, at + draw(st.integers(1, 40)))),
        lambda at: changed.__setitem__(slice(at, at), draw(st.binary(max_size=8))),
    ]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(len(changed) - 1, 0)))
        draw(st.sampled_from(edits))(at)
    return bytes(changed)
