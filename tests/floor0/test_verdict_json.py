from datetime import UTC, datetime

import msgspec
import pytest

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError
from sealwright.signature import Unreadable
from sealwright.verdict import (
    Check,
    Judgement,
    PolicyUsed,
    SignatureReport,
    Verdict,
    VerdictSubject,
    encoded,
)

DIGEST = Digest.of(b"{}")
VERDICT = Verdict(
    subject=VerdictSubject("acme:v1", "docker.io/library/acme", "docker", Descriptor("a/b", DIGEST, 2)),
    at=datetime(2026, 11, 20, 12, 0, 0, 250, tzinfo=UTC),
    policy=PolicyUsed("notation", "trustpolicy.json", DIGEST),
    statement="all",
    decision="refused",
    reason="verdict.none-counts",
    data={"statement": "all", "count": 1},
    signatures=(
        SignatureReport(
            "notary",
            "here",
            DIGEST,
            judgements=(Judgement("policy:1", "", (Check("parse", "enforce", "passed"),), counts=False),),
        ),
    ),
    unreadable=(Unreadable("there", "parse.manifest-kind", {"kind": "none"}),),
)


def test_a_verdict_is_the_same_after_its_json_form_is_read_again() -> None:
    whole = msgspec.structs.replace(VERDICT, platforms=(VERDICT,), reused_at=VERDICT.at)
    again = Verdict.from_json(whole.to_json())

    assert whole == again
    assert Digest is type(again.subject.descriptor.digest)
    assert "docker.io/library/acme@" + DIGEST == again.pinned


def test_bytes_of_file_names_that_are_no_text_are_escaped() -> None:
    odd = msgspec.structs.replace(VERDICT, policy=PolicyUsed("notation", "\udcff.json", DIGEST))

    assert "\\udcff.json" == Verdict.from_json(odd.to_json()).policy.origin
    assert VERDICT == msgspec.structs.replace(Verdict.from_json(odd.to_json()), policy=VERDICT.policy)
    assert b'{"\\\\ud800":["\\\\udcff",1]}' == encoded({"\ud800": ("\udcff", 1)})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"sha256:", b"sha1:"),
        (b'"size":2', b'"size":"2"'),
        (b'"at":"2026-11-20T12:00:00.000250Z"', b'"at":"2026-11-20T12:00:00"'),
        (b"/verdict/1", b"/verdict/2"),
        (b'"refused"', b'"perhaps"'),
        (b"all", b"\xff"),
        (b"}", b""),
        (b'"platforms":[]', b'"platforms":' + b'[{"platforms":' * 100_000),
        (b'"count":1', b'"count":' + b"[" * 100_000),
    ],
)
def test_what_is_no_verdict_is_refused(old: bytes, new: bytes) -> None:
    content = VERDICT.to_json()

    with pytest.raises(MalformedContentError) as caught:
        Verdict.from_json(content.replace(old, new))

    assert "verdict.malformed" == caught.value.code
