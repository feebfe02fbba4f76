"""What is found in the place of a signature, in words."""

from sealwright.formats.simple.stored import WORDS, Described, Kind
from sealwright.signature import Unreadable

__all__ = ["MESSAGES", "instead"]

MESSAGES: frozenset[Kind] = frozenset({"signed", "unsupported", "several"})
"""The kinds that are signed messages, whatever they are worth."""


def instead(location: str, described: Described) -> Unreadable:
    """What stands at a location in place of a signature.

    Args:
        location: where it stands.
        described: what it is.
    """
    more = f" ({described.problem})" if described.problem else ""
    data = {"location": location, "what": WORDS[described.kind], "more": more}
    return Unreadable(location, "store.not-a-signature", data)
