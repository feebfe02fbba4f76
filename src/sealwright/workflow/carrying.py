"""Simple signatures that go along with an image, from the store of the source to that of the target.

Unlike referrers they are no content of the repository, so copying an image does not move them. What is found
is kept at the target as it is, junk and all: nothing here judges. Where the target has no place for them, or
the source's store does not answer well, that is told and the image is copied all the same.
"""

from collections.abc import Iterable

from sealwright.descriptor import Descriptor
from sealwright.events import EventSink, Notice
from sealwright.formats.orders import Finished
from sealwright.formats.simple.signature import MEDIA_TYPE
from sealwright.interfaces import SignatureStore
from sealwright.signature import Subject, Unreadable
from sealwright.workflow.context import Context, Place
from sealwright.workflow.kept import SIMPLE, formats_at, store_at

__all__ = ["carry"]


def carry(context: Context, source: Place, target: Place, manifests: Iterable[Descriptor]) -> int:
    """Take the simple signatures of manifests along.

    Args:
        context: takes notices.
        source: where the image was copied from, a place that may have simple signatures.
        target: where it was copied to.
        manifests: that were copied.

    Returns:
        How many signatures are at the target now that were found at the source.

    Raises:
        EnvironmentalError: the target's store does not take them.
        UsageError: a `store.` code: the target's store cannot be written to.
    """
    found = store_at(source, frozenset({SIMPLE}))
    subjects = (Subject(one, source.transport, source.name, typed=source.typed) for one in manifests)
    signatures = [
        (subject, content) for subject in subjects for content in _contents(found, subject, context.events)
    ]
    if not signatures:
        return 0
    if SIMPLE not in formats_at(target):
        context.events(
            Notice("signing.left-behind", {"count": len(signatures), "transport": target.transport})
        )
        return 0
    kept = store_at(target, frozenset({SIMPLE}))
    now = context.clock().replace(microsecond=0)
    for subject, content in signatures:
        kept.add(subject, Finished(SIMPLE, MEDIA_TYPE, content, (), now))
    return len(signatures)


def _contents(store: SignatureStore, subject: Subject, events: EventSink) -> Iterable[bytes]:
    for listed in store.listed(subject):
        stored = listed if isinstance(listed, Unreadable) else store.fetch(subject, listed)
        if isinstance(stored, Unreadable):
            data = {"location": stored.location, "code": stored.reason}
            events(Notice("signing.not-carried", data))
        else:
            yield stored.content
