"""Signatures of the reference implementation: ours read them, judge them, and write the very same bytes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.notary import manifest, signature, signing
from sealwright.formats.notary.signature import NotarySignature
from sealwright.formats.orders import SigningOrder
from sealwright.pki import certificate
from sealwright.signature import Subject
from world import notary

PRODUCERS = Path(__file__).parents[1] / "producers"
NOTATION_2 = PRODUCERS / "notation-2.0"
NOTATION_1 = PRODUCERS / "notation-1.3.2"
LAYOUT = NOTATION_2 / "layouts" / "artifact-type-form" / "blobs" / "sha256"
AT = datetime(2026, 12, 1, tzinfo=UTC)
KINDS = {"jws": media_types.NOTARY_JWS, "cose": media_types.NOTARY_COSE}

BLOBS = [(key, kind) for key in ("rsa2048", "ec384") for kind in KINDS]
OLD = [(key, kind) for key in ("rsa2048", "ec256") for kind in KINDS]
MANIFESTS = sorted(
    path.name for path in LAYOUT.iterdir() if b'"artifactType":"application/vnd.cncf' in path.read_bytes()
)


def parsed(content: bytes, envelope: str) -> NotarySignature:
    return signature.parse(notary.stored(content, envelope))


def root_of(one: NotarySignature) -> bytes:
    return one.chain[-1].der


def rewritten(one: NotarySignature) -> bytes:
    """The envelope as we write it around the same value of the key."""
    attributes = one.envelope.attributes
    assert attributes.signing_time is not None
    bare = Descriptor(one.target.media_type, one.target.digest, one.target.size)
    order = SigningOrder(
        bare,
        one.envelope.media_type,
        attributes.signing_time,
        attributes.expiry,
        one.target.annotations,
        one.envelope.unsigned.agent,
    )
    return signing.assemble(signing.prepare(order, one.envelope.chain), one.envelope.signature)


@pytest.mark.parametrize(("key", "kind"), BLOBS)
def test_blob_signatures_of_notation_2_verify(key: str, kind: str) -> None:
    content = (NOTATION_2 / "blobs" / key / f"blob.txt.{kind}.sig").read_bytes()
    blob = (NOTATION_2 / "blobs" / "blob.txt").read_bytes()
    (root,) = certificate.parse_file((NOTATION_2 / "certs" / f"root-{key}.crt").read_bytes())
    digest = Digest.of(blob, "sha384" if key == "ec384" else "sha256")
    subject = Subject(Descriptor("application/octet-stream", digest, len(blob)), "blob", "blob.txt")
    metadata = {"io.example.build": "42", "text": "<a&b>"}
    judgement = notary.judged(
        content, KINDS[kind], notary.trusting(root.der), subject=subject, at=AT, metadata=metadata
    )
    assert judgement.counts
    assert judgement.authentic
    assert content == rewritten(parsed(content, KINDS[kind]))


@pytest.mark.parametrize("name", MANIFESTS)
def test_signatures_in_a_layout_of_notation_2_verify(name: str) -> None:
    content = (LAYOUT / name).read_bytes()
    subject = manifests.parse(content).subject
    assert subject is not None
    envelope = manifest.read(content, subject)
    one = parsed((LAYOUT / envelope.digest.encoded).read_bytes(), envelope.media_type)
    (key,) = (
        key
        for key in ("rsa2048", "ec384")
        if certificate.parse_file((NOTATION_2 / "certs" / f"root-{key}.crt").read_bytes())[0] == one.chain[-1]
    )
    assert key
    result = one.judge(
        Subject(subject, "oci", "layout"), notary.rule(), "policy:1", notary.trusting(root_of(one)), AT
    )
    assert result is not None
    assert result.judgement.counts


def test_there_are_four_signatures_in_that_layout() -> None:
    assert 4 == len(MANIFESTS)


@pytest.mark.parametrize("name", MANIFESTS)
def test_our_manifests_are_those_of_notation_2(name: str) -> None:
    content = (LAYOUT / name).read_bytes()
    read = manifests.parse(content)
    envelope = manifest.read(content)
    created = datetime.fromisoformat(read.annotations[manifest.CREATED])
    fingerprints = manifest.thumbprints(dict(read.annotations))
    assert read.subject is not None
    assert content == manifest.write(envelope, read.subject, fingerprints, created)
    one = parsed((LAYOUT / envelope.digest.encoded).read_bytes(), envelope.media_type)
    assert tuple(certificate.fingerprint for certificate in one.chain) == fingerprints


@pytest.mark.parametrize(("key", "kind"), OLD)
def test_signatures_of_notation_1_3_2_verify_and_are_written_alike(key: str, kind: str) -> None:
    content = (NOTATION_1 / f"{key}.{kind}.sig").read_bytes()
    *_, root = certificate.parse_file((NOTATION_1 / f"{key}-chain.pem").read_bytes())
    about = (NOTATION_1 / f"{key}.{kind}.manifest.json").read_bytes()
    read = manifests.parse(about)
    assert read.subject is not None
    judgement = notary.judged(
        content,
        KINDS[kind],
        notary.trusting(root.der),
        subject=Subject(read.subject, "oci", "layout"),
        at=AT,
        metadata={"io.example.build": "42", "text": '<a&b> "ü"'},
    )
    assert judgement.counts
    one = parsed(content, KINDS[kind])
    assert one.summary.expiry is not None
    assert "notation-go/1.3.2" == one.envelope.unsigned.agent
    assert content == rewritten(one)
    created = datetime.fromisoformat(read.annotations[manifest.CREATED])
    envelope = manifest.read(about)
    assert manifests.describe(content, KINDS[kind]) == envelope
    fingerprints = [certificate.fingerprint for certificate in one.chain]
    assert about == manifest.write(envelope, read.subject, fingerprints, created, "legacy")
