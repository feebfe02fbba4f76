"""Approvals of a running service, over real HTTP: requests, votes, and keys whose use needs them."""

import base64
import json
from typing import Any

from sealwright.approval.records import Rules
from sealwright.approval.requests import Decision, Request, parse
from world.approvers import Person, vote_order
from world.vaults import VaultWire, b64

__all__ = ["ALGORITHM", "ApprovalWire"]

ALGORITHM = "ECDSA_SHA_256"


class ApprovalWire(VaultWire):
    """Requests about approvals to one server; what is not said to fail has to succeed."""

    def ruled(self, vault: str, name: str, rules: Rules) -> Any:
        """A new key with rules."""
        return self.key(vault, name, rules=json.loads(rules.encoded()))

    def open(self, key: str, message: bytes = b"m", **more: object) -> Any:
        """A new request, to sign a message."""
        order = {"operation": "use", "key": key, "algorithm": ALGORITHM, "message": b64(message)} | more
        return self.told("POST", "approvals", order)

    def shown(self, identifier: str, query: str = "") -> Any:
        """A request."""
        return self.told("GET", f"approvals/{identifier}{query}")

    def asked(self, identifier: str) -> Request:
        """What people are asked, from the bytes that the service gives."""
        return parse(base64.b64decode(self.shown(identifier)["request"]))

    def vote(self, identifier: str, person: Person, decision: Decision = "approve") -> Any:
        """What somebody says."""
        return self.told("POST", f"approvals/{identifier}/votes", self.said(identifier, person, decision))

    def vote_refused(
        self, identifier: str, person: Person, decision: Decision = "approve"
    ) -> tuple[int, str]:
        """Status and reason of what is not taken."""
        return self.refused("POST", f"approvals/{identifier}/votes", self.said(identifier, person, decision))

    def said(self, identifier: str, person: Person, decision: Decision = "approve") -> dict[str, str]:
        """A vote as it is sent."""
        return vote_order(person.vote(self.asked(identifier), decision))
