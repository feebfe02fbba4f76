"""Proofs that people approved a signature, kept with it: what carries one refers to what carries that.

| what is signed   | where the signature is           | where the proof is                          |
|------------------|----------------------------------|---------------------------------------------|
| an image         | a referrer of the image          | a referrer of the signature's manifest      |
| a file           | a file beside it                 | a file beside that, with one more ending    |

A proof is found by its artifact type, `media_types.APPROVAL_PROOF`, and is whatever somebody put there until
it has been verified.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.errors import ArtifactError, EnvironmentalError, RegistryError
from sealwright.homes import files
from sealwright.interfaces import Repository
from sealwright.signature import Unreadable

__all__ = ["REQUEST", "add", "add_beside", "annotations", "beside", "found", "of_file"]

REQUEST = "dev.sealwright.approval.request"
"""Annotation of a signature's manifest: the request that people approved, so that listings tell of it."""

_ENDING = ".approval.json"


def add(repository: Repository, signature: Descriptor, proof: bytes) -> Descriptor:
    """Keep the proof of a signature in its repository or layout.

    Args:
        repository: that holds the signature.
        signature: the manifest that carries it.
        proof: encoded, as `approval.proofs` has it.

    Raises:
        EnvironmentalError: the repository does not take it.
    """
    layer = manifests.describe(proof, media_types.APPROVAL_PROOF)
    config = manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)
    repository.push_blob(layer, lambda: iter((proof,)))
    repository.push_blob(config, lambda: iter((manifests.EMPTY_CONFIG,)))
    members = {
        "mediaType": media_types.IMAGE_MANIFEST,
        "artifactType": media_types.APPROVAL_PROOF,
        "config": {**_plain(config), "data": "e30="},
        "layers": [_plain(layer)],
        "subject": _plain(signature),
    }
    return repository.push_manifest(manifests.encode(members), media_types.IMAGE_MANIFEST)


def annotations(proofs: Iterable[bytes]) -> Mapping[str, str]:
    """What the manifest of a signature says of its proofs: the request of the first that can be read.

    Args:
        proofs: as they were kept, junk and all.
    """
    for content in proofs:
        from sealwright.approval import proofs as approvals  # noqa: PLC0415  # listings have no use for it

        try:
            return {REQUEST: approvals.parse(content).read_request().id}
        except ArtifactError:
            continue
    return {}


def found(repository: Repository, signature: Descriptor) -> Iterator[bytes | Unreadable]:
    """The proofs that refer to a signature, or why one cannot be read; at most `limits.APPROVAL_PROOFS`.

    Args:
        repository: that holds the signature.
        signature: the manifest that carries it.

    Raises:
        EnvironmentalError: the repository cannot be asked.
    """
    count = 0
    try:
        for one in repository.referrers(signature, media_types.APPROVAL_PROOF):
            if count == limits.APPROVAL_PROOFS:
                return
            count += 1
            yield _proof(repository, one, signature)
    except RegistryError as error:
        if error.code != "registry.too-many-referrers":
            raise


def _proof(repository: Repository, carrier: Descriptor, signature: Descriptor) -> bytes | Unreadable:
    location = str(carrier.digest)
    try:
        manifest = manifests.parse(repository.manifest(carrier))
        if manifest.subject is None or not manifest.subject.same_content(signature):
            return Unreadable(location, "parse.manifest-subject", _told(manifest.subject, signature))
        if len(manifest.layers) != 1 or manifest.layers[0].size > limits.APPROVAL_PROOF_BYTES:
            return Unreadable(location, "parse.manifest-envelopes", {"found": len(manifest.layers)})
        return b"".join(repository.open_blob(manifest.layers[0]))
    except (ArtifactError, EnvironmentalError) as error:
        return Unreadable(location, error.code, error.data)


def _told(found_subject: Descriptor | None, wanted: Descriptor) -> dict[str, str]:
    return {"found": str(found_subject.digest) if found_subject else "nothing", "wanted": str(wanted.digest)}


def beside(signature: Path) -> Path:
    """The file of the proof of a signature that is in a file."""
    return signature.with_name(signature.name + _ENDING)


def add_beside(signature: Path, proof: bytes) -> None:
    """Keep the proof of a signature that is in a file; one that is there is replaced.

    Raises:
        StorageError: `file.unwritable`.
    """
    files.write(beside(signature), proof)


def of_file(signature: Path) -> bytes | None:
    """The proof of a signature that is in a file; None if there is none.

    Raises:
        StorageError: it cannot be read.
    """
    return files.read_optional(beside(signature), limits.APPROVAL_PROOF_BYTES)


def _plain(descriptor: Descriptor) -> dict[str, object]:
    return {
        "mediaType": descriptor.media_type,
        "digest": str(descriptor.digest),
        "size": descriptor.size,
    }
