"""Where signatures are that are no mere referrers: which store it is, is found out when one is asked for."""

from collections.abc import Callable, Mapping
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from sealwright.homes.environment import Environment
from sealwright.interfaces import Repository, SignatureStore
from sealwright.repositories.locating import Location

if TYPE_CHECKING:
    from sealwright.homes.containers.registries_d import RegistriesD
    from sealwright.reference import Reference
    from sealwright.repositories.registry import RegistryClient
    from sealwright.stores.lookaside import LookasideStore

__all__ = ["SimpleStores"]

_FOLDERS = frozenset({"dir", "containers-storage"})
"""Transports whose images are, while they are open, in a folder that holds their signatures too."""

Openers = Mapping[str, Callable[[], SignatureStore]]


class SimpleStores:
    """Gives the openers of stores, for `Place.stores`. Safe to use from several threads.

    registries.d is read when the first registry is met that keeps no signatures by itself.

    Args:
        environment: where registries.d is, and the store of those who configured none.
        client: gives the client of registries, whose connections the stores beside them share.
    """

    def __init__(self, environment: Environment, client: "Callable[[], RegistryClient]") -> None:
        self._environment = environment
        self._client = client
        self._configured: RegistriesD | None = None
        self._lock = Lock()

    def __call__(self, location: Location, repository: Repository) -> Openers:
        """The openers for an image; none where its kind of place has none.

        Args:
            location: of the image.
            repository: that holds it, opened.
        """
        reference = location.reference
        if reference is not None:
            return {
                "simple": cache(lambda: self._of_registry(reference, repository)),
                "kms": cache(lambda: _by_vaults(repository)),
            }
        return _of_folder(repository) if location.transport in _FOLDERS else {}

    def _of_registry(self, reference: "Reference", repository: Repository) -> SignatureStore:
        from sealwright.repositories.remote import RegistryRepository  # noqa: PLC0415  # only if asked for
        from sealwright.stores.simple import SimpleStore  # noqa: PLC0415  # the same

        assert isinstance(repository, RegistryRepository)  # noqa: S101  # what `opened` gives for references
        return SimpleStore(repository.signatures, lambda: self._beside(reference))

    def _beside(self, reference: "Reference") -> "LookasideStore":
        from sealwright.homes.containers import registries_d  # noqa: PLC0415  # not where the registry keeps them
        from sealwright.stores.lookaside import LookasideStore  # noqa: PLC0415  # the same

        with self._lock:
            if self._configured is None:
                self._configured = registries_d.read(self._environment)
        client = self._client()
        return LookasideStore(
            reference.domain,
            reference.path,
            reads=self._configured.lookaside_for_reading(reference),
            writes=self._configured.lookaside_for_writing(reference),
            transport=lambda: client.transport,
            deadline=client.deadline,
        )


def _by_vaults(repository: Repository) -> SignatureStore:
    from sealwright.repositories.remote import RegistryRepository  # noqa: PLC0415  # only if asked for
    from sealwright.stores.kms import KmsStore  # noqa: PLC0415  # the same

    assert isinstance(repository, RegistryRepository)  # noqa: S101  # what `opened` gives for references
    return KmsStore(repository)


def _of_folder(repository: Repository) -> Openers:
    from sealwright.repositories.dir_image import DirImage  # noqa: PLC0415  # only for folders
    from sealwright.stores.directory import DirectoryStore  # noqa: PLC0415  # the same

    if not isinstance(repository, DirImage):  # what is read from containers-storage comes as a layout
        return {}
    return {"simple": cache(lambda: DirectoryStore(repository))}
