"""The audit log: who did what, when, to what. Rows are added in the transaction of the deed, and stay."""

import msgspec

from sealwright.service.storage import Transaction, now

__all__ = ["record"]

_RECORD = """
    INSERT INTO audit (at, actor, action, repository, subject, detail)
    VALUES (:at, :actor, :action, :repository, :subject, :detail)
"""


def record(
    transaction: Transaction,
    actor: str,
    action: str,
    *,
    repository: str = "",
    subject: str = "",
    **detail: object,
) -> None:
    """Note a deed.

    Args:
        transaction: the one in which it is done.
        actor: the name of the account.
        action: what was done, as `noun.verb`, such as `manifest.push`.
        repository: where, if in one.
        subject: to what: a digest, an identifier, an account.
        **detail: what else is worth knowing, as JSON; never a secret.
    """
    transaction.run(
        _RECORD,
        at=now(),
        actor=actor,
        action=action,
        repository=repository,
        subject=subject,
        detail=msgspec.json.encode(detail, order="sorted").decode(),
    )
