"""The proof that an operation was approved, which anybody can check offline.

    {
      "$schema": "https://sealwright.dev/schema/approval-proof/1",
      "request": …,   the bytes of the request (`requests`), in base64
      "rules": …,     the bytes of the rules (`records`), in base64
      "votes": [{"vote": {"person": …, "fingerprint": …, "decision": …, "signature": …}, "at": …}],
      "spentAt": …
    }

What it proves by signatures: these people, with these keys, approved exactly this request under exactly these
rules. What is the word of the service alone: when votes came and when the approval was spent; and that these
are the rules of the key, and that nobody denied. Whoever checks compares the digest of the rules with the one
that they expect.
"""

from typing import Annotated

import msgspec

from sealwright import limits
from sealwright.approval import canonical, requests, rules
from sealwright.approval.records import Rules
from sealwright.approval.requests import Request
from sealwright.approval.standing import Standing, standing
from sealwright.approval.votes import Received
from sealwright.errors import CheckFailedError, DocumentError, MalformedContentError

__all__ = ["SCHEMA", "Proof", "parse", "verify"]

SCHEMA = "https://sealwright.dev/schema/approval-proof/1"

_MALFORMED = "approval.proof-malformed"
_LATEST = 2**53


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A proof; the bytes of request and rules are those that digests are of.

    Attributes:
        request: as `Request.encoded` gave it.
        rules: as `Rules.encoded` gave them.
        votes: every one that was received.
        spent_at: when the operation was done, in microseconds since 1970.
    """

    request: Annotated[bytes, msgspec.Meta(max_length=limits.APPROVAL_REQUEST_BYTES)]
    rules: Annotated[bytes, msgspec.Meta(max_length=limits.APPROVAL_RULES_BYTES)]
    votes: Annotated[tuple[Received, ...], msgspec.Meta(max_length=limits.APPROVAL_VOTES)]
    spent_at: Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]

    def encoded(self) -> bytes:
        """The proof as it is stored beside a signature."""
        return canonical.encoded(SCHEMA, self)

    def read_request(self) -> Request:
        """The request.

        Raises:
            MalformedContentError: `approval.request-malformed`.
        """
        return requests.parse(self.request)

    def read_rules(self) -> Rules:
        """The rules.

        Raises:
            MalformedContentError: `approval.proof-malformed`.
        """
        try:
            found = rules.parse(self.rules)
        except DocumentError as error:
            raise MalformedContentError(_MALFORMED, problem=str(error)) from None
        canonical.require_exact(self.rules, found.encoded(), _MALFORMED)
        return found


def parse(content: bytes) -> Proof:
    """Read a proof.

    Args:
        content: the bytes, from anywhere.

    Raises:
        MalformedContentError: `approval.proof-malformed`.
    """
    return canonical.decoded(content, SCHEMA, Proof, limits.APPROVAL_PROOF_BYTES, _MALFORMED)


def verify(proof: Proof) -> Standing:
    """How the request stood when the approval was spent, if it could be.

    1. Request and rules are written as such are, and the request is about the rules.
    2. Every vote is by a key of a person who has a say, over the request.
    3. No vote came before the request.
    4. When the approval was spent there was a quorum in time, the time lock was over, the time to spend
       it was not, and nobody had denied.

    Raises:
        MalformedContentError: `approval.request-malformed`, `approval.proof-malformed`.
        CheckFailedError: as `standing`, or `approval.vote-early`, `approval.not-ready`.
    """
    # 1. what it is about
    request, under = proof.read_request(), proof.read_rules()
    # 2. the votes
    found = standing(request, under, proof.votes, proof.spent_at)
    # 3. in order
    for one in proof.votes:
        if one.at < request.requested_at:
            raise CheckFailedError("approval.vote-early", person=one.vote.person, request=request.id)
    # 4. the quorum and the clock
    if found.state != "ready":
        raise CheckFailedError(
            "approval.not-ready", request=request.id, state=found.state, standing=found.words
        )
    return found
