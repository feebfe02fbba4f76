"""What signatures say of themselves, as a tree."""

from collections.abc import Iterator, Mapping, Sequence

from sealwright import reasons
from sealwright.cli.plain import plain
from sealwright.signature import Summary
from sealwright.workflow.look import Inspected

__all__ = ["Node", "draw", "lines", "tree"]

Node = tuple[str, Sequence["Node"]]
"""A line of text and what hangs below it."""


def lines(inspected: Inspected, name: str) -> Iterator[str]:
    """The tree of an image's signatures.

    Args:
        inspected: the signatures.
        name: the image, pinned to its digest.
    """
    yield name
    nodes: list[Node] = [
        *(tree(location, summary) for location, summary in inspected.signatures),
        *((f"{one.location}: {reasons.sentence(one.reason, one.data)}", ()) for one in inspected.unreadable),
        *((f"{location}: not looked at, see --max-signatures", ()) for location in inspected.beyond),
    ]
    yield from draw(nodes)
    if not nodes:
        yield "no signatures"


def tree(location: str, summary: Summary) -> Node:
    """One signature."""
    return (
        location,
        (
            (f"format: {summary.format}, {summary.envelope}", ()),
            (f"algorithm: {summary.algorithm}", ()),
            (f"signer: {summary.signer}", ()),
            ("signed attributes", _pairs(summary.signed_attributes)),
            ("user metadata", _pairs(summary.user_metadata)),
            ("unsigned attributes (nobody vouches for these)", _pairs(summary.unsigned_attributes)),
            ("certificates", tuple(_certificate(summary, i) for i in range(len(summary.certificates)))),
            (
                "signed artifact",
                (
                    (f"media type: {summary.payload.media_type}", ()),
                    (f"digest: {summary.payload.digest}", ()),
                    (f"size: {summary.payload.size} bytes", ()),
                ),
            ),
        ),
    )


def draw(nodes: Sequence[Node], indent: str = "") -> Iterator[str]:
    """Nodes with the lines that join them."""
    for index, (text, below) in enumerate(nodes):
        last = index == len(nodes) - 1
        yield f"{indent}{'└── ' if last else '├── '}{plain(text)}"
        yield from draw(below, indent + ("    " if last else "│   "))


def _pairs(pairs: Mapping[str, str]) -> Sequence[Node]:
    return tuple((f"{name}: {value}", ()) for name, value in pairs.items()) or (("(none)", ()),)


def _certificate(summary: Summary, index: int) -> Node:
    certificate = summary.certificates[index]
    return (
        certificate.subject,
        (
            (f"issuer: {certificate.issuer}", ()),
            (f"valid: {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d}", ()),
            (f"SHA-256: {certificate.fingerprint}", ()),
        ),
    )
