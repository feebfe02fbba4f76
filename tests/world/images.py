"""Small images, in registries and in layouts."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor, Platform
from sealwright.formats.orders import Finished
from sealwright.interfaces import Repository
from sealwright.reference import Reference
from sealwright.repositories.layout import open_directory
from sealwright.repositories.registry import RegistryClient
from sealwright.signature import Subject
from sealwright.stores.referrers import ReferrerStore
from sealwright.transport.client import Transport
from sealwright.transport.tls import VerifiedTls
from sealwright.workflow.build import build
from world import pki

__all__ = ["attach", "attach_signature", "make", "make_layout", "push", "repository_at"]

AMD64 = Platform("amd64", "linux")


@contextmanager
def repository_at(name: str) -> Iterator[Repository]:
    """The repository of a name such as `localhost:5000/net-monitor`, to read and to write."""
    reference = Reference.parse(name)
    with closing(Transport(VerifiedTls())) as transport:
        client = RegistryClient(transport, plain_http=True)
        yield client.repository(reference.domain, reference.path, write=True)


def make(repository: Repository, content: str, tag: str | None = None) -> Descriptor:
    """An image of one layer with one file; the same content gives the same digest."""
    with tempfile.TemporaryDirectory() as folder:
        layer = Path(folder) / "layer"
        layer.mkdir()
        (layer / "content").write_text(content)
        return build(repository, [layer], platform=AMD64, tag=tag)


def push(name: str, tag: str, content: str = "") -> str:
    """Push an image and give its name, pinned to the digest.

    Args:
        name: of the repository.
        tag: of the image.
        content: of its only file; the tag if empty.
    """
    with repository_at(name) as repository:
        return f"{name}@{make(repository, content or tag, tag).digest}"


def make_layout(folder: Path, *tags: str) -> dict[str, str]:
    """A layout with an image for each tag; gives their digests by tag."""
    with open_directory(str(folder), write=True) as layout:
        return {tag: str(make(layout, tag, tag).digest) for tag in tags}


def attach_signature(
    repository: Repository, subject: Descriptor, envelope: str, content: bytes, *certificates: bytes
) -> str:
    """Push any bytes as a signature of an image, as `seal sign` would; gives the manifest's digest.

    Args:
        repository: of the image.
        subject: the image.
        envelope: the media type of the envelope.
        content: of the envelope.
        certificates: DER, which the manifest announces.
    """
    fingerprints = tuple(hashlib.sha256(der).hexdigest() for der in certificates)
    finished = Finished("notary", envelope, content, fingerprints, pki.NOW)
    return ReferrerStore(repository).add(Subject(subject, "docker", repository.name), finished)


def attach(
    repository: Repository, subject: Descriptor, artifact_type: str, *contents: bytes, **annotations: str
) -> Descriptor:
    """Push a referrer of an image with one layer for each content, of any artifact type."""
    layers = []
    for content in contents:
        layer = manifests.describe(content, media_types.NOTARY_JWS)
        repository.push_blob(layer, lambda content=content: iter((content,)))  # type: ignore[misc]  # a default
        layers.append(layer)
    config = manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)
    repository.push_blob(config, lambda: iter((manifests.EMPTY_CONFIG,)))
    members = {
        "mediaType": media_types.IMAGE_MANIFEST,
        "artifactType": artifact_type,
        "config": config,
        "layers": layers,
        "subject": Descriptor(subject.media_type, subject.digest, subject.size),
        "annotations": annotations,
    }
    return repository.push_manifest(manifests.encode(members), media_types.IMAGE_MANIFEST)
