"""A signature on its way from one kind of store into another."""

from datetime import datetime

import msgspec

from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.formats.orders import Finished
from sealwright.formats.simple import stored
from sealwright.formats.simple.signature import FORMAT, MEDIA_TYPE
from sealwright.signature import Unreadable
from sealwright.stores import kinds
from sealwright.stores.whole_listing import Item

__all__ = ["Found", "told_apart"]


class Found(msgspec.Struct, frozen=True):
    """A signature.

    `digest` is of the manifest that it was kept for. `repository` is `domain/path` or `path` as far as the
    place tells, else empty; `reference` is what the signature itself claims, or empty.
    """

    location: str
    digest: Digest
    content: bytes
    repository: str = ""
    reference: str = ""

    def finished(self, at: datetime) -> Finished:
        """The same, as stores take it.

        Args:
            at: the time to note, aware.
        """
        return Finished(FORMAT, MEDIA_TYPE, self.content, (), at)


def told_apart(item: Item, digest: str, repository: str = "") -> Found | Unreadable:
    """What was found, as a signature of a manifest, or as what it is instead.

    Args:
        item: what was found, and where.
        digest: of the manifest, as the place tells it.
        repository: as the place tells it.
    """
    try:
        about = Digest.parse(digest)
    except SealwrightError as error:
        return Unreadable(item.location, error.code, error.data)
    described = stored.describe(item.content)
    if described.kind not in kinds.MESSAGES:
        return kinds.instead(item.location, described)
    reference = described.payload.docker_reference if described.payload else ""
    return Found(item.location, about, item.content, repository, reference)
