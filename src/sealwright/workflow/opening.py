"""Binding a run to the outside: registries, layouts, trust stores, the clock."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from sealwright.errors import EnvironmentalError
from sealwright.events import EventSink
from sealwright.homes.environment import Environment
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.pending import PendingFolder
from sealwright.interfaces import Repository
from sealwright.repositories.locating import Location, locate, opened
from sealwright.workflow.authorities import AskedAuthorities, Source
from sealwright.workflow.begun import taken
from sealwright.workflow.context import Context, Place
from sealwright.workflow.gather import HomeGatherer
from sealwright.workflow.openpgp import OpenPgp
from sealwright.workflow.plugins import InstalledPlugins
from sealwright.workflow.simple_stores import SimpleStores
from sealwright.workflow.vault_keys import VaultKeys

if TYPE_CHECKING:
    from sealwright.homes.credential_helper import Credential
    from sealwright.repositories.kept_open import KeptOpen
    from sealwright.repositories.registry import RegistryClient

__all__ = ["Reach", "Registries", "bind", "domains", "image_opener", "place_of"]


class Reach(msgspec.Struct, frozen=True):
    """How registries are reached.

    `username` and `password` go before all other credentials. `credentials` gives those of a repository by
    domain and path; where it gives None, the usual places are asked. `insecure_registries` are hosts whose
    certificates are not verified; `plain_http` settles the scheme for all registries, None leaves it to the
    rules. Files are PEM. `scope` is the name for policies of what is in no registry. `seconds` bounds the
    whole run; None: no end. `silence` is the longest wait for a registry to say something, in seconds, where
    that is less than `limits.SILENCE_SECONDS`. `openpgp` chooses who verifies OpenPGP signatures; empty: what
    the settings say. `revocation` says where answers about certificates come from. `vault_keys` are files of
    exported keys of vaults; with any, no service is asked for such keys.
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
    silence: float = math.inf
    credentials: Callable[[str, str], "Credential | None"] | None = None
    openpgp: str = ""
    revocation: Source = Source()
    vault_keys: tuple[Path, ...] = ()


def domains(images: Iterable[str]) -> frozenset[str]:
    """The registries of images as typed; layouts have none.

    Raises:
        UsageError: a name cannot be read.
    """
    located = (locate(image).reference for image in images)
    return frozenset(reference.domain for reference in located if reference is not None)


@contextmanager
def bind(
    reach: Reach,
    environment: Environment,
    clock: Callable[[], datetime],
    events: EventSink,
    *,
    reads_many: bool = False,
) -> Iterator[Context]:
    """A context for a run.

    Args:
        reach: how registries are reached.
        environment: variables and home folder.
        clock: gives the time, aware.
        events: takes notices and progress.
        reads_many: many images are looked at and nothing is written: each layout is opened once.
    """
    with ExitStack() as held:
        opening = held.enter_context(_kept_open()) if reads_many else opened
        client = held.enter_context(Registries(reach, environment, events))
        openpgp = held.enter_context(OpenPgp(environment, reach.openpgp))
        source = msgspec.structs.replace(reach.revocation, seconds=reach.seconds)
        authorities = held.enter_context(AskedAuthorities(environment, clock, events, source))
        plugins = InstalledPlugins(environment)
        vault_keys = VaultKeys(environment, client, reach.vault_keys)
        gather = HomeGatherer(config_folder(environment), openpgp, authorities, plugins, vault_keys)
        stores = SimpleStores(environment, client)
        opener = image_opener(client, events, stores, reach.scope, opening)
        yield Context(clock, opener, gather, events, pending=PendingFolder.of(environment))


def _kept_open() -> "KeptOpen":
    from sealwright.repositories.kept_open import KeptOpen  # noqa: PLC0415  # only for many images

    return KeptOpen()


def image_opener(
    client: Callable[[], "RegistryClient"],
    events: EventSink,
    stores: SimpleStores,
    scope: str = "",
    opening: Callable[..., AbstractContextManager[Repository]] = opened,
) -> Callable[..., AbstractContextManager[Place]]:
    """What opens images by their names, for `Context.open_image`.

    Args:
        client: gives the client of registries; called only for references.
        events: takes notices.
        stores: gives the stores of simple signatures.
        scope: the name for policies of what is in no registry.
        opening: opens the repository of a location, as `locating.opened` does.
    """

    @contextmanager
    def open_image(image: str | Location, /, *, write: bool = False) -> Iterator[Place]:
        location = image if isinstance(image, Location) else locate(image)
        begun = None if write else taken(location)
        try:
            if begun is not None:
                begun.notices.pass_on(events)
                with begun:
                    yield begun.place.keeping(stores(location, begun.place.repository))
                return
            with opening(location, client, write=write, events=events) as repository:
                yield place_of(location, repository, scope).keeping(stores(location, repository))
        except EnvironmentalError as error:
            if location.reference is not None and str(location.reference) != location.typed:
                error.add_note(f"the image is {location.reference.both_forms()}")
            raise

    return open_image


def place_of(location: Location, repository: Repository, scope: str = "") -> Place:
    """The place of an image in a repository that was opened.

    Args:
        location: of the image.
        repository: that holds it.
        scope: the name for policies of what is in no registry.
    """
    name = location.reference or scope or location.path
    tag = location.tag
    if tag is None and location.digest is None and location.reference is not None:
        tag = location.selector
    identity = location.identity if location.reference is None else None
    return Place(
        repository,
        location.transport,
        name,
        location.selector,
        tag,
        location.digest,
        location.typed,
        identity=identity,
    )


class Registries(ExitStack):
    """Gives the registry client of the run, made when the first reference is opened; ends it.

    Args:
        reach: how registries are reached.
        environment: variables and home folder.
        events: takes notices.
    """

    def __init__(self, reach: Reach, environment: Environment, events: EventSink) -> None:
        super().__init__()
        self._reach, self._environment, self._events = reach, environment, events
        self._client: RegistryClient | None = None
        self._lock = Lock()

    def __call__(self) -> "RegistryClient":
        """The client of the run."""
        from sealwright.workflow.registries import registries  # noqa: PLC0415  # not for layouts

        with self._lock:
            if self._client is None:
                made = registries(self._reach, self._environment, self._events)
                self._client = self.enter_context(made)
            return self._client
