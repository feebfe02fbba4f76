"""Images and referrers to put into any repository."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping

from sealwright import manifest, media_types
from sealwright.descriptor import Descriptor
from sealwright.interfaces import Repository

__all__ = ["KIND", "entry", "image_manifest", "index_of", "put_blob", "put_image", "put_referrer"]

KIND = "application/vnd.example.note"
"""The artifact type of referrers that `put_referrer` makes."""


def entry(descriptor: Descriptor) -> dict[str, object]:
    """A descriptor as it stands in a manifest."""
    return {
        "mediaType": descriptor.media_type,
        "digest": str(descriptor.digest),
        "size": descriptor.size,
    }


def put_blob(
    repository: Repository, content: bytes, media_type: str = "application/octet-stream"
) -> Descriptor:
    """Put a blob there."""
    descriptor = manifest.describe(content, media_type)
    repository.push_blob(descriptor, lambda: iter([content]))
    return descriptor


def put_image(repository: Repository, tag: str | None = "v1", text: str = "hello") -> Descriptor:
    """Put an image of one layer with one file there, good enough for every program that reads images."""
    layer = _layer(text)
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    layer_there = put_blob(repository, layer, media_types.IMAGE_LAYER_TAR)
    config_there = put_blob(repository, json.dumps(config).encode(), media_types.IMAGE_CONFIG)
    content = manifest.encode(
        {
            "mediaType": media_types.IMAGE_MANIFEST,
            "config": entry(config_there),
            "layers": [entry(layer_there)],
        }
    )
    return repository.push_manifest(content, media_types.IMAGE_MANIFEST, tag)


def image_manifest(
    subject: Descriptor | None = None,
    *,
    kind: str | None = KIND,
    config: Descriptor | None = None,
    layers: tuple[Descriptor, ...] = (),
    annotations: Mapping[str, str] | None = None,
) -> bytes:
    """An image manifest; with a subject it refers to that."""
    empty = manifest.describe(manifest.EMPTY_CONFIG, media_types.EMPTY)
    members: dict[str, object] = {"mediaType": media_types.IMAGE_MANIFEST}
    if kind is not None:
        members["artifactType"] = kind
    members["config"] = entry(config or empty)
    members["layers"] = [entry(layer) for layer in layers or (empty,)]
    if subject is not None:
        members["subject"] = entry(subject)
    if annotations:
        members["annotations"] = dict(annotations)
    return manifest.encode(members)


def put_referrer(
    repository: Repository,
    subject: Descriptor,
    kind: str | None = KIND,
    config_type: str = media_types.EMPTY,
    **annotations: str,
) -> Descriptor:
    """Put a manifest there that names `subject` as its own."""
    config = put_blob(repository, manifest.EMPTY_CONFIG, config_type)
    content = image_manifest(subject, kind=kind, config=config, annotations=annotations)
    return repository.push_manifest(content, media_types.IMAGE_MANIFEST)


def index_of(*children: Descriptor, subject: Descriptor | None = None, kind: str | None = None) -> bytes:
    """An image index."""
    members: dict[str, object] = {"mediaType": media_types.IMAGE_INDEX}
    if kind is not None:
        members["artifactType"] = kind
    members["manifests"] = [entry(child) for child in children]
    if subject is not None:
        members["subject"] = entry(subject)
    return manifest.encode(members)


def _layer(text: str) -> bytes:
    found = io.BytesIO()
    with tarfile.open(fileobj=found, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        member = tarfile.TarInfo("hello.txt")
        member.size = len(text.encode())
        archive.addfile(member, io.BytesIO(text.encode()))
    return found.getvalue()
