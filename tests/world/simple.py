"""Simple signatures through the signature extension, by a client that sends what a test says."""

import base64
import itertools
import json
from collections.abc import Mapping

from sealwright.digest import Digest
from world import openpgp
from world.wire import Answer, Wire

__all__ = ["attach", "encoded", "listed", "name_of", "path", "push_image", "signed"]

_IMAGE: Mapping[str, object] = {
    "config": {
        "mediaType": "application/vnd.oci.image.config.v1+json",
        "digest": str(Digest.of(b"{}")),
        "size": 2,
    },
    "layers": [],
}
_numbers = itertools.count(1)


def push_image(wire: Wire, name: str, tag: str = "v1", **annotations: str) -> Digest:
    """An image manifest; other annotations make it another one."""
    digest, _ = wire.push_manifest(name, tag, {**_IMAGE, "annotations": annotations})
    return digest


def signed(digest: str, key_id: str = "00112233445566AA", reference: str = "example/app:v1") -> bytes:
    """A message that has the form of a signature of that manifest; each one is another."""
    created = openpgp.subpacket(2, (1_700_000_000 + next(_numbers)).to_bytes(4))
    packet = openpgp.signature(4, [created], [openpgp.subpacket(16, bytes.fromhex(key_id))])
    return openpgp.message(openpgp.payload(digest, reference), packet)


def path(name: str, digest: str) -> str:
    """The extension's path for the signatures of a manifest."""
    return f"/extensions/v2/{name}/signatures/{digest}"


def name_of(digest: str, number: int = 0) -> str:
    """A name for a signature."""
    return f"{digest}@{number or next(_numbers):032x}"


def encoded(digest: str, content: bytes, /, **changes: object) -> bytes:
    """The JSON of a signature; a change to None leaves a member out."""
    members: dict[str, object] = {
        "schemaVersion": 2,
        "name": name_of(digest),
        "type": "atomic",
        "content": base64.b64encode(content).decode(),
        **changes,
    }
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


def attach(
    wire: Wire, repository: str, digest: str, content: bytes | None = None, /, **changes: object
) -> Answer:
    """PUT a signature."""
    body = encoded(digest, signed(digest) if content is None else content, **changes)
    return wire.ask("PUT", path(repository, digest), body)


def listed(wire: Wire, name: str, digest: str) -> list[bytes]:
    """The contents that the extension lists."""
    answer = wire.ask("GET", path(name, digest))
    assert 200 == answer.status, answer
    return [base64.b64decode(one["content"]) for one in answer.json["signatures"]]
