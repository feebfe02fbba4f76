"""What bytes that are kept as a simple signature turn out to be, and what they claim.

Signature stores hold what somebody once put there: signed messages of every age, but also what was signed in
the wrong way, the error page of a proxy, or nothing. Nothing of it may stop a listing, so all of it has a
name (`Kind`). What the first byte may be is told by containers/image, `internal/signature`: the tags of
signed messages, or NUL before the name of a format and a newline.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from sealwright import limits
from sealwright.errors import MalformedSignatureError
from sealwright.formats.simple import payload
from sealwright.formats.simple.payload import Payload
from sealwright.openpgp import message
from sealwright.openpgp.message import Message
from sealwright.openpgp.signature_packets import SignaturePacket

__all__ = ["WORDS", "Described", "Form", "Kind", "describe", "unwrapped"]

Kind = Literal[
    "signed",
    "unsupported",
    "several",
    "unsigned",
    "detached",
    "encrypted",
    "damaged",
    "clearsigned",
    "armored",
    "sigstore",
    "html",
    "empty",
    "too-large",
    "unknown",
]
"""What the bytes are.

`signed`: an OpenPGP signed message with one signature, which is what clients take. `unsupported`: the same,
but of a packet version that is not read here. `several`: with more than one signature; clients take none of
them. `unsigned`: a document without a signature. `detached`: a signature without its document. `damaged`:
OpenPGP that cannot be read. `sigstore`: wrapped as a Sigstore signature. The others say what they are.
"""

WORDS: Mapping[Kind, str] = {
    "signed": "a signed message",
    "unsupported": "a signed message of a version that is not known here",
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
"""Each kind in words that fit after "it is"."""

Form = Literal["compressed", "one-pass", "signature-first"]
"""How a signed message is put together."""

_WRAPPED = b"\x00simple-signing\n"
_SIGSTORE = b"\x00sigstore-json\n"
_CLEARSIGNED = b"-----BEGIN PGP SIGNED MESSAGE-----"
_ARMORED = b"-----BEGIN PGP "
_SUPPORTED = frozenset({3, 4})
_PACKET = 0x80
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Described(msgspec.Struct, frozen=True):
    """Some bytes: what they are, and what they claim. None of it is verified.

    `form` is empty for what is no signed message. `signer` is there for the kinds `signed`, `unsupported` and
    `detached`; `payload` where there is a document that can be read as one. `problem` says in words what
    keeps the bytes, or their payload, from being read. `document` is what a signed message holds.
    """

    kind: Kind
    form: Form | None = None
    signer: SignaturePacket | None = None
    payload: Payload | None = None
    problem: str = ""
    document: bytes = b""


def unwrapped(content: bytes) -> bytes:
    """The OpenPGP message, without the wrapper that names the format.

    Args:
        content: as it was stored.
    """
    return content.removeprefix(_WRAPPED)


def describe(content: bytes) -> Described:
    """Tell what some bytes are.

    Args:
        content: as they were stored, whatever they are.
    """
    if not content:
        return Described("empty")
    if len(content) > limits.SIMPLE_SIGNATURE_BYTES:
        return Described("too-large")
    if content.startswith(_SIGSTORE):
        return Described("sigstore")
    binary = unwrapped(content)
    if not binary or not binary[0] & _PACKET or content.startswith(_BYTE_ORDER_MARK):
        return Described(_text_kind(content))
    try:
        read = message.read(binary)
    except MalformedSignatureError as error:
        return Described("damaged", problem=str(error))
    return _message(read)


def _text_kind(content: bytes) -> Kind:
    start = content[:1024].removeprefix(_BYTE_ORDER_MARK).lstrip()
    if start.startswith(_CLEARSIGNED):
        return "clearsigned"
    if start.startswith(_ARMORED):
        return "armored"
    return "html" if start.startswith(b"<") else "unknown"


def _message(read: Message) -> Described:
    if read.encrypted:
        return Described("encrypted")
    if read.literal is None:
        signer = read.signatures[0] if len(read.signatures) == 1 else None
        return Described("detached" if read.signatures else "unknown", signer=signer)
    if not read.signed:
        return Described("unsigned")
    try:
        signed, problem = payload.read(read.literal, lenient=True), ""
    except MalformedSignatureError as error:
        signed, problem = None, str(error)
    form = _form(read)
    if len(read.signatures) > 1:
        return Described("several", form, None, signed, problem, read.literal)
    (signer,) = read.signatures
    kind: Kind = "signed" if signer.version in _SUPPORTED else "unsupported"
    return Described(kind, form, signer, signed, problem, read.literal)


def _form(read: Message) -> Form:
    if read.compressed:
        return "compressed"
    return "signature-first" if read.signature_first else "one-pass"
