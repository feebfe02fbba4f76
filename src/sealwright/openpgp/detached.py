"""Detached signatures of documents, verified: a key of version 4, and signatures of version 4 (RFC 4880).

This is for keys that were chosen one by one and are kept whole: which key may sign is for whoever pinned it
to say, so user ids, certifications and the times in a key are not looked at. What is looked at:

1. A subkey signs only if the primary key says so, and the subkey says that it is that key's (section 5.2.1,
   0x18 and 0x19; the flag 0x02 of section 5.2.3.21).
2. What is revoked signs nothing: a key with a revocation is refused, and so is a subkey, whoever wrote the
   revocation. Whoever could add one could as well have left the subkey out.
3. A signature is of the type 0x00, by SHA-256, SHA-384 or SHA-512, names its key, tells when it was made,
   does not expire, and says nothing critical that is not known here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from sealwright import limits
from sealwright.errors import MalformedSignatureError
from sealwright.openpgp import armor, keyrings, packets
from sealwright.openpgp.key_material import HASHES, PublicKey, public_key, signed
from sealwright.openpgp.packets import Packet, malformed
from sealwright.openpgp.signature_packets import Parts, Subpacket, read_parts

__all__ = ["SigningKey", "read_key", "reduced", "verifies"]

_BINARY, _BACK, _KEY_REVOKED, _SUBKEY_REVOKED = 0x00, 0x19, 0x20, 0x28
_CERTIFICATIONS, _BINDINGS = frozenset({0x10, 0x11, 0x12, 0x13}), frozenset({0x18})
_CREATED, _EXPIRES, _ISSUER, _FLAGS, _EMBEDDED, _FINGERPRINT = 2, 3, 16, 27, 32, 33
_KNOWN = frozenset({_CREATED, 9, 11, _ISSUER, 21, 22, 23, 25, 26, _FLAGS, 28, 30, _EMBEDDED, _FINGERPRINT})
"""Subpackets that may be critical; of these nothing but what is named above changes what a signature says."""
_SIGNS = 0x02
_VERSION = 4
_ARMORED = b"-----BEGIN"


class SigningKey(msgspec.Struct, frozen=True):
    """A key, as far as signatures are verified by it.

    Attributes:
        fingerprint: of the primary key, in small hexadecimal digits.
        signers: what may have signed: the primary key and subkeys, by their fingerprints.
    """

    fingerprint: str
    signers: Mapping[str, PublicKey]


def reduced(content: bytes) -> bytes:
    """A key as far as it is needed: its primary key, a user id that it bears, and each subkey that signs.

    Here the user id is of no use, but gpg takes no key without one.

    Args:
        content: one key, armored or not, with whatever else there is in it.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`: it is no key, or not exactly one.
        MalformedContentError: `keyring.malformed`.
    """
    found = keyrings.read(content, "the key")
    if len(found) != 1:
        raise malformed(f"{len(found)} keys, where one is wanted")
    whole = _taken_apart(found[0].content)
    borne = ((one.packet, _certification(whole.primary, one)) for one in whole.user_ids)
    kept = [whole.primary, *next(((one, by) for one, by in borne if by is not None), ())]
    for subkey in whole.subkeys:
        binding = _binding(whole.primary, subkey)
        if binding is not None:
            kept += [subkey.packet, binding]
    made = b"".join(packets.framed(one) for one in kept)
    read_key(made)
    return made


@lru_cache(maxsize=limits.OPENPGP_KEYS_REMEMBERED)
def read_key(content: bytes) -> SigningKey:
    """The key that some packets are.

    Raises:
        MalformedSignatureError: `parse.openpgp-malformed`: they are none that signs.
    """
    whole = _taken_apart(content)
    signers: dict[str, PublicKey] = {}
    first = public_key(whole.primary.body)
    if first is not None:
        signers[_fingerprint(whole.primary)] = first
    for subkey in whole.subkeys:
        if _binding(whole.primary, subkey) is not None:
            found = public_key(subkey.packet.body)
            assert found is not None  # noqa: S101  # it has signed its binding
            signers[_fingerprint(subkey.packet)] = found
    if not signers:
        raise malformed("no key in it makes signatures that are verified here")
    return SigningKey(_fingerprint(whole.primary), signers)


def verifies(key: SigningKey, document: bytes, signature: bytes) -> bool:
    """Whether a detached signature is one of a document, by that key.

    Args:
        key: whose it has to be.
        document: what was signed, byte by byte.
        signature: one signature packet, armored or not.
    """
    try:
        binary = armor.decoded(signature, armor.SIGNATURE) if signature.startswith(_ARMORED) else signature
        found = tuple(packets.read(binary))
        parts = read_parts(found[0].body) if [one.tag for one in found] == [packets.SIGNATURE] else None
    except MalformedSignatureError:
        return False
    if parts is None or parts.kind != _BINARY or not _is_plain(parts):
        return False
    return any(
        _names(parts, fingerprint) and _signed(public, parts, document)
        for fingerprint, public in key.signers.items()
    )


class _Signed(msgspec.Struct, frozen=True):
    """A packet of a key, with the signatures that follow it."""

    packet: Packet
    signatures: list[tuple[Packet, Parts]]


class _Whole(msgspec.Struct, frozen=True):
    """A key, taken apart."""

    primary: Packet
    user_ids: list[_Signed]
    subkeys: list[_Signed]


def _taken_apart(content: bytes) -> _Whole:
    """A key as its parts; signatures of other versions, and what else may be in a key, are left out.

    Raises:
        MalformedSignatureError: it is no key of version 4, or it is revoked.
    """
    parts: list[_Signed] = []
    for packet in packets.read(content, limits.OPENPGP_KEYRING_PACKETS):
        if packet.tag != packets.SIGNATURE:
            parts.append(_Signed(packet, []))
        elif parts:
            read = read_parts(packet.body)
            if read is not None:
                parts[-1].signatures.append((packet, read))
    if not parts or parts[0].packet.tag != keyrings.PUBLIC_KEY:
        raise malformed("it does not begin with a key")
    first = parts[0].packet
    if first.body[:1] != bytes([_VERSION]):
        raise malformed(f"it is no key of version {_VERSION}")
    if any(found.kind == _KEY_REVOKED for _, found in parts[0].signatures):
        raise malformed("the key is revoked")
    user_ids, subkeys = (
        [one for one in parts if one.packet.tag == tag] for tag in (keyrings.USER_ID, keyrings.SUBKEY)
    )
    return _Whole(first, user_ids, subkeys)


def _certification(primary: Packet, user_id: _Signed) -> Packet | None:
    """The newest signature by which a key bears a user id, if it does."""
    mother = public_key(primary.body)
    name = user_id.packet.body
    about = _hashed_key(primary) + b"\xb4" + len(name).to_bytes(4) + name
    return None if mother is None else _newest(mother, user_id, _CERTIFICATIONS, about)


def _binding(primary: Packet, subkey: _Signed) -> Packet | None:
    """The newest signature by which a subkey belongs to a key, if it is to sign by that."""
    mother = public_key(primary.body)
    body = subkey.packet.body
    child = public_key(body) if body[:1] == bytes([_VERSION]) else None
    if mother is None or child is None:
        return None
    if any(parts.kind == _SUBKEY_REVOKED for _, parts in subkey.signatures):
        return None
    both = _hashed_key(primary) + _hashed_key(subkey.packet)
    newest = _newest(mother, subkey, _BINDINGS, both)
    bound = None if newest is None else read_parts(newest.body)
    if bound is None:
        return None
    flags = _first(bound.hashed, _FLAGS) or b"\0"
    signs = bool(flags[0] & _SIGNS) and any(
        parts.kind == _BACK and _signed(child, parts, both) for parts in _embedded(bound)
    )
    return newest if signs else None


def _newest(mother: PublicKey, part: _Signed, kinds: frozenset[int], about: bytes) -> Packet | None:
    """The newest good signature of some kinds that a key made about a part of it."""
    good = [
        (_first(parts.hashed, _CREATED) or b"", packet)
        for packet, parts in part.signatures
        if parts.kind in kinds and _signed(mother, parts, about)
    ]
    return max(good, key=lambda one: one[0])[1] if good else None


def _embedded(parts: Parts) -> Iterator[Parts]:
    for one in (*parts.hashed, *parts.unhashed):
        if one.kind == _EMBEDDED:
            found = read_parts(one.content)
            if found is not None:
                yield found


def _is_plain(parts: Parts) -> bool:
    """Whether a signature says when it was made, and nothing that would have to be obeyed."""
    kinds = {one.kind for one in parts.hashed}
    odd = any(one.critical and one.kind not in _KNOWN for one in (*parts.hashed, *parts.unhashed))
    return _CREATED in kinds and _EXPIRES not in kinds and not odd


def _names(parts: Parts, fingerprint: str) -> bool:
    """Whether a signature names a key, in its hashed part or outside of it, and no other one."""
    told = (*parts.hashed, *parts.unhashed)
    whole = [one.content[1:].hex() for one in told if one.kind == _FINGERPRINT and one.content[:1] == b"\x04"]
    ends = [one.content.hex() for one in told if one.kind == _ISSUER]
    return bool(whole or ends) and set(whole) <= {fingerprint} and set(ends) <= {fingerprint[-16:]}


def _signed(key: PublicKey, parts: Parts, content: bytes) -> bool:
    """Whether a signature is one of some content, by a key (RFC 4880, section 5.2.4)."""
    algorithm = HASHES.get(parts.hash_algorithm)
    if algorithm is None:
        return False
    trailer = bytes([_VERSION, 0xFF]) + len(parts.head).to_bytes(4)
    digest = hashlib.new(algorithm.name, content + parts.head + trailer).digest()
    return digest[:2] == parts.left and signed(
        key, parts.key_algorithm, digest, parts.hash_algorithm, parts.value
    )


def _hashed_key(packet: Packet) -> bytes:
    return b"\x99" + len(packet.body).to_bytes(2) + packet.body


def _fingerprint(packet: Packet) -> str:
    return hashlib.sha1(_hashed_key(packet), usedforsecurity=False).hexdigest()


def _first(found: tuple[Subpacket, ...], kind: int) -> bytes | None:
    return next((one.content for one in found if one.kind == kind), None)
