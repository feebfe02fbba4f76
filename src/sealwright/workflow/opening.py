"""Binding a run to the outside: registries with credentials, layouts, trust stores, the clock."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from sealwright.events import EventSink
from sealwright.homes import credentials
from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder
from sealwright.repositories.locating import locate, opened
from sealwright.repositories.registry import RegistryClient
from sealwright.transport.client import Transport
from sealwright.transport.deadline import Deadline
from sealwright.transport.tls import VerifiedTls
from sealwright.workflow.context import Context, Place
from sealwright.workflow.gather import HomeGatherer

__all__ = ["Reach", "bind", "domains", "registries"]


class Reach(msgspec.Struct, frozen=True):
    """How registries are reached.

    `username` and `password` go before all other credentials. `insecure_registries` are hosts whose
    certificates are not verified; `plain_http` settles the scheme for all registries, None leaves it to the
    rules. Files are PEM. `scope` is the name for policies of what is in no registry. `seconds` bounds the
    whole run; None: no end.
    """

    username: str = ""
    password: str = ""
    insecure_registries: frozenset[str] = frozenset()
    plain_http: bool | None = None
    ca_file: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    force_referrers_tag: bool = False
    scope: str = ""
    seconds: float | None = None


def domains(images: Iterable[str]) -> frozenset[str]:
    """The registries of images as typed; layouts have none.

    Raises:
        UsageError: a name cannot be read.
    """
    located = (locate(image).reference for image in images)
    return frozenset(reference.domain for reference in located if reference is not None)


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
            credentials.lookup(environment, reach.username, reach.password),
            plain_http=reach.plain_http,
            force_referrers_tag=reach.force_referrers_tag,
            deadline=Deadline(reach.seconds),
            events=events,
        )
    finally:
        transport.close()


@contextmanager
def bind(
    reach: Reach, environment: Environment, clock: Callable[[], datetime], events: EventSink
) -> Iterator[Context]:
    """A context for a run.

    Args:
        reach: how registries are reached.
        environment: variables and home folder.
        clock: gives the time, aware.
        events: takes notices and progress.

    Raises:
        DocumentError: a file of settings cannot be used.
    """
    with registries(reach, environment, events) as client:

        @contextmanager
        def open_image(image: str, /, *, write: bool = False) -> Iterator[Place]:
            location = locate(image)
            name = location.reference or reach.scope or location.path
            with opened(location, client, write=write, events=events) as repository:
                yield Place(repository, location.transport, name, location.selector, location.tag)

        yield Context(clock, open_image, HomeGatherer(config_folder(environment)), events)
