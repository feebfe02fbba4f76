"""What is fuzzed of signature stores, and of images that other programs keep."""

import base64
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from target import Target

from sealwright import manifest as manifests
from sealwright.digest import Digest
from sealwright.repositories import docker_archive, signature_extension
from sealwright.repositories.dir_image import DirImage
from sealwright.stores.importing.found import Found
from sealwright.stores.importing.objects import in_objects
from sealwright.stores.store_url import StoreUrl
from world import simple

DIGEST = Digest.of(b"manifest")


def _list(content: bytes) -> None:
    for entry in signature_extension._entries(content, "h.example/app", DIGEST):
        assert (entry.content is None) == bool(entry.problem)
        assert entry.name.isprintable()


def _objects(content: bytes) -> None:
    for found in in_objects(content, "file"):
        assert isinstance(found, Found) or found.reason
        assert not isinstance(found, Found) or Digest.parse(found.digest) == found.digest


def _url(content: bytes) -> None:
    url = StoreUrl.parse(content.decode(errors="replace")).below("app@sha256=00/signature-1")
    assert url.request().count("?") <= 1 or url.query
    assert "@" not in url.authority
    assert url.shown


def _docker_archive(content: bytes) -> None:
    descriptor = os.memfd_create("archive")
    try:
        os.write(descriptor, content)
        with TemporaryDirectory() as folder, DirImage(f"{folder}/image", write=True) as image:
            docker_archive.read_into(image, f"/proc/self/fd/{descriptor}", None)
            parsed = manifests.parse(image.manifest(image.resolve("")))
            assert all(image.has(blob) for blob in parsed.contents)
            assert {"image"} == {path.name for path in Path(folder).iterdir()}
    finally:
        os.close(descriptor)


def _lists() -> Iterator[bytes]:
    entry = json.loads(simple.encoded(DIGEST, simple.signed(DIGEST)))
    yield json.dumps({"signatures": [entry, {**entry, "type": "x", "version": 1}]}).encode()
    yield b'{"signatures": null}'


def _images() -> Iterator[bytes]:
    content = base64.b64encode(simple.signed(DIGEST)).decode()
    signature = {"metadata": {"name": f"{DIGEST}@00"}, "type": "atomic", "content": content}
    image = {"kind": "Image", "metadata": {"name": DIGEST}, "signatures": [signature]}
    yield json.dumps({"kind": "List", "items": [image]}).encode()
    data = f"{{sha256-{DIGEST.encoded}-1: {content}}}"
    yield f"kind: ConfigMap\nbinaryData: {data}\n---\nkind: Image\n".encode()


def _urls() -> Iterator[bytes]:
    yield from (b"https://u:p@h.example:1/a%20b?x=1", b"file:///var/lib/x", b"ftp://h", b"http://[::1]/")


def _archives() -> Iterator[bytes]:
    layer = b"layer"
    config = json.dumps({"rootfs": {"diff_ids": [str(Digest.of(layer))] * 2}}).encode()
    listed = json.dumps([{"Config": "c", "RepoTags": ["app:v1"], "Layers": ["a/l", "b/l"]}]).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in (("c", config), ("a/l", layer), ("manifest.json", listed)):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("b/l")
        link.type, link.linkname = tarfile.SYMTYPE, "../a/l"
        tar.addfile(link)
    yield buffer.getvalue()[:4096] + bytes(1024)


TARGETS: Mapping[str, Target] = {
    "extension-list": Target(_list, _lists),
    "image-objects": Target(_objects, _images),
    "store-url": Target(_url, _urls, 256),
    "docker-archive": Target(_docker_archive, _archives),
}
