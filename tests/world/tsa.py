"""A timestamp authority over HTTP, which can be told to be wrong.

with Tsa() as tsa:
    tsa.changes = {"drop": ("naming",)}          # members of `timestamps.Token`, for every token
    tsa.answers = lambda request: Reply(503)     # or another answer altogether
"""

from collections.abc import Callable, Mapping
from typing import Any

from asn1crypto import tsp

from sealwright.workflow.clock import now
from world import pki, timestamps
from world.hostile_registry import HostileRegistry, Reply, Seen

__all__ = ["QUERY", "REPLY", "Reply", "Tsa", "now"]

QUERY = "application/timestamp-query"
REPLY = "application/timestamp-reply"


class Tsa(HostileRegistry):
    """The authority, on 127.0.0.1 and a free port.

    Attributes:
        chain: its certificates.
        changes: what every token has that is not ordinary.
        answers: gives another answer to a request; None: the ordinary one.
        media_type: of its answers.
        requests: those that came, in DER.
    """

    def __init__(self, chain: pki.Chain | None = None) -> None:
        super().__init__()
        self.chain = chain or timestamps.authority()
        self.changes: Mapping[str, Any] = {}
        self.answers: Callable[[bytes], Reply] | None = None
        self.media_type = REPLY
        self.on("POST /", self._stamp)

    @property
    def requests(self) -> list[bytes]:
        return [seen.body for seen in self.seen if seen.method == "POST"]

    @property
    def nonces(self) -> list[int]:
        return [tsp.TimeStampReq.load(one)["nonce"].native for one in self.requests]

    def _stamp(self, seen: Seen) -> Reply:
        if self.answers is not None:
            return self.answers(seen.body)
        made = timestamps.reply(self.chain, seen.body, **{"made_at": now(), **self.changes})
        return Reply(200, made, {"Content-Type": self.media_type})
