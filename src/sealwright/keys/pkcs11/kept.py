"""Keys that a program keeps on a token: any number of them, over a few sessions.

Each is named by label and CKA_ID together. What is signed is hashed here; where the token has only mechanisms
that hash, it gets all of it, and what is hashed already cannot be signed.

Source: PKCS #11 v2.40, sections 2.1.7, 2.1.10 (RSA), 2.3.6 (ECDSA); RFC 8017, section 9.2, note 1.
"""

import hashlib
from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sealwright.errors import KeyUnavailableError
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11 import choosing, public_keys, sessions, uri
from sealwright.keys.pkcs11.messages import Destroy, Generate, Sign, TokenKey
from sealwright.keys.pkcs11.sessions import Place, Session, Sessions
from sealwright.pki.keys import PublicKey

__all__ = ["Kept", "KeptKeys"]

_DIGEST_INFO: Mapping[str, bytes] = {
    "sha224": bytes.fromhex("302d300d06096086480165030402040500041c"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


class Kept(msgspec.Struct, frozen=True):
    """Which key: its label and CKA_ID."""

    label: str
    id: bytes


class KeptKeys:
    """The keys on one token. Safe to use from several threads.

    Args:
        text: a PKCS #11 URI that names the token.
        passphrases: where the PIN comes from.

    Raises:
        KeyUnavailableError: the URI names no token, or its module cannot be had.
    """

    def __init__(self, text: str, passphrases: Passphrases) -> None:
        place = Place.of(uri.parse(text), passphrases)
        if not place.uri.names_token:
            raise KeyUnavailableError("key.pkcs11-unnamed")
        self._signing = Sessions(place, passphrases, for_key=False)
        self._writing = Sessions(place, passphrases, writable=True, for_key=False)

    def make(self, kept: Kept, key_spec: str) -> PublicKey:
        """Make a key pair: sensitive, not extractable.

        Args:
            kept: what it is called from now on.
            key_spec: one of `keys.generating.KEY_SPECS`.

        Raises:
            KeyUnavailableError: `key.pkcs11-exists`, `key.pkcs11-mechanism` and others.
            EnvironmentalError: the module or the token failed.
        """
        curve = public_keys.CURVES.get(key_spec, (b"", None))[0]
        bits = 0 if curve else int(key_spec.removeprefix("RSA-"))
        with self._writing.session() as session:
            if sessions.keys(session.process, kept.label, kept.id):
                words = choosing.key_words(TokenKey(kept.label, kept.id, "", signs=True, always=False))
                raise KeyUnavailableError("key.pkcs11-exists", key=words, token=session.token.label)
            question = Generate(kept.label, kept.id, bits, curve)
            public = public_keys.of(session.process.ask(question, TokenKey, "making a key", person=True))
        if public is None:
            raise KeyUnavailableError("key.pkcs11-no-public-key", key=kept.label)
        return public

    def sign_pkcs1(self, kept: Kept, hash_name: str, message: bytes, *, digested: bool) -> bytes:
        """A signature of RSA by PKCS #1 v1.5.

        Args:
            kept: the key.
            hash_name: by hashlib's name.
            message: what is signed, or its digest.
            digested: whether it is the digest.

        Raises:
            KeyUnavailableError: there is no such key, or the token does not do it.
            EnvironmentalError: the module or the token failed.
        """
        return self._sign(
            kept, "RSA_PKCS", hash_name, message, digested=digested, prefix=_DIGEST_INFO[hash_name]
        )

    def sign_pss(self, kept: Kept, hash_name: str, message: bytes, *, digested: bool) -> bytes:
        """A signature of RSA by PSS, the salt as long as the hash; arguments and errors as above."""
        return self._sign(kept, "RSA_PKCS_PSS", hash_name, message, digested=digested)

    def sign_ecdsa(self, kept: Kept, hash_name: str, message: bytes, *, digested: bool) -> bytes:
        """A signature of ECDSA in DER; arguments and errors as above."""
        raw = self._sign(kept, "ECDSA", hash_name, message, digested=digested)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))

    def destroy(self, kept: Kept) -> None:
        """Destroy a key; one that is not there is none.

        Raises:
            EnvironmentalError: the module or the token failed.
        """
        with self._writing.session() as session:
            session.process.ask(Destroy(kept.label, kept.id), int, "destroying a key")

    def close(self) -> None:
        """Log out of the token, and end the processes that hold its module."""
        self._signing.close()
        self._writing.close()

    def _sign(
        self,
        kept: Kept,
        raw: str,
        hash_name: str,
        message: bytes,
        *,
        digested: bool,
        prefix: bytes = b"",
    ) -> bytes:
        with self._signing.session() as session:
            _require_key(session, kept)
            hashing = f"ECDSA_{hash_name.upper()}" if raw == "ECDSA" else f"{hash_name.upper()}_{raw}"
            if raw in session.token.mechanisms or hashing not in session.token.mechanisms:
                digest = message if digested else hashlib.new(hash_name, message).digest()
                question = Sign(raw, hash_name, prefix + digest)
            elif digested:
                raise KeyUnavailableError("key.pkcs11-mechanism", doing="signing a digest", problem=raw)
            else:
                question = Sign(hashing, hash_name, message)
            return session.process.ask(question, bytes, "signing")


def _require_key(session: Session, kept: Kept) -> None:
    """Have the session sign with that key.

    Raises:
        KeyUnavailableError: `key.pkcs11-no-key`: it is not there, or not there once.
    """
    found = sessions.keys(session.process, kept.label, kept.id)
    if len(found) != 1 or not kept.label or not kept.id:
        raise KeyUnavailableError(
            "key.pkcs11-no-key",
            wanted=kept.label,
            token=session.token.label,
            found=" ".join(map(choosing.key_words, found)) or "none",
        )
