"""Signatures attached and revoked, each in a transaction of whoever calls.

The signature store numbers the simple signatures of a manifest from 1 on, and a client stops at the first
number that is missing. So when one is revoked, the last takes its number, in the same transaction. Writers of
a repository wait for each other from the moment that they have asked for it (`repositories.ensure`).
"""

from sealwright.digest import Digest
from sealwright.service import audit
from sealwright.service.registry.queries import manifests, repositories
from sealwright.service.signatures.queries import rows, states
from sealwright.service.signatures.records import New, Signature
from sealwright.service.storage import Transaction, now

__all__ = ["attach", "revoke", "revoke_carried"]


def attach(
    transaction: Transaction, repository: str, new: New, by: str, received: int | None = None
) -> str | None:
    """Add a signature, unless a live one is carried by the same manifest already.

    Args:
        transaction: an open one.
        repository: its name.
        new: the signature.
        by: the account; empty if nobody knows.
        received: in microseconds since 1970, or None for now.

    Returns:
        Its identifier, or None if it was there.
    """
    identifier = repositories.ensure(transaction, repository)
    if new.name is None and _carried(transaction, identifier, new):
        return None
    stored = new.format == "simple"
    places = states.change(transaction, identifier, new.subject, int(stored))
    made = rows.add(
        transaction, identifier, new, places if stored else None, by, now() if received is None else received
    )
    audit.record(
        transaction,
        by,
        "signature.attach",
        repository=repository,
        subject=new.subject,
        signature=made,
        format=new.format,
        digest=str(new.digest),
        via=new.via,
    )
    return made


def _carried(transaction: Transaction, repository: int, new: New) -> bool:
    return any(subject == new.subject for _, subject in rows.carried(transaction, repository, new.digest))


def revoke(transaction: Transaction, signature: Signature, by: str, reason: str) -> bool:
    """Revoke a signature: no view shows it from this transaction on, and its row says who and why.

    If a manifest carries it, that manifest is deleted with its tags, and with it whatever else it carries.

    Returns:
        Whether it was live.
    """
    repository = repositories.ensure(transaction, signature.repository)
    if signature.name is None:
        manifests.remove(transaction, repository, Digest(signature.digest))
        return revoke_carried(transaction, repository, signature.digest, by, reason)
    return _revoke(transaction, repository, signature.id, signature.subject, by, reason)


def revoke_carried(transaction: Transaction, repository: int, digest: str, by: str, reason: str) -> bool:
    """Revoke what a manifest carries, which was deleted in this transaction; whether that was anything.

    Args:
        transaction: an open one, in which the repository was asked for.
        repository: its identifier.
        digest: of the manifest.
        by: the account.
        reason: as it was given, or an empty string.
    """
    carried = rows.carried(transaction, repository, digest)
    done = [_revoke(transaction, repository, one, subject, by, reason) for one, subject in carried]
    return any(done)


def _revoke(
    transaction: Transaction, repository: int, identifier: str, subject: str, by: str, reason: str
) -> bool:
    found = rows.find(transaction, identifier)
    if found is None or not rows.revoke(transaction, identifier, by, reason):
        return False
    left = states.change(transaction, repository, subject, 0 if found.place is None else -1)
    if found.place is not None and found.place <= left:
        rows.move(transaction, repository, subject, left + 1, found.place)
    audit.record(
        transaction,
        by,
        "signature.revoke",
        repository=found.repository,
        subject=subject,
        signature=identifier,
        format=found.format,
        digest=found.digest,
        reason=reason,
    )
    return True
