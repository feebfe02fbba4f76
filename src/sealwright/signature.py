"""Signatures as they are kept and as they describe themselves, before anybody believes them."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.reference import Reference

__all__ = [
    "CertificateSummary",
    "Listed",
    "StoredSignature",
    "Subject",
    "Summary",
    "TimestampSummary",
    "Unreadable",
]


class Subject(msgspec.Struct, frozen=True):
    """What is signed or verified.

    `transport` is one of `docker`, `oci`, `oci-archive`, `dir`, `blob`. `name` is the name asked for, never
    that of a mirror; for what has no name in a registry it is a path, or the scope that the caller gave.
    `typed` is what a person wrote, for messages. `identity` is what containers/image calls the image, where
    that is not its name. `digests` are those of a blob, by each algorithm that a signature may name it by;
    a blob whose descriptor has no media type may be of any.
    """

    descriptor: Descriptor
    transport: str
    name: Reference | str
    platform: str | None = None
    typed: str = ""
    identity: Reference | str | None = None
    digests: tuple[Digest, ...] = ()

    @property
    def repository(self) -> str:
        """What scopes of notation's policies are compared with."""
        return self.name.repository if isinstance(self.name, Reference) else self.name

    @property
    def identified(self) -> Reference | str:
        """What scopes of containers/image's policies, and names in simple signatures, are compared with."""
        return self.name if self.identity is None else self.identity


class Listed(msgspec.Struct, frozen=True):
    """A signature that a store lists and that has not been downloaded.

    `location` names it within the store (for referrers the digest of its manifest). `notes` are the
    annotations of the listing: unproven.
    """

    format: str
    location: str
    descriptor: Descriptor
    notes: Mapping[str, str] = {}


class StoredSignature(msgspec.Struct, frozen=True):
    """A signature's bytes and where they were found.

    `media_type` tells the kind of envelope. `notes` are unproven, unless our own service wrote them.
    """

    format: str
    location: str
    media_type: str
    content: bytes
    notes: Mapping[str, str] = {}


class Unreadable(msgspec.Struct, frozen=True):
    """Something in a store that should be a signature and is not. It is reported and stops nothing.

    `retryable` tells whether it may be readable later.
    """

    location: str
    reason: str
    data: Mapping[str, object] = {}
    retryable: bool = False


class CertificateSummary(msgspec.Struct, frozen=True, rename="camel"):
    """A certificate as people recognise it. `fingerprint`: SHA-256 of its DER, lower-case hexadecimal."""

    fingerprint: str
    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime


class TimestampSummary(msgspec.Struct, frozen=True, rename="camel"):
    """What a timestamp says of itself, none of it proven: between which times it was made.

    `certificates` are those that it carries, in its order. With a `reason`, it cannot be read, or is about
    something else; `data` are the fields of the reason's sentence.
    """

    earliest: datetime | None = None
    latest: datetime | None = None
    certificates: tuple[CertificateSummary, ...] = ()
    reason: str = ""
    data: Mapping[str, object] = {}


class Summary(msgspec.Struct, frozen=True, rename="camel"):
    """What a signature says of itself; none of it is proven.

    `signed_attributes` and `unsigned_attributes` are text as it is shown, in the order of the envelope.
    `timestamp` is there where somebody looks at a signature, not where it is verified.
    """

    format: str
    envelope: str
    algorithm: str
    signer: str
    payload: Descriptor
    signing_scheme: str = ""
    signing_time: datetime | None = None
    expiry: datetime | None = None
    signed_attributes: Mapping[str, str] = {}
    unsigned_attributes: Mapping[str, str] = {}
    user_metadata: Mapping[str, str] = {}
    certificates: tuple[CertificateSummary, ...] = ()
    digest: Digest | None = None
    timestamp: TimestampSummary | None = None
