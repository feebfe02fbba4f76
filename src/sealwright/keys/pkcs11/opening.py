"""Keys on tokens, opened: the private key, and a signer with its certificate chain."""

from pathlib import Path

from sealwright.errors import KeyUnavailableError
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.chain_files import CERTIFICATES, chain_of_file, require_key
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.pkcs11 import chains, choosing, public_keys, sessions, uri
from sealwright.keys.pkcs11.messages import Certificates, StoredCertificate
from sealwright.keys.pkcs11.private_keys import private_key
from sealwright.keys.pkcs11.sessions import Place, Session, Sessions
from sealwright.pki import keys
from sealwright.pki.algorithms import Algorithm
from sealwright.pki.certificate import Certificate
from sealwright.pki.keys import PrivateKey, PublicKey

__all__ = [
    "PIN_FILE",
    "TokenSigner",
    "open_key",
    "open_private_key",
    "public_key_of",
    "stored",
]

PIN_FILE = "passphrase_file"
"""The member of a key's `pluginConfig` that names a file with the PIN of its token."""


class TokenSigner:
    """A key on a token, for any number of threads, until `close` or until nobody holds it any more.

    Args:
        key: the private key.
        certificates: DER, leaf first, root last; the leaf is known to be the key's.
        opened: the sessions of the key.
    """

    def __init__(self, key: PrivateKey, certificates: tuple[bytes, ...], opened: Sessions) -> None:
        self._key = key
        self._opened = opened
        self.certificates = certificates

    def sign(self, message: bytes, algorithm: Algorithm) -> bytes:
        """The raw signature of `message`; see `interfaces.Signer`."""
        return keys.sign(self._key, message, algorithm)

    def close(self) -> None:
        """Log out of the token, and end the processes that hold its module."""
        self._opened.close()


def open_key(entry: KeyEntry, passphrases: Passphrases) -> TokenSigner:
    """A signer for a key on a token.

    The chain is that in the file `certificates`, else that of the certificates on the token.

    Args:
        entry: its id is a PKCS #11 URI; `plugin_config` may have `certificates` and `passphrase_file`.
        passphrases: where the PIN comes from.

    Raises:
        KeyUnavailableError: a `key.` code.
        EnvironmentalError: the module or the token failed.
        DocumentError: the file of the chain, or the settings, cannot be used.
        StorageError: a file cannot be read.
    """
    wanted = uri.parse(entry.id)
    unknown = sorted(set(entry.plugin_config) - {CERTIFICATES, PIN_FILE})
    if unknown:
        raise KeyUnavailableError(
            "key.pkcs11-setting-unknown", name=unknown[0], known=f"{CERTIFICATES}, {PIN_FILE}"
        )
    chain_file = entry.plugin_config.get(CERTIFICATES, "")
    chain = chain_of_file(Path(chain_file)) if chain_file else ()
    opened = Sessions(Place.of(wanted, passphrases), _with_file(passphrases, entry))
    try:
        with opened.session() as session:
            public_key = public_key_of(session)
            if not chain:
                key = session.signing_key
                chain = chains.chain_of(key, choosing.key_words(key), public_key, stored(session))
        fitting = public_key or _of_leaf(chain[0])
        signer = private_key(opened, fitting)
        require_key(chain[0], signer, chain_file)
    except BaseException:
        opened.close()
        raise
    return TokenSigner(signer, tuple(one.der for one in chain), opened)


def open_private_key(text: str, passphrases: Passphrases) -> PrivateKey:
    """A private key on a token without its certificate, to make requests and certificates with.

    Args:
        text: a PKCS #11 URI.
        passphrases: where the PIN comes from.

    Raises:
        KeyUnavailableError: a `key.` code; `key.pkcs11-no-public-key` if the token does not tell its public
        key.
        EnvironmentalError: the module or the token failed.
        DocumentError: the settings cannot be used.
        StorageError: a file cannot be read.
    """
    opened = Sessions(Place.of(uri.parse(text), passphrases), passphrases)
    try:
        with opened.session() as session:
            return private_key(opened, public_key_of(session) or _certified(session))
    except BaseException:
        opened.close()
        raise


def _certified(session: Session) -> PublicKey:
    """The public key in the certificate beside a key, where the token does not tell it otherwise."""
    words = choosing.key_words(session.signing_key)
    try:
        return _of_leaf(chains.leaf_of(session.signing_key, words, None, stored(session)))
    except KeyUnavailableError as error:
        if error.code == "key.pkcs11-no-certificate":
            raise KeyUnavailableError("key.pkcs11-no-public-key", key=words) from None
        raise


def stored(session: Session) -> tuple[StoredCertificate, ...]:
    """The certificates on the token of a session.

    Raises:
        EnvironmentalError: the module failed.
    """
    return session.process.ask(Certificates(), tuple[StoredCertificate, ...], "looking for certificates")


def public_key_of(session: Session) -> PublicKey | None:
    """The public key of a session's private key; None if the token does not tell it.

    It is told by the private key itself (RSA), or by a public key object with the same id, else label.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        EnvironmentalError: the module failed.
    """
    key = session.signing_key
    if key.kind not in ("RSA", "EC") or (key.curve and not public_keys.knows(key.curve)):
        kind = "EC on another curve" if key.curve else key.kind or "of a kind of its own"
        raise KeyUnavailableError("key.unsupported", key=kind)
    found = public_keys.of(key)
    if found is None and (key.id or key.label):
        beside = sessions.keys(session.process, "" if key.id else key.label, key.id, public=True)
        told = (public_keys.of(one) for one in beside if one.kind == key.kind)
        found = next((one for one in told if one is not None), None)
    if found is not None:
        keys.require_algorithm(found)
    return found


def _of_leaf(leaf: Certificate) -> PublicKey:
    keys.require_algorithm(leaf.public_key)
    return leaf.public_key  # type: ignore[return-value]  # one of the six


def _with_file(passphrases: Passphrases, entry: KeyEntry) -> Passphrases:
    """The file with the PIN that the entry names, unless the caller has named one."""
    named = entry.plugin_config.get(PIN_FILE, "")
    if not named or passphrases.known is not None or passphrases.file is not None:
        return passphrases
    return Passphrases(passphrases.environment, Path(named), passphrases.prompt)
