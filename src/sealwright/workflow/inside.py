"""What is in an index: the manifests that it lists, and those of the indexes among them."""

from collections.abc import Iterator

import msgspec

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError
from sealwright.interfaces import Repository
from sealwright.signature import Subject
from sealwright.workflow.context import Place

__all__ = ["children", "inside"]


def children(repository: Repository, index: Descriptor, depth: int = 0) -> Iterator[Descriptor]:
    """The manifests in an index, innermost first; none if it is no index.

    Raises:
        MalformedContentError: `artifact.index-too-deep`, or an index that cannot be read.
        NotFoundError: a manifest that the index names is not there.
    """
    if index.media_type not in media_types.INDEXES:
        return
    if depth >= limits.INDEX_DEPTH:
        raise MalformedContentError("artifact.index-too-deep", limit=limits.INDEX_DEPTH)
    for child in manifests.parse(repository.manifest(index)).manifests:
        yield from children(repository, child, depth + 1)
        yield child


def inside(place: Place, subject: Subject) -> tuple[Subject, ...]:
    """The manifests in an index as subjects, each digest once, with their platforms; none if it is no index.

    Raises:
        MalformedContentError: `artifact.index-too-deep`, `artifact.index-too-long`, or an index that cannot
            be read.
        NotFoundError: an index that the index names is not there.
    """
    found: dict[Digest, Descriptor] = {}
    for child in children(place.repository, subject.descriptor):
        found.setdefault(child.digest, child)
        if len(found) > limits.PLATFORMS:
            raise MalformedContentError("artifact.index-too-long", limit=limits.PLATFORMS)
    return tuple(
        msgspec.structs.replace(
            subject,
            descriptor=Descriptor(child.media_type, child.digest, child.size),
            platform=None if child.platform is None else str(child.platform),
        )
        for child in found.values()
    )
