"""Descriptors: what a piece of content is, by type, digest and size (OCI image-spec, descriptor.md)."""

from collections.abc import Mapping

import msgspec

from sealwright.digest import Digest

__all__ = ["Descriptor", "Platform"]


class Platform(msgspec.Struct, frozen=True, omit_defaults=True):
    """For which machine an entry of an index is (image-spec, image-index.md, "platform")."""

    architecture: str
    os: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Descriptor(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A reference to content by its digest.

    `size` is in bytes. `annotations` are claims of whoever wrote the descriptor.
    """

    media_type: str
    digest: Digest
    size: int
    artifact_type: str | None = None
    annotations: Mapping[str, str] = {}
    platform: Platform | None = None
    urls: tuple[str, ...] = ()

    def same_content(self, other: "Descriptor") -> bool:
        """Whether both name the same bytes as the same type."""
        return self.digest == other.digest and self.size == other.size and self.media_type == other.media_type
