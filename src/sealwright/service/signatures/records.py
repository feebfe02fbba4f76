"""Signatures as the table has them."""

from typing import Literal

import msgspec

from sealwright import limits

__all__ = ["Claims", "Format", "New", "Signature", "Status", "Via", "claimed_text"]

Format = Literal["notary", "simple", "kms", "cosign", "bundle", "unknown"]
Via = Literal["referrers", "tag", "extension", "import", "oracle", "api"]
Status = Literal["attached", "subject-missing", "revoked"]
"""`subject-missing`: it is not revoked, and the repository does not hold what it is about (any more)."""


class Claims(msgspec.Struct, frozen=True):
    """What a signature says of itself, none of it proven.

    `kind` is what the bytes turned out to be. `key` identifies a key: 16 hexadecimal digits for OpenPGP, the
    SHA-256 of the public key for X.509. `fingerprint` is that of the OpenPGP key or of the certificate.
    `claimed` is in microseconds since 1970. `reference` is the image's name as it was signed.
    """

    kind: str
    signer: str = ""
    key: str = ""
    fingerprint: str = ""
    claimed: int | None = None
    reference: str = ""


class New(msgspec.Struct, frozen=True):
    """A signature to be attached; `content` and `name` are None where a manifest carries it."""

    subject: str
    format: Format
    type: str
    media_type: str
    digest: str
    size: int
    via: Via
    claims: Claims
    content: bytes | None = None
    name: str | None = None


class Signature(msgspec.Struct, frozen=True):
    """A row, with the name of its repository, and whether the repository holds the subject (0 or 1)."""

    id: str
    repository: str
    subject: str
    format: Format
    kind: str
    type: str
    media_type: str
    digest: str
    size: int
    name: str | None
    place: int | None
    signer: str
    key: str
    fingerprint: str
    claimed: int | None
    reference: str
    attached_by: str
    received: int
    via: Via
    revoked_at: int | None
    revoked_by: str | None
    reason: str | None
    subject_held: int

    @property
    def status(self) -> Status:
        """What it is now; derived, never stored."""
        if self.revoked_at is not None:
            return "revoked"
        return "attached" if self.subject_held else "subject-missing"


def claimed_text(text: str) -> str:
    """A claim as it is kept: one line of printable text, at most `limits.CLAIM_LENGTH` characters."""
    return "".join(one for one in text[: 2 * limits.CLAIM_LENGTH] if one.isprintable())[: limits.CLAIM_LENGTH]
