"""What a request to the API asks for, read from its query."""

import datetime as dt
import re
from typing import get_args

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import UsageError
from sealwright.service.registry.grammar import reference, require_name
from sealwright.service.signatures.queries.search import Wanted
from sealwright.service.signatures.records import Format
from sealwright.service.web.asked import Asked

__all__ = ["identifier", "image", "wanted"]

_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEY = re.compile(r"[0-9a-f]{16}|[0-9a-f]{40}|[0-9a-f]{64}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_REVOKED = {"no": False, "yes": True, "all": None}
_OPENPGP_FINGERPRINT = 40


def _invalid(name: str, wanted: str, value: str) -> UsageError:
    return UsageError("service.filter-invalid", name=name, wanted=wanted, value=ascii(value[:100]))


def identifier(text: str) -> str:
    """Give the identifier of a signature back if it can be one.

    Raises:
        UsageError: `service.filter-invalid`.
    """
    if _IDENTIFIER.fullmatch(text) is None:
        raise _invalid("id", "the identifier of a signature", text)
    return text


def image(text: str) -> tuple[str, Digest | str]:
    """Repository, and tag or digest, of `repository:tag` or `repository@digest`.

    Raises:
        UsageError: `service.filter-invalid`, `service.name-invalid`, `service.tag-invalid` or
            `reference.digest-malformed`.
    """
    if len(text) > limits.REPOSITORY_NAME_LENGTH:
        raise _invalid("image", f"at most {limits.REPOSITORY_NAME_LENGTH} characters long", text)
    name, at, digest = text.partition("@")
    if at:
        return require_name(name), Digest.parse(digest)
    name, colon, tag = text.rpartition(":")
    if not colon:
        raise _invalid("image", "repository:tag or repository@digest", text)
    return require_name(name), reference(tag)


def wanted(asked: Asked) -> Wanted:
    """The filters of a search, but for the image.

    Raises:
        UsageError: `service.filter-invalid`, `service.name-invalid` or `reference.digest-malformed`.
    """
    repository, subject = asked.query("repository"), asked.query("subject")
    key, fingerprint = _key(asked.query("key"))
    form = asked.query("format")
    if form is not None and form not in get_args(Format):
        raise _invalid("format", f"one of {', '.join(get_args(Format))}", form)
    revoked = asked.query("revoked") or "no"
    if revoked not in _REVOKED:
        raise _invalid("revoked", "yes, no or all", revoked)
    since, until = _time(asked, "since"), _time(asked, "until")
    usual = Wanted()
    return Wanted(
        require_name(repository) if repository is not None else None,
        Digest.parse(subject) if subject is not None else None,
        _text(asked, "signer"),
        key,
        fingerprint,
        form,
        _text(asked, "attached_by"),
        usual.since if since is None else since,
        usual.until if until is None else until,
        _REVOKED[revoked],
    )


def _text(asked: Asked, name: str) -> str | None:
    """A filter that is any text of one line."""
    text = asked.query(name)
    if text is not None and (len(text) > limits.CLAIM_LENGTH or not text.isprintable()):
        raise _invalid(name, f"one line of at most {limits.CLAIM_LENGTH} characters", text)
    return text


def _key(text: str | None) -> tuple[str | None, str | None]:
    """A key as it is kept, and the fingerprint that must not be another one.

    The id of an OpenPGP key is the end of its fingerprint, and all that old signatures tell.
    """
    if text is None:
        return None, None
    plain = text.replace(" ", "").lower().removeprefix("0x")
    if _KEY.fullmatch(plain) is None:
        raise _invalid("key", "16, 40 or 64 hexadecimal digits", text)
    if len(plain) == _OPENPGP_FINGERPRINT:
        return plain[-16:], plain
    return plain, None


def _time(asked: Asked, name: str) -> int | None:
    """A time in microseconds since 1970; one before is 0."""
    text = asked.query(name)
    if text is None:
        return None
    try:
        if _TIME.fullmatch(text) is None:
            raise _invalid(name, "a time such as 2026-11-20T12:00:00Z", text)
        at = dt.datetime.fromisoformat(text.upper())
        return max((at - _EPOCH) // _MICROSECOND, 0)
    except (ValueError, OverflowError):
        raise _invalid(name, "a time such as 2026-11-20T12:00:00Z", text) from None
