"""Listing the signatures of one image of many."""

from datetime import datetime
from typing import Self

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.errors import SealwrightError
from sealwright.signature import Unreadable
from sealwright.stores import proofs
from sealwright.verdict import encoded
from sealwright.workflow.context import Context
from sealwright.workflow.inside import inside
from sealwright.workflow.look import Listing, list_subject
from sealwright.workflow.naming import Named
from sealwright.workflow.outcome import Failure, read
from sealwright.workflow.patience import Patience, is_passing

__all__ = ["Found", "ImageListing", "ListedSignature", "ListedSubject", "Listings"]


class ListedSubject(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is listed. `name` is without tag and digest; `platform` that of a manifest in an index."""

    name: str
    descriptor: Descriptor
    platform: str = ""


class ListedSignature(msgspec.Struct, frozen=True, omit_defaults=True):
    """One signature: its format, and where it is in the repository.

    `approval` is the request that people are said to have approved; nothing of that is proven here.
    """

    format: str
    location: str
    approval: str = ""


class ImageListing(msgspec.Struct, frozen=True, omit_defaults=True):
    """The signatures of an image; `platforms` are those of the manifests in an index, if asked for."""

    subject: ListedSubject
    signatures: tuple[ListedSignature, ...]
    unreadable: tuple[Unreadable, ...]
    platforms: tuple["ImageListing", ...] = ()


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """One image, as it was named, with either its signatures or a failure."""

    image: str
    listing: ImageListing | None = None
    failure: Failure | None = None

    @property
    def answer(self) -> ImageListing | None:
        """The signatures."""
        return self.listing

    @property
    def settled(self) -> bool:
        """Whether asking again would say the same; see `workflow.outcome.Result`."""
        if self.listing is not None:
            parts = (self.listing, *self.listing.platforms)
            return not any(one.retryable for part in parts for one in part.unreadable)
        return self.failure is not None and self.failure.settled

    @property
    def settled_until(self) -> datetime | None:
        """None: a listing does not depend on time."""
        return None

    def to_json(self) -> bytes:
        """The JSON form, in one line: `image`, and `listing` or `failure`."""
        return encoded(self)

    @classmethod
    def from_json(cls, content: bytes) -> Self | None:
        """Read the JSON form again; None if it is not one."""
        return read(cls, content)


class Listings:
    """Lists one image after the other. Safe to call from several threads.

    Args:
        context: the outside.
        patience: with registries.
        recursive: list the signatures of everything in an index.
    """

    def __init__(self, context: Context, patience: Patience, *, recursive: bool = False) -> None:
        self._context = context
        self._patience = patience
        self._recursive = recursive

    def __call__(self, named: Named) -> Found:
        """The signatures of an image, or why they could not be listed."""
        if named.failure is not None:
            return Found(named.image, failure=named.failure)
        return self._patience(
            named.registry, lambda: self._ask(named.image), lambda found: is_passing(found.failure)
        )

    def _ask(self, image: str) -> Found:
        try:
            with self._context.open_image(image) as place:
                subject = place.subject()
                parts = inside(place, subject) if self._recursive else ()
                platforms = tuple(_shown(list_subject(place, part)) for part in parts)
                return Found(image, _shown(list_subject(place, subject), platforms))
        except SealwrightError as error:
            return Found(image, failure=Failure.of(error))


def _shown(listing: Listing, platforms: tuple[ImageListing, ...] = ()) -> ImageListing:
    subject = listing.subject
    return ImageListing(
        ListedSubject(subject.repository, subject.descriptor, subject.platform or ""),
        tuple(
            ListedSignature(one.format, one.location, one.notes.get(proofs.REQUEST, ""))
            for one in listing.signatures
        ),
        listing.unreadable,
        platforms,
    )
