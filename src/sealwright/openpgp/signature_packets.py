"""Signature and one-pass signature packets, of versions 3 and 4 (RFC 4880, sections 5.2 and 5.4).

What is read are claims, none of them verified: the key that is said to have signed, and when. Packets of
other versions (6 is that of RFC 9580) are told apart by their version alone.
"""

from collections.abc import Iterator

import msgspec

from sealwright import limits
from sealwright.openpgp.packets import malformed

__all__ = [
    "WEAK_HASHES",
    "OnePass",
    "Parts",
    "SignaturePacket",
    "Subpacket",
    "read_one_pass",
    "read_parts",
    "read_signature",
]

WEAK_HASHES = frozenset({1, 2, 3})
"""Numbers of hash algorithms that signatures of documents are not believed for: MD5, SHA-1, RIPEMD-160."""

_CREATED = 2
_EXPIRES_AFTER = 3
_ISSUER = 16
_USER_ID = 28
_ISSUER_FINGERPRINT = 33

_KEY_ID_BYTES = 8
_FINGERPRINT_BYTES = {4: 20, 6: 32}
_V3_HASHED = 5
_TWO_BYTES = 192
_FOUR_BYTES = 255


class OnePass(msgspec.Struct, frozen=True):
    """A one-pass signature packet: its version, and if that is known what the signature packet says again.

    `key_id` is upper-case hexadecimal.
    """

    version: int
    key_id: str = ""
    kind: int = 0
    key_algorithm: int = 0
    hash_algorithm: int = 0

    def announces(self, signature: "SignaturePacket") -> bool:
        """Whether a signature packet is the one that this stands for (RFC 4880, section 5.4)."""
        mine = (self.key_id, self.kind, self.key_algorithm, self.hash_algorithm)
        return mine == (signature.key_id, signature.kind, signature.key_algorithm, signature.hash_algorithm)


class SignaturePacket(msgspec.Struct, frozen=True):
    """What a signature packet says of itself.

    `kind` is the signature type: 0 is a binary document. `key_id` and `fingerprint` are upper-case
    hexadecimal, empty if not told. `created` is in seconds since 1970, `expires_after` in seconds after it.
    `key_algorithm` and `hash_algorithm` are numbers of RFC 4880, sections 9.1 and 9.4. Only the version is
    read of versions other than 3 and 4.
    """

    version: int
    kind: int = 0
    key_id: str = ""
    fingerprint: str = ""
    created: int | None = None
    expires_after: int | None = None
    user_id: str = ""
    key_algorithm: int = 0
    hash_algorithm: int = 0


class Subpacket(msgspec.Struct, frozen=True):
    """One thing that a signature packet says (RFC 4880, section 5.2.3.1).

    `critical` says that whoever does not know its kind must not believe the signature.
    """

    kind: int
    critical: bool
    content: bytes


class Parts(msgspec.Struct, frozen=True):
    """A signature packet of version 4, as whoever verifies needs it (RFC 4880, section 5.2.3).

    `head` is all that is hashed of it: its beginning to the end of `hashed`. `left` are the first two bytes
    of the hash, `value` the numbers of the signature.
    """

    kind: int
    key_algorithm: int
    hash_algorithm: int
    head: bytes
    hashed: tuple[Subpacket, ...]
    unhashed: tuple[Subpacket, ...]
    left: bytes
    value: bytes


def read_one_pass(body: bytes) -> OnePass:
    """Read the body of a one-pass signature packet.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`.
    """
    reading = _Reading(body)
    version = reading.number(1)
    if version != 3:  # noqa: PLR2004  # the only one before 6
        return OnePass(version)
    kind, hash_algorithm, key_algorithm = (reading.number(1) for _ in range(3))
    key_id = reading.take(_KEY_ID_BYTES)
    reading.take(1)
    return OnePass(version, key_id.hex().upper(), kind, key_algorithm, hash_algorithm)


def read_signature(body: bytes) -> SignaturePacket:
    """Read the body of a signature packet.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`.
    """
    reading = _Reading(body)
    version = reading.number(1)
    if version == 3:  # noqa: PLR2004  # RFC 4880, section 5.2.2
        return _version_3(reading)
    if version == 4:  # noqa: PLR2004  # RFC 4880, section 5.2.3
        return _version_4(reading)
    return SignaturePacket(version)


def read_parts(body: bytes) -> Parts | None:
    """Read the body of a signature packet, to verify it; None if it is not one of version 4.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`.
    """
    reading = _Reading(body)
    if reading.number(1) != 4:  # noqa: PLR2004  # RFC 4880, section 5.2.3
        return None
    kind, key_algorithm, hash_algorithm = (reading.number(1) for _ in range(3))
    length = reading.number(2)
    hashed = tuple(_subpackets(reading.take(length)))
    unhashed = tuple(_subpackets(reading.take(reading.number(2))))
    left = reading.take(2)
    return Parts(
        kind, key_algorithm, hash_algorithm, body[: 6 + length], hashed, unhashed, left, reading.rest()
    )


def _version_3(reading: "_Reading") -> SignaturePacket:
    if reading.number(1) != _V3_HASHED:
        raise malformed("a signature packet of version 3 hashes another length than 5")
    kind = reading.number(1)
    created = reading.number(4)
    key_id = reading.take(_KEY_ID_BYTES).hex().upper()
    algorithms = (reading.number(1), reading.number(1))
    return SignaturePacket(3, kind, key_id, "", created, None, "", *algorithms)


def _version_4(reading: "_Reading") -> SignaturePacket:
    kind = reading.number(1)
    algorithms = (reading.number(1), reading.number(1))
    hashed = _told(reading.take(reading.number(2)))
    told = _told(reading.take(reading.number(2))) | hashed
    fingerprint = _fingerprint(told.get(_ISSUER_FINGERPRINT))
    return SignaturePacket(
        4,
        kind,
        _key_id(told.get(_ISSUER), fingerprint),
        fingerprint,
        _seconds(hashed.get(_CREATED)),
        _seconds(hashed.get(_EXPIRES_AFTER)),
        hashed.get(_USER_ID, b"").decode(errors="replace"),
        *algorithms,
    )


def _told(area: bytes) -> dict[int, bytes]:
    """What the subpackets of an area say, by their kinds; of several of one kind the last."""
    return {one.kind: one.content for one in _subpackets(area)}


def _subpackets(area: bytes) -> Iterator[Subpacket]:
    reading = _Reading(area)
    count = 0
    while reading.left:
        count += 1
        if count > limits.OPENPGP_SUBPACKETS:
            raise malformed(f"more than {limits.OPENPGP_SUBPACKETS} subpackets")
        length = reading.number(1)
        if length == _FOUR_BYTES:
            length = reading.number(4)
        elif length >= _TWO_BYTES:
            length = ((length - _TWO_BYTES) << 8) + reading.number(1) + _TWO_BYTES
        if not length:
            raise malformed("a subpacket has no kind")
        content = reading.take(length)
        yield Subpacket(content[0] & 0x7F, bool(content[0] & 0x80), content[1:])


def _fingerprint(content: bytes | None) -> str:
    if not content or len(content) != 1 + _FINGERPRINT_BYTES.get(content[0], -1):
        return ""
    return content[1:].hex().upper()


def _key_id(content: bytes | None, fingerprint: str) -> str:
    """The issuer's key id, or what the fingerprint says that it is: of a version 4 key its end."""
    if content is not None and len(content) == _KEY_ID_BYTES:
        return content.hex().upper()
    of_version_4 = len(fingerprint) == 2 * _FINGERPRINT_BYTES[4]
    return fingerprint[-2 * _KEY_ID_BYTES :] if of_version_4 else fingerprint[: 2 * _KEY_ID_BYTES]


def _seconds(content: bytes | None) -> int | None:
    return int.from_bytes(content) if content is not None and len(content) == 4 else None  # noqa: PLR2004  # 4 bytes


class _Reading:
    """A body, taken from its beginning on."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def left(self) -> bool:
        return self._at < len(self._content)

    def take(self, length: int) -> bytes:
        part = self._content[self._at : self._at + length]
        if len(part) != length:
            raise malformed("a signature packet is too short")
        self._at += length
        return part

    def rest(self) -> bytes:
        part, self._at = self._content[self._at :], len(self._content)
        return part

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width))
