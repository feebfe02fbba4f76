"""Sign an image: resolve, prepare, let the key sign, assemble, check, keep.

What was made is verified in form and payload before it leaves: an envelope that does not verify, or that is
about something else, is never pushed. Where people have to approve a signature first, it is saved meanwhile,
and can be gone on with by another run (see `pending`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
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
from sealwright.interfaces import ApprovableSigner, EnvelopeMaker
from sealwright.pki import chain as chains
from sealwright.pki.algorithms import BY_NAME
from sealwright.signature import StoredSignature, Subject
from sealwright.stores import proofs
from sealwright.stores.referrers import ReferrerStore
from sealwright.version import __version__
from sealwright.workflow import pending
from sealwright.workflow.context import Context, Place
from sealwright.workflow.enveloping import NotaryKey, enveloped_by, signed_by
from sealwright.workflow.inside import children
from sealwright.workflow.pending import Pending

if TYPE_CHECKING:
    from sealwright.workflow.stamping import Stamping

__all__ = ["AGENT", "Enveloped", "Signed", "Wish", "envelope", "go_on", "keep", "sign", "sign_subject"]

AGENT = f"sealwright/{__version__}"


class Wish(msgspec.Struct, frozen=True):
    """How to sign.

    `envelope` is a media type of the format. `expires_in` counts from the signing time; None: never.
    `form` is the form of the signature's manifest. `recursive` signs an index and everything in it.
    `timestamp` says where each signature gets one; None: it gets none. `waits` is for keys whose use people
    have to approve: whether to wait for them.
    """

    envelope: str = media_types.NOTARY_JWS
    expires_in: timedelta | None = None
    user_metadata: Mapping[str, str] = {}
    form: Form = "artifact"
    recursive: bool = False
    timestamp: "Stamping | None" = None
    waits: bool = True


class Signed(msgspec.Struct, frozen=True):
    """A signature that was made and kept: what it is about, and its location in the store.

    `proof` is the location of the proof that people approved it; empty: nobody had to.
    """

    subject: Subject
    location: str
    proof: str = ""


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
    made = envelope(context, payload, signer, wish, pending.image_at(place, descriptor, wish))
    return keep(context, place, subject, made)


def keep(context: Context, place: Place, subject: Subject, made: "Enveloped") -> Signed:
    """Keep a signature with the image that it is about, and the proof of its approval with that.

    Args:
        context: where it was saved while it waited.
        place: of the image, opened for writing.
        subject: the image.
        made: the signature.

    Raises:
        EnvironmentalError: the repository does not take them.
    """
    location = ReferrerStore(place.repository).add(subject, made.finished)
    if made.pending is None:
        return Signed(subject, location)
    carrier = place.repository.resolve(location)
    proof = proofs.add(place.repository, carrier, made.pending.proof)
    pending.drop(context, made.pending)
    return Signed(subject, location, str(proof.digest))


class Enveloped(msgspec.Struct, frozen=True):
    """A signature that was made and looked at: ready to be kept, and what it is about.

    `pending` is there where people had to approve it: the same as it was saved, with the proof.
    """

    finished: Finished
    payload: Descriptor
    pending: Pending | None = None


def envelope(
    context: Context, payload: Descriptor, signer: NotaryKey, wish: Wish, target: pending.Target
) -> Enveloped:
    """Make a signature; it is kept nowhere, only saved while people have to approve it.

    Args:
        context: the outside.
        payload: what is signed.
        signer: the key.
        wish: how to sign.
        target: where the signature will belong.

    Raises:
        UsageError: `signing.metadata-…`, `signing.expiry-…`, `timestamp.envelope-made`.
        KeyUnavailableError: the key or its certificates cannot be used.
        AccessDeniedError: an `approval.` code.
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
    elif isinstance(signer, ApprovableSigner):
        begun = pending.begin(signer, order, wish.timestamp, target)
        return go_on(context, begun, signer, waits=wish.waits)
    else:
        prepared, value = signed_by(signer, order)
        content = signing.assemble(prepared, value, _timestamp(context, wish.timestamp, prepared, value))
    return _looked_at(wish.envelope, content, payload, now, wish.form, annotations)


def go_on(
    context: Context, begun: Pending, signer: ApprovableSigner | None, *, waits: bool = True
) -> Enveloped:
    """Make a signature that was begun, whether by this run or by another.

    Args:
        context: the outside.
        begun: what was prepared, or saved.
        signer: the key; None if it has signed already.
        waits: whether to wait for people to approve it.

    Raises:
        SealwrightError: as `envelope`.
    """
    if signer is not None:
        begun, value = pending.signed(context, signer, begun, waits=waits)
        source = None if begun.timestamp is None else begun.timestamp.stamping()
        content = signing.assemble(begun.prepared, value, _timestamp(context, source, begun.prepared, value))
        begun = msgspec.structs.replace(begun, content=content)
        if begun.proof:
            pending.keep(context, begun)
    made = _looked_at(
        begun.prepared.envelope,
        begun.content,
        begun.payload,
        begun.signed_at,
        begun.target.form,
        {proofs.REQUEST: begun.request} if begun.proof else {},
    )
    return msgspec.structs.replace(made, pending=begun) if begun.proof else made


def _looked_at(
    media_type: str,
    content: bytes,
    payload: Descriptor,
    signed_at: datetime,
    form: str,
    annotations: Mapping[str, str],
) -> Enveloped:
    """A new signature, once it has been seen to be what it should be."""
    made = parse(StoredSignature("notary", "", media_type, content)).summary
    if not made.payload.same_content(payload):
        raise InternalError("internal.unexpected", problem="the new signature is about something else")
    fingerprints = tuple(certificate.fingerprint for certificate in made.certificates)
    finished = Finished("notary", media_type, content, fingerprints, signed_at, form, annotations)
    return Enveloped(finished, made.payload)


def _timestamp(context: Context, source: "Stamping | None", prepared: Prepared, value: bytes) -> bytes | None:
    """The timestamp that was wished for, over the value of the key."""
    if source is None:
        return None
    from sealwright.workflow.stamping import stamped  # noqa: PLC0415  # ASN.1, which few signatures need

    chain = chains.parse(prepared.chain)
    hash_name = BY_NAME[prepared.algorithm].hash_name
    return stamped(source, value, hash_name, chain, context.gather, context.clock)
