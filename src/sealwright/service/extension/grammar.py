"""What may stand in a path below `/extensions/v2/`."""

import re

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError, UsageError
from sealwright.service.registry.grammar import require_name

__all__ = ["Target", "target"]

_PATH = re.compile(
    r"/extensions/v2/(?P<name>.+)/signatures/(?P<digest>[^/@]+)(?:@(?P<signature>[0-9a-f]{32}))?"
)


class Target(msgspec.Struct, frozen=True):
    """The repository, the manifest, and the name of one signature of it, or an empty string for all."""

    name: str
    digest: Digest
    signature: str


def target(path: str) -> Target:
    """Read a path, percent signs already decoded.

    Raises:
        UsageError: `service.request-too-long`, `service.name-invalid` or `reference.digest-malformed`.
        NotFoundError: `service.path-unknown`.
    """
    if len(path) > limits.REQUEST_PATH_LENGTH:
        raise UsageError("service.request-too-long", part="path", most=limits.REQUEST_PATH_LENGTH)
    match = _PATH.fullmatch(path)
    if match is None:
        raise NotFoundError("service.path-unknown", path=ascii(path))
    return Target(require_name(match["name"]), Digest.parse(match["digest"]), match["signature"] or "")
