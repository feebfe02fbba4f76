r"""A request for approval, and the exact bytes that people sign.

    request    {"$schema":"https://sealwright.dev/schema/approval-request/1","id":…,"order":{"operation":…,
               "key":…,"version":…,"algorithm":…,"digested":…,"message":…,"note":…},"rulesDigest":"sha256:…",
               "requestedBy":…,"requestedAt":…,"nonce":…}
               as `canonical` writes it
    digest     SHA-256 of "sealwright approval request 1\0" and these bytes
    statement  three lines of text, each with a line feed, which a vote signs:

               sealwright approval 1
               approve
               sha256:<digest in hexadecimal>

So an approval can never pass as a denial, nor as that of another request or under other rules; and nothing
else that anybody signs looks like one.
"""

import hashlib
from typing import Annotated, Literal

import msgspec

from sealwright import limits
from sealwright.approval import canonical
from sealwright.approval.orders import Order
from sealwright.digest import Digest

__all__ = ["DECISIONS", "NONCE_BYTES", "SCHEMA", "Decision", "Request", "parse"]

SCHEMA = "https://sealwright.dev/schema/approval-request/1"
NONCE_BYTES = 32

Decision = Literal["approve", "deny"]
DECISIONS: tuple[Decision, ...] = ("approve", "deny")

_DOMAIN = b"sealwright approval request 1\0"
_MALFORMED = "approval.request-malformed"
_LATEST = 2**53

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.APPROVAL_TEXT_LENGTH)]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An order, put before people.

    Attributes:
        id: what it is called.
        order: what they approve.
        rules_digest: of the rules by which they do, as they are pinned to the key.
        requested_by: the account that asked.
        requested_at: microseconds since 1970.
        nonce: `NONCE_BYTES` of randomness.
    """

    id: Text
    order: Order
    rules_digest: Annotated[str, msgspec.Meta(pattern=r"\Asha256:[0-9a-f]{64}\Z")]
    requested_by: Text
    requested_at: Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]
    nonce: Annotated[bytes, msgspec.Meta(min_length=NONCE_BYTES, max_length=NONCE_BYTES)]

    def encoded(self) -> bytes:
        """The one way to write it."""
        return canonical.encoded(SCHEMA, self)

    @property
    def digest(self) -> Digest:
        """What stands for all of it."""
        return Digest(f"sha256:{hashlib.sha256(_DOMAIN + self.encoded()).hexdigest()}")

    def statement(self, decision: Decision) -> bytes:
        """What is signed by whoever approves or denies."""
        return f"sealwright approval 1\n{decision}\n{self.digest}\n".encode()


def parse(content: bytes) -> Request:
    """Read a request, which must be written exactly as `Request.encoded` writes it.

    Raises:
        MalformedContentError: `approval.request-malformed`.
    """
    found = canonical.decoded(content, SCHEMA, Request, limits.APPROVAL_REQUEST_BYTES, _MALFORMED)
    canonical.require_exact(content, found.encoded(), _MALFORMED)
    return found
