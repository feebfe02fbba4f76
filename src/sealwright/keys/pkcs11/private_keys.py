"""Private keys on a token.

What is signed is hashed here and signed by a raw mechanism of the token; where the token has only
mechanisms that hash, it gets all of it.

Source: PKCS #11 v2.40, sections 2.1.7, 2.1.10 (RSA), 2.3.6 (ECDSA); RFC 8017, section 9.2, note 1
(DigestInfo).
"""

import hashlib
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sealwright.keys import elsewhere
from sealwright.keys.pkcs11.messages import Sign
from sealwright.keys.pkcs11.sessions import Sessions
from sealwright.pki.keys import PrivateKey, PublicKey

__all__ = ["private_key"]

_DIGEST_INFO: Mapping[str, bytes] = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""What stands before the digest in a signature of PKCS #1 v1.5."""


def private_key(sessions: Sessions, public_key: PublicKey) -> PrivateKey:
    """The private key that the sessions are about. Safe to share between threads.

    Args:
        sessions: for signing.
        public_key: that belongs to it.
    """
    return elsewhere.private_key(_OnToken(sessions), public_key)


class _OnToken:
    """What signs with the key of sessions."""

    wrong = "key.pkcs11-signature"

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def rsa(self, message: bytes, hash_name: str, *, pss: bool) -> bytes:
        mechanism = "RSA_PKCS_PSS" if pss else "RSA_PKCS"
        prefix = b"" if pss else _DIGEST_INFO[hash_name]
        return self._raw(mechanism, f"{hash_name.upper()}_{mechanism}", message, hash_name, prefix)

    def ecdsa(self, message: bytes, hash_name: str) -> bytes:
        raw = self._raw("ECDSA", f"ECDSA_{hash_name.upper()}", message, hash_name)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))

    def _raw(self, raw: str, hashing: str, message: bytes, hash_name: str, prefix: bytes = b"") -> bytes:
        """The signature as the token gives it.

        Args:
            raw: the mechanism for what is hashed.
            hashing: the one that hashes by itself.
            message: all of it.
            hash_name: hashlib's.
            prefix: what stands before the digest for the raw mechanism.
        """
        with self._sessions.session() as session:
            offered = session.token.mechanisms
            if raw in offered or hashing not in offered:
                content, mechanism = prefix + hashlib.new(hash_name, message).digest(), raw
            else:
                content, mechanism = message, hashing
            return session.process.ask(
                Sign(mechanism, hash_name, content, session.pin_each), bytes, "signing"
            )
