"""What a signature packet claims, as the entry of an answer; and which of them nobody is asked about."""

from datetime import UTC, datetime, timedelta

from sealwright.evidence import OpenPgpSignature, OpenPgpState
from sealwright.openpgp.message import Message
from sealwright.openpgp.signature_packets import WEAK_HASHES, SignaturePacket

__all__ = ["reported", "supported"]

_VERSIONS = frozenset({3, 4})
_ONE_PASS = 3
"""The version of one-pass packets that stand for signatures of these versions."""
_ABOUT_DOCUMENTS = frozenset({0, 1})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def supported(message: Message) -> tuple[bool, ...]:
    """Of each signature, whether it is of a version, a kind and a hash algorithm that can be believed.

    Version 6 is not read by gpg 2.2; SHA-1 is still taken by gpg, by Sequoia not any more. One-pass packets,
    if there are any, must announce the signatures, the last one the first (RFC 4880, section 5.4): gpg hashes
    by them, and so do clients.
    """
    announced = not message.one_pass or (
        len(message.one_pass) == len(message.signatures)
        and all(
            one.version != _ONE_PASS or one.announces(signature)
            for one, signature in zip(reversed(message.one_pass), message.signatures, strict=True)
        )
    )
    return tuple(
        announced
        and signature.version in _VERSIONS
        and signature.kind in _ABOUT_DOCUMENTS
        and signature.hash_algorithm not in WEAK_HASHES
        for signature in message.signatures
    )


def reported(
    signature: SignaturePacket,
    state: OpenPgpState,
    fingerprint: str = "",
    primary: str = "",
    user_id: str = "",
) -> OpenPgpSignature:
    """An entry with the key id and the times that the signature tells."""
    made = None if signature.created is None else _EPOCH + timedelta(seconds=signature.created)
    lasting = signature.expires_after
    return OpenPgpSignature(
        state,
        signature.key_id,
        fingerprint or signature.fingerprint,
        primary,
        user_id,
        made,
        made + timedelta(seconds=lasting) if made is not None and lasting else None,
    )
