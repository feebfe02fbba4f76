"""Archives of `docker save` (docker, image/spec/v1.2.md, "Combined Image JSON").

    manifest.json    [{"Config": "<name>", "RepoTags": ["app:v1"], "Layers": ["<name>", …]}]

Config and layers are files of any name; layers are tar files, uncompressed as a rule, and in old archives
also symbolic links to one. Such an image has no manifest: reading it makes one of Docker's schema 2, with
layers that are compressed so that the same archive always gives the same manifest. Layers that came
compressed stay so. Writing makes what `docker load` and `podman load` take; an archive is never changed.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO

import msgspec

from sealwright import limits, media_types, strict_json
from sealwright import manifest as manifest_module
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import (
    MalformedContentError,
    NotFoundError,
    SealwrightError,
    StorageError,
    UsageError,
)
from sealwright.manifest import Manifest
from sealwright.reference import Reference
from sealwright.repositories import gzip_layers, tar_members
from sealwright.repositories.dir_image import DirImage
from sealwright.repositories.layout_storage import failed
from sealwright.repositories.tar_members import Member

__all__ = ["read_into", "write_from"]

_MANIFEST = "manifest.json"
_ZSTD = b"\x28\xb5\x2f\xfd"
_CONFIGS = frozenset({media_types.IMAGE_CONFIG, media_types.DOCKER_CONFIG})
_NAMES_SHOWN = 10


class _Image(msgspec.Struct, rename="pascal"):
    """An entry of manifest.json."""

    config: str
    layers: tuple[str, ...]
    repo_tags: tuple[str, ...] | None = None

    def tags(self) -> set[str]:
        """Its names, normalised; what is no name is left out."""
        found = set()
        for tag in self.repo_tags or ():
            try:
                found.add(_full(Reference.parse(tag)))
            except UsageError:
                continue
        return found


class _RootFs(msgspec.Struct):
    diff_ids: tuple[str, ...] = ()


class _Config(msgspec.Struct):
    rootfs: _RootFs


def read_into(image: DirImage, path: str, named: Reference | None) -> None:
    """Bring an image of an archive into a folder.

    Args:
        image: takes it; its name is used in messages.
        path: of the archive.
        named: which image; None: the only one.

    Raises:
        StorageError: `layout.read-failed`.
        NotFoundError: `layout.manifest-unknown`.
        UsageError: `layout.choose`.
        MalformedContentError: `artifact.digest-mismatch`, `layout.layer-unreadable`, and the codes of
            `tar_members.scan`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise failed("read", image.name, error) from None
    try:
        _Reader(descriptor, image.name).bring(image, named)
    except OSError as error:
        raise failed("read", image.name, error) from None
    finally:
        os.close(descriptor)


class _Reader:
    """An open archive."""

    def __init__(self, descriptor: int, path: str) -> None:
        self._descriptor = descriptor
        self._path = path
        self._links: dict[str, str] = {}
        self._members = tar_members.scan(descriptor, path, self._links)

    def bring(self, image: DirImage, named: Reference | None) -> None:
        found = self._chosen(named)
        config = self._small(found.config)
        diff_ids = _diff_ids(config, self._path)
        if len(diff_ids) != len(found.layers):
            raise self._malformed(f"it has {len(found.layers)} layers, its configuration {len(diff_ids)}")
        layers = [
            self._layer(image, name, diff_id) for name, diff_id in zip(found.layers, diff_ids, strict=True)
        ]
        kept = manifest_module.describe(config, media_types.DOCKER_CONFIG)
        image.push_blob(kept, lambda: iter((config,)))
        members = {
            "mediaType": media_types.DOCKER_MANIFEST,
            "config": _written(kept),
            "layers": [_written(layer) for layer in layers],
        }
        image.push_manifest(manifest_module.encode(members), media_types.DOCKER_MANIFEST)

    def _chosen(self, named: Reference | None) -> _Image:
        try:
            value = strict_json.loads(self._small(_MANIFEST), limits.MANIFEST_BYTES)
            images = msgspec.convert(value, tuple[_Image, ...])
        except (strict_json.JsonError, msgspec.ValidationError) as error:
            raise self._malformed(f"its {_MANIFEST}: {error}") from None
        if named is not None:
            found = [one for one in images if _full(named) in one.tags()]
            if not found:
                raise NotFoundError("layout.manifest-unknown", name=self._path, reference=_full(named))
            return found[0]
        if len(images) != 1:
            tags = sorted(tag for one in images for tag in one.tags())
            shown = ", ".join(tags[:_NAMES_SHOWN]) + (", …" if len(tags) > _NAMES_SHOWN else "")
            raise UsageError("layout.choose", name=self._path, count=len(images), tags=shown or "none")
        return images[0]

    def _layer(self, image: DirImage, name: str, diff_id: Digest) -> Descriptor:
        """A layer, compressed if it was not, as a blob of the image."""
        member = self._member(name)
        is_gzip = self._beginning(member, len(gzip_layers.MAGIC)) == gzip_layers.MAGIC
        plain = self._pieces(member)
        source = _Watched(gzip_layers.expanded(plain, self._path) if is_gzip else plain, diff_id)
        if is_gzip:
            for _ in source:
                pass
            pieces: Iterable[bytes] = self._pieces(member)
        else:
            pieces = gzip_layers.compressed(source)
        partial = image.folder / ".layer"
        hasher = hashlib.sha256()
        with partial.open("wb") as file:
            for piece in pieces:
                hasher.update(piece)
                file.write(piece)
            size = file.tell()
        source.require()
        descriptor = Descriptor(media_types.DOCKER_LAYER_GZIP, Digest(f"sha256:{hasher.hexdigest()}"), size)
        partial.replace(image.folder / descriptor.digest.encoded)
        return descriptor

    def _member(self, name: str) -> Member:
        """A file of the archive; one symbolic link is followed."""
        if name in self._links:
            target = os.path.normpath(os.path.join(os.path.dirname(name), self._links[name]))  # noqa: PTH118, PTH120  # names in a tar file
            name = target
        if name not in self._members:
            raise self._malformed(f"it does not hold {name[:200]!a}")
        return self._members[name]

    def _small(self, name: str) -> bytes:
        member = self._member(name)
        if member.size > limits.MANIFEST_BYTES:
            raise self._malformed(f"{name[:200]!a} has more than {limits.MANIFEST_BYTES} bytes")
        return b"".join(self._pieces(member))

    def _beginning(self, member: Member, size: int) -> bytes:
        return os.pread(self._descriptor, min(size, member.size), member.offset)

    def _pieces(self, member: Member) -> Iterator[bytes]:
        at, end = member.offset, member.offset + member.size
        while at < end:
            piece = os.pread(self._descriptor, min(limits.BLOB_PIECE_BYTES, end - at), at)
            if not piece:
                raise StorageError("layout.changed", path=self._path)
            at += len(piece)
            yield piece

    def _malformed(self, problem: str) -> MalformedContentError:
        return MalformedContentError("layout.archive-malformed", path=self._path, problem=problem)


def write_from(image: DirImage, path: str, named: Reference | None) -> None:
    """Write an image of a folder as a new archive.

    Args:
        image: of one platform.
        path: of the archive; there must be no such file.
        named: the name that it gets; None: none.

    Raises:
        UsageError: `layout.cannot-hold`.
        StorageError: `file.exists`, `layout.write-failed`.
        MalformedContentError: `artifact.digest-mismatch`, `layout.layer-unreadable`.
    """
    descriptor = image.resolve("")
    parsed = manifest_module.parse(image.manifest(descriptor))
    if descriptor.media_type in media_types.INDEXES:
        raise UsageError("layout.cannot-hold", name=image.name, what="an index of several platforms")
    if parsed.config is None or parsed.config.media_type not in _CONFIGS:
        raise UsageError("layout.cannot-hold", name=image.name, what="anything but an image")
    target = Path(path)
    new = target.with_name(f".{target.name}.new-{os.urandom(8).hex()}")
    try:
        try:
            with new.open("xb") as out:
                _write(out, image, parsed, named)
                out.flush()
                os.fsync(out.fileno())
            os.link(new, target)  # unlike a rename, this fails if somebody else was faster
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError:
        raise StorageError("file.exists", file=path) from None
    except OSError as error:
        raise failed("write", path, error) from None


def _write(out: IO[bytes], image: DirImage, parsed: Manifest, named: Reference | None) -> None:
    assert parsed.config is not None  # noqa: S101  # asked before
    config = b"".join(image.open_blob(parsed.config))
    diff_ids = _diff_ids(config, image.name)
    if len(diff_ids) != len(parsed.layers):
        raise MalformedContentError(
            "artifact.manifest-malformed", problem="it has not as many layers as its configuration"
        )
    names = []
    for layer, diff_id in zip(parsed.layers, diff_ids, strict=True):
        name = f"{diff_id.encoded}.tar"
        if name not in names:
            _write_layer(out, image, layer, diff_id, name)
        names.append(name)
    tags = [] if named is None else [_full(named)]
    config_name = f"{parsed.config.digest.encoded}.json"
    listed = msgspec.json.encode([{"Config": config_name, "RepoTags": tags, "Layers": names}])
    tar_members.write_member(out, config_name, len(config), [config])
    tar_members.write_member(out, _MANIFEST, len(listed), [listed])
    out.write(tar_members.END)


def _write_layer(out: IO[bytes], image: DirImage, layer: Descriptor, diff_id: Digest, name: str) -> None:
    """Write a layer, expanded if it was compressed. Its size is told in front, so it is written twice."""
    pieces = image.open_blob(layer)
    first = next(pieces, b"")
    if first.startswith(_ZSTD):
        raise UsageError("layout.cannot-hold", name=image.name, what="a layer that is compressed with zstd")
    whole: Iterator[bytes] = chain([first], pieces)
    if first.startswith(gzip_layers.MAGIC):
        whole = gzip_layers.expanded(whole, image.name)
    source = _Watched(whole, diff_id)
    partial = image.folder / ".layer"
    try:
        with partial.open("w+b") as file:
            file.writelines(source)
            source.require()
            size = file.tell()
            file.seek(0)
            tar_members.write_member(out, name, size, iter(lambda: file.read(limits.BLOB_PIECE_BYTES), b""))
    finally:
        partial.unlink(missing_ok=True)


class _Watched:
    """The pieces of a layer on their way, hashed."""

    def __init__(self, pieces: Iterable[bytes], diff_id: Digest) -> None:
        self._pieces = pieces
        self._diff_id = diff_id
        self._hasher = diff_id.hasher()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._hasher.update(piece)
            yield piece

    def require(self) -> None:
        """Raise unless all that passed by is what the configuration says.

        Raises:
            MalformedContentError: `artifact.digest-mismatch`.
        """
        self._diff_id.require_hash(self._hasher, "layer")


def _diff_ids(config: bytes, path: str) -> tuple[Digest, ...]:
    """The digests of the layers before compression, as the configuration of an image tells them.

    Raises:
        MalformedContentError: `layout.archive-malformed`.
    """
    try:
        value = msgspec.convert(strict_json.loads(config, limits.MANIFEST_BYTES), _Config)
        return tuple(map(Digest.parse, value.rootfs.diff_ids))
    except (strict_json.JsonError, msgspec.ValidationError, SealwrightError) as error:
        problem = f"the configuration of the image: {error}"
        raise MalformedContentError("layout.archive-malformed", path=path, problem=problem) from None


def _full(reference: Reference) -> str:
    return f"{reference.repository}:{reference.tag or 'latest'}"


def _written(descriptor: Descriptor) -> dict[str, object]:
    return {
        "mediaType": descriptor.media_type,
        "size": descriptor.size,
        "digest": str(descriptor.digest),
    }
