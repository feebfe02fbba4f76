"""What a message means that somebody is asked to have signed: read from its bytes, and from nothing else.

Whoever approves a signature sees these facts, and the digest of the very bytes that they were read from. What
cannot be read is said to be so, and never guessed.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from sealwright.digest import Digest
from sealwright.errors import MalformedSignatureError, UsageError
from sealwright.formats.kms import message as kms
from sealwright.formats.notary import payload
from sealwright.formats.notary.envelope import Draft, codec
from sealwright.media_types import NOTARY_ENVELOPES
from sealwright.pki import unsigned

__all__ = ["Meaning", "meaning"]

Fact = tuple[str, str]
"""A name and a value, both for people."""

_ENVELOPE_WORDS = {media_type: word.upper() for word, media_type in NOTARY_ENVELOPES.items()}


class Meaning(msgspec.Struct, frozen=True):
    """What a message is, in a few words, and what it says.

    `artifact` is the digest of the image or file that the message is about; None if that cannot be read.
    """

    kind: str
    facts: tuple[Fact, ...] = ()
    artifact: Digest | None = None


def meaning(message: bytes, *, digested: bool = False) -> Meaning:
    """What a message means.

    Args:
        message: the bytes that a key would sign.
        digested: they are the digest of what would be signed.
    """
    if digested:
        return Meaning("a digest: what it stands for cannot be read from it", (("digest", message.hex()),))
    for media_type in _ENVELOPE_WORDS:
        try:
            return _notary(codec(media_type).draft(message))
        except MalformedSignatureError:
            continue
    try:
        return _kms(kms.parse(message))
    except MalformedSignatureError:
        found = unsigned.facts(message)
    if found is not None:
        return Meaning(*found)
    return Meaning("bytes of no form that is known here", (("size", f"{len(message)} bytes"),))


def _notary(draft: Draft) -> Meaning:
    target, attributes = payload.read(draft.payload), draft.attributes
    facts: list[Fact] = [
        ("digest", str(target.digest)),
        ("media type", target.media_type),
        ("size", f"{target.size} bytes"),
        *((f"metadata {name}", value) for name, value in target.annotations.items()),
    ]
    for name, value in attributes.values().items():
        shown = value.isoformat() if isinstance(value, datetime) else value
        facts.append((name.removeprefix("io.cncf.notary."), shown))
    facts += [(f"attribute {label}", repr(value)) for label, value in attributes.extended.items()]
    kind = f"a Notary signature ({_ENVELOPE_WORDS[draft.media_type]}) by {attributes.algorithm.name}"
    return Meaning(kind, tuple(facts), target.digest)


def _kms(found: kms.Message) -> Meaning:
    return Meaning("an image signature of Oracle's registry", tuple(_fields(found)), _digest(found))


def _fields(found: kms.Message) -> Iterator[Fact]:
    yield "digest", found.image_digest
    yield "repository", found.repository_name
    yield "region", found.region
    yield "description", found.description
    yield "metadata", found.metadata
    yield "key", found.kms_key_id
    yield "key version", found.kms_key_version_id
    yield "algorithm", found.signing_algorithm


def _digest(found: kms.Message) -> Digest | None:
    try:
        return Digest.parse(found.image_digest)
    except UsageError:
        return None
