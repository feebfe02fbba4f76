"""What the proofs that are kept with a signature say of its approval; nothing of it is verified."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from sealwright import reasons
from sealwright.approval import proofs
from sealwright.errors import ArtifactError
from sealwright.signature import Unreadable

if TYPE_CHECKING:
    from sealwright.cli.inspect_text import Node

__all__ = ["SaidApproval", "nodes", "records"]

_MICROSECONDS = 1_000_000
Proofs = Sequence[bytes | Unreadable]


class SaidApproval(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What one proof says, or why it cannot be read.

    Attributes:
        request: the identifier of the request.
        people: who approved.
        key: the identifier of the key.
        rules: the digest of the rules.
        used_at: when the approval was used.
        problem: why it cannot be read.
    """

    request: str = ""
    people: tuple[str, ...] = ()
    key: str = ""
    rules: str = ""
    used_at: datetime | None = None
    problem: str = ""


def records(kept: Proofs) -> list[SaidApproval]:
    """What each proof says."""
    return list(map(_said, kept))


def nodes(kept: Proofs) -> "Sequence[Node]":
    """The same as nodes of a tree, see `inspect_text`."""
    return tuple((line, tuple((below, ()) for below in more)) for line, more in map(_lines, records(kept)))


def _lines(said: SaidApproval) -> tuple[str, tuple[str, ...]]:
    if said.problem:
        return said.problem, ()
    at = f"{said.used_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"request {said.request}", (f"by: {', '.join(said.people)}", f"used: {at}", f"rules: {said.rules}")


def _said(kept: bytes | Unreadable) -> SaidApproval:
    if isinstance(kept, Unreadable):
        return SaidApproval(problem=reasons.sentence(kept.reason, kept.data))
    try:
        proof = proofs.parse(kept)
        request = proof.read_request()
    except ArtifactError as error:
        return SaidApproval(problem=str(error))
    people = {one.vote.person for one in proof.votes if one.vote.decision == "approve"}
    used_at = datetime.fromtimestamp(proof.spent_at // _MICROSECONDS, UTC)
    return SaidApproval(request.id, tuple(sorted(people)), request.order.key, request.rules_digest, used_at)
