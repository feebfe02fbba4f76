"""References to artifacts as notation reads them: those of oras for registries, paths for OCI layouts.

A reference is `REGISTRY/REPOSITORY:TAG`, `…@DIGEST` or both, where the digest decides. The first part is the
registry, whatever it looks like: nothing is completed as docker does, so `foo/bar:v1` is the repository `bar`
of a registry called `foo`.
"""

import re
from typing import NamedTuple

from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.digest import ALGORITHMS, Digest
from sealwright.errors import UsageError
from sealwright.reference import Reference
from sealwright.repositories.locating import Location

__all__ = ["Artifact", "in_layout", "in_registry"]

_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_PART}(?:/{_PART})*")
_TAG = re.compile(r"[A-Za-z0-9_][\w.-]{0,127}", re.ASCII)
_HOST = re.compile(r"(?:[A-Za-z0-9_.~!$&'()*+,;=-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]*)?")
_REPOSITORY_LENGTH = 255
_DIGEST_SHAPE = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+")
_EXPECTING = "Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>"
_EXPECTING_PATH = "Expecting <file_path>:<tag> or <file_path>@<digest>"


class Artifact(NamedTuple):
    """What a command is about.

    `name` is how notation shows where it is: `registry/repository`, or the path of a layout. `selector` is
    the tag or digest as it was typed.
    """

    location: Location
    name: str
    selector: str
    registry: str = ""


def in_registry(typed: str) -> Artifact:
    """An artifact in a registry.

    Raises:
        Fault: the text is no reference, or has neither tag nor digest.
    """
    registry, slash, path = typed.partition("/")
    if not slash:
        raise _invalid(typed, "missing registry or repository")
    name, at, digest = path.partition("@")
    repository, colon, tag = name.partition(":")
    if not _HOST.fullmatch(registry):
        raise _invalid(typed, f"invalid registry {quote(registry)}")
    if not _REPOSITORY.fullmatch(repository) or len(repository) > _REPOSITORY_LENGTH:
        raise _invalid(typed, f"invalid repository {quote(repository)}")
    if at and digest:
        found = _digest(typed, digest)
        reference = Reference(typed, registry, repository, None, found)
        return Artifact(
            Location(typed, "docker", digest, reference, digest=found),
            f"{registry}/{repository}",
            digest,
            registry,
        )
    if at or not colon or not tag:
        raise _invalid(typed, "no tag or digest")
    if not _TAG.fullmatch(tag):
        raise _invalid(typed, f"invalid tag {quote(tag)}")
    reference = Reference(typed, registry, repository, tag, None)
    location = Location(typed, "docker", tag, reference, tag=tag)
    return Artifact(location, f"{registry}/{repository}", tag, registry)


def in_layout(typed: str) -> Artifact:
    """An artifact in an OCI layout: `PATH:TAG` or `PATH@DIGEST`.

    Raises:
        Fault: path, tag or digest is missing.
    """
    path, at, selector = typed.rpartition("@")
    if not at:
        path, at, selector = typed.rpartition(":")
    if not at or (path and not selector):
        raise Fault(f"{quote(typed)}: invalid reference: missing tag or digest. {_EXPECTING_PATH}")
    if not path:
        raise Fault(f"{quote(typed)}: invalid reference: missing oci-layout file path. {_EXPECTING_PATH}")
    try:
        digest = Digest.parse(selector)
    except UsageError:
        return Artifact(Location(typed, "oci", selector, None, path, selector), path, selector)
    return Artifact(Location(typed, "oci", selector, None, path, None, digest), path, selector)


def _digest(typed: str, text: str) -> Digest:
    try:
        return Digest.parse(text)
    except UsageError:
        algorithm, _, digits = text.partition(":")
        problem = "invalid checksum digest format"
        if algorithm not in ALGORITHMS:
            problem = "unsupported digest algorithm" if _DIGEST_SHAPE.fullmatch(text) else problem
        elif digits and len(digits.encode(errors="surrogateescape")) != ALGORITHMS[algorithm]:
            problem = "invalid checksum digest length"
        raise _invalid(typed, f"invalid digest {quote(text)}: {problem}") from None


def _invalid(typed: str, problem: str) -> Fault:
    return Fault(f"{quote(typed)}: invalid reference: {problem}. {_EXPECTING}")
