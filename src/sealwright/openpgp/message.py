"""OpenPGP messages taken apart (RFC 4880, section 11.3).

A signed message is one of

    signature(s), literal data                         the old way
    one-pass signature(s), literal data, signature(s)  as gpg writes
    compressed data that holds one of these            gpg's default

and each part may be compressed again. What else there may be (encrypted data, signatures alone, literal data
alone) is taken apart, too, so that it can be told what it is.
"""

from collections.abc import Iterator

import msgspec

from sealwright import limits
from sealwright.openpgp import packets
from sealwright.openpgp.compression import expanded
from sealwright.openpgp.packets import Packet, malformed
from sealwright.openpgp.signature_packets import OnePass, SignaturePacket, read_one_pass, read_signature

__all__ = ["Message", "read"]

_LITERAL_FORMATS = b"btul1"
_IGNORED = frozenset({packets.MARKER, packets.PADDING})


class Message(msgspec.Struct, frozen=True):
    """The parts of a message, in their order within each kind.

    `literal` is the content of the literal data packet, or None. `compressed`: it came compressed.
    `signature_first`: a signature stands before the literal data. `encrypted`: some of it is. `bodies` are
    the packets that `signatures` were read from, without their heads.
    """

    one_pass: tuple[OnePass, ...] = ()
    signatures: tuple[SignaturePacket, ...] = ()
    literal: bytes | None = None
    compressed: bool = False
    signature_first: bool = False
    encrypted: bool = False
    bodies: tuple[bytes, ...] = ()

    @property
    def signed(self) -> bool:
        """Whether it has the shape of a signed message."""
        return self.literal is not None and bool(self.signatures) and not self.encrypted


def read(content: bytes) -> Message:
    """Take a binary message apart.

    Args:
        content: all of it; at most `limits.OPENPGP_MESSAGE_BYTES` come out of its compressed parts.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`.
    """
    message = Message()
    for packet in _flat(content, 0, [limits.OPENPGP_MESSAGE_BYTES]):
        message = _with(message, packet)
    return message


def _flat(content: bytes, depth: int, room: list[int]) -> Iterator[Packet]:
    """Every packet, those in compressed ones after the compressed one; `room` is what may still come out."""
    for packet in packets.read(content):
        yield packet
        if packet.tag == packets.COMPRESSED:
            if depth == limits.OPENPGP_DEPTH:
                raise malformed(f"it is compressed more than {limits.OPENPGP_DEPTH} times")
            inner = expanded(packet.body, room[0])
            room[0] -= len(inner)
            yield from _flat(inner, depth + 1, room)


def _with(message: Message, packet: Packet) -> Message:
    """A message with one more packet."""
    changed = msgspec.structs.replace
    if packet.tag == packets.SIGNATURE:
        first = message.signature_first or message.literal is None
        signatures = (*message.signatures, read_signature(packet.body))
        bodies = (*message.bodies, packet.body)
        return changed(message, signatures=signatures, bodies=bodies, signature_first=first)
    if packet.tag == packets.ONE_PASS:
        return changed(message, one_pass=(*message.one_pass, read_one_pass(packet.body)))
    if packet.tag == packets.LITERAL:
        if message.literal is not None:
            raise malformed("it holds two documents")
        return changed(message, literal=_literal(packet.body))
    if packet.tag == packets.COMPRESSED:
        return changed(message, compressed=True)
    if packet.tag in packets.ENCRYPTED:
        return changed(message, encrypted=True)
    if packet.tag in _IGNORED:
        return message
    raise malformed(f"a packet of the kind {packet.tag} has no place in it")


def _literal(body: bytes) -> bytes:
    """The content of a literal data packet (RFC 4880, section 5.9): format, name, date, content."""
    if len(body) < 2 or body[0] not in _LITERAL_FORMATS:  # noqa: PLR2004  # format and length of the name
        raise malformed("its document has no kind that is known")
    start = 2 + body[1] + 4
    if len(body) < start:
        raise malformed("its document ends before its content")
    return body[start:]
