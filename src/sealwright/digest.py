"""Content digests: `algorithm:encoded` (OCI image-spec, descriptor.md, "Digests")."""

import re
from typing import TYPE_CHECKING, Self

from sealwright.errors import MalformedContentError, UsageError

if TYPE_CHECKING:
    from hashlib import _Hash as Hasher

__all__ = ["ALGORITHMS", "Digest"]

ALGORITHMS = {"sha256": 64, "sha384": 96, "sha512": 128}
"""Algorithm to length of the encoded part in hexadecimal digits."""

_GRAMMAR = re.compile(r"(?P<algorithm>sha256|sha384|sha512):(?P<encoded>[0-9a-f]{64,128})")


class Digest(str):
    """A digest such as `sha256:e3b0…`, known to be well formed. It is its own text."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a digest.

        Args:
            text: `algorithm:encoded`; sha256, sha384 or sha512 with lower-case hexadecimal digits.

        Raises:
            UsageError: `reference.digest-malformed`.
        """
        match = _GRAMMAR.fullmatch(text)
        if match is None or len(match["encoded"]) != ALGORITHMS[match["algorithm"]]:
            raise UsageError("reference.digest-malformed", digest=text[:200])
        return cls(text)

    @classmethod
    def of(cls, content: bytes, algorithm: str = "sha256") -> Self:
        """The digest of `content` under `algorithm` (a key of `ALGORITHMS`)."""
        return cls(f"{algorithm}:{_hasher(algorithm, content).hexdigest()}")

    @property
    def algorithm(self) -> str:
        """The part before the colon."""
        return self.partition(":")[0]

    @property
    def encoded(self) -> str:
        """The part after the colon: lower-case hexadecimal digits."""
        return self.partition(":")[2]

    def hasher(self) -> "Hasher":
        """A new hash object of this digest's algorithm, for content that comes in pieces."""
        return _hasher(self.algorithm)

    def require(self, content: bytes, what: str) -> bytes:
        """Give `content` back if it has this digest.

        Args:
            content: all of the bytes.
            what: what the content is, for the message ("manifest", "blob").

        Raises:
            MalformedContentError: `artifact.digest-mismatch`.
        """
        self.require_hash(_hasher(self.algorithm, content), what)
        return content

    def require_hash(self, hasher: "Hasher", what: str) -> None:
        """Return if a hash, which has taken all of some content, is this digest's.

        Args:
            hasher: of this digest's algorithm, as from `hasher`.
            what: what the content is, for the message ("manifest", "blob").

        Raises:
            MalformedContentError: `artifact.digest-mismatch`.
        """
        found = hasher.hexdigest()
        if found != self.encoded:
            raise MalformedContentError(
                "artifact.digest-mismatch", what=what, expected=str(self), found=f"{self.algorithm}:{found}"
            )


def _hasher(algorithm: str, content: bytes = b"") -> "Hasher":
    """A hash object that has taken `content`."""
    import hashlib  # noqa: PLC0415  # loads OpenSSL, for which reading a digest need not wait

    return hashlib.new(algorithm, content)
