"""The certificate chain of a key, from the certificates that are on its token.

1. The leaf: a certificate of the key's own public key; with the key's CKA_ID if the token does not tell
   that key. Of several (renewed ones) the one that begins last.
2. Above it each time the certificate that issued the one below, by name and signature, up to the root.

Certificates that cannot be read are those of others, and passed over.
"""

from collections.abc import Iterable, Sequence

from sealwright import limits
from sealwright.errors import KeyUnavailableError, MalformedContentError
from sealwright.keys.pkcs11.messages import StoredCertificate, TokenKey
from sealwright.pki import certificate
from sealwright.pki.certificate import Certificate
from sealwright.pki.keys import PublicKey

__all__ = ["chain_of", "leaf_of"]


def chain_of(
    key: TokenKey, words: str, public_key: PublicKey | None, stored: Sequence[StoredCertificate]
) -> tuple[Certificate, ...]:
    """The chain of a key, the leaf first, the root last.

    Args:
        key: the private key.
        words: how errors call it.
        public_key: the key's own, if the token tells it.
        stored: the certificates on the token.

    Raises:
        KeyUnavailableError: `key.pkcs11-no-certificate`, `key.certificate-mismatch`,
            `key.pkcs11-chain-incomplete`.
    """
    known = tuple(_readable(stored))
    chain = [leaf_of(key, words, public_key, stored)]
    while not chain[-1].is_self_signed:
        above = next((one for one in known if one not in chain and chain[-1].issued_by(one)), None)
        if above is None or len(chain) >= limits.CERTIFICATE_CHAIN_LENGTH:
            raise KeyUnavailableError(
                "key.pkcs11-chain-incomplete", subject=chain[-1].subject_text, key=words
            )
        chain.append(above)
    return tuple(chain)


def leaf_of(
    key: TokenKey, words: str, public_key: PublicKey | None, stored: Sequence[StoredCertificate]
) -> Certificate:
    """The certificate of a key; arguments as for `chain_of`.

    Raises:
        KeyUnavailableError: `key.pkcs11-no-certificate`, `key.certificate-mismatch`.
    """
    beside = tuple(_readable(one for one in stored if key.id and one.id == key.id))
    fitting = beside
    if public_key is not None:
        fitting = tuple(one for one in _readable(stored) if one.public_key == public_key)
    if not fitting:
        if beside:
            raise KeyUnavailableError("key.certificate-mismatch", subject=beside[0].subject_text)
        raise KeyUnavailableError("key.pkcs11-no-certificate", key=words)
    return max(fitting, key=lambda one: one.not_before)


def _readable(stored: Iterable[StoredCertificate]) -> Iterable[Certificate]:
    for one in stored:
        try:
            yield certificate.parse(one.der)
        except MalformedContentError:
            continue
