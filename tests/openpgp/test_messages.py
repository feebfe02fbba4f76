"""Messages taken apart: compression, signature packets, and what has no place in a message."""

import bz2
import zlib

import pytest

from sealwright import limits
from sealwright.errors import MalformedSignatureError
from sealwright.openpgp import message
from sealwright.openpgp.message import Message
from sealwright.openpgp.signature_packets import OnePass, SignaturePacket
from world.openpgp import (
    COMPRESSED,
    LITERAL,
    ONE_PASS,
    SIGNATURE,
    literal,
    new,
    old,
    one_pass,
    signature,
    signature_3,
    subpacket,
    zipped,
)

KEY = "0011223344556677"
FINGERPRINT = "FF" * 12 + KEY.upper()
CREATED = subpacket(2, (1_700_000_000).to_bytes(4))


def problem(content: bytes) -> str:
    with pytest.raises(MalformedSignatureError) as caught:
        message.read(content)
    return str(caught.value.data["problem"])


def only(content: bytes) -> SignaturePacket:
    (found,) = message.read(content).signatures
    return found


def packed(algorithm: int, content: bytes) -> bytes:
    return old(COMPRESSED, bytes([algorithm]) + content)


@pytest.mark.parametrize(
    "compressed",
    [
        packed(0, literal(b"text")),
        zipped(literal(b"text")),
        packed(2, zlib.compress(literal(b"text"))),
        packed(3, bz2.compress(literal(b"text"))),
        zipped(zipped(literal(b"text"))),
    ],
)
def test_every_compression_is_undone(compressed: bytes) -> None:
    assert Message(literal=b"text", compressed=True) == message.read(compressed)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (old(COMPRESSED, b""), "a compressed packet is empty"),
        (packed(9, b"x"), "it is compressed by the unknown algorithm 9"),
        (packed(1, b"\xff\xff"), "its compressed data is damaged"),
        (packed(2, b"junk"), "its compressed data is damaged"),
        (packed(3, b"junk"), "its compressed data is damaged"),
        (packed(2, zlib.compress(literal(b"text"))[:-1]), "does not end where its packet does"),
        (packed(2, zlib.compress(literal(b"text")) + b"x"), "does not end where its packet does"),
        (packed(3, bz2.compress(literal(b"text"))[:-1]), "does not end where its packet does"),
        (packed(3, bz2.compress(literal(b"text")) + b"x"), "does not end where its packet does"),
    ],
)
def test_damaged_compression_is_refused(content: bytes, expected: str) -> None:
    assert problem(content).endswith(expected)


@pytest.mark.parametrize("pack", [zipped, lambda c: packed(3, bz2.compress(c))])
def test_a_small_message_that_grows_without_end_is_refused(pack: object) -> None:
    bomb = pack(bytes(64 * 1024 * 1024))  # type: ignore[operator]  # one of the two above
    assert len(bomb) < 100_000
    assert problem(bomb) == f"it holds more than {limits.OPENPGP_MESSAGE_BYTES} bytes"


def test_the_bound_is_on_all_layers_together() -> None:
    half = limits.OPENPGP_MESSAGE_BYTES * 2 // 3
    assert "holds more than" in problem(zipped(literal(bytes(half)) + zipped(literal(bytes(half)))))


def test_layers_are_bounded() -> None:
    content = literal(b"text")
    for _ in range(limits.OPENPGP_DEPTH):
        content = zipped(content)
    assert b"text" == message.read(content).literal
    assert "it is compressed more than 4 times" == problem(zipped(content))


def test_a_signature_of_version_4_tells_key_and_times() -> None:
    hashed = [
        subpacket(33, b"\x04" + bytes.fromhex(FINGERPRINT)),
        CREATED,
        subpacket(0x80 | 3, (60).to_bytes(4), 5),
        subpacket(28, b"A \xff <a@example.com>"),
        subpacket(20, b"n" * 300, 2),
    ]
    expected = SignaturePacket(4, 0, KEY.upper(), FINGERPRINT, 1_700_000_000, 60, "A � <a@example.com>", 1, 8)
    assert expected == only(signature(4, hashed, [subpacket(16, bytes.fromhex(KEY))]))
    assert expected == only(signature(4, hashed))


def test_what_is_hashed_goes_before_what_is_not_and_times_must_be_hashed() -> None:
    other = subpacket(16, bytes(8))
    mine = subpacket(16, bytes.fromhex(KEY))
    assert KEY.upper() == only(signature(4, [mine], [other])).key_id
    assert only(signature(4, [], [CREATED])).created is None


@pytest.mark.parametrize(
    ("told", "key_id", "fingerprint"),
    [
        ([], "", ""),
        ([subpacket(16, b"short")], "", ""),
        ([subpacket(33, b"")], "", ""),
        ([subpacket(33, b"\x04short")], "", ""),
        ([subpacket(33, b"\x05" + bytes(32))], "", ""),
        ([subpacket(33, b"\x06" + bytes.fromhex(KEY) * 4)], KEY.upper(), KEY.upper() * 4),
    ],
)
def test_odd_issuers_are_no_issuers(told: list[bytes], key_id: str, fingerprint: str) -> None:
    found = only(signature(4, [*told, subpacket(2, b"xx")]))
    assert (key_id, fingerprint, None) == (found.key_id, found.fingerprint, found.created)


def test_a_signature_of_version_3_tells_key_and_time() -> None:
    assert SignaturePacket(3, 0, KEY.upper(), "", 1_400_000_000, None, "", 1, 8) == only(
        signature_3(KEY, 1_400_000_000)
    )
    assert "hashes another length than 5" in problem(signature_3(KEY, 0, hashed=6))


@pytest.mark.parametrize("version", [2, 5, 6, 255])
def test_other_versions_are_told_apart_and_nothing_else_of_them_is_read(version: int) -> None:
    assert SignaturePacket(version) == only(new(SIGNATURE, bytes([version]) + b"whatever"))
    assert (OnePass(version),) == message.read(new(ONE_PASS, bytes([version]))).one_pass


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (new(SIGNATURE, b""), "a signature packet is too short"),
        (new(SIGNATURE, b"\x04\x00\x01\x08\x00\x09short"), "a signature packet is too short"),
        (new(ONE_PASS, b"\x03\x00\x08"), "a signature packet is too short"),
        (signature(4, [b"\x00"]), "a subpacket has no kind"),
        (signature(4, [b"\x09\x10"]), "a signature packet is too short"),
        (signature(4, [subpacket(20, b"")] * 257), "more than 256 subpackets"),
        (literal(b"one") + literal(b"two"), "it holds two documents"),
        (new(LITERAL, b"b"), "its document has no kind that is known"),
        (new(LITERAL, b"x\x00\x00\x00\x00\x00"), "its document has no kind that is known"),
        (new(LITERAL, b"b\x05name"), "its document ends before its content"),
        (new(6, b"a public key"), "a packet of the kind 6 has no place in it"),
    ],
)
def test_malformed_messages_are_refused(content: bytes, expected: str) -> None:
    assert expected == problem(content)


def test_markers_and_padding_are_passed_over() -> None:
    content = new(10, b"PGP") + one_pass(KEY) + literal(b"text") + new(21, b"pad") + signature()
    read = message.read(content)
    assert (True, False, b"text") == (read.signed, read.signature_first, read.literal)
    assert (OnePass(3, KEY.upper(), 0, 1, 8),) == read.one_pass


def test_a_signature_may_stand_first() -> None:
    read = message.read(signature() + literal(b"text"))
    assert (True, True) == (read.signed, read.signature_first)


def test_what_is_encrypted_is_not_signed() -> None:
    read = message.read(new(1, b"session key") + new(18, b"data") + literal(b"text") + signature())
    assert (True, False) == (read.encrypted, read.signed)
