"""What docker's library for references (docker/reference, go-digest) says of a name that is none."""

import re

__all__ = ["reference_problem"]

_IDENTIFIER = re.compile(r"[a-f0-9]{64}")
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?P<name>{_LABEL}(?:\.{_LABEL})*(?::[0-9]+)?/{_PART}(?:/{_PART})*)(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?"
)
_ALGORITHM = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*")
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_INVALID = "invalid reference format"
_NAME_LENGTH = 255


def reference_problem(text: str) -> str:
    """Its complaint about a name, or an empty string if it has none.

    Args:
        text: as typed or written.
    """
    if _IDENTIFIER.fullmatch(text):
        return f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"
    first, slash, rest = text.partition("/")
    if not slash or (first != "localhost" and not set(first) & set(".:")):
        first, rest = "docker.io", text
    if first in ("docker.io", "index.docker.io"):
        first, rest = "docker.io", rest if "/" in rest else f"library/{rest}"
    remote = rest.partition(":")[0]
    if remote != remote.lower():
        return f"{_INVALID}: repository name must be lowercase"
    match = _REFERENCE.fullmatch(f"{first}/{rest}")
    if match is None:
        return _INVALID
    if len(match["name"]) > _NAME_LENGTH:
        return f"repository name must not be more than {_NAME_LENGTH} characters"
    return _digest_problem(match["digest"]) if match["digest"] else ""


def _digest_problem(digest: str) -> str:
    algorithm, _, encoded = digest.partition(":")
    if algorithm not in _DIGITS:
        known = _ALGORITHM.fullmatch(algorithm) is not None
        return "unsupported digest algorithm" if known else "invalid checksum digest format"
    if len(encoded) != _DIGITS[algorithm]:
        return "invalid checksum digest length"
    return "" if encoded == encoded.lower() else "invalid checksum digest format"
