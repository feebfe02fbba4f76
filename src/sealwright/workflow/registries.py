"""The registry client of a run, with credentials, certificates and notation's settings.

Loaded when the first registry is asked: whoever works on layouts alone need not wait for HTTP.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sealwright.events import EventSink
from sealwright.homes import credentials
from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder
from sealwright.repositories.registry import RegistryClient
from sealwright.repositories.tokens import CredentialLookup
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.tls import VerifiedTls
from sealwright.workflow.opening import Reach

__all__ = ["registries"]


@contextmanager
def registries(reach: Reach, environment: Environment, events: EventSink) -> Iterator[RegistryClient]:
    """The registry client of a run, with what notation's settings say added; its connections end with it.

    Args:
        reach: how registries are reached.
        environment: variables and home folder.
        events: takes notices.

    Raises:
        DocumentError: a file of settings cannot be used.
        UsageError: the certificate files cannot be used.
    """
    tls = VerifiedTls(reach.ca_file, reach.client_certificate, reach.client_key, environment.variables)
    known = settings.read(config_folder(environment))
    insecure = reach.insecure_registries | frozenset(known.insecure_registries)
    transport = Transport(tls, insecure, environment.variables, events=events)
    try:
        yield RegistryClient(
            transport,
            _lookup(reach, environment),
            plain_http=reach.plain_http,
            force_referrers_tag=reach.force_referrers_tag,
            deadline=Deadline(reach.seconds, reach.silence),
            events=events,
        )
    finally:
        transport.close()


def _lookup(reach: Reach, environment: Environment) -> CredentialLookup:
    usual = credentials.lookup(environment, reach.username, reach.password)
    given = reach.credentials
    return usual if given is None else lambda domain, path: given(domain, path) or usual(domain, path)
