"""API keys: registered for an account, and removed."""

from sealwright import limits
from sealwright.errors import NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.accounts.actions.accounts import required
from sealwright.service.accounts.names import ANONYMOUS, LOGGED_IN
from sealwright.service.oracle import public_keys
from sealwright.service.oracle.queries import api_keys as rows
from sealwright.service.oracle.queries.api_keys import ApiKey
from sealwright.service.storage import Database, now

__all__ = ["add", "remove"]


def add(database: Database, actor: str, holder: str, public_key: str, note: str = "") -> ApiKey:
    """Let requests that are signed by a key be those of an account.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        holder: the name of the account; `anonymous` for the service as a whole, while it has no accounts.
        public_key: in PEM.
        note: what it is for.

    Raises:
        NotFoundError: `service.account-unknown`.
        UsageError: `oracle.api-key-unfit`, `oracle.api-key-exists` or `oracle.api-keys-too-many`.
    """
    key = public_keys.read(public_key)
    made = ApiKey(holder, public_keys.fingerprint(key), public_keys.pem(key), note, now())
    with database.write() as transaction:
        account = None if holder == ANONYMOUS else required(transaction, holder, *LOGGED_IN).id
        if rows.count(transaction, holder) >= limits.ORACLE_API_KEYS:
            raise UsageError("oracle.api-keys-too-many", holder=holder, most=limits.ORACLE_API_KEYS)
        if not rows.add(transaction, made, account):
            raise UsageError("oracle.api-key-exists", holder=holder, fingerprint=made.fingerprint)
        audit.record(
            transaction, actor, "api-key.add", subject=holder, fingerprint=made.fingerprint, note=note
        )
    return made


def remove(database: Database, actor: str, holder: str, fingerprint: str) -> None:
    """Let a key sign no longer.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        holder: the name of the account.
        fingerprint: of the key.

    Raises:
        NotFoundError: `oracle.api-key-unknown`.
    """
    with database.write() as transaction:
        if not rows.remove(transaction, holder, fingerprint):
            raise NotFoundError(
                "oracle.api-key-unknown", holder=ascii(holder[:150]), fingerprint=ascii(fingerprint[:60])
            )
        audit.record(transaction, actor, "api-key.remove", subject=holder, fingerprint=fingerprint)
