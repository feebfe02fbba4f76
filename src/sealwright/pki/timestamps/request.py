"""What is asked of a timestamp authority.

Source: RFC 3161, section 2.4.1. The request always asks for the certificates, since a verifier needs them,
and always carries a nonce, so that no old reply passes for a new one.
"""

import hashlib

import msgspec

from sealwright.errors import InternalError
from sealwright.pki.timestamps import structures
from sealwright.pki.timestamps.structures import Imprint

__all__ = ["NONCE_BITS", "Request", "about"]

NONCE_BITS = 159
"""A nonce has no more bits: longer ones, or negative numbers, some authorities refuse."""


class Request(msgspec.Struct, frozen=True):
    """A TimeStampReq. An empty policy leaves the choice to the authority."""

    imprint: Imprint
    nonce: int
    policy: str = ""

    def encoded(self) -> bytes:
        """The bytes to send, in DER."""
        return structures.write_request(self.imprint, self.nonce, self.policy)


def about(content: bytes, hash_name: str, nonce: int, policy: str = "") -> Request:
    """A request for a timestamp.

    Args:
        content: what is timestamped, all of its bytes.
        hash_name: hashlib's name of `sha256`, `sha384` or `sha512`.
        nonce: a random number of at most `NONCE_BITS` bits, used once.
        policy: the policy that the authority must follow, as dotted numbers.
    """
    if hash_name not in structures.HASHES.values() or not 0 <= nonce < 1 << NONCE_BITS:
        raise InternalError("internal.unexpected", problem="a timestamp asked for with an odd hash or nonce")
    return Request(Imprint(hash_name, hashlib.new(hash_name, content).digest()), nonce, policy)
