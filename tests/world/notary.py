"""Notary signatures for tests: ordinary ones by the product's own way, odd ones by hand."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.evidence import Evidence, TrustStore
from sealwright.formats.notary import attributes as attribute
from sealwright.formats.notary import payload, signature, signing
from sealwright.formats.notary.attributes import SignedAttributes, UnsignedAttributes
from sealwright.formats.notary.envelope import codec
from sealwright.formats.orders import SigningOrder
from sealwright.rules import X509Identity, X509Rule
from sealwright.signature import StoredSignature, Subject
from sealwright.verdict import Judgement
from world import pki

ENVELOPES = (media_types.NOTARY_JWS, media_types.NOTARY_COSE)
CONTENT = b'{"schemaVersion":2}'
IMAGE = Descriptor(media_types.IMAGE_MANIFEST, Digest.of(CONTENT), len(CONTENT))
SUBJECT = Subject(IMAGE, "docker", "registry.acme.example/net-monitor")
SIGNED_AT = pki.NOW - dt.timedelta(days=1)
ANYBODY = (X509Identity("*"),)


def stored(content: bytes, envelope: str) -> StoredSignature:
    return StoredSignature("notary", "here", envelope, content)


def order(envelope: str = media_types.NOTARY_JWS, **changes: Any) -> SigningOrder:
    members = {"payload": IMAGE, "envelope": envelope, "signed_at": SIGNED_AT, "agent": "test/1", **changes}
    return SigningOrder(**members)


def signed(chain: pki.Chain, envelope: str = media_types.NOTARY_JWS, **changes: Any) -> bytes:
    """An envelope made as the product makes it."""
    prepared = signing.prepare(order(envelope, **changes), chain.certificates)
    return signing.assemble(prepared, chain.sign(prepared.message, chain.algorithm))


def attributes(chain: pki.Chain, **changes: Any) -> SignedAttributes:
    members = {"algorithm": chain.algorithm, "signing_time": SIGNED_AT, **changes}
    return SignedAttributes(**members)


def authority(chain: pki.Chain, **changes: Any) -> SignedAttributes:
    """Attributes as a signing authority writes them."""
    return attributes(
        chain,
        **{
            "scheme": attribute.SCHEME_AUTHORITY,
            "signing_time": None,
            "authentic_signing_time": SIGNED_AT,
            "critical": (attribute.SCHEME, attribute.AUTHENTIC_SIGNING_TIME),
            **changes,
        },
    )


def crafted(
    chain: pki.Chain,
    envelope: str = media_types.NOTARY_JWS,
    signed_attributes: SignedAttributes | None = None,
    unsigned: UnsignedAttributes | None = None,
    target: bytes | None = None,
    protect: Callable[[bytes], bytes] = lambda protected: protected,
) -> bytes:
    """An envelope with anything in it, rightly signed.

    Args:
        chain: whose key signs.
        envelope: its media type.
        signed_attributes: what the protected header says.
        unsigned: what the other header says.
        target: the bytes of the payload.
        protect: changes the protected header's bytes before they are signed.
    """
    kind = codec(envelope)
    protected = protect(kind.protect(signed_attributes or attributes(chain)))
    content = payload.write(IMAGE, kind.PAYLOAD_ORDER) if target is None else target
    value = chain.sign(kind.message(protected, content), chain.algorithm)
    return kind.write(protected, content, value, chain.certificates, unsigned or UnsignedAttributes())


def rule(**changes: Any) -> X509Rule:
    members = {"stores": ("ca:acme",), "identities": ANYBODY, "actions": {}, **changes}
    return X509Rule(**members)


def trusting(*certificates: bytes, kind: str = "ca", name: str = "acme") -> Evidence:
    return Evidence({TrustStore(kind, name): certificates})


def judged(
    content: bytes,
    envelope: str,
    evidence: Evidence,
    *,
    subject: Subject = SUBJECT,
    at: dt.datetime = pki.NOW,
    **changes: Any,
) -> Judgement:
    """What a rule thinks of an envelope, where nothing is left to ask."""
    parsed = signature.parse(stored(content, envelope))
    result = parsed.judge(subject, rule(**changes), "policy:1", evidence, at)
    assert result is not None
    assert frozenset() == result.needs
    return result.judgement


IDENTITY = "SIGNATURE_VERIFIER.TRUSTED_IDENTITY"
REVOCATION = "SIGNATURE_VERIFIER.REVOCATION_CHECK"


def plugin_metadata(name: str, /, *capabilities: str, **changes: object) -> bytes:
    """What a plugin says of itself."""
    members = {
        "name": name,
        "description": "of a test",
        "version": "1.2.3",
        "url": "https://plugin.example",
        "supportedContractVersions": ["1.0"],
        "capabilities": capabilities,
        **changes,
    }
    return json.dumps(members).encode()


def outcomes(judgement: Judgement) -> Mapping[str, str]:
    """Each check and how it went; the code in place of the outcome where there is one."""
    return {check.name: check.reason or check.outcome for check in judgement.checks}
