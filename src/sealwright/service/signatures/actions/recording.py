"""Records of verifications added, each in a transaction with its line in the audit log."""

from sealwright.errors import UsageError
from sealwright.service import audit
from sealwright.service.registry.queries import repositories
from sealwright.service.signatures.queries import rows, verifications
from sealwright.service.signatures.records import Signature
from sealwright.service.signatures.verifications import NewVerification, Verification
from sealwright.service.storage import Storage

__all__ = ["record"]


def record(storage: Storage, by: str, signature: Signature, new: NewVerification) -> Verification:
    """Add a record about a live signature, which stays as it is.

    Args:
        storage: where.
        by: the account that says so.
        signature: as it was found a moment ago.
        new: what was found.

    Raises:
        UsageError: `service.signature-revoked`.
    """
    with storage.database.write() as transaction:
        repositories.hold(transaction, signature.repository)
        now = rows.find(transaction, signature.id)
        if now is None or now.revoked_at is not None:
            raise UsageError("service.signature-revoked", signature=signature.id)
        number = verifications.add(transaction, signature, new, by)
        audit.record(
            transaction,
            by,
            "verification.record",
            repository=signature.repository,
            subject=signature.subject,
            signature=signature.id,
            number=number,
            maker=new.maker,
            result=new.result,
            key=new.key,
            expected=new.expected,
            reason=new.reason,
        )
        found = verifications.find(transaction, signature.id, number)
    assert found is not None  # noqa: S101  # it was added in this transaction
    return found
