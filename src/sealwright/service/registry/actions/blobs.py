"""Blobs: mounted and deleted. Pushing them is a matter of `uploads`, reading them of the routes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError
from sealwright.service import audit
from sealwright.service.registry import quotas
from sealwright.service.registry.queries import blobs, repositories
from sealwright.service.storage import Storage
from sealwright.service.web.caller import Caller

if TYPE_CHECKING:
    from sealwright.service.registry.content import Content

__all__ = ["delete", "mount", "touch"]


def mount(content: "Content", caller: Caller, repository: str, digest: Digest, source: str | None) -> bool:
    """Let `repository` show a blob that another one shows; whether it could be done.

    Args:
        content: where.
        caller: who asks. What they may not pull is as good as not there.
        repository: the one that is to show it.
        digest: the blob.
        source: the repository that shows it already, or None for any.

    Raises:
        AccessDeniedError: `service.login-needed`: they may pull it there, but not with this token.
    """
    with content.storage.database.write() as transaction:
        if source is None:
            shown = blobs.shown_in(transaction, digest, limits.MOUNT_SOURCES)
        else:
            shown = [source] if blobs.size(transaction, source, digest) is not None else []
        if not any(caller.may("pull", name) for name in shown):
            _require_token(caller, repository, shown)
            return False
        identifier = repositories.ensure(transaction, repository)
        count = blobs.touch(transaction, identifier, digest)
        if count is None:
            return False
        blobs.show(transaction, identifier, digest, count)
        quotas.require(content, transaction, identifier, repository)
    return True


def touch(storage: Storage, repository: str, digest: Digest) -> None:
    """Note that somebody was told that a repository shows a blob, and may be about to use it."""
    with storage.database.write() as transaction:
        identifier = repositories.hold(transaction, repository)
        if identifier is not None:
            blobs.touch(transaction, identifier, digest)


def _require_token(caller: Caller, repository: str, shown: Iterable[str]) -> None:
    """Return unless another token would do, for this repository and one that shows the blob."""
    source = next((name for name in shown if caller.might("pull", name)), None)
    if source is not None:
        scope = f"repository:{repository}:pull,push repository:{source}:pull"
        raise caller.refusal("pull", source, scope)


def delete(storage: Storage, caller: Caller, repository: str, digest: Digest) -> None:
    """Let a repository no longer show a blob. The file stays until garbage is collected.

    Args:
        storage: where.
        caller: who deletes it.
        repository: its name.
        digest: the blob.

    Raises:
        NotFoundError: `service.blob-unknown`.
    """
    with storage.database.write() as transaction:
        identifier = repositories.hold(transaction, repository)
        if identifier is None or not blobs.hide(transaction, identifier, digest):
            raise NotFoundError("service.blob-unknown", repository=repository, digest=digest)
        audit.record(transaction, caller.name, "blob.delete", repository=repository, subject=digest)
