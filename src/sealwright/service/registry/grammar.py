"""What may stand in a path below `/v2/` (distribution-spec main, "Pulling manifests" and "Endpoints").

One expression finds the name and what is asked for of it. The last part of a path never holds a slash, so
the longest possible name is the right one, also where a name has `blobs` or `manifests` for a part.
"""

import re

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError, UsageError
from sealwright.service.web.names import REPOSITORY, require_name

__all__ = ["Target", "reference", "require_name", "require_tag", "target"]

_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
_REST = (
    r"(?:blobs/uploads/(?P<upload>[^/]+)|(?P<uploads>blobs/uploads/?)|blobs/(?P<blob>[^/]+)"
    r"|manifests/(?P<manifest>[^/]+)|referrers/(?P<referrers>[^/]+)|(?P<tags>tags/list))"
)
_PATH = re.compile(rf"/v2/?(?:(?P<catalog>(?<=/)_catalog)|(?P<name>(?<=/){REPOSITORY})/{_REST})?")
_ANY_NAME = re.compile(rf"/v2/(?P<name>.+?)/{_REST}")


class Target(msgspec.Struct, frozen=True):
    """What a path is about: `kind` is a group of the expression, or `ping`; `value` the last part."""

    kind: str
    name: str = ""
    value: str = ""


_PING = Target("ping")


def target(path: str) -> Target:
    """Read a path, percent signs already decoded.

    Raises:
        UsageError: `service.name-invalid` or `service.request-too-long`.
        NotFoundError: `service.path-unknown`.
    """
    if len(path) > limits.REQUEST_PATH_LENGTH:
        raise UsageError("service.request-too-long", part="path", most=limits.REQUEST_PATH_LENGTH)
    match = _PATH.fullmatch(path)
    if match is None:
        bad = _ANY_NAME.fullmatch(path)
        if bad is not None:
            require_name(bad["name"])
        raise NotFoundError("service.path-unknown", path=ascii(path))
    kind = match.lastgroup
    if kind is None:
        return _PING
    name = match["name"] or ""
    if len(name) > limits.REPOSITORY_NAME_LENGTH:
        require_name(name)
    return Target(kind, name, match[kind])


def require_tag(tag: str) -> str:
    """Give a tag back if it is one.

    Raises:
        UsageError: `service.tag-invalid`.
    """
    if _TAG.fullmatch(tag) is None:
        raise UsageError("service.tag-invalid", tag=ascii(tag[:150]))
    return tag


def reference(text: str) -> Digest | str:
    """A digest if there is a colon in the text, else a tag.

    Raises:
        UsageError: `reference.digest-malformed` or `service.tag-invalid`.
    """
    return Digest.parse(text) if ":" in text else require_tag(text)
