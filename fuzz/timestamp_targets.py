"""What is fuzzed of timestamps: tokens, replies of authorities, and the ASN.1 around them."""

from collections.abc import Iterator, Mapping

import msgspec
from target import Target

from sealwright.formats.notary import countersigning
from sealwright.pki.timestamps import authority, encoding, reply, structures, token
from world import timestamps
from world.timestamps import berish

ABOUT = b"the value of a signature"
KINDS = ("ec256", "rsa2048")
AUTHORITIES = {kind: timestamps.authority(kind) for kind in KINDS}
ROOTS = tuple(tsa.root for tsa in AUTHORITIES.values())
CHANGES: tuple[Mapping[str, object], ...] = (
    {},
    {"naming": "v1", "name_issuer": True},
    {"nonce": 1 << 158, "policy": timestamps.BASELINE},
    {"accuracy": timestamps.sequence(timestamps.integer(1))},
    {"digest": "sha512", "hash_name": "sha384"},
    {"certificates": ()},
    {"times": 2},
)


def _tokens() -> Iterator[bytes]:
    for tsa in AUTHORITIES.values():
        for changes in CHANGES:
            made = timestamps.token(tsa, ABOUT, **changes)
            yield made
            yield berish(made)
    yield timestamps.token(AUTHORITIES["rsa2048"], ABOUT, scheme="pss")


def _replies() -> Iterator[bytes]:
    yield timestamps.rejected(2, 15, "no")
    yield timestamps.rejected(3)
    for made in _tokens():
        yield timestamps.granted(made)


def _token(content: bytes) -> None:
    """Read a token as a verification does; whatever is believed of it says what a seed says."""
    read = token.read(content)
    msgspec.json.encode((read.info, read.earliest, read.latest), enc_hook=str)
    read.require_about(ABOUT)
    chain = authority.chain(read, read.require_signed(), ROOTS)
    countersigning.require_within(chain, read.earliest, read.latest)
    assert read.info.made_at == timestamps.MADE_AT


def _claimed(content: bytes) -> None:
    read = token.claimed(content)
    msgspec.json.encode((read.info, read.earliest, read.latest), enc_hook=str)


def _reply(content: bytes) -> None:
    found = structures.read_reply(content)
    assert found.words == found.words.encode().decode()
    _claimed(reply.granted(content))


def _definite(content: bytes) -> None:
    """What was made definite stays as it is."""
    made = encoding.definite(content)
    assert made == encoding.definite(made)


TARGETS: Mapping[str, Target] = {
    "timestamp": Target(_token, _tokens),
    "timestamp-claims": Target(_claimed, _tokens),
    "timestamp-reply": Target(_reply, _replies),
    "timestamp-asn1": Target(_definite, _tokens),
}
