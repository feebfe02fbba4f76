"""What timestamps say of themselves, for people."""

import datetime as dt

from formats.test_countersigning import CHAIN, stamped, with_token
from sealwright import media_types
from sealwright.formats import table
from sealwright.signature import Summary
from world import notary, timestamps


def details(content: bytes) -> Summary:
    return table.details(table.parse(notary.stored(content, media_types.NOTARY_JWS)))


def test_a_timestamp_is_told_with_its_certificates() -> None:
    found = details(stamped(policy=timestamps.BASELINE)).timestamp
    assert found is not None
    second = dt.timedelta(seconds=1)
    assert (timestamps.MADE_AT - second, timestamps.MADE_AT + second) == (found.earliest, found.latest)
    names = ["CN=Clock ec256,O=Acme,ST=WA,C=US", "CN=Intermediate 0 ec256,O=Acme,ST=WA,C=US"]
    assert names == [one.subject for one in found.certificates]
    assert "" == found.reason


def test_what_only_a_verification_minds_is_told_like_any_other() -> None:
    found = details(stamped(times=2, drop=("naming",))).timestamp
    assert found is not None
    assert timestamps.MADE_AT == found.earliest


def test_a_timestamp_of_another_signature_or_of_none_is_told_as_such() -> None:
    for content, reason in (
        (stamped(imprint=bytes(32)), "timestamp.imprint-mismatch"),
        (with_token(lambda _: b"no token"), "timestamp.malformed"),
    ):
        found = details(content).timestamp
        assert found is not None
        assert (None, (), reason) == (found.earliest, found.certificates, found.reason)


def test_a_signature_without_one_has_nothing_to_tell() -> None:
    assert details(notary.signed(CHAIN)).timestamp is None
