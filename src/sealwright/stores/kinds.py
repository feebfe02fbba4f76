"""What is found in the place of a signature, in words."""

from collections.abc import Mapping

from sealwright.formats.simple.stored import Described, Kind
from sealwright.signature import Unreadable

__all__ = ["MESSAGES", "WORDS", "instead"]

MESSAGES: frozenset[Kind] = frozenset({"signed", "unsupported", "several"})
"""The kinds that are signed messages, whatever they are worth."""

WORDS: Mapping[Kind, str] = {
    "several": "several signatures in one message, of which clients take none",
    "unsigned": "a document without a signature",
    "detached": "a signature without the document",
    "encrypted": "an encrypted message",
    "damaged": "a damaged OpenPGP message",
    "clearsigned": "a clearsigned message",
    "armored": "an armored message",
    "sigstore": "a Sigstore signature",
    "html": "an HTML page",
    "empty": "an empty file",
    "too-large": "too large",
    "unknown": "no OpenPGP message",
}
"""Each kind that is not taken for a signature, so that it fits after "it is"."""


def instead(location: str, described: Described) -> Unreadable:
    """What stands at a location in place of a signature.

    Args:
        location: where it stands.
        described: what it is.
    """
    more = f" ({described.problem})" if described.problem else ""
    data = {"location": location, "what": WORDS[described.kind], "more": more}
    return Unreadable(location, "store.not-a-signature", data)
