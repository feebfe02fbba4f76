"""The stored form of a signature by a vault's key."""

import json

import pytest

from sealwright import limits
from sealwright.errors import MalformedSignatureError
from sealwright.formats.kms import content
from world import kms

WHOLE = kms.content(b"message", b"signature")


def altered(**changed: object) -> bytes:
    fields = {**json.loads(WHOLE.encoded()), **changed}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def test_what_is_kept_is_read_again() -> None:
    assert WHOLE == content.parse(WHOLE.encoded())
    assert b"message" == WHOLE.message_bytes
    assert b"signature" == WHOLE.signature_bytes


def test_it_is_one_compact_object_in_the_order_of_the_upload() -> None:
    expected = (
        f'{{"keyId":"{kms.KEY}","keyVersionId":"{kms.VERSION}","signingAlgorithm":"{kms.ALGORITHM}",'
        '"message":"bWVzc2FnZQ==","signature":"c2lnbmF0dXJl"}'
    )
    assert expected == WHOLE.encoded().decode()


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        WHOLE.encoded() + b"x",
        WHOLE.encoded().replace(b'{"keyId"', b'{"keyId":"a","keyId"'),
        altered(keyId=None),
        altered(keyId=1),
        altered(more="text"),
        altered(message="bWVzc2FnZQ"),
        altered(message="bWVz c2FnZQ=="),
        altered(message="bWVzc2FnZQ==\n"),
        altered(message="bWVzc2FnZQ==="),
        altered(message="bWVzc2-nZQ=="),
        altered(signature="\u00fc"),
        altered(signature="="),
        b'{"keyId":' + b"[" * 10_000,
        altered(description="a" * limits.KMS_SIGNATURE_BYTES),
    ],
)
def test_anything_else_is_refused(found: bytes) -> None:
    with pytest.raises(MalformedSignatureError) as caught:
        content.parse(found)
    assert "kms.content-malformed" == caught.value.code
    assert caught.value.data["problem"]
