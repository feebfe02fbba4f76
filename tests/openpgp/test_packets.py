"""Packet framing: every way to write a length, and every way to get it wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealwright import limits
from sealwright.errors import MalformedSignatureError
from sealwright.openpgp import packets
from sealwright.openpgp.packets import Packet
from world.openpgp import LITERAL, SIGNATURE, new, old


def read(content: bytes) -> list[Packet]:
    return list(packets.read(content))


def problem(content: bytes) -> str:
    with pytest.raises(MalformedSignatureError) as caught:
        read(content)
    assert "parse.openpgp-malformed" == caught.value.code
    return str(caught.value.data["problem"])


@pytest.mark.parametrize("length", [0, 1, 191, 192, 8383, 8384, 70_000])
def test_every_length_of_the_new_format_is_read(length: int) -> None:
    assert [Packet(SIGNATURE, bytes(length))] == read(new(SIGNATURE, bytes(length)))


@pytest.mark.parametrize(("length", "width"), [(0, 1), (255, 1), (300, 2), (70_000, 4)])
def test_every_length_of_the_old_format_is_read(length: int, width: int) -> None:
    both = old(SIGNATURE, bytes(length), width) + old(LITERAL, b"x", 1)
    assert [Packet(SIGNATURE, bytes(length)), Packet(LITERAL, b"x")] == read(both)


def test_a_data_packet_may_come_in_parts_or_without_a_length() -> None:
    assert [Packet(LITERAL, b"a" * 512 + b"b" * 2 + b"c")] == read(new(LITERAL, b"a" * 512, b"bb", b"c"))
    assert [Packet(LITERAL, b"a" * 512)] == read(new(LITERAL, b"a" * 512, b""))
    assert [Packet(LITERAL, b"to the end")] == read(old(LITERAL, b"to the end", 0))


def test_no_other_packet_may() -> None:
    assert "a packet of the kind 2 comes in parts" == problem(new(SIGNATURE, b"a" * 512, b"b"))
    assert "a packet of the kind 2 has no length" == problem(old(SIGNATURE, b"x", 0))


@pytest.mark.parametrize(
    "whole", [old(SIGNATURE, b"xyz"), new(SIGNATURE, b"x" * 300), new(SIGNATURE, b"x" * 9000)]
)
def test_what_ends_in_the_middle_is_refused(whole: bytes) -> None:
    for end in (*range(1, 7), len(whole) - 1):
        assert "it ends in the middle of a packet" == problem(whole[:end])


def test_what_begins_as_no_packet_does_is_refused() -> None:
    assert "a packet does not begin as packets do" == problem(b"{}")
    assert "a packet does not begin as packets do" == problem(old(SIGNATURE, b"x") + b"\x00")


def test_packets_and_their_parts_are_bounded() -> None:
    one = new(SIGNATURE, b"")
    assert limits.OPENPGP_PACKETS == len(read(one * limits.OPENPGP_PACKETS))
    assert "more than" in problem(one * (limits.OPENPGP_PACKETS + 1))
    parts = [b"x"] * limits.OPENPGP_PARTS
    assert "parts" in problem(new(LITERAL, *parts, b""))


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_to_be_refused(content: bytes) -> None:
    try:
        found = read(content)
    except MalformedSignatureError:
        return
    assert sum(len(packet.body) for packet in found) <= len(content)
