"""Signatures as the API shows them."""

import datetime as dt

import msgspec

from sealwright.service.signatures.records import Format, Signature, Status, Via

__all__ = ["Image", "Shown", "SignaturePage", "moment", "shown"]

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


class SignaturePage(msgspec.Struct, frozen=True):
    """Some signatures, and what to give as `last` for the next ones, or null."""

    signatures: list[Shown]
    next: str | None


class Image(msgspec.Struct, frozen=True, rename="camel"):
    """A manifest with its live signatures."""

    repository: str
    digest: str
    media_type: str
    size: int
    tags: list[str]
    signatures: list[Shown]


def moment(microseconds: int) -> str:
    """A time as text (RFC 3339), in UTC."""
    at = _EPOCH + dt.timedelta(microseconds=min(microseconds, _MOST_MICROSECONDS))
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}Z"


def shown(one: Signature) -> Shown:
    """A row as it is shown."""
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
    )
