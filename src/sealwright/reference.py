"""References: which image, as typed and as normalised.

The grammar and the normalisation are docker's (distribution/reference): the first part of a name is a
domain if it holds a `.` or `:`, is `localhost`, or has capitals; else the domain is `docker.io`, and a
name of a single part there stands under `library/`. A reference without tag and digest means `latest`
only to those who ask for a tag; it is kept as "neither" here.
"""

import re
from typing import Self

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import UsageError

__all__ = ["DOCKER_HUB", "Reference"]

DOCKER_HUB = "docker.io"

_HOST_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = re.compile(rf"(?:{_HOST_PART}(?:\.{_HOST_PART})*|\[[0-9a-fA-F:.]+\])(?::[0-9]+)?")
_PATH_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PATH_PART}(?:/{_PATH_PART})*")
_TAG = re.compile(r"[\w][\w.-]{0,127}", re.ASCII)
_NAME_LENGTH = 255


class Reference(msgspec.Struct, frozen=True):
    """An image in a registry.

    `typed` is what the user wrote. `domain` may carry a port. `tag` and `digest` may both be there; the
    digest then decides and the tag is only kept to be shown.
    """

    typed: str
    domain: str
    path: str
    tag: str | None = None
    digest: Digest | None = None

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Read a reference and normalise it.

        Args:
            typed: for example `alpine`, `localhost:5000/net-monitor:v1`, `reg.example/a/b@sha256:…`; a
                leading `docker://` is dropped.

        Raises:
            UsageError: `reference.malformed` or `reference.digest-malformed`; both show what was typed.
        """
        problem = _unreadable(typed)
        if problem:
            raise UsageError("reference.malformed", typed=ascii(typed[:200]), problem=problem)
        text = typed.removeprefix("docker://")
        name, at, digest_text = text.partition("@")
        digest = Digest.parse(digest_text) if at else None
        slash = name.rfind("/")
        colon = name.find(":", slash + 1)
        tag = name[colon + 1 :] if colon > slash >= 0 or (colon >= 0 and slash < 0) else None
        if tag is not None:
            name = name[:colon]
        domain, path = _split(name)
        problem = _problem(domain, path, tag)
        if problem:
            raise UsageError("reference.malformed", typed=typed, problem=problem)
        return cls(typed, domain, path, tag, digest)

    @property
    def repository(self) -> str:
        """`domain/path`: what scopes of policies are compared with."""
        return f"{self.domain}/{self.path}"

    @property
    def selector(self) -> str:
        """What the registry is asked for: the digest, else the tag, else `latest`."""
        return self.digest or self.tag or "latest"

    def at(self, digest: Digest) -> "Reference":
        """The same image pinned to `digest`, without the tag."""
        return Reference(self.typed, self.domain, self.path, None, digest)

    def tagged(self, tag: str) -> "Reference":
        """The same repository with another tag and no digest."""
        return Reference(self.typed, self.domain, self.path, tag, None)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.domain}/{self.path}{tag}{digest}"

    def both_forms(self) -> str:
        """As normalised and, where it differs, as typed: how messages name an image."""
        return str(self) if str(self) == self.typed else f"{self} (typed as {self.typed})"


def _unreadable(typed: str) -> str:
    """What keeps a text from being looked at, or an empty string."""
    if not typed:
        return "it is empty"
    if len(typed) > limits.REFERENCE_LENGTH:
        return f"it has more than {limits.REFERENCE_LENGTH} characters"
    return "" if typed.isascii() and typed.isprintable() else "it holds more than printable ASCII"


def _split(name: str) -> tuple[str, str]:
    """Domain and path of a name without tag and digest."""
    first, slash, rest = name.partition("/")
    is_domain = slash and (set(first) & set(".:[") or first == "localhost" or first != first.lower())
    domain, path = (first, rest) if is_domain else (DOCKER_HUB, name)
    if domain == "index.docker.io":
        domain = DOCKER_HUB
    if domain == DOCKER_HUB and path and "/" not in path:
        path = f"library/{path}"
    return domain, path


def _problem(domain: str, path: str, tag: str | None) -> str:
    """What is wrong with the parts, or an empty string."""
    if not _DOMAIN.fullmatch(domain):
        return f"{domain!r} is not a registry's host name"
    if not path:
        return "the name of the repository is missing"
    if path != path.lower():
        return "repository names are lower case"
    if not _PATH.fullmatch(path):
        return f"{path!r} is not a repository name"
    if len(f"{domain}/{path}") > _NAME_LENGTH:
        return f"the name has more than {_NAME_LENGTH} characters"
    if tag is not None and not _TAG.fullmatch(tag):
        return f"{tag!r} is not a tag"
    return ""
