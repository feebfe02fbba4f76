"""What is found in the place of a signature, in words."""

from collections.abc import Mapping

from sealwright.formats.simple.stored import Kind

__all__ = ["MESSAGES", "WORDS"]

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
    "unknown": "no OpenPGP message",
}
"""Each kind that is not taken for a signature, so that it fits after "it is"."""
