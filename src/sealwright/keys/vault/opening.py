"""Keys in a vault, opened: the private key, and a signer with its certificate chain.

The chain is that in the file `certificates` of the key's settings, else the one that the service keeps with
the version. Each version has a chain of its own: after a rotation the new one needs a certificate first.
"""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealwright.errors import KeyUnavailableError, RegistryError
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.chain_files import CERTIFICATES, chain_of_file, require_key
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.vault import finding, uri
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

__all__ = ["VaultSigner", "open_key", "open_private_key", "public_key_of"]


class VaultSigner:
    """A version of a key in a vault, for any number of threads, until `close`.

    Args:
        key: the private key.
        certificates: DER, leaf first, root last; the leaf is known to be the key's.
        registry: what reaches the service.
    """

    def __init__(self, key: PrivateKey, certificates: tuple[bytes, ...], registry: RegistryClient) -> None:
        self._key = key
        self._registry = registry
        self.certificates = certificates

    def sign(self, message: bytes, algorithm: Algorithm) -> bytes:
        """The raw signature of `message`; see `interfaces.Signer`."""
        return keys.sign(self._key, message, algorithm)

    def close(self) -> None:
        """Close the connections to the service."""
        self._registry.close()


def open_key(entry: KeyEntry, passphrases: Passphrases) -> VaultSigner:
    """A signer for a key in a vault.

    Args:
        entry: its id is a URI; `plugin_config` may have `certificates`.
        passphrases: its environment names credentials and settings.

    Raises:
        KeyUnavailableError: a `key.` code, or one of the service's.
        AccessDeniedError: the service wants other credentials, or the use has to be approved.
        EnvironmentalError: the service cannot be reached, or failed.
        DocumentError: the file of the chain, or the settings, cannot be used.
        StorageError: a file cannot be read.
    """
    wanted = uri.parse(entry.id)
    unknown = sorted(set(entry.plugin_config) - {CERTIFICATES})
    if unknown:
        raise KeyUnavailableError("key.vault-setting-unknown", name=unknown[0], known=CERTIFICATES)
    file = entry.plugin_config.get(CERTIFICATES, "")
    registry = registries(passphrases.environment)
    try:
        client = client_at(registry, service_of(wanted.host, passphrases.environment))
        key, version = _found(client, wanted)
        opened = private_key(client, key, version, public_key_of(key, version))
        chain = chain_of_file(Path(file)) if file else _kept_chain(client, key, version)
        require_key(chain[0], opened, file)
    except BaseException:
        registry.close()
        raise
    return VaultSigner(opened, tuple(one.der for one in chain), registry)


def open_private_key(text: str, passphrases: Passphrases) -> PrivateKey:
    """A private key in a vault without its certificate, to make requests and certificates with.

    Its connections end with the process.

    Args:
        text: a URI.
        passphrases: its environment names credentials and settings.

    Raises:
        SealwrightError: as `open_key`.
    """
    wanted, environment = uri.parse(text), passphrases.environment
    client = client_at(registries(environment), service_of(wanted.host, environment))
    key, version = _found(client, wanted)
    return private_key(client, key, version, public_key_of(key, version))


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


def _found(client: VaultClient, wanted: KeyUri) -> tuple[Key, Version]:
    key = finding.find_key(client, wanted)
    return key, finding.find_version(client, key, wanted)


def _kept_chain(client: VaultClient, key: Key, version: Version) -> tuple[Certificate, ...]:
    """The chain that the service keeps with a version."""
    if version.certificates:
        return certificate.parse_file(version.certificates.encode())
    certified = [one.number for one in client.versions(key.id) if one.certificates]
    if certified:
        raise KeyUnavailableError(
            "key.vault-version-uncertified", key=key.name, version=version.number, certified=max(certified)
        )
    raise KeyUnavailableError("key.vault-no-certificate", key=key.name, version=version.number)
