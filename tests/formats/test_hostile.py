"""Whatever comes: a reason why it is no signature, or a judgement. Never anything else."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from sealwright import media_types, reasons
from sealwright.errors import MalformedSignatureError
from sealwright.formats import table
from sealwright.formats.notary import manifest
from world import notary, pki

CHAIN = pki.chain("ec256")
GOOD = {envelope: notary.signed(CHAIN, envelope, user_metadata={"k": "v"}) for envelope in notary.ENVELOPES}
JWS, COSE = GOOD[media_types.NOTARY_JWS], GOOD[media_types.NOTARY_COSE]
MANIFEST = manifest.write(notary.IMAGE, notary.IMAGE, ["ab"], pki.NOW)
TRUST = notary.trusting(CHAIN.root)


def endure(content: bytes, envelope: str) -> None:
    try:
        signature = table.parse(notary.stored(content, envelope))
    except MalformedSignatureError as error:
        assert error.code.startswith("parse.")
        assert str(error)
        return
    judged = signature.judge(notary.SUBJECT, notary.rule(), "policy:1", TRUST, pki.NOW)
    assert judged is not None
    for check in judged.judgement.checks:
        if check.reason:
            assert reasons.sentence(check.reason, check.data)
    assert msgspec.json.encode(judged.judgement, enc_hook=str)
    assert msgspec.json.encode(signature.summary, enc_hook=str)
    if judged.judgement.counts:
        assert notary.IMAGE.digest == signature.summary.payload.digest
        assert notary.SIGNED_AT == signature.summary.signing_time


@given(strategies.jws_envelopes(JWS))
def test_a_hostile_jws_is_refused_or_judged(content: bytes) -> None:
    endure(content, media_types.NOTARY_JWS)


@given(strategies.cose_envelopes(COSE))
def test_a_hostile_cose_is_refused_or_judged(content: bytes) -> None:
    endure(content, media_types.NOTARY_COSE)


@given(st.sampled_from(notary.ENVELOPES), st.data())
@settings(max_examples=200)
def test_changed_bytes_are_refused_or_judged(envelope: str, data: st.DataObject) -> None:
    endure(data.draw(strategies.bytes_changed(GOOD[envelope])), envelope)


@given(st.sampled_from(notary.ENVELOPES), st.binary(max_size=200))
def test_any_bytes_are_refused_or_judged(envelope: str, content: bytes) -> None:
    endure(content, envelope)


@given(strategies.bytes_changed(MANIFEST))
def test_a_hostile_manifest_is_refused_or_read(content: bytes) -> None:
    try:
        manifest.read(content)
    except MalformedSignatureError as error:
        assert error.code.startswith("parse.")
