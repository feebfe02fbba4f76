"""A folder beside a registry to which signatures are written, whatever the registry keeps by itself.

Tools that sign what is in a registry already (`podman image sign`, `atomic sign`) always write there: the
folder is shared later, from a web server or by a copy.
"""

from typing import NoReturn

from sealwright.errors import InternalError
from sealwright.events import Notice
from sealwright.homes.containers import registries_d
from sealwright.homes.environment import Environment
from sealwright.reference import Reference
from sealwright.stores.lookaside import LookasideStore
from sealwright.workflow.context import Context, Place

__all__ = ["tell_if_unseen", "written_store"]


def written_store(
    environment: Environment, reference: Reference, base: str = "", *, older: bool = False
) -> LookasideStore:
    """The store of a repository, to be added to.

    Args:
        environment: where registries.d is.
        reference: of the repository.
        base: an address of a folder (`file:`); empty: the one that registries.d names for writing.
        older: write the layout of atomic before 1.17, with the host in the path.

    Raises:
        DocumentError: a `registries_d.` code.
        StorageError: registries.d cannot be read.
    """
    address = base or registries_d.read(environment).lookaside_for_writing(reference)
    return LookasideStore(
        reference.domain, reference.path, reads="", writes=address, transport=_none, older=older
    )


def tell_if_unseen(context: Context, place: Place) -> None:
    """Give a notice if clients never look for signatures beside the registry of an image.

    Args:
        context: takes the notice.
        place: of the image.

    Raises:
        NetworkError: the registry cannot be reached.
    """
    from sealwright.repositories.remote import RegistryRepository  # noqa: PLC0415  # with HTTP

    repository = place.repository
    if isinstance(repository, RegistryRepository) and repository.signatures.is_offered():
        context.events(Notice("signing.beside-unseen", {"registry": repository.name.partition("/")[0]}))


def _none() -> NoReturn:
    raise InternalError("internal.unexpected", problem="a folder of signatures was read over HTTP")
