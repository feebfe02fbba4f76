"""Images of one layer as OCI layouts, put together from their bytes without any code of ours."""

import json
from collections.abc import Mapping
from pathlib import Path

from sealwright import media_types
from sealwright.digest import Digest

__all__ = ["small_index", "small_layout"]


def small_layout(folder: Path, layer: bytes) -> Path:
    """Make a layout with one image, whose tag is `v1`.

    Args:
        folder: where; it must not be there.
        layer: its one layer, a tar file if anybody is to unpack it.
    """
    blobs = _Blobs(folder)
    return blobs.tagged(blobs.image(layer, "amd64"))


def small_index(folder: Path, layers: Mapping[str, bytes]) -> Path:
    """Make a layout with an index of images, whose tag is `v1`.

    Args:
        folder: where; it must not be there.
        layers: the one layer of each image, by its architecture; each runs on Linux.
    """
    blobs = _Blobs(folder)
    entries = [
        blobs.image(layer, architecture) | {"platform": {"os": "linux", "architecture": architecture}}
        for architecture, layer in layers.items()
    ]
    index = {"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX, "manifests": entries}
    return blobs.tagged(blobs.add(json.dumps(index).encode(), media_types.IMAGE_INDEX))


class _Blobs:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blobs = folder / "blobs" / "sha256"
        self._blobs.mkdir(parents=True)

    def add(self, content: bytes, media_type: str) -> dict[str, object]:
        digest = Digest.of(content)
        (self._blobs / digest.encoded).write_bytes(content)
        return {"mediaType": media_type, "digest": str(digest), "size": len(content)}

    def image(self, layer: bytes, architecture: str) -> dict[str, object]:
        root = {"type": "layers", "diff_ids": [str(Digest.of(layer))]}
        config = json.dumps({"architecture": architecture, "os": "linux", "rootfs": root}).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": media_types.IMAGE_MANIFEST,
            "config": self.add(config, media_types.IMAGE_CONFIG),
            "layers": [self.add(layer, media_types.IMAGE_LAYER_TAR)],
        }
        return self.add(json.dumps(manifest).encode(), media_types.IMAGE_MANIFEST)

    def tagged(self, entry: Mapping[str, object]) -> Path:
        top = {**entry, "annotations": {"org.opencontainers.image.ref.name": "v1"}}
        (self._folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [top]}))
        (self._folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        return self._folder
