"""The audit log: who did what, when, to what, in which request.

Rows are added in the transaction of the deed, and stay: the database refuses to change or delete them.
"""

import msgspec

from sealwright.service.storage import Transaction, now
from sealwright.service.web.origin import current

__all__ = ["record"]

_RECORD = """
    INSERT INTO audit (at, actor, action, repository, subject, request, client, detail)
    VALUES (:at, :actor, :action, :repository, :subject, :request, :client, :detail)
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
    """Note a deed, with the identifier of the request and the address of the client that it is done for.

    Args:
        transaction: the one in which it is done.
        actor: the name of the account.
        action: what was done, as `noun.verb`, such as `manifest.push`.
        repository: where, if in one.
        subject: to what: a digest, an identifier, an account.
        **detail: what else is worth knowing, as JSON; never a secret.
    """
    origin = current.get()
    transaction.run(
        _RECORD,
        at=now(),
        actor=actor,
        action=action,
        repository=repository,
        subject=subject,
        request=origin.request,
        client=origin.client,
        detail=msgspec.json.encode(detail, order="sorted").decode(),
    )
