"""What may stand in a path of the signature store (containers/image, signature-protocols.md)."""

import re

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError, SealwrightError

__all__ = ["Target", "collapsed", "no_more", "target"]

_PATH = re.compile(
    r"/lookaside/(?:(?P<name>[^@]+)@)?(?P<algorithm>[a-z0-9]+)[=:](?P<encoded>[0-9a-f]+)"
    r"/signature-(?P<number>[1-9][0-9]{0,8})"
)
_SLASHES = re.compile("//+")
_HOST = re.compile(r"[A-Za-z0-9.-]*[.:][A-Za-z0-9.:-]*|\[[0-9a-fA-F:.]+\](?::[0-9]+)?|localhost")


class Target(msgspec.Struct, frozen=True):
    """One signature of a manifest.

    `names` are the repositories that may be meant, the likeliest first: as it stands, and without what may be
    a host. Empty: whatever repository the manifest is in.
    """

    names: tuple[str, ...]
    digest: Digest
    number: int


def collapsed(path: str) -> str:
    """A path with each row of slashes as one."""
    return _SLASHES.sub("/", path)


def no_more(path: str) -> NotFoundError:
    """The error that tells clients that the list ends here."""
    return NotFoundError("service.no-more-signatures", path=ascii(path[:300]))


def target(path: str) -> Target:
    """Read a path, percent signs already decoded.

    Raises:
        NotFoundError: `service.no-more-signatures`.
    """
    if len(path) > limits.REQUEST_PATH_LENGTH:
        raise no_more(path)
    match = _PATH.fullmatch(collapsed(path))
    if match is None:
        raise no_more(path)
    try:
        digest = Digest.parse(f"{match['algorithm']}:{match['encoded']}")
    except SealwrightError:
        raise no_more(path) from None
    return Target(_names(match["name"] or ""), digest, int(match["number"]))


def _names(name: str) -> tuple[str, ...]:
    if not name:
        return ()
    host, slash, rest = name.partition("/")
    return (name, rest) if slash and _HOST.fullmatch(host) else (name,)
