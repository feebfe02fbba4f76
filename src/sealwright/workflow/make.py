"""Sign with a key of any kind: keys that sign bytes make Notary signatures, those that seal simple ones."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sealwright.descriptor import Descriptor
from sealwright.errors import UsageError
from sealwright.homes.environment import Environment
from sealwright.homes.sealwright import settings
from sealwright.homes.sealwright.settings import Timestamp
from sealwright.interfaces import Sealer
from sealwright.workflow.context import Context, Place
from sealwright.workflow.enveloping import NotaryKey
from sealwright.workflow.sign import Signed, Wish, sign, sign_subject

if TYPE_CHECKING:
    from sealwright.workflow.seal import Beside
    from sealwright.workflow.stamping import Stamping

__all__ = ["Key", "make", "make_at", "stamping_for"]

Key = NotaryKey | Sealer

_USUAL = Wish()


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
        ("a timestamp", wish.timestamp is not None),
    ):
        if wished:
            raise UsageError("signing.not-for-simple", wish=word)


def stamping_for(environment: Environment, key: Key, choice: Timestamp | None) -> "Stamping | None":
    """Where the signatures of a key get their timestamps.

    Args:
        environment: names the settings.
        key: one that seals gets none by the settings, for its signatures have no place for them.
        choice: None: what the settings say; an empty one: nowhere.

    Raises:
        UsageError: `signing.not-for-simple`, or a `timestamp.` code.
        SealwrightError: the settings, or the file of the root, cannot be used.
    """
    if choice is None:
        choice = Timestamp() if isinstance(key, Sealer) else settings.read(environment).timestamp
    if choice == Timestamp():
        return None
    if isinstance(key, Sealer):
        raise UsageError("signing.not-for-simple", wish="a timestamp")
    from sealwright.workflow import stamping  # noqa: PLC0415  # ASN.1, which few signatures need

    return stamping.chosen(choice, environment.variables)


def make_at(
    context: Context, place: Place, descriptor: Descriptor, key: Key, identity: str = "", wish: Wish = _USUAL
) -> Iterator[Signed]:
    """The same for an image that is opened and resolved."""
    if isinstance(key, Sealer):
        _require_plain(wish)
        from sealwright.workflow.seal import seal_place  # noqa: PLC0415  # only for such keys

        yield from seal_place(context, place, descriptor, key, identity)
    else:
        yield sign_subject(context, place, descriptor, key, wish)
