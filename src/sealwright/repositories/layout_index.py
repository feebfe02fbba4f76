"""The index.json of an image layout, as edits from bytes to bytes (image-spec, image-layout.md).

Rules for what we write:

1. A tag is an entry with the annotation `org.opencontainers.image.ref.name`. One entry per tag; giving a tag
   to another manifest leaves the former one listed without it.
2. A manifest without a tag is listed without that annotation, so that it can be found and is not collected as
   garbage. It is listed once, and not at all while a tag stands for it.
3. A manifest that an index lists is reached through that index; its entry without a tag goes when the index
   comes.
4. Everything else that stands in the file, entries and members, stays as and where it is.
"""

from collections.abc import Collection, Mapping
from typing import Self

import msgspec

from sealwright import limits, media_types, strict_json
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError
from sealwright.repositories.entries import entry_for

__all__ = ["REF_NAME", "LayoutIndex", "tag_of"]

REF_NAME = "org.opencontainers.image.ref.name"


class LayoutIndex:
    """An index.json, edited in memory.

    Args:
        members: the whole document.
        entries: its list of manifests.
    """

    def __init__(self, members: Mapping[str, object], entries: list[dict[str, object]]) -> None:
        self._members = members
        self.entries = entries

    @classmethod
    def empty(cls) -> Self:
        """The index of a new layout."""
        return cls({"schemaVersion": 2, "mediaType": media_types.IMAGE_INDEX}, [])

    @classmethod
    def parse(cls, content: bytes, path: str) -> Self:
        """Read an index.json.

        Args:
            content: of the file.
            path: of the layout, for messages.

        Raises:
            MalformedContentError: `layout.index-malformed`.
        """
        problem = "it has no list of manifests"
        try:
            value = strict_json.loads(content, limits.LAYOUT_INDEX_BYTES)
        except strict_json.JsonError as error:
            value, problem = None, f"{error} (line {error.position.line}, column {error.position.column})"
        entries = value.get("manifests", ()) if isinstance(value, dict) else ()
        if entries is None:  # an empty list, as Go programs write it
            entries = []
        if not isinstance(value, dict) or not isinstance(entries, list):
            raise MalformedContentError("layout.index-malformed", path=path, problem=problem)
        if not all(isinstance(entry, dict) for entry in entries):
            problem = "an entry of its list is not an object"
            raise MalformedContentError("layout.index-malformed", path=path, problem=problem)
        return cls(value, entries)

    def content(self) -> bytes:
        """The document as bytes."""
        return msgspec.json.encode({**self._members, "manifests": self.entries})

    def tags(self) -> list[str]:
        """Every tag once, in the order of the document."""
        return list(dict.fromkeys(tag for tag in map(tag_of, self.entries) if tag))

    def under(self, tag: str) -> list[dict[str, object]]:
        """The entries of one tag."""
        return [entry for entry in self.entries if tag_of(entry) == tag]

    def of(self, digest: Digest) -> list[dict[str, object]]:
        """The entries of one manifest."""
        return [entry for entry in self.entries if entry.get("digest") == digest]

    def add(self, descriptor: Descriptor, tag: str | None, children: Collection[Digest] = ()) -> None:
        """List a manifest.

        Args:
            descriptor: with artifactType and annotations as they shall stand there.
            tag: it gets; None if it gets none.
            children: digests of the manifests that it lists itself.
        """
        listed = self.of(descriptor.digest)
        if tag is None:
            if not listed:
                self.entries.append(entry_for(descriptor))
        elif not any(tag_of(entry) == tag for entry in listed):
            for entry in self.under(tag):
                self._untag(entry)
            annotations = {**descriptor.annotations, REF_NAME: tag}
            self.entries.append(entry_for(msgspec.structs.replace(descriptor, annotations=annotations)))
            self._forget_untagged({descriptor.digest})
        self._forget_untagged(children)

    def drop(self, digest: Digest) -> bool:
        """Take out every entry of a manifest; false if there is none."""
        kept = [entry for entry in self.entries if entry.get("digest") != digest]
        found = len(kept) < len(self.entries)
        self.entries[:] = kept
        return found

    def _untag(self, entry: dict[str, object]) -> None:
        """Take the tag off an entry, or take it out if another entry lists the same manifest."""
        if sum(one.get("digest") == entry.get("digest") for one in self.entries) > 1:
            self.entries[:] = [one for one in self.entries if one is not entry]
            return
        annotations = entry["annotations"]
        assert isinstance(annotations, dict)  # noqa: S101  # a tag was found in it
        del annotations[REF_NAME]
        if not annotations:
            del entry["annotations"]

    def _forget_untagged(self, digests: Collection[str]) -> None:
        self.entries[:] = [
            entry for entry in self.entries if tag_of(entry) or str(entry.get("digest")) not in digests
        ]


def tag_of(entry: Mapping[str, object]) -> str:
    """The tag of an entry, or an empty string."""
    annotations = entry.get("annotations")
    tag = annotations.get(REF_NAME) if isinstance(annotations, Mapping) else None
    return tag if isinstance(tag, str) else ""
