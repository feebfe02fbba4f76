"""Uploads: begun, carried on, ended, dropped. The bytes themselves are the matter of the blob store."""

import uuid
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import EnvironmentalError, NotFoundError, UsageError
from sealwright.service.registry import quotas
from sealwright.service.registry.queries import blobs, repositories
from sealwright.service.registry.queries import uploads as rows
from sealwright.service.storage import Part, Storage, Upload, now

if TYPE_CHECKING:
    from sealwright.service.registry.content import Content

__all__ = ["advance", "begin", "drop", "fresh", "keep", "sweep", "tidy"]


def fresh(repository: str, algorithm: str) -> Upload:
    """An upload that nobody knows of yet."""
    return Upload(str(uuid.uuid4()), repository, algorithm, 0, now())


def begin(storage: Storage, repository: str, algorithm: str) -> Upload:
    """Begin an upload.

    Raises:
        EnvironmentalError: `service.busy`.
    """
    upload = fresh(repository, algorithm)
    with storage.database.write() as transaction:
        if rows.open_count(transaction) >= limits.UPLOAD_SESSIONS:
            raise EnvironmentalError("service.busy", most=limits.UPLOAD_SESSIONS, what="uploads")
        rows.add(transaction, upload)
    return upload


def advance(storage: Storage, upload: Upload, part: Part) -> Upload:
    """Let a part that is durable count.

    Raises:
        UsageError: `service.upload-busy`: another server was faster.
    """
    at = now()
    with storage.database.write() as transaction:
        if not rows.advance(transaction, upload, part, at):
            raise UsageError("service.upload-busy", upload=upload.id)
    return Upload(upload.id, upload.repository, upload.algorithm, part.first + part.size, at)


def keep(content: "Content", upload: Upload, digest: Digest, size: int, *, begun: bool) -> None:
    """Make a finished upload a blob of its repository. The upload ends.

    Args:
        content: where.
        upload: finished: all of it is durable and has the digest.
        digest: of it.
        size: of it in bytes.
        begun: whether it was begun by a request of its own, and has a row.

    Raises:
        NotFoundError: `service.upload-unknown`: it was ended meanwhile.
        MalformedContentError: `service.quota-exceeded`.
        StorageError: `service.blob-collected`.
    """
    with content.storage.database.write() as transaction:
        identifier = repositories.ensure(transaction, upload.repository)
        if begun and not rows.remove(transaction, upload.id):
            raise NotFoundError("service.upload-unknown", upload=upload.id, repository=upload.repository)
        blobs.hold(transaction, digest, size)
        blobs.show(transaction, identifier, digest, size)
        quotas.require(content, transaction, identifier, upload.repository)
        content.storage.blobs.settle(upload.id, digest)


def drop(storage: Storage, identifier: str) -> None:
    """End an upload, and keep nothing of it."""
    with storage.database.write() as transaction:
        rows.remove(transaction, identifier)
    storage.blobs.drop(identifier)


def sweep(storage: Storage) -> int:
    """Drop uploads that rested too long, and what a crash left of others; gives how many were dropped."""
    before = now() - limits.UPLOAD_SESSION_SECONDS * 1_000_000
    dropped = 0
    while expired := rows.expired(storage.database, before, limits.LISTING_PAGE):
        for upload in expired:
            drop(storage, upload.id)
            dropped += 1
    tidy(storage, before)
    return dropped


def tidy(storage: Storage, before: int) -> None:
    """Forget what arrived of uploads that have no row, and rest since `before` (microseconds since 1970)."""
    known = {row[0] for row in storage.database.rows("SELECT id FROM uploads")}
    storage.blobs.tidy(known.__contains__, before)
