"""What signatures say of themselves, as a tree."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sealwright import reasons
from sealwright.cli.plain import plain
from sealwright.signature import CertificateSummary, Summary, TimestampSummary
from sealwright.workflow.look import Inspected

if TYPE_CHECKING:
    from sealwright.service_client.answers import Verification
    from sealwright.signature import Unreadable
    from sealwright.workflow.recording import Recorded

__all__ = ["Node", "draw", "lines", "tree"]

_TIMESTAMP = "timestampSignature"

Node = tuple[str, Sequence["Node"]]
"""A line of text and what hangs below it."""


def lines(inspected: Inspected, name: str, recorded: "Mapping[str, Recorded] | None" = None) -> Iterator[str]:
    """The tree of an image's signatures.

    Args:
        inspected: the signatures.
        name: the image, pinned to its digest.
        recorded: what the registry has recorded of each; None: it was not asked.
    """
    yield name
    nodes: list[Node] = [
        *(
            _with_approvals(_with_records(location, summary, recorded), inspected.approvals.get(location))
            for location, summary in inspected.signatures
        ),
        *((f"{one.location}: {reasons.sentence(one.reason, one.data)}", ()) for one in inspected.unreadable),
        *((f"{location}: not looked at, see --max-signatures", ()) for location in inspected.beyond),
    ]
    yield from draw(nodes)
    if not nodes:
        yield "no signatures"


def tree(location: str, summary: Summary) -> Node:
    """One signature."""
    below: list[Node] = [
        (f"format: {summary.format}, {summary.envelope}", ()),
        (f"algorithm: {summary.algorithm}", ()),
        (f"signer: {summary.signer}", ()),
        ("signed attributes", _pairs(summary.signed_attributes)),
    ]
    if summary.payload.media_type:  # a simple signature knows a digest only, which is among its attributes
        below += [
            ("user metadata", _pairs(summary.user_metadata)),
            ("unsigned attributes (nobody vouches for these)", _unsigned(summary)),
            ("certificates", tuple(map(_certificate, summary.certificates))),
            (
                "signed artifact",
                (
                    (f"media type: {summary.payload.media_type}", ()),
                    (f"digest: {summary.payload.digest}", ()),
                    (f"size: {summary.payload.size} bytes", ()),
                ),
            ),
        ]
    return location, tuple(below)


def _with_records(location: str, summary: Summary, recorded: "Mapping[str, Recorded] | None") -> Node:
    """One signature, and what the registry has recorded of it."""
    text, below = tree(location, summary)
    if recorded is None:
        return text, below
    found = recorded.get(location)
    if found is None:
        return text, (*below, ("verification: the registry does not know this signature", ()))
    records = tuple((_record(one), ()) for one in found.records) or (("no records", ()),)
    return text, (*below, (f"verification: {found.status}", records))


def _with_approvals(node: Node, proofs: "Sequence[bytes | Unreadable] | None") -> Node:
    """One signature, and what the proofs that are kept with it say of its approval."""
    if proofs is None:
        return node
    from sealwright.cli import approval_text  # noqa: PLC0415  # few signatures have any

    text, below = node
    return text, (
        *below,
        ("approval (not verified here, see seal approval verify)", approval_text.nodes(proofs)),
    )


def _record(one: "Verification") -> str:
    expected = f" as {one.expected}" if one.expected else ""
    problem = f": {one.problem} ({one.reason})" if one.reason else ""
    return f"{one.at} {one.result}{expected} by {one.by}{problem}"


def draw(nodes: Sequence[Node], indent: str = "") -> Iterator[str]:
    """Nodes with the lines that join them."""
    for index, (text, below) in enumerate(nodes):
        last = index == len(nodes) - 1
        yield f"{indent}{'└── ' if last else '├── '}{plain(text)}"
        yield from draw(below, indent + ("    " if last else "│   "))


def _pairs(pairs: Mapping[str, str]) -> Sequence[Node]:
    return tuple((f"{name}: {value}", ()) for name, value in pairs.items()) or (("(none)", ()),)


def _unsigned(summary: Summary) -> Sequence[Node]:
    if summary.timestamp is None:
        return _pairs(summary.unsigned_attributes)
    others = {name: value for name, value in summary.unsigned_attributes.items() if name != _TIMESTAMP}
    return (*(_pairs(others) if others else ()), (_TIMESTAMP, _timestamp(summary.timestamp)))


def _timestamp(timestamp: TimestampSummary) -> Sequence[Node]:
    if timestamp.earliest is None or timestamp.latest is None:
        return ((reasons.sentence(timestamp.reason, timestamp.data), ()),)
    made = f"made: {timestamp.earliest.isoformat()}"
    if timestamp.latest != timestamp.earliest:
        made += f" to {timestamp.latest.isoformat()}"
    return ((made, ()), *map(_certificate, timestamp.certificates))


def _certificate(certificate: CertificateSummary) -> Node:
    return (
        certificate.subject,
        (
            (f"issuer: {certificate.issuer}", ()),
            (f"valid: {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}", ()),
            (f"SHA-256: {certificate.fingerprint}", ()),
        ),
    )
