"""Manifests that carry a signature: one blob, about one subject.

Source: OCI image-spec 1.1, "Guidelines for Artifact Usage". The withdrawn artifact manifest of its candidates
is read, too.
"""

from collections.abc import Collection

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.errors import MalformedContentError, MalformedSignatureError
from sealwright.manifest import Manifest

__all__ = ["plain", "read"]

_SCHEMA_VERSION = 2


def read(
    content: bytes,
    kind: str,
    media_types_known: Collection[str],
    most: int,
    subject: Descriptor | None = None,
) -> Descriptor:
    """The descriptor of the one blob that a signature's manifest carries.

    Args:
        content: the manifest, at most `limits.MANIFEST_BYTES`.
        kind: the artifact type that it must have.
        media_types_known: those that the blob may have.
        most: how many bytes the blob may have.
        subject: what the signature was listed for, if that is known.

    Raises:
        MalformedSignatureError: `parse.manifest-malformed`, `parse.manifest-kind`,
            `parse.manifest-envelopes`, `parse.manifest-subject`, `parse.envelope-type-unknown` or
            `parse.envelope-too-large`.
    """
    try:
        manifest = manifests.parse(content)
    except MalformedContentError as error:
        raise MalformedSignatureError("parse.manifest-malformed", problem=str(error)) from None
    if manifest.kind != kind:
        raise MalformedSignatureError("parse.manifest-kind", kind=(manifest.kind or "none")[:200])
    if subject is not None and (manifest.subject is None or not manifest.subject.same_content(subject)):
        found = manifest.subject.digest if manifest.subject else "nothing"
        raise MalformedSignatureError("parse.manifest-subject", found=str(found), wanted=str(subject.digest))
    withdrawn = manifest.media_type == media_types.OCI_ARTIFACT_MANIFEST
    if not withdrawn and not _is_image_manifest(manifest):
        problem = "it is no OCI image manifest of schema version 2"
        raise MalformedSignatureError("parse.manifest-malformed", problem=problem)
    carried, foreign = (manifest.blobs, manifest.layers) if withdrawn else (manifest.layers, manifest.blobs)
    if len(carried) != 1 or foreign or manifest.manifests:
        raise MalformedSignatureError("parse.manifest-envelopes", found=len(carried))
    (blob,) = carried
    if blob.media_type not in media_types_known:
        raise MalformedSignatureError("parse.envelope-type-unknown", media_type=blob.media_type[:200])
    if blob.size > most:
        raise MalformedSignatureError("parse.envelope-too-large", size=blob.size, limit=most)
    return blob


def plain(descriptor: Descriptor) -> dict[str, object]:
    """A descriptor with what every one has, and no more, as it stands in a manifest."""
    return {
        "mediaType": descriptor.media_type,
        "digest": str(descriptor.digest),
        "size": descriptor.size,
    }


def _is_image_manifest(manifest: Manifest) -> bool:
    kinds = ("", media_types.IMAGE_MANIFEST)  # the member is optional
    return manifest.schema_version == _SCHEMA_VERSION and manifest.media_type in kinds
