"""What public keys some bytes hold (RFC 4880, section 11.1), armored or not, any number of them.

What is read are claims, as with signatures: whether a key bears its own user ids, subkeys and dates is for
the backend to find out that verifies with it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError, MalformedSignatureError
from sealwright.openpgp import armor, packets
from sealwright.openpgp.packets import Packet

__all__ = ["PublicKey", "Subkey", "mails", "read"]

PUBLIC_KEY = 6
USER_ID = 13
SUBKEY = 14
_SECRET_KEYS = frozenset({5, 7})
_TRUST = 12
_PACKET = 0x80
_KEYBOX = b"KBXf"
_KEYBOX_AT = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY_ID = 16


class Subkey(msgspec.Struct, frozen=True):
    """A subkey: its fingerprint and id, upper-case hexadecimal, and when it was made."""

    version: int
    fingerprint: str
    key_id: str
    created: datetime


class PublicKey(msgspec.Struct, frozen=True):
    """One key: what its primary key packet says, its user ids in their order, its subkeys.

    `version` 4 is what everybody reads; 3 and before are too weak for anybody, 6 is that of RFC 9580.
    `content` is the whole key, binary.
    """

    version: int
    fingerprint: str
    key_id: str
    created: datetime
    user_ids: tuple[str, ...]
    subkeys: tuple[Subkey, ...]
    content: bytes

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Of the primary key, then of the subkeys."""
        return (self.fingerprint, *(subkey.fingerprint for subkey in self.subkeys))


def read(content: bytes, file: str = "the keyring") -> tuple[PublicKey, ...]:
    """The public keys in a file.

    Args:
        content: all of it: packets, or text with armored blocks. Text without any holds no key.
        file: its name, for the error.

    Raises:
        MalformedContentError: `keyring.malformed`.
    """
    if len(content) > limits.OPENPGP_KEYRING_BYTES:
        raise _malformed(file, f"it has more than {limits.OPENPGP_KEYRING_BYTES} bytes")
    if content[_KEYBOX_AT : _KEYBOX_AT + len(_KEYBOX)] == _KEYBOX:
        raise _malformed(
            file, "it is a keybox, which only gpg itself reads; write its keys with gpg --export"
        )
    try:
        binary = content if content[:1] >= bytes([_PACKET]) else armor.decoded(content)
        return tuple(_key(whole) for whole in _keys(binary))
    except MalformedSignatureError as error:
        raise _malformed(file, str(error.data["problem"])) from None


def mails(keys: Iterable[PublicKey]) -> tuple[str, ...]:
    """The mail address of every user id, as podman shows them; a user id without one stands for itself."""
    return tuple(_mail(user_id) for key in keys for user_id in key.user_ids)


def _mail(user_id: str) -> str:
    _, opened, rest = user_id.partition("<")
    mail, closed, _after = rest.partition(">")
    if opened and closed:
        return mail
    return user_id


def _malformed(file: str, problem: str) -> MalformedContentError:
    return MalformedContentError("keyring.malformed", file=file, problem=problem)


def _keys(binary: bytes) -> Iterator[list[Packet]]:
    """The packets of each key; the trust that old keyrings of gpg keep beside them is left out."""
    whole: list[Packet] = []
    count = 0
    for packet in packets.read(binary, limits.OPENPGP_KEYRING_PACKETS):
        if packet.tag in _SECRET_KEYS:
            raise packets.malformed("it holds a secret key, which has no place there; write the public one")
        if packet.tag == PUBLIC_KEY:
            if whole:
                yield whole
            count += 1
            if count > limits.OPENPGP_KEYS:
                raise packets.malformed(f"it holds more than {limits.OPENPGP_KEYS} keys")
            whole = [packet]
        elif whole and packet.tag != _TRUST:
            whole.append(packet)
        elif packet.tag not in (_TRUST, packets.MARKER, packets.PADDING):
            raise packets.malformed(f"a packet of the kind {packet.tag} stands before any key")
    if whole:
        yield whole


def _key(whole: list[Packet]) -> PublicKey:
    first, *others = whole
    primary = _subkey(first.body)
    return PublicKey(
        primary.version,
        primary.fingerprint,
        primary.key_id,
        primary.created,
        tuple(
            packet.body.decode(errors="replace")[: limits.OPENPGP_USER_ID]
            for packet in others
            if packet.tag == USER_ID
        ),
        tuple(_subkey(packet.body) for packet in others if packet.tag == SUBKEY),
        b"".join(packets.framed(packet) for packet in whole),
    )


def _subkey(body: bytes) -> Subkey:
    """The head of a key packet: version, time, and what is told by the whole of it (section 12.2)."""
    if len(body) < 6:  # noqa: PLR2004  # version, time, algorithm
        raise packets.malformed("a key packet is too short")
    version = body[0]
    created = _EPOCH + timedelta(seconds=int.from_bytes(body[1:5]))
    if version <= 3:  # noqa: PLR2004  # the versions before OpenPGP
        return Subkey(version, *_of_version_3(body), created)
    if version == 4:  # noqa: PLR2004  # RFC 4880
        fingerprint = hashlib.sha1(b"\x99" + len(body).to_bytes(2) + body, usedforsecurity=False).hexdigest()
        return Subkey(version, fingerprint.upper(), fingerprint[-_KEY_ID:].upper(), created)
    head = b"\x9b" if version == 6 else b"\x9a"  # noqa: PLR2004  # RFC 9580; else LibrePGP
    fingerprint = hashlib.sha256(head + len(body).to_bytes(4) + body).hexdigest().upper()
    return Subkey(version, fingerprint, fingerprint[:_KEY_ID], created)


def _of_version_3(body: bytes) -> tuple[str, str]:
    """Fingerprint and key id: MD5 of the numbers of an RSA key, and the end of the first of them."""
    numbers = []
    at = 8
    for _ in range(2):
        length = (int.from_bytes(body[at : at + 2]) + 7) // 8
        numbers.append(body[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(body) or len(numbers[0]) < _KEY_ID // 2:
        raise packets.malformed("a key packet of version 3 is damaged")
    fingerprint = hashlib.md5(b"".join(numbers), usedforsecurity=False).hexdigest()
    return fingerprint.upper(), numbers[0][-_KEY_ID // 2 :].hex().upper()
