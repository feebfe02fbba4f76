"""Signatures as the API shows them."""

import datetime as dt

import msgspec

from sealwright.service.signatures.records import Format, Signature, Status, Via
from sealwright.service.signatures.verifications import Maker, Result, Verification, VerifiedStatus, status_of

__all__ = [
    "Image",
    "ImagePage",
    "Shown",
    "ShownVerification",
    "SignaturePage",
    "VerificationPage",
    "moment",
    "shown",
    "shown_verification",
]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MOST_MICROSECONDS = 253_402_300_799_999_999  # the end of the year 9999


class _Claimed(msgspec.Struct, frozen=True, rename="camel"):
    """What the signature says of itself. Nothing here is verified."""

    signer: str
    key: str
    fingerprint: str
    signed_at: str | None
    reference: str


class _Revoked(msgspec.Struct, frozen=True, rename="camel"):
    at: str
    by: str
    reason: str


class _Policy(msgspec.Struct, frozen=True):
    language: str
    digest: str


class ShownVerification(msgspec.Struct, frozen=True, rename="camel"):
    """One record of a verification, without its verdict."""

    signature: str
    number: int
    subject: str
    digest: str
    at: str
    by: str
    maker: Maker
    result: Result
    key: str
    expected: str
    reason: str
    problem: str
    policy: _Policy | None
    evidence: tuple[str, ...]


class _Verified(msgspec.Struct, frozen=True):
    """How a signature stands, and the record that says so."""

    status: VerifiedStatus
    latest: ShownVerification | None


class VerificationPage(msgspec.Struct, frozen=True):
    """Some records of a signature, how it stands, and what to give as `last` for the next ones, or null."""

    status: VerifiedStatus
    verifications: list[ShownVerification]
    next: str | None


class Shown(msgspec.Struct, frozen=True, rename="camel"):
    """One signature."""

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
    claimed: _Claimed
    attached_by: str
    received_at: str
    via: Via
    status: Status
    revoked: _Revoked | None
    verification: _Verified


class SignaturePage(msgspec.Struct, frozen=True):
    """Some signatures, and what to give as `last` for the next ones, or null."""

    signatures: list[Shown]
    next: str | None


class Image(msgspec.Struct, frozen=True, rename="camel"):
    """A manifest in one repository, with its live signatures there."""

    repository: str
    digest: str
    media_type: str
    size: int
    tags: list[str]
    signatures: list[Shown]


class ImagePage(msgspec.Struct, frozen=True):
    """A manifest in some of the repositories that hold it, and what to give as `last` for the next ones."""

    images: list[Image]
    next: str | None


def moment(microseconds: int) -> str:
    """A time as text (RFC 3339), in UTC."""
    at = _EPOCH + dt.timedelta(microseconds=min(microseconds, _MOST_MICROSECONDS))
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}Z"


def shown_verification(one: Verification) -> ShownVerification:
    """A record as it is shown."""
    return ShownVerification(
        one.signature,
        one.number,
        one.subject,
        one.digest,
        moment(one.at),
        one.made_by,
        one.maker,
        one.result,
        one.key,
        one.expected,
        one.reason,
        one.problem,
        _Policy(one.language, one.policy) if one.language else None,
        one.evidence,
    )


def shown(one: Signature, latest: Verification | None) -> Shown:
    """A row as it is shown.

    Args:
        one: the row.
        latest: its last record of a verification, if it has any.
    """
    claimed = _Claimed(
        one.signer,
        one.key,
        one.fingerprint,
        None if one.claimed is None else moment(one.claimed),
        one.reference,
    )
    revoked = None
    if one.revoked_at is not None:
        revoked = _Revoked(moment(one.revoked_at), one.revoked_by or "", one.reason or "")
    return Shown(
        one.id,
        one.repository,
        one.subject,
        one.format,
        one.kind,
        one.type,
        one.media_type,
        one.digest,
        one.size,
        one.name,
        one.place,
        claimed,
        one.attached_by,
        moment(one.received),
        one.via,
        one.status,
        revoked,
        _Verified(status_of(latest), None if latest is None else shown_verification(latest)),
    )
