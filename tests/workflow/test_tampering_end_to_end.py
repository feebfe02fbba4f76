"""One byte changed anywhere between the policy's trust store and the image, every digest made right again.

The attacker here owns the repository: whatever is changed gets a new digest, the manifests that name it are
written anew, and the listing shows the result as a signature of the image. So no digest can refuse; only our
own checks can, and each refusal names the stage that made it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from formats.tampering import tampered
from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor, Platform
from sealwright.digest import Digest
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.interfaces import Repository
from sealwright.policy.notation import lowering
from sealwright.repositories.layout import ImageLayout
from sealwright.repositories.locating import Location
from sealwright.verdict import Verdict
from sealwright.workflow.build import build
from sealwright.workflow.context import Context, Place
from sealwright.workflow.sign import Wish, sign
from sealwright.workflow.verify import verify
from world import pki
from world.memory_layout import MemoryStorage, memory_layout

POLICY = lowering.parse(
    b'{"version":"1.0","trustPolicies":[{"name":"all","registryScopes":["*"],'
    b'"signatureVerification":{"level":"strict"},"trustStores":["ca:acme"],'
    b'"trustedIdentities":["x509.subject: C=US, ST=WA, O=Acme"]}]}',
    "policy.json",
)
UNVOUCHED = (
    rb'"config":\{[^}]*\}',
    rb'"annotations":\{[^}]*\}',
    rb'^\{"schemaVersion":2,"mediaType"',
)
"""The parts of a signature's manifest that prove and decide nothing: the empty config, the annotations, and
the name of the optional member mediaType (its value is checked)."""
NAME = "registry.acme.example/net-monitor"


class Listing(NamedTuple):
    """A repository whose listing the attacker writes: it shows one manifest as a signature of anything."""

    layout: ImageLayout
    shown: Descriptor

    @property
    def name(self) -> str:
        return NAME

    def referrers(self, subject: Descriptor, artifact_type: str | None = None) -> Iterator[Descriptor]:
        del subject, artifact_type
        yield self.shown

    def __getattr__(self, name: str) -> object:
        return getattr(self.layout, name)


class Signed(NamedTuple):
    """A signed image in memory: the storage, the image, the signature's manifest, the envelope."""

    storage: MemoryStorage
    image: Descriptor
    manifest: Descriptor
    envelope: Descriptor

    def content(self, descriptor: Descriptor) -> bytes:
        return self.storage.blobs[descriptor.digest]


class Signer(NamedTuple):
    certificates: tuple[bytes, ...]
    chain: pki.Chain

    def sign(self, message: bytes, algorithm: object) -> bytes:
        return self.chain.sign(message, algorithm)  # type: ignore[arg-type]  # always its own


def context(repository: Repository, selector: str) -> Context:
    @contextmanager
    def open_image(image: str | Location, /, *, write: bool = False) -> Iterator[Place]:
        del image, write
        yield Place(repository, "oci", NAME, selector, None)

    root = pki.chain("ec256", length=2).certificates[-1]
    return Context(lambda: pki.NOW, open_image, lambda needs: dict.fromkeys(needs, (root,)), print)


@pytest.fixture(scope="module", params=[media_types.NOTARY_JWS, media_types.NOTARY_COSE], ids=["jws", "cose"])
def signed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    layer = tmp_path_factory.mktemp("layer")
    (layer / "file").write_text("content")
    storage = MemoryStorage()
    layout = memory_layout(storage)
    image = build(layout, [Path(layer)], platform=Platform("amd64", "linux"), tag="v1")
    chain = pki.chain("ec256", length=2)
    wish = Wish(envelope=request.param, user_metadata={"build": "42"})
    (made,) = sign(context(layout, "v1"), "v1", Signer(chain.certificates, chain), wish)
    (manifest,) = (one for one in layout.referrers(image) if str(one.digest) == made.location)
    return Signed(storage, image, manifest, signature_manifest.read(layout.manifest(manifest)))


def judged(storage: MemoryStorage, image: Descriptor, shown: bytes) -> Verdict:
    """The verdict on an image when the listing shows these bytes as its signature's manifest."""
    descriptor = manifests.describe(shown, media_types.IMAGE_MANIFEST)
    storage.put(descriptor.digest, [shown])
    listing = Listing(memory_layout(storage), descriptor)
    return verify(context(listing, str(image.digest)), NAME, POLICY)  # type: ignore[arg-type]  # by delegation


def stage(verdict: Verdict) -> str:
    """The first part of the reason that the verdict, or its only signature, gives."""
    return verdict.reason.partition(".")[0]


def flips(content: bytes) -> Iterator[bytes]:
    for offset in range(len(content)):
        changed = bytearray(content)
        changed[offset] ^= 1
        yield bytes(changed)


def test_untouched_it_is_accepted(signed: Signed) -> None:
    verdict = judged(signed.storage.copy(), signed.image, signed.content(signed.manifest))

    assert "accepted" == verdict.decision


def test_every_byte_of_the_envelope(signed: Signed) -> None:
    stages: Counter[tuple[str, str]] = Counter()
    for region, offset, content in tampered(signed.content(signed.envelope), signed.envelope.media_type):
        storage = signed.storage.copy()
        envelope = manifests.describe(content, signed.envelope.media_type)
        storage.put(envelope.digest, [content])
        shown = signature_manifest.write(envelope, signed.image, (), pki.NOW)
        verdict = judged(storage, signed.image, shown)
        kind = region.partition(" ")[0]
        stages[kind, stage(verdict)] += 1
        if kind == "unsigned":
            # 0x00 to 0x1f cannot stand in JSON text; everything else there changes nothing
            assert "accepted" == verdict.decision, (region, offset)
        else:
            assert ("refused", True) == (verdict.decision, stage(verdict) in {"parse", "integrity"}), (
                region,
                offset,
                verdict.reason,
            )

    assert {"protected", "payload", "signature", "certificate", "unsigned"} == {kind for kind, _ in stages}
    assert 64 == stages["signature", "integrity"]


def test_every_byte_of_the_signature_manifest(signed: Signed) -> None:
    original = signed.content(signed.manifest)
    free = {
        offset
        for span in UNVOUCHED
        for match in re.finditer(span, original)
        for offset in range(*match.span())
    }
    for offset, content in enumerate(flips(original)):
        verdict = judged(signed.storage.copy(), signed.image, content)
        if verdict.decision == "accepted":
            assert offset in free, (offset, content)
        else:
            assert stage(verdict) in {"parse", "artifact", "layout"}, (offset, content, verdict.reason)


def test_every_byte_of_the_image_manifest(signed: Signed) -> None:
    for content in flips(signed.content(signed.image)):
        storage = signed.storage.copy()
        image = Descriptor(signed.image.media_type, Digest.of(content), len(content))
        storage.put(image.digest, [content])
        entries = [{"mediaType": image.media_type, "digest": str(image.digest), "size": image.size}]
        storage.replace_index(msgspec.json.encode({"schemaVersion": 2, "manifests": entries}))
        shown = signature_manifest.write(signed.envelope, image, (), pki.NOW)

        verdict = judged(storage, image, shown)

        assert ("refused", "artifact.payload-mismatch") == (verdict.decision, verdict.reason)
