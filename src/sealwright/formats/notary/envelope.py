"""An envelope as a record, and which module reads and writes which kind."""

from importlib import import_module
from typing import Protocol, cast

import msgspec

from sealwright import limits, media_types
from sealwright.errors import MalformedSignatureError
from sealwright.formats.notary.attributes import SignedAttributes, UnsignedAttributes

__all__ = ["Codec", "Draft", "Envelope", "codec", "require_chain_length"]


class Envelope(msgspec.Struct, frozen=True):
    """The parts of an envelope.

    `message` is what the key signed and `signature` the raw value. `payload` are the signed bytes as they
    came. `chain` are DER certificates as they came, the leaf first, in whatever state they are.
    """

    media_type: str
    attributes: SignedAttributes
    message: bytes
    signature: bytes
    payload: bytes
    chain: tuple[bytes, ...]
    unsigned: UnsignedAttributes = UnsignedAttributes()


class Draft(msgspec.Struct, frozen=True):
    """What a key is asked to sign, before it has: the bytes of an envelope's `message`, taken apart."""

    media_type: str
    attributes: SignedAttributes
    payload: bytes


class Codec(Protocol):
    """What a module offers for its kind of envelope: `jws` and `cose` do."""

    PAYLOAD_ORDER: tuple[str, ...]
    """In which order the members of the payload are written."""

    def read(self, content: bytes) -> Envelope:
        """The envelope in `content`; raises MalformedSignatureError with a `parse.` code."""
        ...

    def protect(self, attributes: SignedAttributes) -> bytes:
        """The exact bytes of the protected header."""
        ...

    def message(self, protected: bytes, payload: bytes) -> bytes:
        """The exact bytes that the key signs."""
        ...

    def draft(self, message: bytes) -> Draft:
        """The parts of such bytes; raises MalformedSignatureError with a `parse.` code."""
        ...

    def write(
        self,
        protected: bytes,
        payload: bytes,
        signature: bytes,
        chain: tuple[bytes, ...],
        unsigned: UnsignedAttributes,
    ) -> bytes:
        """The finished envelope."""
        ...


_CODECS = {
    media_types.NOTARY_JWS: "sealwright.formats.notary.jws",
    media_types.NOTARY_COSE: "sealwright.formats.notary.cose",
}
"""Media type to module, loaded on use: whoever meets no COSE need not wait for CBOR."""


def codec(media_type: str) -> Codec:
    """The module for a kind of envelope.

    Raises:
        MalformedSignatureError: `parse.envelope-type-unknown`.
    """
    module = _CODECS.get(media_type)
    if module is None:
        raise MalformedSignatureError("parse.envelope-type-unknown", media_type=media_type[:200])
    return cast("Codec", import_module(module))


def require_chain_length(length: int) -> None:
    """Check how many certificates an envelope carries, before any is read.

    Raises:
        MalformedSignatureError: `parse.chain-missing` or `parse.chain-too-long`.
    """
    if not length:
        raise MalformedSignatureError("parse.chain-missing")
    if length > limits.CERTIFICATE_CHAIN_LENGTH:
        raise MalformedSignatureError(
            "parse.chain-too-long", found=length, limit=limits.CERTIFICATE_CHAIN_LENGTH
        )
