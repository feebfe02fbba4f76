"""Bring GPG signatures from older places to where they are kept now, each as it is."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from sealwright import limits, reasons
from sealwright.descriptor import Descriptor
from sealwright.errors import SealwrightError
from sealwright.homes import files
from sealwright.media_types import IMAGE_MANIFEST
from sealwright.reference import Reference
from sealwright.repositories.locating import locate
from sealwright.signature import Subject, Unreadable
from sealwright.stores.importing.folders import in_folder
from sealwright.stores.importing.found import Found
from sealwright.stores.importing.objects import in_objects
from sealwright.workflow.context import Context
from sealwright.workflow.kept import SIMPLE, store_at
from sealwright.workflow.outcome import Failure
from sealwright.workflow.seal import Beside

__all__ = ["Imported", "bring", "sources"]


class Imported(msgspec.Struct, frozen=True):
    """What became of one signature: where it was, and where it is now or why it is not there."""

    source: str
    repository: str = ""
    location: str = ""
    failure: Failure | None = None


def sources(place: Path) -> Iterator[Found | Unreadable]:
    """Every signature in a folder, or in a file of objects.

    Args:
        place: a signature store of any layout, or a file with Image objects or ConfigMaps.

    Raises:
        DocumentError: `store.import-malformed`.
        StorageError: it cannot be read.
    """
    if place.is_dir():
        return in_folder(place)
    return in_objects(files.read(place, limits.IMPORTED_BYTES), str(place))


def bring(
    context: Context, found: Iterable[Found | Unreadable], to: str = "", beside: Beside | None = None
) -> Iterator[Imported]:
    """Keep each signature in the store of its repository; one that fails stops none of the others.

    Args:
        context: the outside.
        found: from `sources`.
        to: the repository that all are for; empty: each for the one that it, or its old place, names.
        beside: gives the stores to write to; None: where clients would look.
    """
    for one in found:
        if isinstance(one, Unreadable):
            problem = reasons.sentence(one.reason, one.data)
            yield Imported(one.location, failure=Failure(one.reason, "artifact", problem))
            continue
        repository = to or _repository(one)
        try:
            yield Imported(one.location, repository, _kept(context, one, repository, beside))
        except SealwrightError as error:
            yield Imported(one.location, repository, failure=Failure.of(error))


def _repository(found: Found) -> str:
    """The repository that a signature names, else that of its old place."""
    try:
        return Reference.parse(found.reference).repository
    except SealwrightError:
        return found.repository


def _kept(context: Context, found: Found, repository: str, beside: Beside | None) -> str:
    name = Reference.parse(repository).at(found.digest)
    subject = Subject(Descriptor(IMAGE_MANIFEST, found.digest, 0), "docker", name)
    finished = found.finished(context.clock().replace(microsecond=0))
    if beside is not None:
        return beside(name).add(subject, finished)
    with context.open_image(locate(str(name)), write=True) as place:
        return store_at(place, frozenset({SIMPLE})).add(subject, finished)
