"""Tokens: issued, revoked, and the keys that sign bearer tokens."""

import secrets

import msgspec

from sealwright import limits
from sealwright.errors import NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.accounts import hashing
from sealwright.service.accounts.actions.accounts import required
from sealwright.service.accounts.names import LOGGED_IN
from sealwright.service.accounts.queries import accounts, state, tokens
from sealwright.service.accounts.queries.tokens import Kind
from sealwright.service.storage import Database, now

__all__ = ["Issued", "ensure_keys", "issue", "revoke", "rotate_keys"]

_SECOND = 1_000_000
_KEY_BYTES = 32


class Issued(msgspec.Struct, frozen=True):
    """A new token, its secret with it: it is shown once. Times in microseconds since 1970."""

    id: str
    token: str
    created: int
    expires: int


def issue(
    database: Database, actor: str, name: str, note: str, seconds: int, kind: Kind = "personal"
) -> Issued:
    """Make a token for a user or robot.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        name: of the account.
        note: what it is for.
        seconds: how long it holds, or 0 for until it is revoked.
        kind: refresh tokens are good for nothing but new bearer tokens.

    Raises:
        NotFoundError: `service.account-unknown`.
        UsageError: `service.tokens-too-many`: of personal ones; of the others the oldest goes.
    """
    at = now()
    token = hashing.make_token()
    issued = Issued(secrets.token_hex(8), token, at, at + seconds * _SECOND if seconds else 0)
    with database.write() as transaction:
        account = required(transaction, name, *LOGGED_IN)
        over = tokens.count(transaction, account.id, kind) + 1 - limits.PERSONAL_TOKENS
        if over > 0 and kind == "personal":
            raise UsageError("service.tokens-too-many", account=name, most=limits.PERSONAL_TOKENS)
        if over > 0:
            tokens.drop_oldest(transaction, account.id, over)
        digest = hashing.fingerprint(token)
        tokens.add(transaction, issued.id, account.id, kind, digest, note, at, issued.expires)
        audit.record(transaction, actor, "token.issue", subject=name, token=issued.id, kind=kind, note=note)
    return issued


def revoke(database: Database, actor: str, token: str, owner: str | None = None) -> None:
    """Let a token hold no longer, and whatever was issued for it.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        token: its identifier.
        owner: only if it is this account's.

    Raises:
        NotFoundError: `service.token-unknown`.
    """
    with database.write() as transaction:
        found = tokens.find(transaction, token)
        if found is None or owner not in (None, found.account):
            raise NotFoundError("service.token-unknown", token=ascii(token[:50]))
        tokens.remove(transaction, token)
        accounts.outdate(transaction, required(transaction, found.account).id)
        state.changed(transaction)
        audit.record(transaction, actor, "token.revoke", subject=found.account, token=token)


def ensure_keys(database: Database) -> None:
    """Make the first key that signs bearer tokens, if there is none."""
    with database.write() as transaction:
        if not state.keys(transaction):
            state.add_key(transaction, _new_key())
            state.changed(transaction)


def rotate_keys(database: Database, actor: str) -> str:
    """Let a new key sign bearer tokens; those of the key before still hold. Gives its name."""
    key = _new_key()
    with database.write() as transaction:
        state.add_key(transaction, key)
        state.changed(transaction)
        audit.record(transaction, actor, "token.rotate-keys", subject=key.id)
    return key.id


def _new_key() -> state.SigningKey:
    return state.SigningKey(secrets.token_hex(8), secrets.token_urlsafe(_KEY_BYTES))
