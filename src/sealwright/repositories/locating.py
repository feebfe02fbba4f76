"""Where an image is, from what a user types.

| typed | meaning |
|---|---|
| `docker://name`, or just `name` | a reference to a registry |
| `oci:path`, `oci:path:tag`, `oci:path@digest` | an image layout in a folder |
| `oci-archive:file`, `oci-archive:file:tag`, `oci-archive:file@digest` | the same in a tar file |
| `dir:path` | one image in a folder, as skopeo writes it |
| `docker-archive:file`, `docker-archive:file:name` | an archive of `docker save` |
| `containers-storage:name` | what podman keeps |
| `docker-daemon:name:tag`, `docker-daemon:sha256:id` | what Docker keeps |

Except for `dir:`, a path ends at its first colon, as it does for skopeo; what follows is the tag of a layout,
which may hold colons, or the name of an image. Without tag and digest the only image of the layout is meant.
The prefixes win over repositories of those names: `docker://oci:v1` is the tag v1 of a repository called oci.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import UsageError
from sealwright.events import EventSink, ignore
from sealwright.reference import Reference

if TYPE_CHECKING:
    from sealwright.interfaces import Repository
    from sealwright.repositories.registry import RegistryClient

__all__ = ["LAYOUTS", "Location", "TransportName", "locate", "opened"]

TransportName = Literal[
    "docker", "oci", "oci-archive", "dir", "docker-archive", "containers-storage", "docker-daemon"
]
"""The transports, by the names that policies of containers/image give them."""

LAYOUTS = frozenset({"oci", "oci-archive"})
"""Transports that are image layouts."""

_DIGEST = re.compile(r"@(?:sha256|sha384|sha512):[^@/]*\Z")
_IDENTIFIER = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
_PLACE = re.compile(r"\[[^\]]*\]")
_FORMS = {
    "oci": "oci:PATH:TAG or oci:PATH@DIGEST",
    "oci-archive": "oci-archive:FILE:TAG or oci-archive:FILE@DIGEST",
    "dir": "dir:PATH",
    "docker-archive": "docker-archive:FILE or docker-archive:FILE:NAME:TAG",
    "containers-storage": "containers-storage:NAME:TAG",
    "docker-daemon": "docker-daemon:NAME:TAG",
}


class Location(msgspec.Struct, frozen=True):
    """Where an image is.

    `reference` is there for `docker`, `path` for the others: a path in the file system, or what
    `containers-storage` and `docker-daemon` call the image. `selector` is the digest, else the tag; for a
    reference without both it is `latest`; empty, it means the only image. `named` is the name that an image
    which is in no registry has by itself, such as in an archive of docker.
    """

    typed: str
    transport: TransportName
    selector: str
    reference: Reference | None = None
    path: str = ""
    tag: str | None = None
    digest: Digest | None = None
    named: Reference | None = None

    @property
    def identity(self) -> Reference | str:
        """What policies of containers/image compare their scopes with.

        A reference for registries and for what Docker keeps by name; an absolute path without symbolic links
        for folders and layouts; `[driver@root]name` for `containers-storage`, as far as it was typed; else
        empty.
        """
        if self.reference is not None:
            return self.reference
        if self.transport == "dir" or self.transport in LAYOUTS:
            return os.path.realpath(self.path)
        if self.transport == "docker-daemon":
            return self.named or ""
        return self.path if self.transport == "containers-storage" else ""


def locate(typed: str) -> Location:
    """Read what a user typed.

    Raises:
        UsageError: `reference.malformed`, `reference.digest-malformed`, `layout.location-malformed`.
    """
    prefix, colon, rest = typed.partition(":")
    if colon and prefix in _FORMS:
        return _on_this_machine(typed, cast("TransportName", prefix), rest)
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
    """The repository of a location; what is written there is complete when the block ends well.

    Args:
        location: from `locate`.
        client: gives the client of registries; called only for references.
        write: whether something will be written there; what does not exist is then made.
        events: takes notices.

    Raises:
        StorageError: `layout.not-a-layout` and others.
    """
    if location.reference is not None:
        yield client().repository(location.reference.domain, location.reference.path, write=write)
        return
    with _opened_here(location, write=write, events=events) as repository:
        yield repository


def _opened_here(
    location: Location, *, write: bool, events: EventSink
) -> "AbstractContextManager[Repository]":
    if location.transport in LAYOUTS:
        from sealwright.repositories import layout as layouts  # noqa: PLC0415  # registries need none of it

        open_layout = layouts.open_directory if location.transport == "oci" else layouts.open_archive
        return open_layout(location.path, write=write, events=events)
    name = "dir_image" if location.transport == "dir" else location.transport.replace("-", "_")
    opener: Callable[..., AbstractContextManager[Repository]] = getattr(
        import_module("sealwright.repositories.local_images"), name
    )
    return opener(location, write=write)


def _on_this_machine(typed: str, transport: TransportName, rest: str) -> Location:
    if len(typed) > limits.REFERENCE_LENGTH or not rest.isprintable():
        raise _malformed(typed, transport, "it is too long or holds characters that cannot be shown")
    if not rest:
        raise _malformed(typed, transport, "the name is missing")
    if transport in LAYOUTS:
        return _in_layout(typed, transport, rest)
    if transport == "dir":
        return Location(typed, transport, "", None, rest)
    if transport == "docker-archive":
        path, colon, name = rest.partition(":")
        if not path:
            raise _malformed(typed, transport, "the path is missing")
        named = _named(typed, transport, name) if colon else None
        tag = None if named is None else f"{named.repository}:{named.tag or 'latest'}"
        return Location(typed, transport, "", None, path, tag, named=named)
    if transport == "docker-daemon":
        return _in_daemon(typed, transport, rest)
    name = _PLACE.sub("", rest, count=1)
    try:
        named = None if _IDENTIFIER.fullmatch(name) else Reference.parse(name)
    except UsageError:  # a short identifier, or none of our business
        named = None
    return Location(typed, transport, "", None, rest, named=named)


def _in_layout(typed: str, transport: TransportName, rest: str) -> Location:
    at = _DIGEST.search(rest)
    digest = Digest.parse(at[0][1:]) if at else None
    name = rest[: at.start()] if at else rest
    path, colon, tag = name.partition(":")
    if not path:
        raise _malformed(typed, transport, "the path is missing")
    if colon and not tag:
        raise _malformed(typed, transport, "the tag after the colon is missing")
    selector = digest or tag
    return Location(typed, transport, str(selector), None, path, tag or None, digest)


def _in_daemon(typed: str, transport: TransportName, rest: str) -> Location:
    if _IDENTIFIER.fullmatch(rest):
        return Location(typed, transport, "", None, rest)
    named = _named(typed, transport, rest)
    if named.tag is None:
        raise _malformed(typed, transport, "the tag is missing")
    return Location(typed, transport, "", None, f"{named.repository}:{named.tag}", named=named)


def _named(typed: str, transport: TransportName, name: str) -> Reference:
    """The name of an image within something else."""
    try:
        named = Reference.parse(name)
    except UsageError as error:
        raise _malformed(typed, transport, str(error)) from None
    if named.digest is not None:
        raise _malformed(typed, transport, "images have no digest there")
    return named


def _malformed(typed: str, transport: str, problem: str) -> UsageError:
    return UsageError(
        "layout.location-malformed", typed=ascii(typed[:200]), problem=problem, forms=_FORMS[transport]
    )
