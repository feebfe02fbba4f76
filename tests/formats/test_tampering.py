"""Each byte of what is signed is changed, and each change is refused by the stage that is to notice it."""

from collections import Counter

import pytest

from formats import tampering
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary import signature
from sealwright.formats.notary.attributes import UnsignedAttributes
from sealwright.verdict import Judgement
from world import notary, pki

EXPECTED = {
    "protected": {"parse", "integrity"},
    "payload": {"parse", "integrity"},
    "signature": {"integrity"},
    "certificate": {"parse", "integrity"},
}
"""Region to the stages that may refuse a change in it."""


def verdict(content: bytes, envelope: str, root: bytes) -> tuple[str, Judgement | None]:
    """The stage that refuses an envelope, and its judgement if it could be read. Empty: nothing refuses."""
    try:
        parsed = signature.parse(notary.stored(content, envelope))
    except MalformedSignatureError as error:
        assert str(error)
        return error.code.partition(".")[0], None
    judged = parsed.judge(notary.SUBJECT, notary.rule(), "policy:1", notary.trusting(root), pki.NOW)
    assert judged is not None
    failure = judged.judgement.failure
    assert judged.judgement.counts is (failure is None)
    if failure is None:
        return "", judged.judgement
    assert failure.name == failure.reason.partition(".")[0]
    return failure.name, judged.judgement


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
@pytest.mark.parametrize(("kind", "step"), [("ec256", 1), ("rsa2048", 3)])
def test_no_changed_byte_of_what_is_signed_goes_unnoticed(kind: str, step: int, envelope: str) -> None:
    chain = pki.chain(kind)
    content = notary.signed(chain, envelope, user_metadata={"k": "v"})
    assert "" == verdict(content, envelope, chain.root)[0]
    seen: Counter[tuple[str, str]] = Counter()
    for region, offset, changed in tampering.tampered(content, envelope, step):
        if region.startswith("unsigned "):
            continue
        stage, judgement = verdict(changed, envelope, chain.root)
        place = region.partition(" ")[0]
        assert stage in EXPECTED[place], f"{region} at {offset}: {stage or 'accepted'}"
        seen[place, stage] += 1
        if judgement is not None:
            later = judgement.checks[2:]
            assert {"not_reached"} == {check.outcome for check in later}
    assert {*tampering.SIGNED_REGIONS} == {place for place, _ in seen}
    assert seen["payload", "integrity"]
    assert seen["certificate", "integrity"]
    assert seen["protected", "integrity"]


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
def test_changed_bytes_of_unsigned_attributes_change_no_verdict(envelope: str) -> None:
    chain = pki.chain("ec256")
    unsigned = UnsignedAttributes(agent="sealwright/1.0", timestamp=bytes(range(40)))
    content = notary.crafted(chain, envelope, unsigned=unsigned)
    before = verdict(content, envelope, chain.root)
    listed = Counter[str]()
    for region, _, changed in tampering.tampered(content, envelope):
        if region.startswith("unsigned "):
            assert before == verdict(changed, envelope, chain.root)
            listed[region] += 1
    assert {
        "unsigned io.cncf.notary.signingAgent": len(unsigned.agent),
        "unsigned io.cncf.notary.timestampSignature": len(unsigned.timestamp),
    } == listed


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
def test_certificates_of_others_with_the_same_names_are_refused(envelope: str) -> None:
    """The whole chain exchanged for one of the same names and other keys: integrity, not authenticity."""
    chain, other = pki.chain("ec256", 2), pki.chain("ec256", 2, issuer_kind="ec384")
    mixed = chain._replace(certificates=(other.certificates[0], chain.root))
    content = notary.crafted(mixed, envelope)
    assert "integrity" == verdict(content, envelope, chain.root)[0]
