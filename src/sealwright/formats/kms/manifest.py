"""The manifest that carries a signature by a vault's key where no service of ours keeps it.

{"artifactType": "application/vnd.sealwright.kms.signature.v1+json", "config": the empty one,
 "layers": [the stored form], "subject": the image}
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.formats import carrier

__all__ = ["CREATED", "read", "write"]

CREATED = "org.opencontainers.image.created"
"""Annotation: when the manifest was made. The signature itself has no time."""

_BLOBS = frozenset({media_types.KMS_SIGNATURE})


def read(content: bytes, subject: Descriptor | None = None) -> Descriptor:
    """The descriptor of the stored form that a manifest carries.

    Args:
        content: the manifest, at most `limits.MANIFEST_BYTES`.
        subject: what the signature was listed for, if that is known.

    Raises:
        MalformedSignatureError: as `carrier.read`.
    """
    return carrier.read(content, media_types.KMS_SIGNATURE, _BLOBS, limits.KMS_SIGNATURE_BYTES, subject)


def write(
    blob: Descriptor,
    subject: Descriptor,
    created: datetime,
    annotations: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """A new manifest.

    Args:
        blob: of the stored form.
        subject: what was signed; only media type, digest and size are written.
        created: now, aware, in whole seconds.
        annotations: more of them; the time wins.
    """
    config = manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)
    return manifests.encode(
        {
            "mediaType": media_types.IMAGE_MANIFEST,
            "artifactType": media_types.KMS_SIGNATURE,
            "config": carrier.plain(config) | {"data": "e30="},
            "layers": [carrier.plain(blob)],
            "subject": carrier.plain(subject),
            "annotations": {**annotations, CREATED: created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        }
    )
