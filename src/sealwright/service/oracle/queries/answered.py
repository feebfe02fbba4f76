"""Requests that were answered: by their retry tokens, and by their signatures."""

import msgspec

from sealwright import limits
from sealwright.service.storage import Database, Transaction

__all__ = ["Kept", "claim", "drop", "find", "forget", "keep", "mark", "unmark"]

_SECOND = 1_000_000
_RUNNING_SECONDS = 60
"""How long a request that changes something may take; after that its process is taken for dead."""

_FIND = """
    SELECT request, status, headers, body, created FROM oracle_answers
    WHERE holder = :holder AND token = :token AND created > :since
"""
_CLAIM = """
    INSERT INTO oracle_answers (holder, token, request, status, headers, body, created)
    VALUES (:holder, :token, :request, 0, '', :body, :at)
    ON CONFLICT (holder, token) DO UPDATE SET request = excluded.request, status = 0, created =
    excluded.created WHERE oracle_answers.created <= :since OR (oracle_answers.status = 0 AND
    oracle_answers.created <= :dead
        AND oracle_answers.request = excluded.request)
"""
_KEEP = """
    UPDATE oracle_answers SET status = :status, headers = :headers, body = :body
    WHERE holder = :holder AND token = :token
"""
_DROP = "DELETE FROM oracle_answers WHERE holder = :holder AND token = :token AND status = 0"
_MARK = """
    INSERT INTO oracle_signed_requests (digest, until) VALUES (:digest, :until)
    ON CONFLICT (digest) DO NOTHING
"""
_UNMARK = "DELETE FROM oracle_signed_requests WHERE digest = :digest"
_FORGET_ANSWERS = "DELETE FROM oracle_answers WHERE created <= :since"
_FORGET_MARKS = "DELETE FROM oracle_signed_requests WHERE until < :at"


class Kept(msgspec.Struct, frozen=True):
    """An answer; `status` is 0 while it is being made. `headers` is a JSON object as text."""

    request: str
    status: int
    headers: str
    body: bytes
    created: int


def find(source: Database | Transaction, holder: str, token: str, at: int) -> Kept | None:
    """What a request with that token was answered, if that was not too long ago."""
    row = source.row(_FIND, holder=holder, token=token, since=_since(at))
    return None if row is None else Kept(row[0], row[1], row[2], bytes(row[3]), row[4])


def claim(transaction: Transaction, holder: str, token: str, request: str, at: int) -> bool:
    """Note that a request is being answered; whether it is the first one with that token.

    A claim of a process that must have died meanwhile is taken over.
    """
    dead = at - _RUNNING_SECONDS * _SECOND
    claimed = transaction.run(
        _CLAIM, holder=holder, token=token, request=request, body=b"", at=at, since=_since(at), dead=dead
    )
    return claimed == 1


def keep(transaction: Transaction, holder: str, token: str, status: int, headers: str, body: bytes) -> None:
    """Keep the answer to a request that was claimed."""
    transaction.run(_KEEP, holder=holder, token=token, status=status, headers=headers, body=body)


def drop(transaction: Transaction, holder: str, token: str) -> None:
    """Give a claim up: the request failed, and may be sent again."""
    transaction.run(_DROP, holder=holder, token=token)


def mark(transaction: Transaction, digest: str, until: int) -> bool:
    """Note a signed request; whether it is seen for the first time."""
    return transaction.run(_MARK, digest=digest, until=until) == 1


def unmark(transaction: Transaction, digest: str) -> None:
    """Forget a signed request that failed."""
    transaction.run(_UNMARK, digest=digest)


def forget(transaction: Transaction, at: int) -> None:
    """Forget what is too old."""
    transaction.run(_FORGET_ANSWERS, since=_since(at))
    transaction.run(_FORGET_MARKS, at=at)


def _since(at: int) -> int:
    return at - limits.ORACLE_RETRY_SECONDS * _SECOND
