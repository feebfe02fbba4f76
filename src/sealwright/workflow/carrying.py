"""Signatures that go along with an image, from a store of the source to that of the target.

Unlike referrers, simple signatures and those that a service keeps by its vault's keys are no content of the
repository, so copying an image does not move them. What is found is kept at the target as it is, junk and
all: nothing here judges. Where the target has no place for them, or the source's store does not answer well,
that is told and the image is copied all the same. Proofs that people approved what a service keeps go along
with it.
"""

from collections.abc import Iterable

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.events import EventSink, Notice
from sealwright.formats.orders import Finished
from sealwright.formats.simple.signature import MEDIA_TYPE
from sealwright.interfaces import SignatureStore
from sealwright.signature import Listed, Subject, Unreadable
from sealwright.stores import proofs
from sealwright.workflow.context import Context, Place
from sealwright.workflow.kept import KMS, SIMPLE, carrier_of, formats_at, store_at

__all__ = ["carry"]


_MEDIA_TYPES = {SIMPLE: MEDIA_TYPE, KMS: media_types.KMS_SIGNATURE}


def carry(
    context: Context, source: Place, target: Place, manifests: Iterable[Descriptor], form: str = SIMPLE
) -> int:
    """Take the signatures of manifests along that are no referrers.

    Args:
        context: takes notices.
        source: where the image was copied from, a place that may have such signatures.
        target: where it was copied to.
        manifests: that were copied.
        form: which signatures, by the id of their format.

    Returns:
        How many signatures are at the target now that were found at the source.

    Raises:
        EnvironmentalError: the target's store does not take them.
        UsageError: a `store.` code: the target's store cannot be written to.
    """
    found = store_at(source, frozenset({form}))
    subjects = (Subject(one, source.transport, source.name, typed=source.typed) for one in manifests)
    signatures = [
        (subject, *one) for subject in subjects for one in _contents(found, subject, context.events)
    ]
    if not signatures:
        return 0
    if form not in formats_at(target):
        context.events(
            Notice("signing.left-behind", {"count": len(signatures), "transport": target.transport})
        )
        return 0
    kept = store_at(target, frozenset({form}))
    now = context.clock().replace(microsecond=0)
    for subject, listed, content in signatures:
        approvals = _approvals(source, listed) if form == KMS else ()
        finished = Finished(
            form, _MEDIA_TYPES[form], content, (), now, annotations=proofs.annotations(approvals)
        )
        location = kept.add(subject, finished)
        if approvals:
            carrier = carrier_of(target, finished, location)
            there = set(proofs.found(target.repository, carrier))
            for one in approvals:
                if one not in there:
                    proofs.add(target.repository, carrier, one)
    return len(signatures)


def _approvals(source: Place, listed: Listed) -> tuple[bytes, ...]:
    """The proofs that people approved a signature which a service keeps."""
    found = proofs.found(source.repository, listed.descriptor)
    return tuple(one for one in found if isinstance(one, bytes))


def _contents(store: SignatureStore, subject: Subject, events: EventSink) -> Iterable[tuple[Listed, bytes]]:
    for listed in store.listed(subject):
        if isinstance(listed, Listed) and listed.descriptor.media_type in media_types.MANIFESTS:
            continue  # a referrer, which goes along by itself
        stored = listed if isinstance(listed, Unreadable) else store.fetch(subject, listed)
        if isinstance(stored, Unreadable):
            data = {"location": stored.location, "code": stored.reason}
            events(Notice("signing.not-carried", data))
        elif isinstance(listed, Listed):
            yield listed, stored.content
