"""An image of one layer as an OCI layout, put together from its bytes without any code of ours."""

import json
from pathlib import Path

from sealwright import media_types
from sealwright.digest import Digest

__all__ = ["small_layout"]


def small_layout(folder: Path, layer: bytes) -> Path:
    """Make the layout, whose tag is `v1`.

    Args:
        folder: where; it must not be there.
        layer: its one layer, a tar file if anybody is to unpack it.
    """
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def add(content: bytes, media_type: str) -> dict[str, object]:
        digest = Digest.of(content)
        (blobs / digest.encoded).write_bytes(content)
        return {"mediaType": media_type, "digest": str(digest), "size": len(content)}

    root = {"type": "layers", "diff_ids": [str(Digest.of(layer))]}
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": root}).encode()
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_types.IMAGE_MANIFEST,
        "config": add(config, media_types.IMAGE_CONFIG),
        "layers": [add(layer, media_types.IMAGE_LAYER_TAR)],
    }
    entry = add(json.dumps(manifest).encode(), media_types.IMAGE_MANIFEST)
    entry["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    return folder
