"""Requests about approvals: `/api/v1/approvals…` and `/api/v1/approvers…` of the service."""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from sealwright import limits
from sealwright.approval.keys import ApproverKey
from sealwright.approval.orders import Order
from sealwright.approval.votes import Vote
from sealwright.errors import RegistryError
from sealwright.service_client.approval_answers import Approval, KeyApprovers, Person
from sealwright.service_client.vault_answers import Page

__all__ = ["ApprovalClient"]

T = TypeVar("T")
Ask = Callable[[str, str, Mapping[str, object] | None], Any]
"""Sends method, path and order, and gives the answer as JSON; raises refusals with the service's codes."""


class ApprovalClient:
    """The approvals of one service. As safe to use from several threads as what sends its requests.

    Every method raises, beside what it names:
        AccessDeniedError: this account may not, or an `approval.` code.
        NotFoundError: `approval.unknown`.
        UsageError: it cannot be done as asked.
        RegistryError: the service failed, or what answers is not our service.
        NetworkError: there is no answer.

    Args:
        ask: see `Ask`; that of a `VaultClient`.
        address: of the service, for complaints.
    """

    def __init__(self, ask: Ask, address: str) -> None:
        self._ask = ask
        self.address = address

    def open(self, order: Order) -> Approval:
        """Put an operation before the people who approve it."""
        members: dict[str, object] = {
            "key": order.key,
            "operation": order.operation,
            "digested": order.digested,
            "message": _base64(order.message),
        }
        more = {"version": order.version, "algorithm": order.algorithm, "note": order.note}
        members |= {name: value for name, value in more.items() if value}
        return self._read("POST", "/api/v1/approvals", Approval, members)

    def approvals(self, state: str = "", key: str = "", person: str = "") -> Iterator[Approval]:
        """Requests, the newest first: of one state, of one key, that one person has a say in."""
        asked = {"state": state, "key": key, "person": person}
        wanted = {name: value for name, value in asked.items() if value}
        for _ in range(limits.SERVICE_PAGES):
            path = f"/api/v1/approvals?{urlencode(wanted)}" if wanted else "/api/v1/approvals"
            page = self._read("GET", path, Page)
            yield from self._converted(page.items, tuple[Approval, ...])
            if page.next is None:
                return
            wanted["last"] = page.next

    def approval(self, identifier: str, known: int | None = None) -> Approval:
        """A request.

        Args:
            identifier: of the request.
            known: the revision that is known: the answer comes when there is another, or after
                `limits.APPROVAL_WAIT_SECONDS`; None: it comes at once.
        """
        query = "" if known is None else f"?wait={limits.APPROVAL_WAIT_SECONDS}&known={known}"
        return self._read("GET", f"{_request(identifier)}{query}", Approval)

    def vote(self, identifier: str, vote: Vote) -> Approval:
        """Bring what one person says of a request; gives the request as it stands then."""
        members = {
            "person": vote.person,
            "fingerprint": vote.fingerprint,
            "decision": vote.decision,
            "signature": _base64(vote.signature),
        }
        return self._read("POST", f"{_request(identifier)}/votes", Approval, members)

    def proof(self, identifier: str) -> bytes:
        """The proof with which a request was spent, as `approval.proofs` reads it."""
        return msgspec.json.encode(self._ask("GET", f"{_request(identifier)}/proof", None))

    def people(self) -> Iterator[Person]:
        """Everybody who has enrolled."""
        last = ""
        for _ in range(limits.SERVICE_PAGES):
            query = f"?{urlencode({'last': last})}" if last else ""
            page = self._read("GET", f"/api/v1/approvers{query}", Page)
            yield from self._converted(page.items, tuple[Person, ...])
            if page.next is None:
                return
            last = page.next

    def person(self, person: str) -> Person:
        """Somebody who has enrolled."""
        return self._read("GET", _person(person), Person)

    def enrol(self, person: str, keys: Iterable[ApproverKey]) -> Person:
        """Let a person be named in new rules, with these keys."""
        members = {"person": person, "keys": [_base64(key.public) for key in keys]}
        return self._read("POST", "/api/v1/approvers", Person, members)

    def remove(self, person: str) -> None:
        """Let nobody name a person in new rules. In the rules that there are they stay."""
        self._ask("DELETE", _person(person), None)

    def approvers(self, key: str) -> KeyApprovers:
        """Who can approve what of a key, by its identifier."""
        return self._read("GET", f"/api/v1/keys/{quote(key, safe='')}/approvers", KeyApprovers)

    def _read(self, method: str, path: str, kind: type[T], order: Mapping[str, object] | None = None) -> T:
        return self._converted(self._ask(method, path, order), kind)

    def _converted(self, value: object, kind: type[T]) -> T:
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise RegistryError("registry.service-absent", name=self.address, problem=str(error)) from None


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _request(identifier: str) -> str:
    return f"/api/v1/approvals/{quote(identifier, safe='')}"


def _person(person: str) -> str:
    return f"/api/v1/approvers/{quote(person, safe='')}"
