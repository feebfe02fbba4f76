"""Making keys on a token, and putting certificates beside them."""

import secrets
from collections.abc import Sequence

import msgspec

from sealwright import limits
from sealwright.errors import KeyUnavailableError
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11 import choosing, public_keys, sessions, uri
from sealwright.keys.pkcs11.messages import Generate, Store, StoredCertificate, TokenKey
from sealwright.keys.pkcs11.opening import public_key_of, stored
from sealwright.keys.pkcs11.sessions import Place, Session, Sessions
from sealwright.keys.pkcs11.uri import TokenUri
from sealwright.pki.certificate import Certificate

__all__ = ["generate", "put_certificates"]

_ID_BYTES = 8
_RSA = "RSA-"
_CKA_ID_OF_ISSUERS = 40
"""Hexadecimal digits of the fingerprint of an issuer's key that are its certificate's CKA_ID."""


def generate(text: str, key_spec: str, passphrases: Passphrases) -> TokenUri:
    """Make a key pair on a token: sensitive, not extractable, for signing only.

    Args:
        text: a PKCS #11 URI that names the token and, with `object`, the label; without `id`, one is made up.
        key_spec: one of `keys.generating.KEY_SPECS`.
        passphrases: where the PIN comes from.

    Returns:
        The URI of the key, with its id.

    Raises:
        KeyUnavailableError: `key.pkcs11-unnamed`, `key.pkcs11-exists`, `key.pkcs11-mechanism` and others.
        EnvironmentalError: the module or the token failed.
        StorageError: a file cannot be read.
    """
    wanted = uri.parse(text)
    if not wanted.names_token or not wanted.object:
        raise KeyUnavailableError("key.pkcs11-unnamed")
    made = msgspec.structs.replace(wanted, id=wanted.id or secrets.token_bytes(_ID_BYTES))
    opened = Sessions(Place.of(wanted, passphrases), passphrases, writable=True, for_key=False)
    try:
        with opened.session() as session:
            _require_free(made, session)
            public = session.process.ask(_question(made, key_spec), TokenKey, "making a key", person=True)
    finally:
        opened.close()
    if public_keys.of(public) is None:
        raise KeyUnavailableError("key.pkcs11-no-public-key", key=made.object_words)
    return made


def put_certificates(
    text: str, chain: Sequence[Certificate], passphrases: Passphrases
) -> tuple[Certificate, ...]:
    """Put a chain onto a token, the leaf under the label and id of its key. What is there already stays.

    Args:
        text: the PKCS #11 URI of the key.
        chain: the leaf first.
        passphrases: where the PIN comes from.

    Returns:
        The certificates that were not there before.

    Raises:
        KeyUnavailableError: `key.certificate-mismatch`, `key.pkcs11-full`, `key.pkcs11-read-only` and others.
        EnvironmentalError: the module or the token failed.
        StorageError: a file cannot be read.
    """
    opened = Sessions(Place.of(uri.parse(text), passphrases), passphrases, writable=True)
    try:
        with opened.session() as session:
            known = public_key_of(session)
            if known is not None and known != chain[0].public_key:
                raise KeyUnavailableError("key.certificate-mismatch", subject=chain[0].subject_text)
            there = {one.der for one in stored(session)}
            new = tuple(one for one in chain if one.der not in there)
            objects = tuple(_object(one, session.signing_key if one is chain[0] else None) for one in new)
            session.process.ask(Store(objects), type(None), "storing certificates")
    finally:
        opened.close()
    return new


def _question(made: TokenUri, key_spec: str) -> Generate:
    if key_spec.startswith(_RSA):
        return Generate(made.object, made.id, int(key_spec.removeprefix(_RSA)), b"")
    return Generate(made.object, made.id, 0, public_keys.CURVES[key_spec][0])


def _require_free(made: TokenUri, session: Session) -> None:
    for label, identifier in ((made.object, b""), ("", made.id)):
        found = sessions.keys(session.process, label, identifier)
        if found:
            raise KeyUnavailableError(
                "key.pkcs11-exists", key=choosing.key_words(found[0]), token=session.token.label
            )


def _object(one: Certificate, key: TokenKey | None) -> StoredCertificate:
    """A certificate as an object; `key`: whose leaf it is, None for an issuer."""
    from asn1crypto.core import Integer  # noqa: PLC0415  # 42 ms, rarely needed

    common_name = next((value for name, value in one.subject if name == "CN"), one.subject_text)
    return StoredCertificate(
        label=common_name[: limits.PKCS11_LABEL] if key is None else key.label,
        id=bytes.fromhex(one.key_fingerprint[:_CKA_ID_OF_ISSUERS]) if key is None else key.id,
        der=one.der,
        subject=one.handle.subject.public_bytes(),
        issuer=one.handle.issuer.public_bytes(),
        serial=Integer(one.serial).dump(),
    )
