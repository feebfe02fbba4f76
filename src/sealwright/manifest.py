"""Manifests and indexes as records (OCI image-spec, manifest.md and image-index.md; Docker schema 2)."""

from collections.abc import Mapping

import msgspec

from sealwright import limits, media_types, strict_json
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, SealwrightError

__all__ = ["EMPTY_CONFIG", "Manifest", "describe", "encode", "media_type_of", "parse"]

EMPTY_CONFIG = b"{}"
"""The content behind `media_types.EMPTY` (image-spec, manifest.md, "Guidance for an Empty Descriptor")."""


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An image manifest, an index, or the withdrawn OCI artifact manifest: the members that matter here.

    The bytes decide: a manifest is stored, hashed and sent as it came, never as this record says it again.
    """

    schema_version: int | None = None
    media_type: str = ""
    artifact_type: str | None = None
    config: Descriptor | None = None
    layers: tuple[Descriptor, ...] = ()
    blobs: tuple[Descriptor, ...] = ()
    manifests: tuple[Descriptor, ...] = ()
    subject: Descriptor | None = None
    annotations: Mapping[str, str] = {}

    @property
    def kind(self) -> str | None:
        """What a referrers listing shows as artifactType (distribution-spec, "Listing Referrers")."""
        if self.artifact_type:
            return self.artifact_type
        return self.config.media_type if self.config is not None else None

    @property
    def contents(self) -> tuple[Descriptor, ...]:
        """Every blob that the manifest needs: config first, then layers (or `blobs`)."""
        config = () if self.config is None else (self.config,)
        return config + self.layers + self.blobs


def _from_wire(kind: type, value: object) -> object:
    if kind is Digest and isinstance(value, str):
        return Digest.parse(value)
    raise TypeError(kind)


def parse(content: bytes) -> Manifest:
    """Read a manifest of any kind. A member that is null counts as absent, since Go writes empty lists so.

    Args:
        content: at most `limits.MANIFEST_BYTES` bytes of JSON.

    Raises:
        MalformedContentError: `artifact.manifest-malformed`.
    """
    try:
        value = strict_json.loads(content, limits.MANIFEST_BYTES)
        if isinstance(value, dict):
            value = {name: member for name, member in value.items() if member is not None}
        manifest = msgspec.convert(value, Manifest, dec_hook=_from_wire)
    except (strict_json.JsonError, msgspec.ValidationError, SealwrightError) as error:
        raise MalformedContentError("artifact.manifest-malformed", problem=str(error)) from None
    described = (*manifest.contents, *manifest.manifests, *([manifest.subject] if manifest.subject else ()))
    if any(descriptor.size < 0 for descriptor in described):
        raise MalformedContentError("artifact.manifest-malformed", problem="a size is negative")
    return manifest


def media_type_of(manifest: Manifest, told: str | None = None) -> str:
    """The media type of a manifest: what it says of itself, else what was told, else what its members imply.

    Args:
        manifest: the manifest.
        told: the Content-Type that it came with, if any.

    Raises:
        MalformedContentError: `artifact.media-type-conflict` if both speak and disagree.
    """
    told = (told or "").partition(";")[0].strip()
    said = manifest.media_type
    if said and told in media_types.MANIFESTS and said != told:
        raise MalformedContentError("artifact.media-type-conflict", said=said, told=told)
    if said or told in media_types.MANIFESTS:
        return said or told
    return media_types.IMAGE_INDEX if manifest.manifests else media_types.IMAGE_MANIFEST


def encode(members: Mapping[str, object]) -> bytes:
    """A new manifest as bytes: `schemaVersion` first, then `members` in their order."""
    return msgspec.json.encode({"schemaVersion": 2, **members}, enc_hook=str)


def describe(content: bytes, media_type: str, algorithm: str = "sha256") -> Descriptor:
    """The descriptor of a manifest's or blob's bytes."""
    return Descriptor(media_type, Digest.of(content, algorithm), len(content))
