"""How much a repository may hold: bytes of blobs, manifests, tags.

A push that would exceed the quota leaves nothing behind: it is asked in the transaction of the push, after
what it adds was counted. Deletes give room at once, since a blob that a repository no longer shows counts no
longer. Only what adds is asked, so a repository that holds too much already can be read and made smaller.
"""

from typing import TYPE_CHECKING

from sealwright.errors import MalformedContentError
from sealwright.service.configuration.quotas import Quota, chosen
from sealwright.service.registry.queries import repositories
from sealwright.service.storage import Transaction

if TYPE_CHECKING:
    from sealwright.service.registry.content import Content

__all__ = ["require"]


def require(content: "Content", transaction: Transaction, repository: int, name: str) -> None:
    """Return if a repository holds no more than it may.

    Args:
        content: whose quotas.
        transaction: the one that added to it.
        repository: its identifier.
        name: its name.

    Raises:
        MalformedContentError: `service.quota-exceeded`.
    """
    quota = chosen(content.quotas, name)
    if quota is None:
        return
    held = repositories.holdings(transaction, repository)
    for what, has, most in _compared(quota, held):
        if most is not None and has > most:
            raise MalformedContentError("service.quota-exceeded", repository=name, what=what, most=most)


def _compared(quota: Quota, held: repositories.Holdings) -> tuple[tuple[str, int, int | None], ...]:
    return (
        ("bytes of blobs", held.blob_bytes, quota.bytes),
        ("manifests", held.manifests, quota.manifests),
        ("tags", held.tags, quota.tags),
    )
