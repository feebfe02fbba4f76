"""Envelopes that programs read differently, each rightly signed by a trusted key, in four tables.

A row is: what is odd, the media type of the envelope, how it is made for an image, and our reason code.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import cbor2
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import payload
from sealwright.formats.notary.attributes import UnsignedAttributes
from sealwright.formats.notary.envelope import codec
from world import notary, pki

__all__ = [
    "ACCEPTED_BY_BOTH",
    "ACCEPTED_BY_NOTATION",
    "CHAIN",
    "JWS",
    "REFUSED_BY_BOTH",
    "REFUSED_BY_NOTATION",
    "ROOTS",
    "Make",
    "signed",
]

JWS, COSE = media_types.NOTARY_JWS, media_types.NOTARY_COSE
CHAIN = pki.chain("ec256")
Make = Callable[[Descriptor], bytes]
"""Makes an envelope for an image."""


def signed(
    envelope: str = JWS,
    chain: pki.Chain = CHAIN,
    unsigned: UnsignedAttributes | None = None,
    target: Callable[[bytes], bytes] = bytes,
    protect: Callable[[bytes], bytes] = bytes,
    **attributes: Any,
) -> Make:
    """An envelope for an image whose payload or protected header is changed before it is signed."""

    def make(image: Descriptor) -> bytes:
        content = target(payload.write(image, codec(envelope).PAYLOAD_ORDER))
        said = notary.attributes(chain, **attributes)
        return notary.crafted(chain, envelope, said, unsigned, content, protect)

    return make


def afterwards(change: Callable[[dict[str, Any]], None]) -> Make:
    """A JWS of which a part that is not signed is changed."""

    def make(image: Descriptor) -> bytes:
        members = json.loads(signed()(image))
        change(members)
        return json.dumps(members).encode()

    return make


def spelt(old: bytes, new: bytes) -> Make:
    """A JWS in which something unsigned is spelt in another way."""
    return lambda image: signed()(image).replace(old, new, 1)


def instead(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Replace what has to be there once."""

    def change(content: bytes) -> bytes:
        assert 1 == content.count(old), content
        return content.replace(old, new)

    return change


def stray_bits(members: dict[str, Any]) -> None:
    """Set bits of the last base64 character that no byte of the signature has."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    value = members["signature"]
    members["signature"] = value[:-1] + alphabet[alphabet.index(value[-1]) | 1]


def folded_certificates(members: dict[str, Any]) -> None:
    """Write certificates in lines, as PEM files do."""
    header = members["header"]
    header["x5c"] = [base64.encodebytes(base64.b64decode(one)).decode() for one in header["x5c"]]


def long_form(image: Descriptor) -> bytes:
    """A COSE envelope that tells the length of its payload in one byte more than needed."""
    content = signed(COSE)(image)
    target = payload.write(image, codec(COSE).PAYLOAD_ORDER)
    assert 24 <= len(target) < 256
    return content.replace(bytes((0x58, len(target))) + target, bytes((0x59, 0, len(target))) + target)


def backwards(protected: bytes) -> bytes:
    """A map of CBOR in the opposite order."""
    written: bytes = cbor2.dumps(dict(reversed(_members(protected).items())))
    return written


def with_members(protected: bytes, more: dict[Any, Any]) -> bytes:
    """A map of CBOR with more members."""
    written: bytes = cbor2.dumps({**_members(protected), **more}, canonical=True)
    return written


def _members(protected: bytes) -> dict[Any, Any]:
    found: dict[Any, Any] = cbor2.loads(
        protected, semantic_decoders={1: lambda value, _: cbor2.CBORTag(1, value)}
    )
    return found


UNKNOWN_CRITICAL: dict[str, Any] = {
    "critical": (attribute.SCHEME, "io.example.approval"),
    "extended": {"io.example.approval": "4711"},
}
ANY_PURPOSE = pki.chain(
    "ec256",
    leaf={"purposes": (ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)},
)
NOBODY = pki.chain("ec256", subject=x509.Name([]))
LONG = pki.chain("ec256", length=17)
WEAK_CA = pki.chain("ec256", issuer_kind="rsa1024")
TOMORROW = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=1)  # noqa: TID251  # the peer has no other clock
TWICE = instead(b'"size":', b'"size":1,"size":')

ACCEPTED_BY_NOTATION: dict[str, tuple[str, Make, str]] = {
    "a critical attribute of a JWS that nobody knows": (
        JWS,
        signed(**UNKNOWN_CRITICAL),
        "integrity.unknown-critical-attribute",
    ),
    "a critical attribute of a COSE that nobody knows": (
        COSE,
        signed(COSE, **UNKNOWN_CRITICAL),
        "integrity.unknown-critical-attribute",
    ),
    "a critical attribute of a COSE named twice": (
        COSE,
        signed(COSE, critical=(attribute.SCHEME, attribute.SCHEME)),
        "parse.critical-malformed",
    ),
    "the least version of a plugin without a plugin": (
        JWS,
        signed(critical=(attribute.SCHEME, attribute.PLUGIN_MIN_VERSION), plugin_min_version="1.0.0"),
        "parse.attribute-missing",
    ),
    "another member beside the four of a JWS": (
        JWS,
        afterwards(lambda members: members.update(signatures=[])),
        "parse.envelope-malformed",
    ),
    "a member of a JWS in capitals": (JWS, spelt(b'"payload"', b'"Payload"'), "parse.envelope-malformed"),
    "an algorithm that a JWS does not sign": (
        JWS,
        afterwards(lambda members: members["header"].update(alg="none")),
        "parse.attribute-unsigned",
    ),
    "an algorithm that a COSE does not sign": (
        COSE,
        signed(COSE, unsigned=UnsignedAttributes(others={1: -37})),
        "parse.attribute-unsigned",
    ),
    "a signing scheme that a JWS does not sign": (
        JWS,
        afterwards(lambda members: members["header"].update({attribute.SCHEME: "notary.x509"})),
        "parse.attribute-unsigned",
    ),
    "a signing scheme that a COSE does not sign": (
        COSE,
        signed(COSE, unsigned=UnsignedAttributes(others={attribute.SCHEME: "notary.x509"})),
        "parse.attribute-unsigned",
    ),
    "a member of a JWS payload twice": (JWS, signed(target=TWICE), "parse.payload-malformed"),
    "a member of a COSE payload twice": (COSE, signed(COSE, target=TWICE), "parse.payload-malformed"),
    "a member of the payload in capitals": (
        JWS,
        signed(target=instead(b'"digest"', b'"Digest"')),
        "parse.payload-malformed",
    ),
    "a member of the payload that nobody knows": (
        JWS,
        signed(target=instead(b'"size"', b'"urls":[],"size"')),
        "parse.payload-malformed",
    ),
    "a member beside the payload's only one": (
        COSE,
        signed(COSE, target=instead(b'{"targetArtifact"', b'{"note":1,"targetArtifact"')),
        "parse.payload-malformed",
    ),
    "annotations of the payload that are null": (
        JWS,
        signed(target=instead(b'"size"', b'"annotations":null,"size"')),
        "parse.payload-malformed",
    ),
    "a signing time with fractions of a second": (
        JWS,
        signed(protect=instead(b'Z"', b'.5Z"')),
        "parse.attribute-malformed",
    ),
    "a signing time still to come": (
        JWS,
        signed(signing_time=TOMORROW),
        "timestamp.signing-time-in-future",
    ),
    "a member of the protected header twice": (
        JWS,
        signed(protect=instead(b'"cty"', b'"cty":"text/plain","cty"')),
        "parse.envelope-malformed",
    ),
    "a member of the protected header once more in capitals": (
        JWS,
        signed(protect=instead(b'{"alg"', b'{"ALG":"none","alg"')),
        "parse.attribute-ambiguous",
    ),
    "the chain twice": (JWS, spelt(b'"header":{', b'"header":{"x5c":[],'), "parse.envelope-malformed"),
    "the chain under a name in capitals": (JWS, spelt(b'"x5c"', b'"X5C"'), "parse.attribute-ambiguous"),
    "stray bits behind the signature": (JWS, afterwards(stray_bits), "parse.attribute-malformed"),
    "line breaks in the base64 of certificates": (
        JWS,
        afterwards(folded_certificates),
        "parse.attribute-malformed",
    ),
    "a length in COSE longer than need be": (COSE, long_form, "parse.envelope-malformed"),
    "a leaf for any purpose": (JWS, signed(chain=ANY_PURPOSE), "integrity.chain"),
    "a leaf without a subject": (JWS, signed(chain=NOBODY), "integrity.chain"),
    "a chain of seventeen certificates": (JWS, signed(chain=LONG), "parse.chain-too-long"),
    "a CA with an RSA key of 1024 bits": (JWS, signed(chain=WEAK_CA), "integrity.chain"),
}


def protected_chain(image: Descriptor) -> bytes:
    """A COSE envelope whose chain stands where it is signed."""

    def protect(protected: bytes) -> bytes:
        return with_members(protected, {33: list(CHAIN.certificates)})

    content = cbor2.loads(signed(COSE, protect=protect)(image))
    unprotected = {label: value for label, value in content.value[1].items() if label != 33}
    return rewritten(content, unprotected)


def plain_certificate(image: Descriptor) -> bytes:
    """A COSE envelope with a single certificate that is not in a list."""
    content = cbor2.loads(signed(COSE, ALONE)(image))
    return rewritten(content, {**content.value[1], 33: ALONE.certificates[0]})


def rewritten(content: cbor2.CBORTag, unprotected: dict[Any, Any]) -> bytes:
    protected, _, target, value = content.value
    made: bytes = cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, target, value]))
    return made


ALONE = pki.chain("ec384", length=1)
REFUSED_BY_NOTATION: dict[str, tuple[str, Make]] = {
    "a chain that COSE signs": (COSE, protected_chain),
    "a single certificate that is not in a list": (COSE, plain_certificate),
}

REFUSED_BY_BOTH: dict[str, tuple[str, Make, str]] = {
    "a critical attribute named twice": (
        JWS,
        signed(protect=instead(b'"crit":["io.cncf', b'"crit":["io.cncf.notary.signingScheme","io.cncf')),
        "parse.critical-malformed",
    ),
    "a byte behind a COSE": (COSE, lambda image: signed(COSE)(image) + b"\0", "parse.envelope-malformed"),
    "a signature by another key": (
        JWS,
        lambda image: notary.crafted(
            CHAIN._replace(signer=pki.key("ec256", "mallory")),
            JWS,
            target=payload.write(image, codec(JWS).PAYLOAD_ORDER),
        ),
        "integrity.signature-invalid",
    ),
    "a payload about another image": (
        COSE,
        signed(COSE, target=instead(b'"size":', b'"size":1')),
        "artifact.payload-mismatch",
    ),
}

ACCEPTED_BY_BOTH: dict[str, tuple[str, Make]] = {
    "an ordinary JWS": (JWS, signed()),
    "an ordinary COSE": (COSE, signed(COSE)),
    "an unsigned attribute of a JWS that nobody knows": (
        JWS,
        afterwards(lambda members: members["header"].update({"io.example.note": [1]})),
    ),
    "an unsigned attribute of a COSE that nobody knows": (
        COSE,
        signed(COSE, unsigned=UnsignedAttributes(others={-70001: b"note"})),
    ),
    "a signed attribute that nobody knows and is not critical": (
        JWS,
        signed(extended={"io.example.approval": "4711"}),
    ),
    "a COSE whose protected header is in another order": (
        COSE,
        signed(COSE, protect=backwards),
    ),
}

ROOTS = tuple(chain.root for chain in (CHAIN, WEAK_CA, ALONE))
"""What has to be trusted for all of these. The other chains have the root of the first."""
