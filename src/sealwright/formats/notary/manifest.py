"""The manifest that carries an envelope in a registry or layout.

Source: signature-specification.md, "Storage"; OCI image-spec 1.1. Three forms are in the world and all
are read:

| form       | artifactType       | config.mediaType     | the envelope is in      | written by              |
|------------|--------------------|----------------------|-------------------------|-------------------------|
| `artifact` | notary.signature   | empty                | the only entry of layers | OCI 1.1; our default   |
| `legacy`   | none               | notary.signature     | the only entry of layers | notation up to 1.3     |
| withdrawn  | notary.signature   | none                 | the only entry of blobs  | OCI 1.1 candidates     |

notation 1.3 finds only the legacy form in image layouts, so that form can be asked for.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.formats import carrier
from sealwright.formats.carrier import plain

__all__ = ["CREATED", "THUMBPRINTS", "Form", "read", "thumbprints", "write"]

Form = Literal["artifact", "legacy"]

THUMBPRINTS = "io.cncf.notary.x509chain.thumbprint#S256"
"""Annotation: a JSON list, as text, of the SHA-256 of each certificate, leaf first."""

CREATED = "org.opencontainers.image.created"
"""Annotation: the signing time."""

_ENVELOPES = frozenset({media_types.NOTARY_JWS, media_types.NOTARY_COSE})


def read(content: bytes, subject: Descriptor | None = None) -> Descriptor:
    """The descriptor of the envelope that a signature manifest carries.

    Args:
        content: the manifest, at most `limits.MANIFEST_BYTES`.
        subject: what the signature was listed for, if that is known.

    Raises:
        MalformedSignatureError: `parse.manifest-malformed`, `parse.manifest-kind`,
            `parse.manifest-envelopes`, `parse.manifest-subject`, `parse.envelope-type-unknown` or
            `parse.envelope-too-large`.
    """
    return carrier.read(content, media_types.NOTARY_SIGNATURE, _ENVELOPES, limits.ENVELOPE_BYTES, subject)


def thumbprints(annotations: dict[str, str]) -> tuple[str, ...]:
    """The certificates that a manifest's annotation names: unproven, to choose what to download.

    Returns an empty tuple if there is no such annotation, or none that can be read.
    """
    try:
        found = json.loads(annotations.get(THUMBPRINTS, "[]"))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return ()
    return tuple(found)


def write(
    envelope: Descriptor,
    subject: Descriptor,
    fingerprints: Sequence[str],
    created: datetime,
    form: Form = "artifact",
    annotations: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """A new signature manifest.

    Args:
        envelope: of the envelope's blob.
        subject: what was signed; only media type, digest and size are written.
        fingerprints: SHA-256 of each certificate, leaf first, in hexadecimal.
        created: the signing time, aware, in whole seconds.
        form: see the table above.
        annotations: more of them; those above win.
    """
    members: dict[str, object] = {"mediaType": media_types.IMAGE_MANIFEST}
    config = manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)
    if form == "artifact":
        members["artifactType"] = media_types.NOTARY_SIGNATURE
        members["config"] = plain(config) | {"data": "e30="}
    else:
        members["config"] = plain(config) | {"mediaType": media_types.NOTARY_SIGNATURE}
    members["layers"] = [plain(envelope)]
    members["subject"] = plain(subject)
    members["annotations"] = {
        **annotations,
        THUMBPRINTS: json.dumps(list(fingerprints), separators=(",", ":")),
        CREATED: created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return manifests.encode(members)
