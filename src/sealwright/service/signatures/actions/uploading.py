"""Signatures by keys of a vault taken in, each checked once, when it comes (`formats.kms.upload`).

Only keys of the service's own vaults are known here. A signature by another key is no fault of whoever
brings it, but nobody could say whether it is one: it belongs among the referrers.
"""

from collections.abc import Callable

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError, UsageError
from sealwright.evidence import PublicKey, PublicKeyAnswer, Unavailable
from sealwright.formats.kms import ocid, upload
from sealwright.formats.kms.content import Content
from sealwright.formats.kms.message import repository_name
from sealwright.service.registry.queries import repositories
from sealwright.service.signatures import reading
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.records import New, Signature
from sealwright.service.storage import Storage, Transaction
from sealwright.service.web.caller import Caller

__all__ = ["Noted", "add"]

Keys = Callable[[PublicKey], PublicKeyAnswer | Unavailable]
Noted = Callable[[Transaction, Signature, Content, Caller], None]
"""What another slice notes of a signature, in the transaction in which it is added."""

_ENABLED = "ENABLED"


def add(
    storage: Storage,
    keys: Keys,
    noted: Noted,
    caller: Caller,
    repository: str,
    digest: Digest,
    content: Content,
) -> Signature:
    """Keep a signature; the very same one is kept once.

    Args:
        storage: where.
        keys: the service's own.
        noted: is told of a new one.
        caller: who brings it.
        repository: its name in the registry.
        digest: of the image.
        content: the signature.

    Raises:
        NotFoundError: `service.manifest-unknown`; `kms.key-foreign`: the service has no such key.
        UsageError: `kms.key-unusable`: no signatures are taken of a key in its state;
            `kms.signatures-too-many`.
        MalformedContentError: `kms.upload-unfit`.
    """
    _require_fit(keys, repository, digest, content)
    encoded = content.encoded()
    new = New(
        digest,
        "kms",
        "",
        media_types.KMS_SIGNATURE,
        Digest.of(encoded),
        len(encoded),
        "api",
        reading.kms_claims(encoded),
        encoded,
    )
    with storage.database.write() as transaction:
        repositories.hold(transaction, repository)
        if not rows.held(transaction, repository, digest):
            raise NotFoundError("service.manifest-unknown", repository=repository, reference=str(digest))
        if rows.count_of_vaults(transaction, repository, digest) >= limits.KMS_SIGNATURES:
            raise UsageError("kms.signatures-too-many", limit=limits.KMS_SIGNATURES)
        made = changing.attach(transaction, repository, new, caller.name)
        found = _found(transaction, repository, new) if made is None else rows.find(transaction, made)
        assert found is not None  # noqa: S101  # it was added, or was there
        if made is not None:
            noted(transaction, found, content, caller)
    return found


def _require_fit(keys: Keys, repository: str, digest: Digest, content: Content) -> None:
    answer = keys(PublicKey(content.key_id)) if ocid.is_ocid(content.key_id, "key") else None
    versions = answer.versions if isinstance(answer, PublicKeyAnswer) else ()
    version = next((one for one in versions if one.id == content.key_version_id), None)
    if version is None or not isinstance(answer, PublicKeyAnswer):
        raise NotFoundError("kms.key-foreign", key=content.key_id[:300])
    if answer.blocked or (answer.state, version.state) != (_ENABLED, _ENABLED):
        state = "BLOCKED" if answer.blocked else answer.state if answer.state != _ENABLED else version.state
        raise UsageError("kms.key-unusable", key=answer.name, state=state)
    uploaded = upload.Upload(
        content.key_id,
        content.key_version_id,
        content.signing_algorithm,
        content.message_bytes,
        content.signature_bytes,
    )
    image = upload.Image(str(digest), repository_name(repository), ocid.key_region(content.key_id))
    problem = upload.problem(uploaded, image, version.public_key)
    if problem is not None:
        data = {"field": problem.field, "rule": problem.code, "problem": str(problem)}
        raise MalformedContentError("kms.upload-unfit", **data)


def _found(transaction: Transaction, repository: str, new: New) -> Signature | None:
    identifier = repositories.ensure(transaction, repository)
    carried = rows.carried(transaction, identifier, new.digest)
    found = [one for one, subject in carried if subject == new.subject]
    return rows.find(transaction, found[0]) if found else None
