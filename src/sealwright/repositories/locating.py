"""Where an image is, from what a user types.

| typed | meaning |
|---|---|
| `docker://name`, or just `name` | a reference to a registry |
| `oci:path`, `oci:path:tag`, `oci:path@digest` | an image layout in a folder |
| `oci-archive:file`, `oci-archive:file:tag`, `oci-archive:file@digest` | the same in a tar file |

A path ends at its first colon, as it does for skopeo; what follows is the tag, which may hold colons. Without
tag and digest the only image of the layout is meant. The prefixes win over repositories of those names:
`docker://oci:v1` is the tag v1 of a repository called oci.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import UsageError
from sealwright.events import EventSink, ignore
from sealwright.reference import Reference

if TYPE_CHECKING:
    from sealwright.interfaces import Repository
    from sealwright.repositories.registry import RegistryClient

__all__ = ["Location", "locate", "opened"]

_DIGEST = re.compile(r"@(?:sha256|sha384|sha512):[^@/]*\Z")


class Location(msgspec.Struct, frozen=True):
    """Where an image is.

    `reference` is there for `docker`, `path` for the others. `selector` is the digest, else the tag; for a
    reference without both it is `latest`, for a layout it is empty and means the only image.
    """

    typed: str
    transport: Literal["docker", "oci", "oci-archive"]
    selector: str
    reference: Reference | None = None
    path: str = ""
    tag: str | None = None
    digest: Digest | None = None


def locate(typed: str) -> Location:
    """Read what a user typed.

    Raises:
        UsageError: `reference.malformed`, `reference.digest-malformed`, `layout.location-malformed`.
    """
    prefix, colon, rest = typed.partition(":")
    if colon and prefix in ("oci", "oci-archive"):
        return _in_layout(typed, prefix, rest)
    reference = Reference.parse(typed)
    return Location(
        typed, "docker", reference.selector, reference, tag=reference.tag, digest=reference.digest
    )


@contextmanager
def opened(
    location: Location,
    client: "Callable[[], RegistryClient]",
    *,
    write: bool = False,
    events: EventSink = ignore,
) -> "Iterator[Repository]":
    """The repository of a location; what is written to an archive is in it when the block ends well.

    Args:
        location: from `locate`.
        client: gives the client of registries; called only for references.
        write: whether something will be written there; a layout that does not exist is then made.
        events: takes notices.

    Raises:
        StorageError: `layout.not-a-layout` and others.
    """
    if location.reference is not None:
        yield client().repository(location.reference.domain, location.reference.path, write=write)
        return
    from sealwright.repositories import layout as layouts  # noqa: PLC0415  # registries need none of it

    open_layout = layouts.open_directory if location.transport == "oci" else layouts.open_archive
    with open_layout(location.path, write=write, events=events) as layout:
        yield layout


def _in_layout(typed: str, prefix: str, rest: str) -> Location:
    if len(typed) > limits.REFERENCE_LENGTH or not rest.isprintable():
        raise _malformed(typed, "it is too long or holds characters that cannot be shown")
    at = _DIGEST.search(rest)
    digest = Digest.parse(at[0][1:]) if at else None
    name = rest[: at.start()] if at else rest
    path, colon, tag = name.partition(":")
    if not path:
        raise _malformed(typed, "the path is missing")
    if colon and not tag:
        raise _malformed(typed, "the tag after the colon is missing")
    transport: Literal["oci", "oci-archive"] = "oci" if prefix == "oci" else "oci-archive"
    selector = digest or tag
    return Location(typed, transport, str(selector), None, path, tag or None, digest)


def _malformed(typed: str, problem: str) -> UsageError:
    return UsageError("layout.location-malformed", typed=ascii(typed[:200]), problem=problem)
