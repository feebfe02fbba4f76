"""Blobs: mounted and deleted. Pushing them is a matter of `uploads`, reading them of the routes."""

from sealwright.digest import Digest
from sealwright.errors import NotFoundError
from sealwright.service.registry.queries import blobs, repositories
from sealwright.service.storage import Storage

__all__ = ["delete", "mount"]


def mount(storage: Storage, repository: str, digest: Digest, source: str | None) -> bool:
    """Let `repository` show a blob that another one shows; whether it could be done.

    Args:
        storage: the storage.
        repository: the one that is to show it.
        digest: the blob.
        source: the repository that shows it already, or None for any.
    """
    with storage.database.write() as transaction:
        if source is None:
            found = blobs.size_anywhere(transaction, digest)
        else:
            found = blobs.size(transaction, source, digest)
        if found is None:
            return False
        blobs.show(transaction, repositories.ensure(transaction, repository), digest)
    return True


def delete(storage: Storage, repository: str, digest: Digest) -> None:
    """Let a repository no longer show a blob. The file stays until garbage is collected.

    Raises:
        NotFoundError: `service.blob-unknown`.
    """
    with storage.database.write() as transaction:
        if not blobs.hide(transaction, repository, digest):
            raise NotFoundError("service.blob-unknown", repository=repository, digest=digest)
