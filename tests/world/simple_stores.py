"""What tests of signature stores put in and get out."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.orders import Finished
from sealwright.interfaces import SignatureStore
from sealwright.media_types import IMAGE_MANIFEST
from sealwright.signature import Listed, StoredSignature, Subject, Unreadable

__all__ = ["contents", "finished", "problems", "subject"]


def subject(digest: Digest) -> Subject:
    """A manifest of that digest."""
    return Subject(Descriptor(IMAGE_MANIFEST, digest, 1), "docker", "registry.example/ns/app")


def finished(content: bytes) -> Finished:
    """A signature to be kept."""
    return Finished("simple", "application/octet-stream", content, (), datetime(2026, 1, 1, tzinfo=UTC))


def contents(store: SignatureStore, about: Subject) -> list[bytes]:
    """What the store lists and then gives for a subject."""
    listed = [one for one in store.listed(about) if isinstance(one, Listed)]
    fetched = [store.fetch(about, one) for one in listed]
    assert all(isinstance(one, StoredSignature) for one in fetched), fetched
    return [one.content for one in fetched if isinstance(one, StoredSignature)]


def problems(listing: Iterable[Listed | Unreadable]) -> list[tuple[str, bool]]:
    """The reasons of what could not be read, and whether it may be later."""
    return [(one.reason, one.retryable) for one in listing if isinstance(one, Unreadable)]
