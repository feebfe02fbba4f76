"""What signatures claim, read from their bytes before they are stored.

A signature that cannot be read is one all the same: somebody attached it. Its row says so in `kind`.
"""

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.errors import SealwrightError
from sealwright.formats.kms import manifest as kms_manifest
from sealwright.formats.kms import signature as kms
from sealwright.formats.notary import manifest as notary_manifest
from sealwright.formats.notary import signature as notary
from sealwright.formats.simple.stored import Described
from sealwright.service.registry.queries import blobs, manifests
from sealwright.service.registry.queries.manifests import Record
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.records import Claims, Signature, claimed_text
from sealwright.service.storage import Storage
from sealwright.signature import StoredSignature

__all__ = ["carried_kms_claims", "kms_claims", "kms_content", "notary_claims", "simple_claims", "subject_of"]

_MICROSECONDS = 1_000_000
_KINDS = {media_types.NOTARY_JWS: "jws", media_types.NOTARY_COSE: "cose"}
_UNREADABLE = Claims("unreadable")


def notary_claims(storage: Storage, repository: str, record: Record) -> Claims:
    """What the envelope behind a Notary signature's manifest says.

    Only blobs that the repository shows are looked at, so that nobody learns what others hold.

    Args:
        storage: where the envelope is.
        repository: the name of the one that the manifest is pushed to.
        record: the manifest.
    """
    try:
        envelope = notary_manifest.read(record.content)
        if blobs.size(storage.database, repository, envelope.digest) is None:
            return Claims("absent")
        content = storage.blobs.read(envelope.digest, limits.ENVELOPE_BYTES)
        stored = StoredSignature("notary", record.digest, envelope.media_type, content)
        signature = notary.parse(stored)
    except (SealwrightError, FileNotFoundError):
        return _UNREADABLE
    summary = signature.summary
    return Claims(
        _KINDS[envelope.media_type],
        claimed_text(summary.signer),
        signature.signer,
        summary.certificates[0].fingerprint,
        None if summary.signing_time is None else int(summary.signing_time.timestamp() * _MICROSECONDS),
    )


def kms_content(storage: Storage, signature: Signature) -> bytes | None:
    """The stored form of a signature by a vault's key, kept in its row or carried by a manifest; None: gone.

    Args:
        storage: where it is.
        signature: its row.
    """
    kept = rows.content(storage.database, signature.id)
    if kept is not None:
        return kept
    manifest = manifests.body(storage.database, signature.repository, Digest(signature.digest))
    return None if manifest is None else _carried(storage, signature.repository, bytes(manifest.content))


def carried_kms_claims(storage: Storage, repository: str, record: Record) -> Claims:
    """What the signature by a vault's key behind a manifest says.

    Args:
        storage: where it is.
        repository: the name of the one that the manifest is pushed to.
        record: the manifest.
    """
    content = _carried(storage, repository, record.content)
    return Claims("absent") if content is None else kms_claims(content)


def kms_claims(content: bytes) -> Claims:
    """What a signature by a vault's key says: the key, and the name of the repository.

    Args:
        content: the stored form.
    """
    try:
        signature = kms.parse(StoredSignature("kms", "", media_types.KMS_SIGNATURE, content))
    except SealwrightError:
        return _UNREADABLE
    summary = signature.summary
    reference = claimed_text(summary.signed_attributes["repositoryName"])
    return Claims("kms", claimed_text(summary.signer), reference=reference)


def _carried(storage: Storage, repository: str, manifest: bytes) -> bytes | None:
    """The stored form behind a manifest; only blobs that the repository shows are looked at."""
    try:
        blob = kms_manifest.read(manifest)
        if blobs.size(storage.database, repository, blob.digest) is None:
            return None
        return storage.blobs.read(blob.digest, limits.KMS_SIGNATURE_BYTES)
    except (SealwrightError, FileNotFoundError):
        return None


def simple_claims(described: Described) -> Claims:
    """What a simple signature says."""
    signer, payload = described.signer, described.payload
    reference = claimed_text(payload.docker_reference) if payload is not None else ""
    if signer is None:
        return Claims(described.kind, reference=reference)
    return Claims(
        described.kind,
        claimed_text(signer.user_id),
        signer.key_id.lower(),
        signer.fingerprint.lower(),
        None if signer.created is None else signer.created * _MICROSECONDS,
        reference,
    )


def subject_of(tag: str) -> Digest | None:
    """The manifest that a cosign tag (`sha256-<hex>.sig`) is about, or None if it is no such tag."""
    name, dot, ending = tag.rpartition(".")
    algorithm, dash, encoded = name.partition("-")
    if not (dot and dash) or ending not in ("sig", "att"):
        return None
    try:
        return Digest.parse(f"{algorithm}:{encoded}")
    except SealwrightError:
        return None
