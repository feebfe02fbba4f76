"""Keys in a vault, opened: the private key, and a signer with its certificate chain.

The chain is that in the file `certificates` of the key's settings, else the one that the service keeps with
the version. Each version has a chain of its own: after a rotation the new one needs a certificate first.
"""

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.errors import KeyUnavailableError, RegistryError
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import Approved, Asking
from sealwright.keys.chain_files import CERTIFICATES, chain_of_file, require_key
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.vault import finding, uri
from sealwright.keys.vault.asking import WithApproval
from sealwright.keys.vault.private_keys import private_key
from sealwright.keys.vault.reaching import client_at, registries, service_of
from sealwright.keys.vault.uri import KeyUri
from sealwright.pki import certificate, keys
from sealwright.pki.algorithms import Algorithm
from sealwright.pki.certificate import Certificate
from sealwright.pki.keys import PrivateKey, PublicKey
from sealwright.repositories.registry import RegistryClient
from sealwright.service_client.vault_answers import Key, Version
from sealwright.service_client.vaults import VaultClient

__all__ = [
    "Opened",
    "VaultSigner",
    "open_key",
    "open_private_key",
    "open_uncertified",
    "open_version",
    "public_key_of",
]


_SETTINGS = (CERTIFICATES, "approval_log")
"""Members of a key's `pluginConfig`. The second is for our plugin, which tells there what it waits for."""


class Opened(msgspec.Struct, frozen=True):
    """A version of a key, found: where it is, and what it signs with."""

    registry: RegistryClient
    client: VaultClient
    service: str
    key: Key
    version: Version
    public_key: PublicKey

    @property
    def uri(self) -> str:
        """Names this very version, whatever happens to names and to the current version."""
        return str(KeyUri(self.key.id, self.service, version=self.version.id))

    @property
    def private_key(self) -> PrivateKey:
        """What signs, if nobody has to approve."""
        return private_key(self.ask, self.public_key)

    def ask(self, algorithm: str, content: bytes, *, digested: bool) -> bytes:
        """See `private_keys.Asks`."""
        signed = self.client.sign(self.key.id, self.version.id, algorithm, content, digested=digested)
        return signed.signature


class VaultSigner:
    """A version of a key in a vault, for any number of threads, until `close`.

    Args:
        opened: the version.
        certificates: DER, leaf first, root last; the leaf is known to be the key's.
    """

    def __init__(self, opened: Opened, certificates: tuple[bytes, ...]) -> None:
        self._opened = opened
        self._key = opened.private_key
        self.certificates = certificates

    @property
    def uri(self) -> str:
        """Names the key and its version, so that the very same can be opened another time."""
        return self._opened.uri

    def sign(self, message: bytes, algorithm: Algorithm) -> bytes:
        """The raw signature of `message`; see `interfaces.Signer`.

        Raises:
            AccessDeniedError: `approval.needed`: people have to approve first.
        """
        return keys.sign(self._key, message, algorithm)

    def sign_when_approved(self, message: bytes, algorithm: Algorithm, asking: Asking) -> Approved:
        """The same once people have approved it, if they have to; see `interfaces.ApprovableSigner`."""
        opened = self._opened
        asks = WithApproval(opened.client, opened.key, opened.version, asking)
        value = keys.sign(private_key(asks, opened.public_key), message, algorithm)
        return Approved(value, asks.proof)

    def close(self) -> None:
        """Close the connections to the service."""
        self._opened.registry.close()


def open_key(entry: KeyEntry, passphrases: Passphrases) -> VaultSigner:
    """A signer for a key in a vault.

    Args:
        entry: its id is a URI; `plugin_config` may have `certificates`.
        passphrases: its environment names credentials and settings.

    Raises:
        KeyUnavailableError: a `key.` code, or one of the service's.
        AccessDeniedError: the service wants other credentials.
        EnvironmentalError: the service cannot be reached, or failed.
        DocumentError: the file of the chain, or the settings, cannot be used.
        StorageError: a file cannot be read.
    """
    unknown = sorted(set(entry.plugin_config) - set(_SETTINGS))
    if unknown:
        known = ", ".join(_SETTINGS)
        raise KeyUnavailableError("key.vault-setting-unknown", name=unknown[0], known=known)
    file = entry.plugin_config.get(CERTIFICATES, "")
    opened = open_version(entry.id, passphrases)
    try:
        chain = chain_of_file(Path(file)) if file else _kept_chain(opened)
        require_key(chain[0], opened.private_key, file)
    except BaseException:
        opened.registry.close()
        raise
    return VaultSigner(opened, tuple(one.der for one in chain))


def open_uncertified(text: str, passphrases: Passphrases) -> VaultSigner:
    """A signer for a key in a vault that shows no certificates: what it signs has its chain already.

    Args:
        text: a URI.
        passphrases: its environment names credentials and settings.

    Raises:
        SealwrightError: as `open_key`.
    """
    return VaultSigner(open_version(text, passphrases), ())


def open_private_key(text: str, passphrases: Passphrases) -> PrivateKey:
    """A private key in a vault without its certificate, to make requests and certificates with.

    Its connections end with the process.

    Args:
        text: a URI.
        passphrases: its environment names credentials and settings.

    Raises:
        SealwrightError: as `open_key`.
    """
    return open_version(text, passphrases).private_key


def public_key_of(key: Key, version: Version) -> PublicKey:
    """The public key of a version that can sign images.

    Raises:
        KeyUnavailableError: `key.unsupported`.
        RegistryError: `registry.service-absent`: the service told something else.
    """
    if not version.public_key:
        raise KeyUnavailableError("key.unsupported", key=key.algorithm)
    try:
        found = load_pem_public_key(version.public_key.encode())
    except ValueError as error:
        raise RegistryError("registry.service-absent", name=key.id, problem=str(error)) from None
    keys.require_algorithm(found)
    return found  # type: ignore[return-value]  # one of the six


def open_version(text: str, passphrases: Passphrases) -> Opened:
    """A version of a key in a vault, found.

    Args:
        text: a URI.
        passphrases: its environment names credentials and settings.

    Raises:
        SealwrightError: as `open_key`.
    """
    wanted = uri.parse(text)
    service = service_of(wanted.host, passphrases.environment)
    registry = registries(passphrases.environment)
    try:
        client = client_at(registry, service)
        key = finding.find_key(client, wanted)
        version = finding.find_version(client, key, wanted)
        return Opened(registry, client, service, key, version, public_key_of(key, version))
    except BaseException:
        registry.close()
        raise


def _kept_chain(opened: Opened) -> tuple[Certificate, ...]:
    """The chain that the service keeps with a version."""
    key, version = opened.key, opened.version
    if version.certificates:
        return certificate.parse_file(version.certificates.encode())
    certified = [one.number for one in opened.client.versions(key.id) if one.certificates]
    if certified:
        raise KeyUnavailableError(
            "key.vault-version-uncertified", key=key.name, version=version.number, certified=max(certified)
        )
    raise KeyUnavailableError("key.vault-no-certificate", key=key.name, version=version.number)
