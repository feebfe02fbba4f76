"""Listing the signatures of one image of many."""

import msgspec

from sealwright.errors import SealwrightError
from sealwright.reference import Reference
from sealwright.workflow.context import Context
from sealwright.workflow.inside import inside
from sealwright.workflow.look import Listing, list_subject
from sealwright.workflow.naming import Named
from sealwright.workflow.outcome import Failure, failed
from sealwright.workflow.patience import Patience, is_passing

__all__ = ["Found", "Listings"]


class Found(msgspec.Struct, frozen=True):
    """One image, as it was named, with its signatures or a failure.

    `listings` begins with that of the image; those of the manifests in an index follow, if asked for.
    """

    image: str
    listings: tuple[Listing, ...] = ()
    failure: Failure | None = None

    def described(self) -> dict[str, object]:
        """The listing of the image as JSON output describes it, with `platforms` if there are any."""
        whole, *parts = (_described(listing) for listing in self.listings)
        return {**whole, "platforms": parts} if parts else whole

    def to_json(self) -> bytes:
        """The JSON form, in one line: `image`, and `listing` or `failure`."""
        found = {"listing": self.described()} if self.failure is None else {"failure": self.failure}
        return msgspec.json.encode({"image": self.image, **found}, enc_hook=str)  # digests


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
                listings = tuple(list_subject(place, one) for one in (subject, *parts))
        except SealwrightError as error:
            return Found(image, failure=failed(image, error).failure)
        return Found(image, listings)


def _described(listing: Listing) -> dict[str, object]:
    subject = listing.subject
    name = subject.name.repository if isinstance(subject.name, Reference) else subject.name
    platform = {"platform": subject.platform} if subject.platform else {}
    return {
        "subject": {"name": name, "descriptor": subject.descriptor, **platform},
        "signatures": [{"format": one.format, "location": one.location} for one in listing.signatures],
        "unreadable": listing.unreadable,
    }
