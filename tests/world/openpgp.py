"""OpenPGP packets by hand, right and wrong, and signed messages that nobody's key has signed.

message(PAYLOAD, signature(4, issuer("…"), created(1_700_000_000)))
"""

import json
import zlib
from collections.abc import Iterable

__all__ = [
    "COMPRESSED",
    "LITERAL",
    "ONE_PASS",
    "SIGNATURE",
    "literal",
    "message",
    "new",
    "old",
    "one_pass",
    "payload",
    "signature",
    "signature_3",
    "subpacket",
    "zipped",
]

SIGNATURE, ONE_PASS, COMPRESSED, LITERAL = 2, 4, 8, 11


def old(tag: int, body: bytes, width: int = 4) -> bytes:
    """A packet of the old format with a length of `width` bytes, or, if that is 0, none."""
    kind = {1: 0, 2: 1, 4: 2, 0: 3}[width]
    return bytes([0x80 | tag << 2 | kind]) + (len(body).to_bytes(width) if width else b"") + body


def new(tag: int, *parts: bytes) -> bytes:
    """A packet of the new format; all parts but the last must have a power of two for a length."""
    *first, last = parts
    head = bytes([0xC0 | tag])
    for part in first:
        head += bytes([0xE0 | (len(part).bit_length() - 1)]) + part
    if len(last) < 192:
        length = bytes([len(last)])
    elif len(last) < 8384:
        length = bytes([((len(last) - 192) >> 8) + 192, (len(last) - 192) & 0xFF])
    else:
        length = b"\xff" + len(last).to_bytes(4)
    return head + length + last


def literal(content: bytes, name: bytes = b"payload.json") -> bytes:
    """A literal data packet."""
    return new(LITERAL, b"b" + bytes([len(name)]) + name + bytes(4) + content)


def one_pass(key_id: str = "00" * 8, version: int = 3) -> bytes:
    """A one-pass signature packet."""
    return new(ONE_PASS, bytes([version, 0, 8, 1]) + bytes.fromhex(key_id) + b"\x01")


def subpacket(kind: int, content: bytes, width: int = 1) -> bytes:
    """A subpacket whose length takes 1, 2 or 5 bytes."""
    length = len(content) + 1
    if width == 1:
        head = bytes([length])
    elif width == 2:
        head = bytes([((length - 192) >> 8) + 192, (length - 192) & 0xFF])
    else:
        head = b"\xff" + length.to_bytes(4)
    return head + bytes([kind]) + content


def signature(version: int = 4, hashed: Iterable[bytes] = (), unhashed: Iterable[bytes] = ()) -> bytes:
    """A signature packet of version 4 or later, with a signature that is none."""
    areas = (b"".join(hashed), b"".join(unhashed))
    told = b"".join(len(area).to_bytes(2) + area for area in areas)
    return new(SIGNATURE, bytes([version, 0, 1, 8]) + told + b"\x12\x34" + b"\x00\x08\xff")


def signature_3(key_id: str, created: int, hashed: int = 5) -> bytes:
    """A signature packet of version 3."""
    body = bytes([3, hashed, 0]) + created.to_bytes(4) + bytes.fromhex(key_id)
    return new(SIGNATURE, body + b"\x01\x08\x12\x34\x00\x08\xff")


def zipped(content: bytes) -> bytes:
    """A compressed data packet, as gpg writes it: raw deflate, no length."""
    squeezing = zlib.compressobj(wbits=-15)
    return old(COMPRESSED, b"\x01" + squeezing.compress(content) + squeezing.flush(), 0)


def payload(digest: str, reference: str = "registry.example/app:v1", **optional: object) -> bytes:
    """A payload as containers/image writes it."""
    critical = {
        "identity": {"docker-reference": reference},
        "image": {"docker-manifest-digest": digest},
        "type": "atomic container signature",
    }
    return json.dumps({"critical": critical, "optional": optional}, separators=(",", ":")).encode()


def message(content: bytes, *signatures: bytes) -> bytes:
    """A signed message: one-pass signatures, a document, and the signatures; by default one of version 4."""
    packets = signatures or (signature(4, [subpacket(2, (1_700_000_000).to_bytes(4))]),)
    return one_pass() * len(packets) + literal(content) + b"".join(packets)
