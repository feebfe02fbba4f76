"""Sign an image: resolve, prepare, let the key sign, assemble, check, keep.

What was made is verified in form and payload before it leaves: an envelope that does not verify, or that is
about something else, is never pushed.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.errors import InternalError, UsageError
from sealwright.events import Notice
from sealwright.formats.notary import signing
from sealwright.formats.notary.manifest import Form
from sealwright.formats.orders import Finished, Prepared, SigningOrder
from sealwright.formats.table import parse
from sealwright.interfaces import EnvelopeMaker
from sealwright.pki import chain as chains
from sealwright.pki.algorithms import BY_NAME
from sealwright.signature import StoredSignature, Subject
from sealwright.stores.referrers import ReferrerStore
from sealwright.version import __version__
from sealwright.workflow.context import Context, Place
from sealwright.workflow.enveloping import NotaryKey, enveloped_by, signed_by
from sealwright.workflow.inside import children

if TYPE_CHECKING:
    from sealwright.workflow.stamping import Stamping

__all__ = ["AGENT", "Enveloped", "Signed", "Wish", "envelope", "sign", "sign_subject"]

AGENT = f"sealwright/{__version__}"


class Wish(msgspec.Struct, frozen=True):
    """How to sign.

    `envelope` is a media type of the format. `expires_in` counts from the signing time; None: never.
    `form` is the form of the signature's manifest. `recursive` signs an index and everything in it.
    `timestamp` says where each signature gets one; None: it gets none.
    """

    envelope: str = media_types.NOTARY_JWS
    expires_in: timedelta | None = None
    user_metadata: Mapping[str, str] = {}
    form: Form = "artifact"
    recursive: bool = False
    timestamp: "Stamping | None" = None


class Signed(msgspec.Struct, frozen=True):
    """A signature that was made and kept: what it is about, and its location in the store."""

    subject: Subject
    location: str


def sign(context: Context, image: str, signer: NotaryKey, wish: Wish) -> Iterator[Signed]:
    """Sign an image, and everything in it if asked; each is told as soon as it is kept.

    Args:
        context: the outside.
        image: as a user types it.
        signer: the key.
        wish: how to sign.

    Raises:
        UsageError: the name cannot be read, `signing.metadata-…`, `signing.expiry-…`.
        KeyUnavailableError: the key or its certificates cannot be used.
        NotFoundError: there is no such image.
        EnvironmentalError: the repository cannot be read or written; a `timestamp.` code.
    """
    with context.open_image(image, write=True) as place:
        subject = place.subject()
        if place.tag is not None:
            digest = str(subject.descriptor.digest)
            context.events(Notice("signing.by-tag", {"tag": place.tag, "digest": digest}))
        inside = children(place.repository, subject.descriptor) if wish.recursive else iter(())
        for descriptor in (*inside, subject.descriptor):
            yield sign_subject(context, place, descriptor, signer, wish)


def sign_subject(
    context: Context, place: Place, descriptor: Descriptor, signer: NotaryKey, wish: Wish
) -> Signed:
    """Sign one manifest that is resolved already."""
    subject = Subject(descriptor, place.transport, place.name, typed=place.typed)
    payload = Descriptor(descriptor.media_type, descriptor.digest, descriptor.size)
    finished = envelope(context, payload, signer, wish).finished
    return Signed(subject, ReferrerStore(place.repository).add(subject, finished))


class Enveloped(msgspec.Struct, frozen=True):
    """A signature that was made and looked at: ready to be kept, and what it is about."""

    finished: Finished
    payload: Descriptor


def envelope(context: Context, payload: Descriptor, signer: NotaryKey, wish: Wish) -> Enveloped:
    """Make a signature; it is kept nowhere.

    Args:
        context: the outside.
        payload: what is signed.
        signer: the key.
        wish: how to sign.

    Raises:
        UsageError: `signing.metadata-…`, `signing.expiry-…`, `timestamp.envelope-made`.
        KeyUnavailableError: the key or its certificates cannot be used.
        EnvironmentalError: the key cannot be reached; a `timestamp.` code.
    """
    now = context.clock().replace(microsecond=0)
    order = SigningOrder(
        payload=payload,
        envelope=wish.envelope,
        signed_at=now,
        expiry=now + wish.expires_in if wish.expires_in is not None else None,
        user_metadata=wish.user_metadata,
        agent=AGENT,
    )
    annotations: Mapping[str, str] = {}
    if isinstance(signer, EnvelopeMaker):
        if wish.timestamp is not None:
            raise UsageError("timestamp.envelope-made")
        content, annotations = enveloped_by(signer, order)
    else:
        prepared, value = signed_by(signer, order)
        content = signing.assemble(prepared, value, _timestamp(context, wish, prepared, value))
    made = parse(StoredSignature("notary", "", wish.envelope, content)).summary
    if not made.payload.same_content(payload):
        raise InternalError("internal.unexpected", problem="the new signature is about something else")
    fingerprints = tuple(certificate.fingerprint for certificate in made.certificates)
    finished = Finished("notary", wish.envelope, content, fingerprints, now, wish.form, annotations)
    return Enveloped(finished, made.payload)


def _timestamp(context: Context, wish: Wish, prepared: Prepared, value: bytes) -> bytes | None:
    """The timestamp that was wished for, over the value of the key."""
    if wish.timestamp is None:
        return None
    from sealwright.workflow.stamping import stamped  # noqa: PLC0415  # ASN.1, which few signatures need

    chain = chains.parse(prepared.chain)
    hash_name = BY_NAME[prepared.algorithm].hash_name
    return stamped(wish.timestamp, value, hash_name, chain, context.gather, context.clock)
