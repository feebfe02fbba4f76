from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from sealwright import media_types
from sealwright.errors import InternalError, KeyUnavailableError, MalformedSignatureError, UsageError
from sealwright.formats.notary import signing
from sealwright.formats.notary.envelope import codec
from sealwright.formats.orders import Prepared
from world import notary, pki

CHAIN = pki.chain("ec256")


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
@pytest.mark.parametrize("kind", pki.KINDS)
def test_what_is_signed_verifies_with_every_kind_of_key(kind: str, envelope: str) -> None:
    chain = pki.chain(kind)
    judgement = notary.judged(notary.signed(chain, envelope), envelope, notary.trusting(chain.root))
    assert judgement.counts
    assert judgement.authentic


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
@pytest.mark.parametrize("length", [1, 2, 4])
def test_what_is_signed_verifies_with_chains_of_any_length(length: int, envelope: str) -> None:
    chain = pki.chain("ec384", length)
    assert notary.judged(notary.signed(chain, envelope), envelope, notary.trusting(chain.root)).counts


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
def test_a_prepared_signature_can_be_saved_and_finished_later(envelope: str) -> None:
    prepared = signing.prepare(notary.order(envelope), CHAIN.certificates)
    saved = msgspec.msgpack.encode(prepared)
    loaded = msgspec.msgpack.decode(saved, type=Prepared)
    assert prepared == loaded
    content = signing.assemble(loaded, CHAIN.sign(loaded.message, CHAIN.algorithm))
    assert notary.judged(content, envelope, notary.trusting(CHAIN.root)).counts


def test_times_are_cut_to_whole_seconds_in_utc() -> None:
    local = notary.SIGNED_AT.astimezone(timezone(timedelta(hours=2))).replace(microsecond=999_999)
    expiry = local + timedelta(days=1)
    read = codec(media_types.NOTARY_JWS).read(notary.signed(CHAIN, signed_at=local, expiry=expiry))
    assert notary.SIGNED_AT == read.attributes.signing_time
    assert notary.SIGNED_AT + timedelta(days=1) == read.attributes.expiry
    assert ("io.cncf.notary.signingScheme", "io.cncf.notary.expiry") == read.attributes.critical


def test_a_time_without_a_zone_is_our_own_fault() -> None:
    with pytest.raises(InternalError):
        signing.prepare(notary.order(signed_at=datetime(2026, 11, 20)), CHAIN.certificates)  # noqa: DTZ001  # on purpose


@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=-1), timedelta(milliseconds=900)])
def test_an_expiry_is_later_than_the_signing_by_a_second(later: timedelta) -> None:
    with pytest.raises(UsageError) as caught:
        signing.prepare(notary.order(expiry=notary.SIGNED_AT + later), CHAIN.certificates)
    assert "signing.expiry-not-after-signing" == caught.value.code
    assert str(caught.value)


def test_metadata_joins_the_payload() -> None:
    content = notary.signed(CHAIN, user_metadata={"io.example.build": "42"})
    evidence = notary.trusting(CHAIN.root)
    asked = {"io.example.build": "42"}
    assert notary.judged(content, media_types.NOTARY_JWS, evidence, metadata=asked).counts
    with pytest.raises(UsageError):
        notary.signed(CHAIN, user_metadata={"io.cncf.notary.x": "1"})


@pytest.mark.parametrize("agent", ["", "sealwright/1"])
@pytest.mark.parametrize("envelope", notary.ENVELOPES)
def test_the_agent_is_named_if_there_is_one(envelope: str, agent: str) -> None:
    assert agent == codec(envelope).read(notary.signed(CHAIN, envelope, agent=agent)).unsigned.agent


@pytest.mark.parametrize(
    ("certificates", "code"),
    [
        ((), "certificate.chain-empty"),
        (CHAIN.certificates[:2], "certificate.root-not-self-signed"),
        ((b"x",), "certificate.malformed"),
        (pki.chain("ec256", leaf={"usages": None}).certificates, "certificate.key-usage-missing"),
        (
            pki.chain("ec256", leaf={"not_after": notary.SIGNED_AT - timedelta(days=1)}).certificates,
            "certificate.not-valid-at-signing",
        ),
    ],
)
def test_no_key_is_asked_for_a_chain_that_nobody_would_accept(certificates: Any, code: str) -> None:
    with pytest.raises(KeyUnavailableError) as caught:
        signing.prepare(notary.order(), certificates)
    assert code == caught.value.code
    assert str(caught.value)


def test_there_are_two_kinds_of_envelope() -> None:
    with pytest.raises(MalformedSignatureError) as caught:
        signing.prepare(notary.order("application/json"), CHAIN.certificates)
    assert "parse.envelope-type-unknown" == caught.value.code


@pytest.mark.parametrize("envelope", notary.ENVELOPES)
def test_the_value_of_another_key_is_noticed(envelope: str) -> None:
    prepared = signing.prepare(notary.order(envelope), CHAIN.certificates)
    other = pki.chain("ec256", 2)._replace(signer=pki.key("ec256", "other"))
    for value in (other.sign(prepared.message, CHAIN.algorithm), b"", bytes(64)):
        with pytest.raises(KeyUnavailableError) as caught:
            signing.assemble(prepared, value)
        assert "key.signature-invalid" == caught.value.code
        assert str(caught.value)


def test_a_prepared_signature_that_was_changed_is_noticed() -> None:
    prepared = signing.prepare(notary.order(), CHAIN.certificates)
    value = CHAIN.sign(prepared.message, CHAIN.algorithm)
    with pytest.raises(KeyUnavailableError):
        signing.assemble(msgspec.structs.replace(prepared, payload=b"{}"), value)
    with pytest.raises(InternalError):
        signing.assemble(msgspec.structs.replace(prepared, message=b"{}"), value)
