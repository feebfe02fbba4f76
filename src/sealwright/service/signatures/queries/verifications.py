"""Records of verifications: added, and read by their signature, which costs the same however many there are.

The last records of many signatures are read together, some dozens in one query. It goes out from the
signatures, so that the number of the last record is sought once for each, and no other record is looked at.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from string import ascii_lowercase

import msgspec

from sealwright.service.signatures.records import Signature
from sealwright.service.signatures.verifications import NewVerification, Verification
from sealwright.service.storage import Database, Row, Transaction, now

__all__ = ["add", "find", "history", "latest", "verdict"]

_ASKED = tuple(f"id_{first}{second}" for first in "ab" for second in ascii_lowercase)
"""Parameters for the signatures that one query is about."""
_FEW = 4
"""Up to so many are asked for by a query that PostgreSQL plans faster."""

_COLUMNS = """
    verifications.signature, verifications.number, verifications.subject, verifications.digest,
    verifications.at, verifications.made_by, verifications.maker, verifications.result, verifications.key,
    verifications.expected, verifications.reason, verifications.problem, verifications.language,
    verifications.policy, verifications.evidence
"""
_ADD = """
    INSERT INTO verifications
      (signature, number, subject, digest, at, made_by, maker, result, key, expected, reason, problem,
       language, policy, evidence, verdict)
    VALUES
      (:signature, (SELECT COALESCE(MAX(number), 0) + 1 FROM verifications WHERE signature = :signature),
       :subject, :digest, :at, :made_by, :maker, :result, :key, :expected, :reason, :problem, :language,
       :policy, :evidence, :verdict)
    RETURNING number
"""
_FROM = "FROM verifications WHERE verifications.signature = :signature"
_FIND = f"SELECT {_COLUMNS} {_FROM} AND verifications.number = :number"
_HISTORY = f"""
    SELECT {_COLUMNS} {_FROM} AND verifications.number < :before
    ORDER BY verifications.number DESC LIMIT :most
"""
_LAST = """
    FROM signatures JOIN verifications ON verifications.signature = signatures.id
    AND verifications.number = (SELECT MAX(each.number) FROM verifications AS each
                                WHERE each.signature = signatures.id)
"""


def _of(names: Sequence[str]) -> str:
    return f"SELECT {_COLUMNS} {_LAST} WHERE signatures.id IN ({', '.join(f':{name}' for name in names)})"


_LATEST, _LATEST_OF_FEW = _of(_ASKED), _of(_ASKED[:_FEW])
_VERDICT = "SELECT verdict FROM verifications WHERE signature = :signature AND number = :number"


def add(transaction: Transaction, signature: Signature, new: NewVerification, by: str) -> int:
    """Add a record and give its number.

    Args:
        transaction: an open one, in which the signature's repository was asked for, so that no two records
            of a signature are numbered at once.
        signature: that was verified.
        new: what was found.
        by: the account that says so.
    """
    row = transaction.row(
        _ADD,
        signature=signature.id,
        subject=signature.subject,
        digest=signature.digest,
        at=now(),
        made_by=by,
        maker=new.maker,
        result=new.result,
        key=new.key,
        expected=new.expected,
        reason=new.reason,
        problem=new.problem,
        language=new.language,
        policy=new.policy,
        evidence=msgspec.json.encode(new.evidence).decode(),
        verdict=new.verdict,
    )
    assert row is not None  # noqa: S101  # RETURNING always gives the row
    return int(row[0])


def find(source: Database | Transaction, signature: str, number: int) -> Verification | None:
    """One record of a signature."""
    row = source.row(_FIND, signature=signature, number=number)
    return None if row is None else _verification(row)


def history(database: Database, signature: str, before: int, most: int) -> list[Verification]:
    """The records of a signature, the last one first.

    Args:
        database: where.
        signature: its identifier.
        before: only those with a lower number.
        most: how many at most.
    """
    found = database.rows(_HISTORY, signature=signature, before=before, most=most)
    return [_verification(row) for row in found]


def latest(database: Database | Transaction, signatures: Sequence[str]) -> Mapping[str, Verification]:
    """The last record of each of some signatures, by their identifiers; those without any are left out."""
    found: dict[str, Verification] = {}
    for start in range(0, len(signatures), len(_ASKED)):
        some = signatures[start : start + len(_ASKED)]
        names, sql = (_ASKED[:_FEW], _LATEST_OF_FEW) if len(some) <= _FEW else (_ASKED, _LATEST)
        asked = dict(zip_longest(names, some, fillvalue=some[0]))
        found |= {row[0]: _verification(row) for row in database.rows(sql, **asked)}
    return found


def verdict(database: Database, signature: str, number: int) -> str:
    """The verdict of a record as JSON; empty if it has none."""
    row = database.row(_VERDICT, signature=signature, number=number)
    return "" if row is None else str(row[0])


def _verification(row: Row) -> Verification:
    evidence = msgspec.json.decode(row[-1], type=tuple[str, ...])
    return Verification(*(*row[:-1], evidence))
