"""Public keys in the hands of Sequoia. All that is known of the interface of pysequoia stands here.

`bytes(certificate)` gives the packets of a key in Sequoia's own order: to each part the signatures that it
has verified, revocations first and then bindings, the newest first; what did not verify comes after them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pysequoia
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.openpgp import keyrings, packets
from sealwright.openpgp.keyrings import PublicKey

__all__ = ["Certificate", "quietly", "read"]

T = TypeVar("T")

_BINDINGS = (
    SignatureType.SubkeyBinding,
    SignatureType.DirectKey,
    SignatureType.GenericCertification,
    SignatureType.PersonaCertification,
    SignatureType.CasualCertification,
    SignatureType.PositiveCertification,
)
_PANIC = "PanicException"
"""What a failed assertion in Rust becomes; it is no `Exception`, and its class has no public name."""

_REVOKED = (0x20, 0x28)
"""Signature types that take back a key or a subkey (RFC 4880, section 5.2.1)."""


class Certificate:
    """A key, and what Sequoia makes of it.

    Args:
        key: as our reader has read it.
        certificate: the same, read by Sequoia.
    """

    def __init__(self, key: PublicKey, certificate: pysequoia.Cert) -> None:
        self.key = key
        self._certificate = certificate
        self._parts = _parts(certificate)

    def merged(self, other: "Certificate") -> "Certificate":
        """Both, if they are two states of one key."""
        certificate = quietly(lambda: self._certificate.merge(other._certificate))  # noqa: SLF001  # its own kind
        if certificate is None:
            return self
        (key,) = keyrings.read(bytes(certificate))
        return Certificate(key, certificate)

    def named(self, fingerprint: str, key_id: str) -> str:
        """The fingerprint of that one of its keys which a signature names."""
        known = self.key.fingerprints
        return next((each for each in known if each == fingerprint), "") or next(
            each for each in known if each.endswith(key_id)
        )

    def made(self, fingerprint: str) -> datetime:
        """When the key of that fingerprint was made."""
        times = {subkey.fingerprint: subkey.created for subkey in self.key.subkeys}
        return times.get(fingerprint, self.key.created)

    def expires(self, fingerprint: str) -> datetime | None:
        """When a key ends: itself, with its primary key, or with what binds it to that."""
        ends = [quietly(lambda: self._certificate.expiration)]
        bound = self._binding(fingerprint)
        if bound is not None and fingerprint != self.key.fingerprint:
            period = bound.key_validity_period
            ends += [bound.signature_expiration_time, self.made(fingerprint) + period if period else None]
        return min((end for end in ends if end is not None), default=None)

    def is_revoked(self, fingerprint: str) -> bool:
        """Whether a key was taken back, or its primary key; at any time and for any reason."""
        if quietly(lambda: self._certificate.is_revoked) is not False:
            return True
        first = next(iter(self._parts.get(fingerprint, ())), None)
        return first is not None and quietly(lambda: first.signature_type) == SignatureType.SubkeyRevocation

    def is_believed(self, fingerprint: str) -> bool:
        """Whether it is known how long a key lasts: what binds it has neither ended nor is it too weak."""
        known = quietly(lambda: (self._certificate.expiration,)) is not None
        return known and self._binding(fingerprint) is not None

    def may_sign(self, fingerprint: str) -> bool:
        """Whether a key is believed, and its flags let it sign documents: without any it may not."""
        bound = self._binding(fingerprint)
        flags = None if bound is None else bound.key_flags
        return self.is_believed(fingerprint) and flags is not None and flags.signing

    def has_signed(self, message: bytes, fingerprint: str) -> bool:
        """Whether Sequoia finds a message validly signed by this key."""
        return _has_signed(self._certificate, message, self.key.fingerprint, fingerprint)

    def would_have_signed(self, message: bytes, fingerprint: str) -> bool:
        """The same if nothing had been taken back; only good for telling why a message is refused."""
        every = packets.read(bytes(self._certificate), limits.OPENPGP_KEYRING_PACKETS)
        kept = b"".join(packets.framed(packet) for packet in every if not _revokes(packet))
        certificate = quietly(lambda: pysequoia.Cert.from_bytes(kept))
        return certificate is not None and _has_signed(
            certificate, message, self.key.fingerprint, fingerprint
        )

    def _binding(self, fingerprint: str) -> Packet | None:
        """The newest signature that says what a key is for and how long it lasts."""
        for one in self._parts.get(fingerprint, ()):
            kind = quietly(lambda one=one: one.signature_type)  # type: ignore[misc]  # bound now
            if kind is not None and kind in _BINDINGS:
                return one
        return None


def read(keys: tuple[bytes, ...]) -> dict[str, Certificate]:
    """Every certificate in some keyrings, under the fingerprints and ids of all its keys.

    Args:
        keys: the bytes of each keyring; one that cannot be read counts as empty, as a key that Sequoia
            cannot use.
    """
    found: dict[str, Certificate] = {}
    for content in keys:
        try:
            known = keyrings.read(content)
        except MalformedContentError:
            continue
        for key in known:
            one = quietly(lambda key=key: Certificate(key, pysequoia.Cert.from_bytes(key.content)))  # type: ignore[misc]  # bound now
            if one is None:
                continue
            if key.fingerprint in found:
                one = found[key.fingerprint].merged(one)
            for fingerprint in one.key.fingerprints:
                found[fingerprint] = one
                found.setdefault(fingerprint[-16:], one)
    return found


def _parts(certificate: pysequoia.Cert) -> dict[str, list[Packet]]:
    """The signatures under each key of a certificate; those of user ids count for the primary key."""
    found: dict[str, list[Packet]] = {}
    under: list[Packet] = []
    for packet in PacketPile.from_bytes(bytes(certificate)):
        tag = quietly(lambda packet=packet: packet.tag)  # type: ignore[misc]  # bound now; fails for unknown ones
        if tag in (Tag.PublicKey, Tag.PublicSubkey):
            under = found.setdefault((packet.fingerprint or "").upper(), [])
        elif tag == Tag.Signature:
            under.append(packet)
    return found


def _has_signed(certificate: pysequoia.Cert, message: bytes, primary: str, fingerprint: str) -> bool:
    verified = quietly(lambda: pysequoia.verify(message, lambda _: [certificate]))
    made = [] if verified is None else verified.valid_sigs
    return any((one.certificate.upper(), one.signing_key.upper()) == (primary, fingerprint) for one in made)


def _revokes(packet: packets.Packet) -> bool:
    return packet.tag == packets.SIGNATURE and len(packet.body) > 1 and packet.body[1] in _REVOKED


def quietly(asked: Callable[[], T]) -> T | None:
    """An answer of Sequoia, or None where it fails: its errors are pages of Rust that tell a user nothing."""
    try:
        return asked()
    except Exception:  # noqa: BLE001  # it raises whatever it likes
        return None
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            return None
        raise
