"""A repository in a registry, with everything that `interfaces.Repository` asks for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from sealwright import limits, media_types, strict_json
from sealwright import manifest as manifest_module
from sealwright.descriptor import Descriptor
from sealwright.errors import RegistryError
from sealwright.interfaces import BlobSource
from sealwright.repositories import answers
from sealwright.repositories.blobs import Blobs
from sealwright.repositories.exchange import Exchange
from sealwright.repositories.manifests import Manifests, require_tag
from sealwright.repositories.paging import Pages
from sealwright.repositories.referrers import Referrers
from sealwright.repositories.uploads import Uploads

if TYPE_CHECKING:
    from sealwright.repositories.signature_extension import SignatureExtension

__all__ = ["RegistryRepository", "listing"]


class RegistryRepository:
    """One repository. Made by `RegistryClient.repository`; safe to use from several threads.

    Args:
        exchange: sends the requests.
        force_referrers_tag: write the referrers tag even where the registry has the referrers API.
    """

    def __init__(self, exchange: Exchange, *, force_referrers_tag: bool = False) -> None:
        self._exchange = exchange
        self._force_tag = force_referrers_tag
        self._manifests = Manifests(exchange)
        self._blobs = Blobs(exchange)
        self._uploads = Uploads(exchange, self._blobs)
        self._referrers = Referrers(exchange, self._manifests)

    @property
    def name(self) -> str:
        """`domain/path`."""
        return self._exchange.name

    @property
    def exchange(self) -> Exchange:
        """What sends requests about it, for what the registry offers besides."""
        return self._exchange

    @property
    def signatures(self) -> "SignatureExtension":
        """The simple signatures that the registry keeps by itself, if it does."""
        from sealwright.repositories.signature_extension import SignatureExtension  # noqa: PLC0415  # few want them

        return SignatureExtension(self._exchange)

    def resolve(self, selector: str) -> Descriptor:
        """The descriptor of the manifest that a tag or digest names; one HEAD request as a rule.

        Raises:
            NotFoundError: `registry.manifest-unknown`, `registry.repository-unknown`.
            MalformedContentError: `artifact.too-large`, `registry.digest-conflict`.
        """
        return self._manifests.resolve(selector)

    def manifest(self, descriptor: Descriptor) -> bytes:
        """The exact bytes of a manifest, checked against digest and size.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.size-mismatch`, `artifact.too-large`,
                `registry.digest-conflict`.
        """
        return self._manifests.read(descriptor)

    def open_blob(self, descriptor: Descriptor) -> Iterator[bytes]:
        """The bytes of a blob in pieces; nothing is asked, nor raised, before the first is wanted.

        Raises:
            NotFoundError: `registry.blob-unknown`.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.size-mismatch`.
        """
        return self._blobs.pieces(descriptor)

    def has(self, descriptor: Descriptor) -> bool:
        """Whether the registry says that it holds the manifest or blob."""
        if descriptor.media_type in media_types.MANIFESTS:
            return self._manifests.has(descriptor.digest)
        return self._blobs.has(descriptor.digest)

    def push_blob(
        self, descriptor: Descriptor, source: BlobSource, mount_from: str | None = None
    ) -> Literal["moved", "mounted", "present"]:
        """Put a blob there; tells how: `moved`, `mounted` or `present`.

        Args:
            descriptor: of the blob; the source must give exactly this.
            source: opens the content anew for each try.
            mount_from: the path of another repository of the same registry that holds it.

        Raises:
            MalformedContentError: the source gives something else.
            RegistryError: the registry does not take it.
        """
        return self._uploads.push(descriptor, source, mount_from)

    def push_manifest(
        self, content: bytes, media_type: str, tag: str | None = None, algorithm: str = "sha256"
    ) -> Descriptor:
        """Put a manifest there under its digest and, if given, a tag.

        Args:
            content: sent as it is.
            media_type: its Content-Type.
            tag: also let this tag stand for it.
            algorithm: of its digest. Under another one than sha256 a tag costs a second request, as
                registries give what is pushed by tag a sha256 digest.

        Raises:
            RegistryError: the registry does not take it, or `registry.fallback-contended`.
        """
        parsed = manifest_module.parse(content)
        descriptor = manifest_module.describe(content, media_type, algorithm)
        selector = require_tag(tag) if tag is not None else str(descriptor.digest)
        if tag is not None and algorithm != "sha256":
            self._manifests.write(content, descriptor, descriptor.digest)
        response = self._manifests.write(content, descriptor, selector)
        if parsed.subject is not None:
            referrer = msgspec.structs.replace(
                descriptor, artifact_type=parsed.kind, annotations=parsed.annotations
            )
            self._referrers.added(referrer, parsed.subject, response, always=self._force_tag)
        return descriptor

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        """Descriptors of the manifests that name `subject` as theirs, of one artifact type if given.

        Raises:
            RegistryError: `registry.too-many-referrers` after as many as `limits` allows were given out.
        """
        return self._referrers.listed(subject, artifact_type)

    def tags(self) -> Iterator[str]:
        """Every tag, in the order of the registry; none if the repository does not exist.

        Raises:
            RegistryError: `registry.listing-malformed`, `registry.listing-too-long` and those of paging.
        """
        return listing(self._exchange, self._exchange.url("tags/list"), "tags")

    def tag(self, descriptor: Descriptor, name: str) -> None:
        """Let a tag stand for a manifest that is there.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
        """
        content = self._manifests.read(descriptor)
        self._manifests.write(content, descriptor, require_tag(name))

    def delete(self, descriptor: Descriptor) -> None:
        """Remove a manifest; where it has a subject and the registry no referrers API, also from the tag.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
            RegistryError: `registry.unsupported` where deleting is switched off.
        """
        subject = manifest_module.parse(self._manifests.read(descriptor)).subject
        self._manifests.remove(descriptor.digest)
        if subject is not None:
            self._referrers.removed(descriptor.digest, subject)


def listing(exchange: Exchange, url: str | None, member: str) -> Iterator[str]:
    """The names of a listing in pages.

    Args:
        exchange: sends the requests.
        url: of the first page.
        member: of the answer that holds the names: `tags` or `repositories`.

    Raises:
        RegistryError: `registry.listing-malformed`, `registry.listing-too-long` and those of paging.
    """
    count = 0
    pages = Pages(exchange.name, exchange.origin)
    while url is not None:
        response = exchange.send("GET", url)
        if response.status == 404 and not count:  # noqa: PLR2004  # Not Found: nothing was ever pushed
            response.discard()
            return
        if response.status != 200:  # noqa: PLR2004  # OK
            raise answers.failure(response, exchange.name, "repository")
        names = _names(response.read(limits.MANIFEST_BYTES), member, exchange.name)
        count += len(names)
        if count > limits.TAGS_LISTED:
            raise RegistryError("registry.listing-too-long", name=exchange.name, limit=limits.TAGS_LISTED)
        yield from names
        url = pages.after(response)


def _names(content: bytes, member: str, name: str) -> list[str]:
    problem = f"it has no list of {member}"
    try:
        value = strict_json.loads(content, limits.MANIFEST_BYTES)
    except strict_json.JsonError as error:
        value, problem = None, str(error)
    names = value.get(member, ()) if isinstance(value, dict) else ()
    if names is None:  # an empty list, as Go programs write it
        return []
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise RegistryError("registry.listing-malformed", name=name, problem=problem)
    return names
