"""What the real notation accepts and we refuse, on purpose: envelopes, payloads, chains and policies.

Every envelope here is rightly signed by a trusted key and pushed beside its image; only the oddity that the
test is named for keeps it from counting. Each refusal has its reason code.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import cbor2
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from peers.notation import BOTH, Notation
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import payload
from sealwright.formats.notary.attributes import UnsignedAttributes
from sealwright.formats.notary.envelope import codec
from world import images, notary, pki
from world.home import Done, Home, statement
from world.registry import Registry

JWS, COSE = media_types.NOTARY_JWS, media_types.NOTARY_COSE
CHAIN = pki.chain("ec256")
Make = Callable[[Descriptor], bytes]


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
    members = cbor2.loads(protected, semantic_decoders={1: lambda value, _: cbor2.CBORTag(1, value)})
    written: bytes = cbor2.dumps(dict(reversed(members.items())))
    return written


UNKNOWN_CRITICAL: dict[str, Any] = {
    "critical": (attribute.SCHEME, "io.example.approval"),
    "extended": {"io.example.approval": "4711"},
}
ANY_PURPOSE = pki.chain(
    "ec256",
    leaf={"purposes": (ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)},
)
WEAK_CA = pki.chain("ec256", issuer_kind="rsa1024")
TOMORROW = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=1)  # noqa: TID251  # the peer has no other clock
TWICE = instead(b'"size":', b'"size":1,"size":')

ENVELOPES: dict[str, tuple[str, Make, str]] = {
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
    "a CA with an RSA key of 1024 bits": (JWS, signed(chain=WEAK_CA), "integrity.chain"),
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


class World:
    """A registry, and a user who trusts the roots of the chains above."""

    def __init__(self, registry: Registry, home: Home) -> None:
        self.registry = registry
        self.home = home
        self._images: dict[str, str] = {}

    def image(self, what: str, envelope: str, make: Make) -> str:
        """An image with one odd signature, made once for all programs."""
        if what not in self._images:
            name = f"{self.registry.local}/{what.lower().replace(' ', '-').replace(chr(39), '')}"
            self._images[what] = images.push(name, "v1", what)
            with images.repository_at(name) as repository:
                subject = repository.resolve("v1")
                content = make(subject)
                images.attach_signature(repository, subject, envelope, content, *CHAIN.certificates)
        return self._images[what]

    def reasons(self, image: str) -> tuple[int, list[str]]:
        """Our exit code, and the reasons why signatures do not count."""
        done = self.home.seal("verify", "--output", "json", image)
        verdict = json.loads(done.out)
        judged = [
            check for each in verdict["signatures"] for one in each["judgements"] for check in one["checks"]
        ]
        found = [check["reason"] for check in judged if check["reason"]]
        return done.status, found + [each["reason"] for each in verdict["unreadable"]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("strictness")
    home = Home(folder / "home")
    home.add_key("build", CHAIN)
    home.trust("acme", CHAIN.root)
    home.trust("acme", WEAK_CA.root)
    home.policy(statement())
    with Registry(folder / "registry") as registry:
        yield World(registry, home)


@pytest.mark.parametrize("what", ENVELOPES)
@pytest.mark.parametrize("name", BOTH)
def test_notation_accepts_and_we_refuse(name: str, what: str, world: World) -> None:
    envelope, make, code = ENVELOPES[what]
    image = world.image(what, envelope, make)
    assert Notation(name, world.home).accepts(image)
    assert (1, [code]) == world.reasons(image)


def test_a_leaf_for_any_purpose_is_refused_for_its_purpose(world: World) -> None:
    image = world.image("a leaf for any purpose", JWS, ENVELOPES["a leaf for any purpose"][1])
    assert "anyExtendedKeyUsage" in world.home.seal("verify", image).out


@pytest.mark.parametrize("what", REFUSED_BY_BOTH)
@pytest.mark.parametrize("name", BOTH)
def test_both_refuse(name: str, what: str, world: World) -> None:
    envelope, make, code = REFUSED_BY_BOTH[what]
    image = world.image(what, envelope, make)
    assert not Notation(name, world.home).accepts(image)
    assert (1, [code]) == world.reasons(image)


@pytest.mark.parametrize("what", ACCEPTED_BY_BOTH)
@pytest.mark.parametrize("name", BOTH)
def test_both_accept(name: str, what: str, world: World) -> None:
    envelope, make = ACCEPTED_BY_BOTH[what]
    image = world.image(what, envelope, make)
    assert Notation(name, world.home).accepts(image)
    assert (0, []) == world.reasons(image)


GOOD = json.dumps({"version": "1.0", "trustPolicies": [statement()]})
POLICIES = {
    "a member that nobody knows": (
        GOOD.replace('"version"', '"comment": 1, "version"'),
        "policy.unknown-member",
    ),
    "an override that is misspelt and so overrides nothing": (
        GOOD.replace('"level"', '"overide": {"expiry": "log"}, "level"'),
        "policy.unknown-member",
    ),
    "a member in capitals": (GOOD.replace('"level"', '"LEVEL"'), "policy.unknown-member"),
    "two levels of which the last counts": (
        GOOD.replace('"level"', '"level": "skip", "level"'),
        "policy.malformed",
    ),
    "something behind the policy": (GOOD + "{}", "policy.malformed"),
    "verification skipped for every image": (
        json.dumps({"version": "1.0", "trustPolicies": [statement(level="skip")]}),
        "policy.wildcard-skip",
    ),
}


@pytest.mark.parametrize("what", POLICIES)
@pytest.mark.parametrize("name", BOTH)
def test_notation_takes_a_policy_and_we_refuse_it(name: str, what: str, world: World) -> None:
    policy, code = POLICIES[what]
    image = world.image("an ordinary JWS", JWS, signed())
    file = world.home.notation / "trustpolicy.json"
    before = file.read_text()
    try:
        file.write_text(policy)
        assert Notation(name, world.home).accepts(image)
        refused: Done = world.home.seal("verify", image)
    finally:
        file.write_text(before)
    assert 2 == refused.status
    assert f"[{code}]" in refused.err
    assert str(file) in refused.err
