"""What a signature packet claims, as the entry of an answer; and which of them nobody is asked about."""

from datetime import UTC, datetime, timedelta

from sealwright.evidence import OpenPgpSignature, OpenPgpState
from sealwright.openpgp.signature_packets import WEAK_HASHES, SignaturePacket

__all__ = ["is_supported", "reported"]

_VERSIONS = frozenset({3, 4})
_ABOUT_DOCUMENTS = frozenset({0, 1})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_supported(signature: SignaturePacket) -> bool:
    """Whether a signature is of a version, a kind and a hash algorithm that can be believed.

    Version 6 is not read by gpg 2.2; SHA-1 is still taken by gpg, by Sequoia not any more.
    """
    return (
        signature.version in _VERSIONS
        and signature.kind in _ABOUT_DOCUMENTS
        and signature.hash_algorithm not in WEAK_HASHES
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
