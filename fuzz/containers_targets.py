"""What is fuzzed of /etc/containers: policy.json, the names in signatures, registries.d."""

from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec
import reshape
from target import Target

from sealwright.descriptor import Descriptor
from sealwright.dialects import containers_words
from sealwright.digest import Digest
from sealwright.errors import DocumentError
from sealwright.formats.simple import identity
from sealwright.homes.containers import registries_yaml
from sealwright.policy.containers import explaining, lint, lowering
from sealwright.reference import Reference
from sealwright.rules import IdentityKind, IdentityMatch
from sealwright.signature import Subject
from world import containers

NAMES: tuple[tuple[str, Reference | str], ...] = (
    ("docker", Reference.parse("r.example:5000/ns/app:v1")),
    ("dir", "/srv/images/app"),
    ("containers-storage", "[overlay@/var/lib/containers/storage]r.example/app:v1"),
)
SUBJECTS = tuple(Subject(Descriptor("", Digest.of(b""), 0), *name) for name in NAMES)


def _policy(content: bytes) -> None:
    """A good policy can be lowered, explained and linted; for a bad one containers/image has words."""
    try:
        policy = lowering.parse(content, "policy.json")
    except DocumentError as error:
        containers_words.invalid_policy(error, content)
        raise
    for subject in SUBJECTS:
        section = explaining.explain(policy, subject).section  # in quotes, where the name has none
        assert policy.statement(subject).name.replace('"', "") == section.replace('"', "")
    for one in lint.findings(policy.document):
        assert one.sentence
        msgspec.json.encode(one)


def _signed_name(content: bytes) -> None:
    text = content.decode(errors="surrogateescape")
    image = Reference.parse("r.example:5000/ns/app:v1")
    for kind in get_args(IdentityKind):
        match = IdentityMatch(kind, "r.example/a:v1", "r.example:5000", "v.example")
        identity.require_match(match, image, text)


def _registries(content: bytes) -> None:
    msgspec.json.encode(registries_yaml.read(content, "a.yaml"))


def _policies() -> Iterator[bytes]:
    yield from (broken.content for broken in containers.BROKEN.values())
    ring = containers.signed_by(
        keyPath=None, keyPaths=["/a", "/b"], signedIdentity={"type": "matchRepository"}
    )
    yield containers.policy(ring, docker={"r.example:5000/ns": [containers.ACCEPT]}, dir={"/srv": [ring]})
    yield containers.policy({"type": "sigstoreSigned", "keyDatas": ["QQ=="], "rekorPublicKeyPaths": ["/r"]})
    yield containers.identity("remapIdentity", prefix="a.b:5/c", signedPrefix="d.e")


def _names() -> Iterator[bytes]:
    yield from (b"r.example:5000/ns/app:v1", b"busybox", b"v.example/ns/app:v1", b"a" * 64)
    yield b"r.example/a@sha256:" + b"0" * 64


def _settings() -> Iterator[bytes]:
    yield b"default-docker:\n  sigstore: file:///srv\ndocker:\n  r.example:\n    lookaside: https://x\n"
    yield b"x: &x {lookaside: a}\ndocker:\n  a.io: {<<: [*x], use-sigstore-attachments: yes}\n---\n{}\n"
    yield b"docker: {a: {lookside: x, lookaside: x}, a: []}"


TARGETS: Mapping[str, Target] = {
    "containers-policy": Target(_policy, _policies, 4096, reshape.members),
    "signed-name": Target(_signed_name, _names, 512),
    "registries-d": Target(_registries, _settings, 2048),
}
