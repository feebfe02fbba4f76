"""The service of a vault, reached with the credentials that the registry at the same host gets."""

from sealwright.errors import KeyUnavailableError
from sealwright.homes import credentials
from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings as notation
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.sealwright import settings
from sealwright.keys.vault import uri
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.scopes import KEYS
from sealwright.service_client.vaults import VaultClient
from sealwright.transport.client import Transport
from sealwright.transport.tls import VerifiedTls

__all__ = ["client_at", "registries", "service_of"]


def service_of(host: str, environment: Environment) -> str:
    """The service that is meant, by host and port.

    Args:
        host: as a URI names it; empty: it names none.
        environment: names the settings.

    Raises:
        KeyUnavailableError: `key.vault-no-service`, `key.vault-uri`.
        DocumentError: the settings cannot be used.
    """
    found = host or settings.read(environment).vault.service
    if not found:
        raise KeyUnavailableError("key.vault-no-service")
    return uri.host_of(found)


def registries(environment: Environment) -> RegistryClient:
    """A client of registries with the user's own settings and credentials; whoever asks for it closes it.

    Args:
        environment: variables and home folder.

    Raises:
        DocumentError: a file of settings cannot be used.
        UsageError: variables cannot be used.
    """
    insecure = frozenset(notation.read(config_folder(environment)).insecure_registries)
    tls = VerifiedTls(environment=environment.variables)
    transport = Transport(tls, insecure, environment.variables)
    return RegistryClient(transport, credentials.lookup(environment))


def client_at(registry: RegistryClient, service: str) -> VaultClient:
    """The client of a service's vaults; nothing is asked yet.

    Args:
        registry: says who we are.
        service: host and port.
    """
    exchange = registry.exchange(service, KEYS)
    return VaultClient(exchange.send, str(exchange.origin))
