"""Sign an image as Oracle's registry has it, by a key of a vault: resolve, make the message, sign, keep.

The message has no time and no randomness in it. Whoever is interrupted while people are asked to approve it
signs the same image again, and finds the request that stands.
"""

from collections.abc import Iterator

import msgspec

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.errors import UsageError
from sealwright.events import Notice
from sealwright.formats.kms import signing
from sealwright.formats.orders import SigningOrder
from sealwright.interfaces import Asking
from sealwright.keys.vault.images import ImageKey
from sealwright.reference import Reference
from sealwright.signature import Subject
from sealwright.stores import proofs
from sealwright.workflow.context import Context, Place
from sealwright.workflow.inside import children
from sealwright.workflow.kept import KMS, carrier_of, store_at
from sealwright.workflow.sign import Signed

__all__ = ["Wish", "sign_by_vault"]


class Wish(msgspec.Struct, frozen=True):
    """What to sign besides the image, and how.

    `metadata` is JSON, or empty. `region` is empty for that of the key, `identity` for the image's own name.
    `recursive` signs an index and everything in it. `waits` tells whether to wait for people to approve.
    """

    description: str = ""
    metadata: str = ""
    region: str = ""
    identity: str = ""
    recursive: bool = False
    waits: bool = True


def sign_by_vault(context: Context, image: str, key: ImageKey, wish: Wish) -> Iterator[Signed]:
    """Sign an image, and everything in it if asked; each is told as soon as it is kept.

    Args:
        context: the outside.
        image: as a user types it.
        key: that signs.
        wish: what to sign besides.

    Raises:
        UsageError: the name cannot be read; `signing.no-name`, `signing.kms-…`.
        KeyUnavailableError: the key cannot be used.
        AccessDeniedError: an `approval.` code, or these credentials are not enough.
        NotFoundError: there is no such image.
        EnvironmentalError: the repository cannot be read or written.
    """
    with context.open_image(image, write=True) as place:
        path = _path(place, wish.identity)
        subject = place.subject()
        if place.tag is not None:
            digest = str(subject.descriptor.digest)
            context.events(Notice("signing.by-tag", {"tag": place.tag, "digest": digest}))
        inside = children(place.repository, subject.descriptor) if wish.recursive else iter(())
        for descriptor in (*inside, subject.descriptor):
            yield _signed(context, place, descriptor, key, wish, path)


def _signed(
    context: Context, place: Place, descriptor: Descriptor, key: ImageKey, wish: Wish, path: str
) -> Signed:
    subject = Subject(descriptor, place.transport, place.name, typed=place.typed)
    order = SigningOrder(
        descriptor, media_types.KMS_SIGNATURE, context.clock().replace(microsecond=0), agent=""
    )
    message = signing.prepare(order, key.named, path, wish.description, wish.metadata, wish.region)
    made = key.sign(message, Asking(note=place.typed, events=context.events, waits=wish.waits))
    finished = signing.finished(order, key.named, message, made.value)
    if made.proof:
        finished = msgspec.structs.replace(finished, annotations=proofs.annotations((made.proof,)))
    location = store_at(place, frozenset({KMS})).add(subject, finished)
    if not made.proof:
        return Signed(subject, location)
    carrier = carrier_of(place, finished, location)
    return Signed(subject, location, str(proofs.add(place.repository, carrier, made.proof).digest))


def _path(place: Place, identity: str) -> str:
    """The path of the repository that is signed."""
    if identity:
        return Reference.parse(identity).path
    if not isinstance(place.name, Reference):
        raise UsageError("signing.no-name", typed=place.typed)
    return place.name.path
