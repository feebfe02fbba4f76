"""Signatures attached and revoked through the extension."""

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError, UsageError
from sealwright.service.extension import document
from sealwright.service.registry.queries import repositories
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.records import New
from sealwright.service.storage import Database, Storage, Transaction
from sealwright.service.web.caller import Caller

__all__ = ["attach", "require_held", "revoke"]

_ENTRY_BYTES = 256
"""About what the list takes for a signature beside its content."""


def attach(storage: Storage, caller: Caller, repository: str, digest: Digest, body: bytes) -> None:
    """Attach a signature to a manifest; nothing if it has the very same one already.

    Args:
        storage: where.
        caller: who attaches it.
        repository: its name.
        digest: of the manifest.
        body: the JSON that was sent.

    Raises:
        NotFoundError: `service.manifest-unknown`.
        MalformedContentError: `service.signature-invalid`, `service.signatures-too-many`, or
            `service.signatures-too-large`.
        UsageError: `service.signature-name-taken`.
    """
    require_held(storage.database, repository, digest)
    new = document.signature_to_attach(body, digest)
    with storage.database.write() as transaction:
        repositories.hold(transaction, repository)
        require_held(transaction, repository, digest)  # it may have gone meanwhile
        if not _is_there(transaction, repository, new):
            changing.attach(transaction, repository, new, caller.name)


def _is_there(transaction: Transaction, repository: str, new: New) -> bool:
    """Whether the manifest has that signature; if not, there is room for it."""
    identifier = repositories.ensure(transaction, repository)
    others = rows.same(transaction, identifier, new.subject)
    if any((other.type, other.digest) == (new.type, new.digest) for other in others):
        return True
    if any(other.name == new.name for other in others):
        raise UsageError("service.signature-name-taken", name=f"{new.subject}@{new.name}")
    if len(others) >= limits.SIMPLE_SIGNATURES:
        raise MalformedContentError("service.signatures-too-many", most=limits.SIMPLE_SIGNATURES)
    if sum(_listed_bytes(size) for size in (new.size, *(other.size for other in others))) > (
        limits.SIMPLE_SIGNATURE_LIST_BYTES
    ):
        raise MalformedContentError(
            "service.signatures-too-large", most=limits.SIMPLE_SIGNATURE_LIST_BYTES, size=new.size
        )
    return False


def _listed_bytes(size: int) -> int:
    return _ENTRY_BYTES + limits.SIGNATURE_TYPE_LENGTH + -(-size // 3) * 4


def revoke(storage: Storage, caller: Caller, repository: str, digest: Digest, name: str, why: str) -> None:
    """Revoke a signature.

    Args:
        storage: where.
        caller: who revokes it.
        repository: its name.
        digest: of the manifest.
        name: of the signature: its 32 digits.
        why: the reason, or an empty string.

    Raises:
        NotFoundError: `service.signature-unknown`.
    """
    with storage.database.write() as transaction:
        repositories.hold(transaction, repository)
        found = rows.named(transaction, repository, digest, name)
        if found is None or not changing.revoke(transaction, found, caller.name, why):
            raise NotFoundError("service.signature-unknown", signature=f"{digest}@{name}")


def require_held(source: Database | Transaction, repository: str, digest: Digest) -> None:
    """Return if the repository holds the manifest.

    Raises:
        NotFoundError: `service.manifest-unknown`.
    """
    if not rows.held(source, repository, digest):
        raise NotFoundError("service.manifest-unknown", repository=repository, reference=digest)
