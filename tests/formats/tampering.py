"""Envelopes with one byte changed, region by region: each change is in what was decoded, then encoded anew.

A JWS is base64 inside JSON and a COSE is length-prefixed, so changing bytes of the file would mostly
break the packing. Here the content of each region is changed and packed again, so that only the checks
on the content itself can notice.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import cbor2

from sealwright import media_types

SIGNED_REGIONS = ("protected", "payload", "signature", "certificate")
"""Regions where no change may go unnoticed. `certificate` stands for each of the chain."""

AGENT = "io.cncf.notary.signingAgent"
TIMESTAMP = "io.cncf.notary.timestampSignature"


class Tampered(NamedTuple):
    """An envelope with the byte at `offset` of a region changed.

    `region` is `protected`, `payload`, `signature`, `certificate N` or `unsigned NAME`.
    """

    region: str
    offset: int
    content: bytes


def tampered(content: bytes, envelope: str, step: int = 1, mask: int = 1) -> Iterator[Tampered]:
    """Every envelope that differs from `content` in one byte of one region.

    Args:
        content: an envelope.
        envelope: its media type.
        step: only every so manieth byte, to be quick.
        mask: what the byte is changed by (exclusive or).
    """
    regions = _jws_regions if envelope == media_types.NOTARY_JWS else _cose_regions
    for region, original, pack in regions(content):
        for offset in range(0, len(original), step):
            changed = bytearray(original)
            changed[offset] ^= mask
            yield Tampered(region, offset, pack(bytes(changed)))


def _url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _unurl(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _jws_regions(content: bytes) -> Iterator[tuple[str, bytes, Any]]:
    def members() -> Any:
        return json.loads(content)

    def packed(value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    for name in ("protected", "payload", "signature"):
        yield name, _unurl(members()[name]), lambda new, name=name: packed({**members(), name: _url(new)})
    header = members()["header"]
    for index, text in enumerate(header["x5c"]):

        def with_certificate(new: bytes, index: int = index) -> bytes:
            changed = members()
            changed["header"]["x5c"][index] = base64.b64encode(new).decode()
            return packed(changed)

        yield f"certificate {index}", base64.b64decode(text), with_certificate

    def with_unsigned(name: str, value: str) -> bytes:
        changed = members()
        changed["header"][name] = value
        return packed(changed)

    if AGENT in header:
        yield (
            f"unsigned {AGENT}",
            header[AGENT].encode(),
            lambda new: with_unsigned(AGENT, new.decode("utf-8", "replace")),
        )
    if TIMESTAMP in header:
        yield (
            f"unsigned {TIMESTAMP}",
            base64.b64decode(header[TIMESTAMP]),
            lambda new: with_unsigned(TIMESTAMP, base64.b64encode(new).decode()),
        )


def _cose_regions(content: bytes) -> Iterator[tuple[str, bytes, Any]]:
    def parts() -> Any:
        protected, unprotected, payload, signature = cbor2.loads(content).value
        return [protected, dict(unprotected), payload, signature]

    def packed(value: Any) -> bytes:
        return cbor2.dumps(cbor2.CBORTag(18, value))

    def with_part(index: int, new: bytes) -> bytes:
        changed = parts()
        changed[index] = new
        return packed(changed)

    for index, name in ((0, "protected"), (2, "payload"), (3, "signature")):
        yield name, parts()[index], lambda new, index=index: with_part(index, new)

    def with_unsigned(name: Any, value: Any) -> bytes:
        changed = parts()
        changed[1][name] = value
        return packed(changed)

    header = parts()[1]
    for index, der in enumerate(header[33]):
        chain = list(header[33])
        yield (
            f"certificate {index}",
            der,
            lambda new, index=index, chain=chain: with_unsigned(
                33, [*chain[:index], new, *chain[index + 1 :]]
            ),
        )
    if AGENT in header:
        yield (
            f"unsigned {AGENT}",
            header[AGENT].encode(),
            lambda new: with_unsigned(AGENT, new.decode("utf-8", "replace")),
        )
    if TIMESTAMP in header:
        yield f"unsigned {TIMESTAMP}", header[TIMESTAMP], lambda new: with_unsigned(TIMESTAMP, new)
