"""What the service answers, as far as clients look at it. Members that are not known here are passed over."""

from typing import Literal

import msgspec

__all__ = ["Claimed", "History", "Image", "Images", "KeptSignature", "Policy", "Verification", "Verified"]

Status = Literal["verified", "unverified"]


class Policy(msgspec.Struct, frozen=True):
    """What decided: its language, and the digest of its bytes."""

    language: str
    digest: str


class Verification(msgspec.Struct, frozen=True):
    """A record of a verification: what was found of a signature, when, by whom.

    `at` is a time as RFC 3339 has it; `by` an account; `expected` the name that the signature had to carry.
    """

    number: int
    at: str
    by: str
    maker: str
    result: Literal["verified", "failed", "removed"]
    key: str = ""
    expected: str = ""
    reason: str = ""
    problem: str = ""
    policy: Policy | None = None
    evidence: tuple[str, ...] = ()


class Verified(msgspec.Struct, frozen=True):
    """How a signature stands, and the record that says so."""

    status: Status = "unverified"
    latest: Verification | None = None


class Claimed(msgspec.Struct, frozen=True, rename="camel"):
    """What a signature says of itself."""

    signer: str = ""
    key: str = ""
    fingerprint: str = ""
    reference: str = ""


class KeptSignature(msgspec.Struct, frozen=True, rename="camel"):
    """A signature that the service keeps; `name` is what a client of the signature extension called it."""

    id: str
    repository: str
    subject: str
    format: str
    kind: str
    type: str
    digest: str
    received_at: str
    media_type: str = ""
    size: int = 0
    name: str | None = None
    claimed: Claimed = Claimed()
    verification: Verified = Verified()

    @property
    def full_name(self) -> str:
        """`<digest of the image>@<name>`, or an empty string."""
        return "" if self.name is None else f"{self.subject}@{self.name}"


class Image(msgspec.Struct, frozen=True, rename="camel"):
    """A manifest in one repository."""

    repository: str
    digest: str
    media_type: str
    size: int
    tags: tuple[str, ...]
    signatures: tuple[KeptSignature, ...]


class Images(msgspec.Struct, frozen=True):
    """A page of repositories that hold a manifest."""

    images: tuple[Image, ...]
    next: str | None


class History(msgspec.Struct, frozen=True):
    """A page of records of one signature, the last one first."""

    status: Status
    verifications: tuple[Verification, ...]
    next: str | None
