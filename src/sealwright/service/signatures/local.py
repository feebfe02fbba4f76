"""The service's own images and signatures as the workflows see them, without HTTP. For worker threads."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import cast

from sealwright.digest import Digest
from sealwright.errors import InternalError
from sealwright.events import ignore
from sealwright.interfaces import Gatherer, Repository, SignatureStore
from sealwright.reference import Reference
from sealwright.repositories.locating import Location
from sealwright.service.registry.local import LocalRepository
from sealwright.service.signatures.kept import KeptKmsSignatures, KeptSignatures
from sealwright.service.storage import Storage
from sealwright.workflow.clock import now
from sealwright.workflow.context import Context, Place
from sealwright.workflow.kept import KMS, SIMPLE

__all__ = ["local_context", "local_place"]


def local_place(storage: Storage, registry: str, repository: str, digest: Digest) -> Place:
    """A manifest of the service, with what keeps its signatures.

    Args:
        storage: of the service.
        registry: what users call the service.
        repository: its name in the service.
        digest: of the manifest.
    """
    # only what reads is ever called while verifying
    content = cast("Repository", LocalRepository(storage, repository, registry))
    name = Reference(f"{registry}/{repository}@{digest}", registry, repository, None, digest)
    stores: dict[str, Callable[[], SignatureStore]] = {
        SIMPLE: lambda: KeptSignatures(storage, repository),
        KMS: lambda: KeptKmsSignatures(storage, repository, content),
    }
    return Place(content, "docker", name, digest, None, digest, stores=stores)


def local_context(gather: Gatherer) -> Context:
    """What verifying such a place needs besides.

    Args:
        gather: answers the needs of decisions.
    """
    return Context(now, _open_nothing, gather, ignore)


def _open_nothing(image: str | Location, /, *, write: bool = False) -> AbstractContextManager[Place]:
    """The place is open already; verifying a subject opens no other."""
    raise InternalError("internal.unexpected", problem=f"{image} was to be opened, write={write}")
