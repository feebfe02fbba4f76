"""Verdicts and outcomes that anybody may have written: refused, or shown without harm in every form."""

import io
import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import media_types
from sealwright.cli import outcomes, verdict_text
from sealwright.client.envelopes import Envelope, judge_envelopes
from sealwright.repositories import fallback_tag
from sealwright.verdict import Verdict
from sealwright.workflow.naming import _FALLBACK_TAG
from sealwright.workflow.outcome import Outcome
from world import notary, pki
from world.home import statement

CHAIN = pki.chain("ec256")
NASTY = "a\x1b[2J\x9b\u2028\x7f\x00</failure>&\"'](x){y!r}"


def verdict(content: bytes) -> Verdict:
    return judge_envelopes(
        [Envelope(content, media_types.NOTARY_JWS, "under test")],
        notary.IMAGE,
        "registry.acme.example/net-monitor",
        policy={"version": "1.0", "trustPolicies": [statement()]},
        trust={"ca:acme": CHAIN.root},
        at=pki.NOW,
    )


ACCEPTED = json.loads(verdict(notary.signed(CHAIN)).to_json())
REFUSED = json.loads(verdict(b"{}").to_json())
LATE = json.loads(verdict(notary.signed(CHAIN, expiry=notary.SIGNED_AT + timedelta(hours=1))).to_json())
FAILURE = {"code": "usage.not-a-repository", "kind": "caller", "message": "no", "data": {"name": "x"}}
GOOD: tuple[dict[str, Any], ...] = (
    {"image": "a", "verdict": ACCEPTED},
    {"image": "b", "verdict": {**REFUSED, "platforms": [ACCEPTED]}},
    {"image": "c", "verdict": LATE},
    {"image": "d", "failure": FAILURE},
)
VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([NASTY, "verdict.x", "x.y", "", [], {}, "0001-01-01T00:00:00Z", "accepted", "failed"])
)


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A good outcome with up to three values changed, somewhere inside."""
    whole = json.loads(json.dumps(draw(st.sampled_from(GOOD))))
    for _ in range(draw(st.integers(1, 3))):
        value = whole
        while True:
            where = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
            inner = value[where]
            if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 9)) == 0:
                break
            value = inner
        value[where] = draw(VALUES)
    return json.dumps(whole).encode()


def written(form: str, outcome: Outcome) -> str:
    out = io.StringIO()
    outcomes.write(form, [outcome], out)
    return out.getvalue()


def require_showable(outcome: Outcome) -> None:
    if outcome.verdict is not None:
        assert all(line.isprintable() for line in verdict_text.lines(outcome.verdict))
    for form in outcomes.FORMATS:
        text = written(form, outcome)
        assert all(line.isprintable() for line in text.split("\n")), form
        if form == "junit":
            assert 1 == len(ET.fromstring(text).findall("./testsuite/testcase"))  # noqa: S314  # we wrote it
        else:
            json.loads(text)


@given(changed())
def test_any_outcome_that_is_read_can_be_shown(content: bytes) -> None:
    outcome = Outcome.from_json(content)
    if outcome is not None:
        assert outcome == Outcome.from_json(outcome.to_json())
        require_showable(outcome)


@pytest.mark.parametrize("where", ["reason", "statement", "name", "typed"])
def test_no_word_of_a_verdict_moves_the_cursor_or_ends_an_element(where: str) -> None:
    held = {**REFUSED, "subject": {**REFUSED["subject"]}, "platforms": [REFUSED]}
    (held["subject"] if where in held["subject"] else held)[where] = NASTY
    outcome = Outcome.from_json(json.dumps({"image": NASTY, "verdict": held}).encode())
    assert outcome is not None
    require_showable(outcome)


def test_no_word_of_a_failure_moves_the_cursor_or_ends_an_element() -> None:
    failure = dict.fromkeys(("code", "kind", "message", "hint"), NASTY) | {
        "notes": [NASTY],
        "data": {"a": NASTY},
    }
    outcome = Outcome.from_json(json.dumps({"image": NASTY, "failure": failure}).encode())
    assert outcome is not None
    require_showable(outcome)


def test_json_says_the_same_with_all_escaped_that_is_not_printable() -> None:
    outcome = Outcome.from_json(json.dumps({"image": NASTY, "verdict": REFUSED}).encode())
    assert outcome is not None
    assert json.loads(outcome.to_json()) == json.loads(written("jsonl", outcome))
    assert "\\u009b" in written("jsonl", outcome)
    odd = msgspec.structs.replace(outcome, image="\U000e0001")
    assert '"\\udb40\\udc01"' in written("jsonl", odd)
    assert "\U000e0001" == json.loads(written("jsonl", odd))["image"]


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_every_fallback_tag_is_known_as_one(algorithm: str) -> None:
    digest = notary.IMAGE.digest.of(b"x", algorithm)
    assert _FALLBACK_TAG.fullmatch(fallback_tag.tag_for(digest))
