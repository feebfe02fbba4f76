"""Signatures by keys of a running service's vault: made by the vault, brought to images of that service."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from sealwright import manifest as manifests
from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.formats.kms import manifest as kms_manifest
from sealwright.formats.kms.content import Content
from sealwright.formats.kms.message import Message, repository_name
from sealwright.formats.kms.ocid import key_region
from sealwright.workflow.clock import now
from world import simple
from world.vaults import VaultWire
from world.wire import Answer, Wire

__all__ = ["KmsService"]


class KmsService:
    """A vault with one key of RSA, and images in the registry beside it.

    Args:
        wire: sends requests.
        vault: the name of the vault, which is made.

    Attributes:
        vaults: requests about vaults.
        key: the key, as the service shows it.
    """

    def __init__(self, wire: Wire, vault: str = "production") -> None:
        self.wire = wire
        self.vaults = VaultWire(wire)
        self.vaults.vault(vault)
        self.vault = vault
        self.key: Any = self.vaults.key(vault, "release", "RSA", 2048)

    def push(self, repository: str, tag: str = "v1") -> Digest:
        """An image, like no other one."""
        return simple.push_image(self.wire, repository, tag, unique=f"{repository} {tag}")

    def message(self, repository: str, digest: str, key: Any = None, **changed: str) -> Message:
        """What is to be signed of an image."""
        one = key or self.key
        fields = {
            "description": "release",
            "image_digest": str(digest),
            "kms_key_id": one["id"],
            "kms_key_version_id": one["currentVersion"],
            "metadata": '{"buildnumber":"8447"}',
            "region": key_region(one["id"]),
            "repository_name": repository_name(repository),
            "signing_algorithm": "SHA_256_RSA_PKCS_PSS",
        }
        return Message(**{**fields, **{field: str(value) for field, value in changed.items()}})

    def signed(self, message: bytes, key: Any = None, algorithm: str = "SHA_256_RSA_PKCS_PSS") -> Content:
        """What is kept of a message that the vault signs."""
        one = key or self.key
        made = self.vaults.sign(one["id"], algorithm, message)
        return Content(
            made["key"], made["version"], algorithm, base64.b64encode(message).decode(), made["signature"]
        )

    def bring(
        self,
        repository: str,
        digest: str,
        content: Content | Mapping[str, object],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Bring a signature to an image."""
        kept = json.loads(content.encoded()) if isinstance(content, Content) else content
        order = {"repository": repository, "format": "kms", "content": kept}
        told = {"Content-Type": "application/json", **(headers or {})}
        return self.wire.ask("POST", f"/api/v1/images/{digest}/signatures", json.dumps(order).encode(), told)

    def sign(self, repository: str, digest: str, key: Any = None, **changed: str) -> Any:
        """A signature, signed and brought; gives it as the service shows it."""
        content = self.signed(self.message(repository, digest, key, **changed).encoded(), key)
        answer = self.bring(repository, digest, content)
        assert 201 == answer.status, answer
        return answer.json

    def refer(self, repository: str, digest: str, content: bytes) -> str:
        """Push a signature as a referrer; gives the digest of its manifest."""
        for blob in (content, manifests.EMPTY_CONFIG):
            self.wire.push_blob(repository, blob)
        size = int(self.wire.ask("HEAD", f"/v2/{repository}/manifests/{digest}").headers["content-length"])
        subject = Descriptor(media_types.IMAGE_MANIFEST, Digest(digest), size)
        blob_descriptor = manifests.describe(content, media_types.KMS_SIGNATURE)
        manifest = kms_manifest.write(blob_descriptor, subject, now().replace(microsecond=0))
        made = Digest.of(manifest)
        told = {"Content-Type": media_types.IMAGE_MANIFEST}
        answer = self.wire.ask("PUT", f"/v2/{repository}/manifests/{made}", manifest, told)
        assert 201 == answer.status, answer
        return made
