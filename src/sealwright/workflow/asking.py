"""Asking a registry for an image before the command that wants it is loaded; a part of `head_start`."""

from contextlib import ExitStack

from sealwright.homes.environment import Environment
from sealwright.repositories.locating import Location, opened
from sealwright.transport import dialling
from sealwright.transport.origin import Origin
from sealwright.workflow.begun import Begun, Notices, keep
from sealwright.workflow.early import EarlyListing
from sealwright.workflow.later import Later
from sealwright.workflow.opening import Reach, place_of
from sealwright.workflow.registries import registries
from sealwright.workflow.unresolved import unresolved

__all__ = ["begin"]


def begin(
    location: Location, origin: Origin, environment: Environment, *, plain_http: bool | None, lists: bool
) -> None:
    """Begin to resolve an image, and keep what comes of it for the command.

    Args:
        location: of an image in a registry.
        origin: of that registry, to which connections were begun.
        environment: variables and home folder.
        plain_http: whether it is spoken there; None: by the rules.
        lists: whether its signatures are listed at the same time; the location then holds a digest.

    Raises:
        SealwrightError: the registry cannot be asked in this way.
    """
    notices = Notices()
    with ExitStack() as stack:
        stack.callback(dialling.forget, origin.host, origin.port)
        client = stack.enter_context(registries(Reach(plain_http=plain_http), environment, notices))
        repository = stack.enter_context(opened(location, lambda: client))
        place = place_of(location, repository)
        resolving = Later(lambda: repository.resolve(location.selector))
        place = place.resolving(resolving.result)
        if lists and location.digest is not None:
            place = place.with_store(EarlyListing(place, unresolved(place.name, location.digest)))
        begun = Begun(location, place, notices)
        begun.push(stack.pop_all().__exit__)
    keep(begun)
