"""List and inspect: which signatures there are, and what they say of themselves. Nothing is verified."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from sealwright import limits, media_types
from sealwright.evidence import Evidence
from sealwright.formats.table import details
from sealwright.signature import Listed, Subject, Summary, Unreadable
from sealwright.stores import proofs
from sealwright.workflow.collect import collect, waves
from sealwright.workflow.context import Context, Place
from sealwright.workflow.kept import formats_at, store_at

__all__ = ["Inspected", "Listing", "inspect", "inspect_subject", "list_signatures", "list_subject"]


class Listing(msgspec.Struct, frozen=True):
    """The signatures of an image, as its repository lists them."""

    subject: Subject
    signatures: tuple[Listed, ...]
    unreadable: tuple[Unreadable, ...]


class Inspected(msgspec.Struct, frozen=True):
    """What each signature says of itself, by its location; `beyond` were left out by the limit.

    `approvals` are the proofs kept with those that people are said to have approved, none of them verified.
    """

    subject: Subject
    signatures: tuple[tuple[str, Summary], ...]
    unreadable: tuple[Unreadable, ...]
    beyond: tuple[str, ...]
    approvals: Mapping[str, tuple[bytes | Unreadable, ...]] = {}


def list_signatures(context: Context, image: str) -> Listing:
    """The signatures of an image; two requests, nothing downloaded.

    Raises:
        UsageError: the name cannot be read.
        NotFoundError: there is no such image.
        EnvironmentalError: the repository cannot be asked.
    """
    with context.open_image(image) as place:
        return list_subject(place, place.subject())


def list_subject(place: Place, subject: Subject) -> Listing:
    """The same for a subject that is resolved already."""
    found = tuple(store_at(place, formats_at(place)).listed(subject))
    return Listing(
        subject,
        tuple(one for one in found if isinstance(one, Listed)),
        tuple(one for one in found if isinstance(one, Unreadable)),
    )


def inspect(context: Context, image: str, max_signatures: int = limits.MAX_SIGNATURES) -> Inspected:
    """Download the signatures of an image and tell what they say.

    Raises:
        UsageError: the name cannot be read.
        NotFoundError: there is no such image.
        EnvironmentalError: the repository cannot be asked.
    """
    with context.open_image(image) as place:
        return inspect_subject(place, place.subject(), max_signatures)


def inspect_subject(place: Place, subject: Subject, max_signatures: int) -> Inspected:
    """The same for a subject that is resolved already."""
    store = store_at(place, formats_at(place))
    listing = waves(store.listed(subject), Evidence(), frozenset(), max_signatures)
    looked_at = listing.first + listing.later
    found = collect(store, subject, looked_at)
    return Inspected(
        subject,
        tuple((one.stored.location, details(one.signature)) for one in found.candidates),
        listing.unreadable + found.unreadable,
        tuple(one.location for one in listing.beyond),
        dict(_approvals(place, looked_at)),
    )


def _approvals(
    place: Place, signatures: Iterable[Listed]
) -> Iterator[tuple[str, tuple[bytes | Unreadable, ...]]]:
    """The proofs of the signatures that are said to be approved; of what a service keeps nothing is said."""
    for one in signatures:
        said = proofs.REQUEST in one.notes
        if said or one.descriptor.media_type == media_types.KMS_SIGNATURE:
            found = tuple(proofs.found(place.repository, one.descriptor))
            if said or found:
                yield one.location, found
