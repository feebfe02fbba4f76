"""People enrol the public keys by which they approve, so that new rules can name them.

Rules that are pinned to a key hold the keys of their people themselves. So enrolling other keys, or leaving,
changes nothing for keys that are there: that is done by an approved *change* of their rules.
"""

import re
from collections.abc import Sequence

import msgspec

from sealwright import limits
from sealwright.approval.keys import ApproverKey
from sealwright.errors import AccessDeniedError, NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.approvals.queries import approvers
from sealwright.service.approvals.records import Enrolled
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database, now
from sealwright.service.web.caller import Caller

__all__ = ["Enrolment"]

_PURPOSE = "approvals: person"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,254}")


class Enrolment:
    """Who has enrolled. Its methods run on worker threads.

    Args:
        database: where they are kept.
        sealing: marks them.
    """

    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database = database
        self._sealing = sealing

    def enrol(self, caller: Caller, person: str, keys: Sequence[bytes]) -> Enrolled:
        """Enrol a person, or give them other keys.

        Args:
            caller: the person, by the name of the account, or an administrator.
            person: what rules are to call them.
            keys: public keys as people have them (`ApproverKey.of`).

        Raises:
            AccessDeniedError: `service.login-required`, `service.right-missing`.
            UsageError: `approval.enrolment-invalid`.
            KeyUnavailableError: `approval.key-unusable`.
        """
        _require(caller, person)
        if _NAME.fullmatch(person) is None:
            raise _invalid("a person is called by letters, digits and . _ @ + -")
        if not 1 <= len(keys) <= limits.APPROVAL_PERSON_KEYS:
            raise _invalid(f"a person has 1 to {limits.APPROVAL_PERSON_KEYS} keys")
        made = tuple({one.fingerprint: one for one in map(ApproverKey.of, keys)}.values())
        enrolled = Enrolled(person, made, now(), caller.name)
        mark = self._mark(enrolled)  # before the transaction: the first use of the root key writes too
        with self._database.write() as transaction:
            known = approvers.find(transaction, person) is not None
            if not known and approvers.count(transaction) >= limits.APPROVERS:
                raise _invalid(f"{limits.APPROVERS} people have enrolled already")
            approvers.put(transaction, enrolled, mark)
            audit.record(
                transaction,
                caller.name,
                "approver.replace" if known else "approver.enrol",
                subject=person,
                fingerprints=[one.fingerprint for one in made],
            )
        return enrolled

    def withdraw(self, caller: Caller, person: str) -> None:
        """Forget a person; rules that name them stay as they are.

        Raises:
            AccessDeniedError: as `enrol`.
            NotFoundError: `approval.approver-unknown`.
        """
        _require(caller, person)
        with self._database.write() as transaction:
            if not approvers.remove(transaction, person):
                raise _unknown(person)
            audit.record(transaction, caller.name, "approver.withdraw", subject=person)

    def find(self, person: str) -> Enrolled:
        """A person who has enrolled.

        Raises:
            NotFoundError: `approval.approver-unknown`.
            StorageError: `sealing.altered`.
        """
        found = approvers.find(self._database, person)
        if found is None:
            raise _unknown(person)
        return self._believed(*found)

    def listed(self, after: str, most: int) -> list[Enrolled]:
        """People by their names, those after one; raises as `find`."""
        return [self._believed(*one) for one in approvers.listed(self._database, after, most)]

    def _mark(self, enrolled: Enrolled) -> bytes:
        return self._sealing.mark(_PURPOSE, msgspec.msgpack.encode(enrolled))

    def _believed(self, enrolled: Enrolled, mark: bytes) -> Enrolled:
        self._sealing.require_mark(_PURPOSE, msgspec.msgpack.encode(enrolled), mark)
        return enrolled


def _require(caller: Caller, person: str) -> None:
    """Return if a caller may speak for a person: it is theirs, or they administer the service."""
    caller.require_login()
    if caller.administers or (caller.kind == "user" and not caller.by_token and caller.name == person):
        return
    raise AccessDeniedError("approval.not-yourself", person=ascii(person[:100]), account=caller.name)


def _unknown(person: str) -> NotFoundError:
    return NotFoundError("approval.approver-unknown", person=ascii(person[:100]))


def _invalid(problem: str) -> UsageError:
    return UsageError("approval.enrolment-invalid", problem=problem)
