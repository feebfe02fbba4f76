"""Manifests: taken, tagged, deleted (distribution-spec, "Pushing Manifests" and "Content Management").

What is checked, in this order: size, JSON, the media type that the client names against the one that the
manifest names, that an index is not an image at the same time, schemaVersion, digest. What a manifest
points to may be missing: a subject by the specification, the rest by choice, so that images can be
mirrored in part.

A fallback index of referrers (tag `sha256-<hex>`) that a client pushes needs no import: a manifest that
names a subject is a referrer from the moment it is pushed, whatever any index says of it, and its artifact
type is read from the manifest itself, since some indexes lie about it.
"""

from typing import TYPE_CHECKING

import msgspec

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError, UsageError
from sealwright.manifest import Manifest
from sealwright.service import audit
from sealwright.service.registry import quotas, rights
from sealwright.service.registry.queries import manifests as rows
from sealwright.service.registry.queries import repositories
from sealwright.service.storage import Transaction
from sealwright.service.web.caller import Caller

if TYPE_CHECKING:
    from sealwright.service.registry.content import Content

__all__ = ["delete", "put", "record"]


_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"


class _Version(msgspec.Struct, frozen=True):
    schemaVersion: object = None  # noqa: N815  # the member's name


def put(
    content: "Content",
    caller: Caller,
    repository: str,
    body: bytes,
    told: str | None,
    digest: Digest | None,
    tags: tuple[str, ...],
) -> rows.Record:
    """Store a manifest under its digest and let tags stand for it.

    Args:
        content: where.
        caller: who pushes it.
        repository: its name.
        body: the manifest, at most `limits.MANIFEST_BYTES`.
        told: the Content-Type that it came with.
        digest: what the client says its digest is, or None: then it is the one by sha256.
        tags: to be set.

    Returns:
        What was stored.

    Raises:
        AccessDeniedError: the caller may not.
        MalformedContentError: it is not a manifest that is taken, or does not have the digest, or
            `service.quota-exceeded`.
        UsageError: `service.media-type-unsupported`.
    """
    made = record(body, told, digest)
    rights.require_put(caller, repository, made, tags)
    examined = content.hooks.examine(repository, made, tags)
    with content.storage.database.write() as transaction:
        identifier = repositories.ensure(transaction, repository)
        rows.add(transaction, identifier, made)
        content.hooks.added(transaction, identifier, made, examined, caller)
        for tag in tags:
            before = rows.tag(transaction, identifier, tag, made.digest)
            if before != made.digest:
                content.hooks.tagged(transaction, identifier, tag, before, made.digest, caller)
        quotas.require(content, transaction, identifier, repository)
        audit.record(
            transaction, caller.name, "manifest.push", repository=repository, subject=made.digest, tags=tags
        )
    return made


def delete(content: "Content", caller: Caller, repository: str, reference: Digest | str, why: str) -> None:
    """Delete a manifest with all its tags, or one tag.

    Args:
        content: where.
        caller: who deletes it. Who holds `sign` may delete signatures.
        repository: its name.
        reference: the manifest's digest, or the tag.
        why: the reason that they gave, or an empty string.

    Raises:
        AccessDeniedError: the caller may not.
        NotFoundError: `service.manifest-unknown`.
    """
    kind = rows.kind(content.storage.database, repository, reference)
    tags = () if isinstance(reference, Digest) else (reference,)
    caller.require("delete", repository, *(("sign",) if rights.is_signature(kind, tags) else ()))
    with content.storage.database.write() as transaction:
        identifier = repositories.hold(transaction, repository)
        if identifier is None or not _removed(transaction, content, caller, identifier, reference, why):
            raise NotFoundError("service.manifest-unknown", repository=repository, reference=reference)
        deed = "manifest.delete" if isinstance(reference, Digest) else "tag.delete"
        audit.record(transaction, caller.name, deed, repository=repository, subject=reference, why=why)


def _removed(
    transaction: Transaction,
    content: "Content",
    caller: Caller,
    repository: int,
    reference: Digest | str,
    why: str,
) -> bool:
    """Remove a manifest, or a tag; whether it was there.

    A signature that goes by a tag, as cosign's do, goes with the last of them.
    """
    digest: Digest | None = reference if isinstance(reference, Digest) else None
    if digest is None:
        digest = rows.remove_tag(transaction, repository, reference)
        if digest is None:
            return False
        content.hooks.tagged(transaction, repository, reference, digest, None, caller)
        if not rights.is_signature(None, (reference,)) or rows.tagged(transaction, repository, digest):
            return True
    if not rows.has(transaction, repository, digest):
        return False
    content.hooks.removed(transaction, repository, digest, caller, why)
    return rows.remove(transaction, repository, digest)


def record(content: bytes, told: str | None, digest: Digest | None) -> rows.Record:
    """A manifest as it is stored, if it is one that is taken.

    Args:
        content: its bytes.
        told: the Content-Type that it came with.
        digest: what its digest has to be, or None: then it is the one by sha256.

    Raises:
        MalformedContentError: it is not a manifest that is taken, or does not have the digest.
        UsageError: `service.media-type-unsupported`.
    """
    manifest = manifests.parse(content)
    media_type = manifests.media_type_of(manifest, told)
    _require_kind(manifest, media_type, told)
    if media_type != media_types.OCI_ARTIFACT_MANIFEST:
        version = msgspec.json.decode(content, type=_Version).schemaVersion
        if version != 2:  # noqa: PLR2004  # the only one there is
            raise MalformedContentError("service.manifest-version")
    if digest is None:
        digest = Digest.of(content)
    else:
        digest.require(content, "manifest")
    if manifest.kind is not None and "\0" in manifest.kind:  # not every database keeps such a text
        raise MalformedContentError("artifact.manifest-malformed", problem="a zero byte in its artifact type")
    annotations = msgspec.json.encode(manifest.annotations).decode() if manifest.annotations else None
    return rows.Record(
        digest,
        media_type,
        content,
        manifest.subject.digest if manifest.subject else None,
        manifest.kind,
        annotations,
        tuple(descriptor.digest for descriptor in manifest.contents),
        tuple(descriptor.digest for descriptor in manifest.manifests),
    )


def _require_kind(manifest: Manifest, media_type: str, told: str | None) -> None:
    """Refuse types that are not manifests, and manifests that two readers could take for two things."""
    bare = (told or "").partition(";")[0].strip()
    if media_type not in media_types.MANIFESTS or bare.startswith(_SCHEMA_1):
        raise UsageError("service.media-type-unsupported", media_type=ascii((bare or media_type)[:200]))
    if media_type in media_types.INDEXES:
        if manifest.config is not None or manifest.layers:
            raise MalformedContentError("service.manifest-mixed", media_type=media_type, member="config")
    elif manifest.manifests:
        raise MalformedContentError("service.manifest-mixed", media_type=media_type, member="manifests")
