"""Secrets that only a token can tell again, from a challenge that anybody may see.

RSA    the challenge is the secret, encrypted by OAEP (RFC 8017, section 7.1) under the public key
AES    the challenge is random; the secret is derived from what it is encrypted to, block by block, which
nobody foresees who does not have the key
"""

import os
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sealwright.errors import KeyUnavailableError, SealwrightError
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11 import choosing, public_keys, sessions, uri
from sealwright.keys.pkcs11.messages import Decrypt, Encrypt, TokenKey
from sealwright.keys.pkcs11.sessions import Place, Session, Sessions

__all__ = ["SECRET_BYTES", "Challenge", "answered", "made"]

SECRET_BYTES = 32

_INFO = b"sealwright\0answer of a token"
_HASHES: dict[str, HashAlgorithm] = {"sha256": SHA256(), "sha1": SHA1()}  # noqa: S303  # all that some tokens have


class Challenge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A challenge for a key of that kind; `hash_name` is that of OAEP."""

    kind: Literal["RSA", "AES"]
    content: bytes
    hash_name: Literal["", "sha256", "sha1"] = ""


def made(text: str, passphrases: Passphrases) -> tuple[Challenge, bytes]:
    """A new challenge, and the secret that the token tells for it.

    Args:
        text: the PKCS #11 URI of a private key of RSA that decrypts, or of a key of AES that encrypts.
        passphrases: where the PIN comes from.

    Raises:
        KeyUnavailableError: there is no such key, or it does not do it.
        EnvironmentalError: the module or the token failed.
    """
    opened, place = _opened(text, passphrases)
    try:
        with opened.session() as session:
            key, secret_key = _key(session, place)
            if secret_key:
                challenge = Challenge("AES", os.urandom(SECRET_BYTES))
                return challenge, _answer(session, challenge)
        return _encrypted(opened, place, key)
    finally:
        opened.close()


def answered(text: str, challenge: Challenge, passphrases: Passphrases) -> bytes:
    """The secret of a challenge; arguments and errors as for `made`."""
    opened, place = _opened(text, passphrases)
    try:
        with opened.session() as session:
            _, secret_key = _key(session, place)
            if secret_key != (challenge.kind == "AES"):
                raise KeyUnavailableError("key.unsupported", key=f"no key of {challenge.kind}")
            return _answer(session, challenge)
    finally:
        opened.close()


def _opened(text: str, passphrases: Passphrases) -> tuple[Sessions, Place]:
    place = Place.of(uri.parse(text), passphrases)
    if not place.uri.names_token or not place.uri.names_object:
        raise KeyUnavailableError("key.pkcs11-unnamed")
    return Sessions(place, passphrases, for_key=False), place


def _key(session: Session, place: Place) -> tuple[TokenKey, bool]:
    """The key of the URI, and whether it is one of AES; the session has it from now on."""
    wanted = place.uri
    for secret in (False, True):
        found = sessions.keys(session.process, wanted.object, wanted.id, secret=secret)
        if len(found) > 1:
            raise KeyUnavailableError(
                "key.pkcs11-keys",
                wanted=wanted.object_words,
                token=session.token.label,
                found=" ".join(map(choosing.key_words, found)),
            )
        if found and found[0].kind in ("RSA", "AES"):
            return found[0], secret
    raise KeyUnavailableError(
        "key.pkcs11-no-key", wanted=wanted.object_words, token=session.token.label, found="none of RSA or AES"
    )


def _encrypted(opened: Sessions, place: Place, key: TokenKey) -> tuple[Challenge, bytes]:
    """A challenge for a key of RSA: by SHA-256 if the token can, else by SHA-1, which is as good in OAEP."""
    public = public_keys.of(key)
    if not isinstance(public, rsa.RSAPublicKey):
        raise KeyUnavailableError("key.pkcs11-no-public-key", key=choosing.key_words(key))
    secret = os.urandom(SECRET_BYTES)
    try:
        return _tried(opened, place, public, secret, "sha256"), secret
    except SealwrightError as error:
        if error.code.startswith("key.pin-"):
            raise
    return _tried(opened, place, public, secret, "sha1"), secret


def _tried(
    opened: Sessions,
    place: Place,
    public: rsa.RSAPublicKey,
    secret: bytes,
    hash_name: Literal["sha256", "sha1"],
) -> Challenge:
    """A challenge that the token has just answered."""
    algorithm = _HASHES[hash_name]
    content = public.encrypt(secret, padding.OAEP(padding.MGF1(algorithm), algorithm, None))
    challenge = Challenge("RSA", content, hash_name)
    with opened.session() as session:
        _key(session, place)
        if _answer(session, challenge) != secret:
            problem = "RSA_PKCS_OAEP"
            raise KeyUnavailableError("key.pkcs11-mechanism", doing="decrypting", problem=problem)
    return challenge


def _answer(session: Session, challenge: Challenge) -> bytes:
    if challenge.kind == "AES":
        content = session.process.ask(Encrypt(challenge.content), bytes, "encrypting")
        if len(content) != len(challenge.content):
            raise KeyUnavailableError("key.pkcs11-mechanism", doing="encrypting", problem="AES_ECB")
        return HKDF(SHA256(), SECRET_BYTES, None, _INFO).derive(content)
    return session.process.ask(Decrypt(challenge.hash_name, challenge.content), bytes, "decrypting")
