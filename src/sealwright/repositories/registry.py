"""The registry client: one for a run, shared by all repositories that it opens."""

from collections.abc import Iterator
from copy import copy

import msgspec

from sealwright.events import EventSink, ignore
from sealwright.homes.credential_helper import Credential
from sealwright.repositories import answers
from sealwright.repositories.endpoints import Endpoints
from sealwright.repositories.exchange import Exchange, Outside
from sealwright.repositories.remote import RegistryRepository, listing
from sealwright.repositories.scopes import CATALOG, Scope
from sealwright.repositories.tokens import Authoriser, CredentialLookup
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline

__all__ = ["Ping", "RegistryClient", "no_credentials"]


class Ping(msgspec.Struct, frozen=True):
    """What a registry says of itself.

    `url` is where it was reached. `signatures_extension` tells whether it keeps simple signatures
    (X-Registry-Supports-Signatures).
    """

    url: str
    api_version: str
    signatures_extension: bool


def no_credentials(domain: str, path: str) -> Credential | None:
    """A lookup that finds nothing.

    Args:
        domain: of the registry.
        path: of the repository.
    """
    del domain, path
    return None  # an answer, not the lack of one


class RegistryClient:
    """Opens repositories in registries. Safe to use from several threads.

    Args:
        transport: speaks HTTP. Its `insecure_hosts` are the insecure registries.
        credentials: domain and path of a repository to what identifies us there; asked when a registry asks.
        plain_http: True or False settle the scheme for every registry; None: plain HTTP for this machine,
            https for all others, and for insecure registries whichever works.
        force_referrers_tag: write the referrers tag even where a registry has the referrers API.
        deadline: of the whole run; each request that moves little has one of its own besides.
        events: takes notices.
    """

    def __init__(
        self,
        transport: Transport,
        credentials: CredentialLookup = no_credentials,
        *,
        plain_http: bool | None = None,
        force_referrers_tag: bool = False,
        deadline: Deadline | None = None,
        events: EventSink = ignore,
    ) -> None:
        endpoints = Endpoints(transport, plain_http, events)
        authoriser = Authoriser(transport, credentials)
        self._outside = Outside(transport, endpoints, authoriser, events, deadline or Deadline(None))
        self._force_referrers_tag = force_referrers_tag

    @property
    def transport(self) -> Transport:
        """What speaks HTTP, for what lies beside registries."""
        return self._outside.transport

    @property
    def deadline(self) -> Deadline:
        """Of the whole run."""
        return self._outside.deadline

    def within(self, deadline: Deadline) -> "RegistryClient":
        """The same client with another deadline; connections, tokens and what is known of hosts are shared.

        Args:
            deadline: of all requests that are sent by the client that is given.
        """
        other = copy(self)
        other._outside = msgspec.structs.replace(self._outside, deadline=deadline)  # noqa: SLF001  # its own class
        return other

    def repository(self, domain: str, path: str, *, write: bool = False) -> RegistryRepository:
        """A repository; nothing is asked yet.

        Args:
            domain: as in a reference, such as `docker.io` or `localhost:5000`.
            path: as in a reference, such as `library/alpine`.
            write: whether the run will push there, so that the first token allows it.
        """
        actions = ("pull", "push") if write else ("pull",)
        exchange = Exchange(self._outside, domain, path, (Scope.of_repository(path, *actions),))
        return RegistryRepository(exchange, force_referrers_tag=self._force_referrers_tag)

    def exchange(self, domain: str, *scopes: Scope) -> Exchange:
        """Requests to a registry as a whole, such as to the API of our own service; nothing is asked yet.

        Args:
            domain: as in a reference.
            scopes: what tokens are to be good for.
        """
        return Exchange(self._outside, domain, "", scopes)

    def ping(self, domain: str) -> Ping:
        """Ask a registry whether it is one and takes our credentials.

        Raises:
            AccessDeniedError: `registry.login-required`, `registry.login-rejected`.
            RegistryError: `registry.not-a-registry`.
            NetworkError: it cannot be reached.
        """
        exchange = self.exchange(domain)
        response = exchange.send("GET", exchange.url(""))
        if response.status != 200:  # noqa: PLR2004  # OK
            raise answers.failure(response, domain, "registry")
        response.discard()
        headers = response.headers
        return Ping(
            str(exchange.origin),
            headers.get("docker-distribution-api-version", ""),
            headers.get("x-registry-supports-signatures", "") == "1",
        )

    def catalog(self, domain: str) -> Iterator[str]:
        """The paths of a registry's repositories, where it tells them.

        Raises:
            AccessDeniedError: many registries allow this to administrators alone.
        """
        exchange = Exchange(self._outside, domain, "", (CATALOG,))
        return listing(exchange, exchange.url("_catalog"), "repositories")

    def close(self) -> None:
        """Close the connections that are kept open. Without it they are closed with the last reference."""
        self._outside.transport.close()
