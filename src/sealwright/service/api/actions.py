"""What the API changes."""

from sealwright.errors import NotFoundError
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.records import Signature
from sealwright.service.storage import Storage
from sealwright.service.web.caller import Caller

__all__ = ["revoke"]


def revoke(storage: Storage, caller: Caller, signature: Signature, why: str) -> Signature:
    """Revoke a signature, and give it as it then is. One that is revoked already stays as it is.

    Raises:
        NotFoundError: `service.signature-unknown`.
    """
    with storage.database.write() as transaction:
        changing.revoke(transaction, signature, caller.name, why)
        found = rows.find(transaction, signature.id)
    if found is None:
        raise NotFoundError("service.signature-unknown", signature=signature.id)
    return found
