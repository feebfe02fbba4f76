"""Verification by Sequoia, in this process.

The library says yes or no, and judges a key as it was when the signature was made, by its own clock. What
gpg tells besides is found here, from the key as Sequoia has sorted it: whether key and signature are still
good at the time that is asked about, and why a signature is not valid. Only what Sequoia itself has found
valid is ever called good.
"""

import time
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.evidence import OpenPgpSignature, OpenPgpState
from sealwright.keys.openpgp import claims
from sealwright.openpgp import packets
from sealwright.openpgp.message import Message
from sealwright.openpgp.packets import Packet
from sealwright.openpgp.signature_packets import SignaturePacket

if TYPE_CHECKING:
    from sealwright.keys.openpgp.certificates import Certificate

__all__ = ["SequoiaVerifier"]


class SequoiaVerifier:
    """Sequoia's judgement. Keys that were read once are kept. Safe to use from several threads.

    Raises:
        KeyUnavailableError: `key.sequoia-missing`.
    """

    name = "sequoia"

    def __init__(self) -> None:
        try:
            from sealwright.keys.openpgp import certificates  # noqa: PLC0415  # the library is optional, and big
        except ImportError:
            raise KeyUnavailableError("key.sequoia-missing") from None
        self._read = certificates.read
        self._known: dict[tuple[bytes, ...], dict[str, Certificate]] = {}
        self._lock = Lock()

    def verify(
        self, message: Message, keys: tuple[bytes, ...], at: datetime
    ) -> tuple[tuple[OpenPgpSignature, ...], bytes]:
        """What Sequoia says of each signature, and the document.

        Args:
            message: a signed message, taken apart.
            keys: public keys, armored or not; what cannot be read counts as not there.
            at: the time it is judged at. Sequoia itself knows only the present.
        """
        certificates = self._certificates(keys)
        document = message.literal or b""
        found = tuple(
            _judged(signature, body, document, certificates, at)
            if is_supported
            else claims.reported(signature, "unsupported")
            for signature, body, is_supported in zip(
                message.signatures, message.bodies, claims.supported(message), strict=True
            )
        )
        return found, document

    def close(self) -> None:
        """Forget the keys."""
        with self._lock:
            self._known.clear()

    def _certificates(self, keys: tuple[bytes, ...]) -> "dict[str, Certificate]":
        with self._lock:
            if keys not in self._known:
                if len(self._known) >= limits.OPENPGP_KEY_SETS:
                    self._known.clear()
                self._known[keys] = self._read(keys)
            return self._known[keys]


def _judged(
    signature: SignaturePacket,
    body: bytes,
    document: bytes,
    certificates: "dict[str, Certificate]",
    at: datetime,
) -> OpenPgpSignature:
    """One signature, verified apart from all others."""
    certificate = certificates.get(signature.fingerprint) or certificates.get(signature.key_id)
    if certificate is None:
        return claims.reported(signature, "key-unknown")
    maker = certificate.named(signature.fingerprint, signature.key_id)
    state = _state(signature, _alone(signature, body, document), certificate, maker, at)
    key = certificate.key
    return claims.reported(signature, state, maker, key.fingerprint, next(iter(key.user_ids), ""))


def _state(
    signature: SignaturePacket, message: bytes, certificate: "Certificate", maker: str, at: datetime
) -> OpenPgpState:
    """The state, in the order in which gpg looks for what is wrong."""
    found = claims.reported(signature, "good")
    has_ended = found.expires_at is not None and found.expires_at <= at
    if not certificate.has_signed(message, maker):
        if not certificate.may_sign(maker) or found.made_at is None:
            return "unsupported"
        if found.made_at < certificate.made(maker) or found.made_at > at:
            return "unsupported"
        if has_ended or (found.expires_at is not None and found.expires_at.timestamp() <= time.time()):
            return "expired"
        if certificate.is_revoked(maker) and certificate.would_have_signed(message, maker):
            return "key-revoked"
        ended = certificate.expires(maker)
        return "key-expired" if ended is not None and ended <= found.made_at else "bad"
    if has_ended:
        return "expired"
    if not certificate.is_believed(maker):
        return "unsupported"
    ended = certificate.expires(maker)
    if ended is not None and ended <= at:
        return "key-expired"
    return "key-revoked" if certificate.is_revoked(maker) else "good"


def _alone(signature: SignaturePacket, body: bytes, document: bytes) -> bytes:
    """A message with just this signature, in the form that Sequoia takes for every version."""
    key_id = bytes.fromhex(signature.key_id or "00" * 8)
    kinds = bytes([3, signature.kind, signature.hash_algorithm, signature.key_algorithm])
    parts = [
        Packet(packets.ONE_PASS, kinds + key_id + b"\x01"),
        Packet(packets.LITERAL, b"b\x00" + bytes(4) + document),
        Packet(packets.SIGNATURE, body),
    ]
    return b"".join(map(packets.framed, parts))
