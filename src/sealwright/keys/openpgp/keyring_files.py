"""The public keys that a policy names, read from its files."""

from pathlib import Path

from sealwright import limits
from sealwright.errors import EnvironmentalError, MalformedContentError, SealwrightError
from sealwright.evidence import Keyring, Unavailable
from sealwright.homes import files
from sealwright.openpgp import keyrings

__all__ = ["read"]


def read(need: Keyring) -> tuple[bytes, ...] | Unavailable:
    """The content of each file, then the keys that stand in the policy itself.

    Args:
        need: paths as the policy has them, and inline keys.

    Returns:
        The bytes as they are kept; or why not: `keyring.file-absent`, `keyring.file-unreadable`,
        `keyring.malformed`, `keyring.no-keys`, each with the file in its data.
    """
    found = []
    for name in need.files:
        content = _content(name)
        if isinstance(content, Unavailable):
            return content
        found.append(content)
    for number, inline in enumerate(need.inline, 1):
        problem = _problem(inline, f"key {number} of the policy itself")
        if problem is not None:
            return problem
        found.append(inline)
    return tuple(found)


def _content(name: str) -> bytes | Unavailable:
    try:
        content = files.read(Path(name), limits.OPENPGP_KEYRING_BYTES)
    except SealwrightError as error:
        if error.code == "file.absent":  # it does not come by itself
            return Unavailable("keyring.file-absent", retryable=False, data={"file": name})
        retryable = isinstance(error, EnvironmentalError)
        return Unavailable("keyring.file-unreadable", retryable, {"file": name, "problem": str(error)})
    return _problem(content, name) or content


def _problem(content: bytes, name: str) -> Unavailable | None:
    """What keeps some bytes from being a keyring."""
    try:
        keys = keyrings.read(content, name)
    except MalformedContentError as error:
        return Unavailable(error.code, retryable=False, data=dict(error.data))
    return None if keys else Unavailable("keyring.no-keys", retryable=False, data={"file": name})
