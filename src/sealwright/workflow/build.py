"""Build an image from folders, without a daemon: one layer for each folder, reproducible.

Layers are tar files under gzip in which every time is the epoch and every owner is root (or, if asked, the
number that it is in the folder), so that the same files give the same digests (OCI image-spec, layer.md and
config.md).
"""

import gzip
import hashlib
import io
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING

import msgspec

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor, Platform
from sealwright.digest import Digest
from sealwright.interfaces import Repository

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = ["build"]

_EPOCH = "1970-01-01T00:00:00Z"


def build(
    repository: Repository,
    folders: Sequence[Path],
    *,
    platform: Platform,
    entrypoint: Sequence[str] = (),
    tag: str | None = None,
    settings: Mapping[str, object] = MappingProxyType({}),
    owners: bool = False,
) -> Descriptor:
    """Put an image together in a repository.

    Args:
        repository: where it goes.
        folders: what each layer holds, the lowest first; their contents stand at the image's root.
        platform: what the image runs on.
        entrypoint: the command that a container starts with.
        tag: stands for the image.
        settings: further members of the configuration's `config`, such as `User` and `Labels`.
        owners: whether files keep the numbers of their owners and groups.

    Raises:
        StorageError: the repository cannot be written.
        OSError: a folder cannot be read.
    """
    layers: list[Descriptor] = []
    diff_ids: list[str] = []
    for folder in folders:
        with tempfile.TemporaryFile() as file:
            diff_ids.append(_write_layer(folder, file, owners=owners))
            layer = _described(file)
            repository.push_blob(layer, partial(_pieces, file))
        layers.append(layer)
    config_content = msgspec.json.encode(
        {
            "architecture": platform.architecture,
            "os": platform.os,
            "created": _EPOCH,
            "config": ({"Entrypoint": list(entrypoint)} if entrypoint else {}) | dict(settings),
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "history": [{"created": _EPOCH, "created_by": f"folder {folder.name}"} for folder in folders],
        }
    )
    config = manifests.describe(config_content, media_types.IMAGE_CONFIG)
    repository.push_blob(config, lambda: iter((config_content,)))
    members = {"mediaType": media_types.IMAGE_MANIFEST, "config": config, "layers": layers}
    return repository.push_manifest(manifests.encode(members), media_types.IMAGE_MANIFEST, tag)


def _write_layer(folder: Path, file: IO[bytes], *, owners: bool) -> str:
    """Write a folder as a compressed layer; gives the digest of the uncompressed tar (its diff id)."""
    with gzip.GzipFile("", "wb", 6, file, mtime=0) as compressed:
        hashed = _Hashing(compressed)
        with tarfile.open(fileobj=hashed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for path in sorted(folder.rglob("*")):
                tar.add(
                    path,
                    str(path.relative_to(folder)),
                    recursive=False,
                    filter=partial(_plain, owners=owners),
                )
    return f"sha256:{hashed.digest.hexdigest()}"


class _Hashing(io.RawIOBase):
    """A file that is written through to another and hashed on the way."""

    def __init__(self, inner: gzip.GzipFile) -> None:
        self._inner = inner
        self.digest = hashlib.sha256()

    def write(self, content: "Buffer", /) -> int:
        self.digest.update(content)
        return self._inner.write(content)


def _plain(entry: tarfile.TarInfo, *, owners: bool) -> tarfile.TarInfo:
    entry.mtime = 0
    if not owners:
        entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _described(file: IO[bytes]) -> Descriptor:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]  # any file will do
    return Descriptor(media_types.IMAGE_LAYER_TAR_GZIP, Digest(f"sha256:{digest.hexdigest()}"), file.tell())


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(limits.BLOB_PIECE_BYTES):
        yield piece
