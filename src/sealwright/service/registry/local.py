"""The service's own content as a repository to read from, so that workflows run on it without HTTP.

Synchronous, for worker threads. It offers the reading half of `interfaces.Repository`; what is written goes
through the actions of the registry, which know who asks.
"""

from collections.abc import Iterator

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError
from sealwright.service.registry.queries import blobs, listings, manifests
from sealwright.service.storage import Storage

__all__ = ["LocalRepository"]


class LocalRepository:
    """One repository of the service.

    Args:
        storage: where it is.
        path: its name in the service.
        registry: what users call the service.
    """

    def __init__(self, storage: Storage, path: str, registry: str) -> None:
        self._storage = storage
        self._path = path
        self.name = f"{registry}/{path}"

    def resolve(self, selector: str) -> Descriptor:
        """The descriptor of the manifest that a tag or digest names.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
        """
        reference = Digest.parse(selector) if ":" in selector else selector
        found = manifests.head(self._storage.database, self._path, reference)
        if found is None:
            raise self._no_manifest(selector)
        return Descriptor(found.media_type, Digest(found.digest), found.size)

    def manifest(self, descriptor: Descriptor) -> bytes:
        """The exact bytes of a manifest, checked against digest and size.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
            MalformedContentError: `artifact.digest-mismatch` or `artifact.size-mismatch`.
        """
        found = manifests.body(self._storage.database, self._path, descriptor.digest)
        if found is None:
            raise self._no_manifest(descriptor.digest)
        return _checked(bytes(found.content), descriptor, "manifest")

    def open_blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob that is no larger than an envelope, checked against digest and size.

        Raises:
            NotFoundError: `registry.blob-unknown`.
            MalformedContentError: `artifact.too-large`, `artifact.digest-mismatch` or
                `artifact.size-mismatch`.
        """
        if descriptor.size > limits.ENVELOPE_BYTES:
            raise MalformedContentError(
                "artifact.too-large",
                what="blob",
                digest=descriptor.digest,
                size=descriptor.size,
                limit=limits.ENVELOPE_BYTES,
            )
        if not self._shows(descriptor.digest):
            raise NotFoundError("registry.blob-unknown", name=self.name, digest=descriptor.digest)
        try:
            content = self._storage.blobs.read(descriptor.digest, descriptor.size + 1)
        except FileNotFoundError:
            raise NotFoundError("registry.blob-unknown", name=self.name, digest=descriptor.digest) from None
        yield _checked(content, descriptor, "blob")

    def has(self, descriptor: Descriptor) -> bool:
        """Whether the manifest or blob is there."""
        held = manifests.head(self._storage.database, self._path, descriptor.digest) is not None
        return held or self._shows(descriptor.digest)

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        """Descriptors of the manifests that name `subject` as theirs, of one artifact type if given."""
        last = ""
        for _ in range(limits.REFERRERS_PAGES):
            page = listings.referrers(
                self._storage.database,
                self._path,
                subject.digest,
                artifact_type or "",
                last,
                limits.LISTING_PAGE,
            )
            if not page:
                return
            yield from map(listings.described, page)
            last = page[-1].digest

    def tags(self) -> Iterator[str]:
        """Every tag, in byte order."""
        last = ""
        while page := listings.tags(self._storage.database, self._path, last, limits.LISTING_PAGE):
            yield from page
            last = page[-1]

    def _shows(self, digest: Digest) -> bool:
        return blobs.size(self._storage.database, self._path, digest) is not None

    def _no_manifest(self, reference: str) -> NotFoundError:
        return NotFoundError("registry.manifest-unknown", name=self.name, reference=reference)


def _checked(content: bytes, descriptor: Descriptor, what: str) -> bytes:
    if len(content) != descriptor.size:
        raise MalformedContentError(
            "artifact.size-mismatch",
            what=what,
            digest=descriptor.digest,
            expected=descriptor.size,
            found=len(content),
        )
    return descriptor.digest.require(content, what)
