"""What is fuzzed: everything that reads bytes which somebody else wrote.

A target takes bytes and must come back, or raise a `SealwrightError`; nothing else may come out. `check` in
`fuzz/one.py` holds that, and that every error can be told to a user.
"""

import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import cast

import authority_targets
import containers_targets
import dialect_targets
import hardware_targets
import kms_targets
import msgspec
import openpgp_targets
import outcome_targets
import reshape
import revocation_targets
import seeds
import service_targets
import store_targets
import timestamp_targets
from target import Target

from sealwright import manifest as manifests
from sealwright import media_types, strict_json
from sealwright.descriptor import Descriptor
from sealwright.digest import ALGORITHMS, Digest
from sealwright.errors import DocumentError
from sealwright.formats.notary import manifest as signature_manifest
from sealwright.formats.notary import signature
from sealwright.formats.simple import payload as simple_payload
from sealwright.formats.simple import stored as simple_stored
from sealwright.homes.credential_helper import CredentialHelper
from sealwright.pki import certificate, key_files, names, profile
from sealwright.policy.notation import lowering
from sealwright.reference import Reference
from sealwright.repositories import challenge, locating
from sealwright.repositories.entries import descriptor_in
from sealwright.repositories.layout import open_archive
from sealwright.repositories.paging import Pages
from sealwright.repositories.referrers import read_page
from sealwright.rules import SignedBy
from sealwright.signature import Subject
from sealwright.transport.origin import Origin
from sealwright.transport.response import Response
from world import notary, pki


def _judge(content: bytes, envelope: str) -> None:
    """Parse an envelope, show it as `inspect` does, and judge it as who trusts its own root does."""
    parsed = signature.parse(notary.stored(content, envelope))
    msgspec.json.encode(parsed.summary, enc_hook=str)
    evidence = notary.trusting(parsed.envelope.chain[-1])
    judged = parsed.judge(notary.SUBJECT, notary.rule(), "policy:1", evidence, pki.NOW)
    assert judged is not None
    msgspec.json.encode(judged.judgement, enc_hook=str)


def _jws(content: bytes) -> None:
    _judge(content, media_types.NOTARY_JWS)


def _cose(content: bytes) -> None:
    _judge(content, media_types.NOTARY_COSE)


def _detached(content: bytes) -> None:
    """A signature of a file, judged for a file of which every digest is known."""
    envelope = media_types.NOTARY_JWS if content.startswith(b"{") else media_types.NOTARY_COSE
    parsed = signature.parse(notary.stored(content, envelope))
    digests = tuple(Digest.of(b"net-monitor", algorithm) for algorithm in ALGORITHMS)
    blob = Subject(Descriptor("", digests[0], len(b"net-monitor")), "blob", "net-monitor", digests=digests)
    evidence = notary.trusting(parsed.envelope.chain[-1])
    judged = parsed.judge(blob, notary.rule(), "policy:1", evidence, pki.NOW)
    assert judged is not None
    assert not judged.judgement.counts or parsed.target.digest in digests


def _certificates(content: bytes) -> None:
    for found in certificate.parse_file(content):
        msgspec.json.encode(found.summary, enc_hook=str)
        profile.require(found, "leaf")
    certificate.trust_anchors(content, "ca")


def _simple_signature(content: bytes) -> None:
    """Whatever is stored gets a name; a reader of OpenPGP may refuse, the one of stored bytes never does."""
    found = simple_stored.describe(content)
    msgspec.json.encode(found)
    assert found.payload is None or found.kind in ("signed", "unsupported", "several")


def _simple_payload(content: bytes) -> None:
    simple_payload.read(content)


def _signature_manifest(content: bytes) -> None:
    signature_manifest.read(content)


def _image_manifest(content: bytes) -> None:
    found = manifests.parse(content)
    manifests.media_type_of(found, media_types.IMAGE_MANIFEST)
    signature_manifest.thumbprints(dict(found.annotations))
    assert found.contents is not None
    assert found.kind is None or isinstance(found.kind, str)


def _policy(content: bytes) -> None:
    lowering.parse(content, "trustpolicy.json").statement(notary.SUBJECT)


def _blob_policy(content: bytes) -> None:
    policy = lowering.parse(content, "trustpolicy.blob.json", None, "blob")
    assert len([one for one in policy.document.statements if one.is_global]) <= 1
    statement = policy.statement(notary.SUBJECT)
    assert isinstance(statement.requirement, SignedBy)  # no global statement skips


def _reference(content: bytes) -> None:
    text = content.decode(errors="surrogateescape")
    located = locating.locate(text)
    if located.reference is not None:
        again = Reference.parse(str(located.reference))
        assert (again.domain, again.path) == (located.reference.domain, located.reference.path)


def _name(content: bytes) -> None:
    text = content.decode(errors="surrogateescape")
    found = names.parse(text)
    assert found == names.parse(names.text(found))
    names.contains(found, names.parse_identity(text))


def _challenge(content: bytes) -> None:
    challenge.parse(content.decode("latin-1"))


def _link(content: bytes) -> None:
    url = "https://registry.example/v2/app/tags/list"
    response = SimpleNamespace(url=url, headers={"link": content.decode("latin-1")})
    following = Pages("app", Origin.of(url)).after(cast("Response", response))
    if following is not None and Origin.of(following) != Origin.of(url):
        raise AssertionError(following)


def _referrers(content: bytes) -> None:
    for entry in read_page(content, "app", Digest.of(b"")):
        descriptor_in(entry)


def _archive(content: bytes) -> None:
    descriptor = os.memfd_create("archive")
    try:
        os.write(descriptor, content)
        with open_archive(f"/proc/self/fd/{descriptor}") as layout:
            list(layout.tags())
            subject = layout.resolve("")
            for referrer in layout.referrers(subject):
                layout.manifest(referrer)
    finally:
        os.close(descriptor)


def _helper(content: bytes) -> None:
    CredentialHelper("pass", {})._read(content[:1] == b"\0", content)


def _private_key(content: bytes) -> None:
    """Without a passphrase where the key's own header says how often it is hashed: that may take years."""
    is_pkcs8 = b"ENCRYPTED PRIVATE KEY" in content
    key_files.load(content, None if is_pkcs8 else b"open sesame")


def _json(content: bytes) -> None:
    try:
        strict_json.loads(content, 1024 * 1024)
    except strict_json.JsonError as error:
        line, column = error.position
        raise DocumentError(
            "document.malformed", file="f", line=line, column=column, problem=str(error)
        ) from None
    places = strict_json.Places(content)
    assert places.name(("a", 0, "b")) >= (1, 1)


TARGETS: Mapping[str, Target] = {
    "jws": Target(_jws, seeds.jws, mutate=reshape.jws),
    "cose": Target(_cose, seeds.cose, mutate=reshape.cose),
    "detached": Target(_detached, seeds.detached),
    "certificate": Target(_certificates, seeds.certificates),
    "simple-signature": Target(_simple_signature, seeds.simple_signatures, 4096),
    "simple-payload": Target(_simple_payload, seeds.simple_payloads, 4096, reshape.members),
    "signature-manifest": Target(_signature_manifest, seeds.signature_manifests, 4096, reshape.members),
    "image-manifest": Target(_image_manifest, seeds.image_manifests, 4096, reshape.members),
    "policy": Target(_policy, seeds.policies, 4096, reshape.members),
    "blob-policy": Target(_blob_policy, seeds.blob_policies, 4096, reshape.members),
    "reference": Target(_reference, seeds.references, 512),
    "name": Target(_name, seeds.distinguished_names, 512),
    "challenge": Target(_challenge, seeds.challenges, 2048),
    "link": Target(_link, seeds.links, 2048),
    "referrers": Target(_referrers, seeds.referrer_pages, 4096, reshape.members),
    "archive": Target(_archive, seeds.archives, 64 * 1024),
    "helper": Target(_helper, seeds.helper_answers, 2048, reshape.members),
    "private-key": Target(_private_key, seeds.private_keys, 8 * 1024),
    "json": Target(_json, seeds.settings, 4096, reshape.members),
    **authority_targets.TARGETS,
    **containers_targets.TARGETS,
    **hardware_targets.TARGETS,
    **kms_targets.TARGETS,
    **openpgp_targets.TARGETS,
    **revocation_targets.TARGETS,
    **outcome_targets.TARGETS,
    **dialect_targets.TARGETS,
    **service_targets.TARGETS,
    **store_targets.TARGETS,
    **timestamp_targets.TARGETS,
}
