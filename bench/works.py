"""What is measured on each registry, and what it holds for that."""

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
from loads import Blob, got, pull, push, put, requests
from sides import REPOSITORIES, Side

from sealwright import manifest as manifests
from sealwright import media_types

BLOB_BYTES = 100_000_000
PARALLEL = 4
"""How many blobs there are, to be pushed side by side."""

_PULLS, _PUSHES = 5, 2
_REFERRERS = 1_000
_SECONDS = 2.0
_BLOBS, _IMAGES = REPOSITORIES
_KIND = "application/vnd.example.attached"


class Held(NamedTuple):
    """What a side holds, to be asked for: the digest of a blob, and paths."""

    blob: str
    manifest: str
    referrers: str


class Work(NamedTuple):
    """A row of the table: what is done, the unit it is told in, and how many times as good it should be."""

    name: str
    do: Callable[[Side, Held, Sequence[Blob]], int]
    unit: str = "ms"
    aim: float | None = None
    auth: bool = True


# each gives how many units of work it did


def _pull(side: Side, held: Held, _blobs: Sequence[Blob]) -> int:
    for _ in range(_PULLS):
        pull(side, _BLOBS, held.blob)
    return _PULLS


def _push(side: Side, _held: Held, blobs: Sequence[Blob]) -> int:
    for blob in blobs[:_PUSHES]:
        push(side, _BLOBS, [blob])
    return _PUSHES


def _push_side_by_side(side: Side, _held: Held, blobs: Sequence[Blob]) -> int:
    push(side, _BLOBS, blobs)
    return len(blobs)


def _manifest(side: Side, held: Held, _blobs: Sequence[Blob]) -> int:
    return requests(side, held.manifest, _SECONDS)


def _referrers(side: Side, held: Held, _blobs: Sequence[Blob]) -> int:
    return requests(side, held.referrers, _SECONDS)


WORKS = (
    Work("pull of 100 MB", _pull, aim=0.9),
    Work("push of 100 MB", _push, aim=1.3),
    Work("4 parallel pushes of 100 MB, each", _push_side_by_side),
    Work("manifest by tag, auth on", _manifest, "us", aim=5),
    Work("manifest by tag, auth off", _manifest, "us", auth=False),
    Work("referrers of a subject with 1,000", _referrers, "us"),
)


def prepare(side: Side, blob: Blob) -> Held:
    """Push a blob, an image, and what refers to it."""
    push(side, _BLOBS, [blob])
    config = manifests.describe(manifests.EMPTY_CONFIG, media_types.EMPTY)
    push(side, _IMAGES, [Blob.of(blob.path.with_name("config"), manifests.EMPTY_CONFIG)])
    image = {"mediaType": media_types.IMAGE_MANIFEST, "config": config, "layers": [config]}
    body = manifests.encode(image)
    tagged = f"/v2/{_IMAGES}/manifests/v1"
    digest = put(side, tagged, body, media_types.IMAGE_MANIFEST)
    listed = []
    for number in range(_REFERRERS):
        told = {"artifactType": _KIND, "annotations": {"org.example.number": str(number)}}
        subject = manifests.describe(body, media_types.IMAGE_MANIFEST)
        referrer = manifests.encode({**image, "subject": subject, **told})
        descriptor = manifests.describe(referrer, media_types.IMAGE_MANIFEST)
        put(side, f"/v2/{_IMAGES}/manifests/{descriptor.digest}", referrer, media_types.IMAGE_MANIFEST)
        listed.append(
            msgspec.structs.replace(descriptor, artifact_type=_KIND, annotations=told["annotations"])
        )
    path = f"/v2/{_IMAGES}/referrers/{digest}"
    if not side.ours:  # they have no such API: clients keep an index under a tag
        path = f"/v2/{_IMAGES}/manifests/{digest.replace(':', '-')}"
        index = manifests.encode({"mediaType": media_types.IMAGE_INDEX, "manifests": listed})
        put(side, path, index, media_types.IMAGE_INDEX)
    assert len(json.loads(got(side, path))["manifests"]) == _REFERRERS
    return Held(blob.digest, tagged, path)
