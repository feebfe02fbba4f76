"""Sign with a key of any kind: keys that sign bytes make Notary signatures, those that seal simple ones."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sealwright.descriptor import Descriptor
from sealwright.errors import UsageError
from sealwright.interfaces import Sealer
from sealwright.workflow.context import Context, Place
from sealwright.workflow.enveloping import NotaryKey
from sealwright.workflow.sign import Signed, Wish, sign, sign_subject

if TYPE_CHECKING:
    from sealwright.workflow.seal import Beside

__all__ = ["Key", "make", "make_at"]

Key = NotaryKey | Sealer


def make(
    context: Context,
    image: str,
    key: Key,
    wish: Wish,
    identity: str = "",
    beside: "Beside | None" = None,
) -> Iterator[Signed]:
    """Sign an image; each signature is told as soon as it is kept.

    Args:
        context: the outside.
        image: as a user types it.
        key: any.
        wish: how to make Notary signatures.
        identity: the name that a simple signature is about; empty: the image's own.
        beside: gives the store to write simple signatures to; None: where clients would look.

    Raises:
        UsageError: `signing.not-for-simple`: the key seals, and more is wished for than that.
        SealwrightError: as `sign` and `seal`.
    """
    if isinstance(key, Sealer):
        _require_plain(wish)
        from sealwright.workflow.seal import seal  # noqa: PLC0415  # only for such keys

        return seal(context, image, key, identity, beside)
    return sign(context, image, key, wish)


def _require_plain(wish: Wish) -> None:
    """Refuse what only Notary signatures have a place for."""
    for word, wished in (
        ("an expiry", wish.expires_in is not None),
        ("user metadata", bool(wish.user_metadata)),
        ("the legacy form", wish.form == "legacy"),
    ):
        if wished:
            raise UsageError("signing.not-for-simple", wish=word)


def make_at(
    context: Context, place: Place, descriptor: Descriptor, key: Key, identity: str = ""
) -> Iterator[Signed]:
    """The same for an image that is opened and resolved; Notary signatures are made in the usual way."""
    if isinstance(key, Sealer):
        from sealwright.workflow.seal import seal_place  # noqa: PLC0415  # only for such keys

        yield from seal_place(context, place, descriptor, key, identity)
    else:
        yield sign_subject(context, place, descriptor, key, Wish())
