"""Bundles: the answers of responders and CAs in one file, for machines without network.

A bundle is JSON: `version`, the `certificates` that its answers are about or from, and the answers
themselves, `ocsp` and `crls`, as they were signed. Nothing in it is believed: whoever uses it verifies each
answer as if it had just come. DER is in base64, certificates are named by their SHA-256.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from sealwright import limits
from sealwright.errors import MalformedContentError
from sealwright.evidence import Crl, OcspAnswer, OcspResponse
from sealwright.pki import certificate as certificates

__all__ = ["Answers", "read", "write"]

Answers = Mapping[OcspResponse | Crl, OcspAnswer | bytes]
"""Questions and the bytes that answer them."""


class _Ocsp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    certificate: str
    issuer: str
    response: bytes
    nonce: bytes = b""


class _Crl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    issuer: str
    list: bytes


class _Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Literal["sealwright-revocation-1"]
    certificates: tuple[bytes, ...]
    ocsp: tuple[_Ocsp, ...]
    crls: tuple[_Crl, ...]


def write(answers: Answers) -> bytes:
    """The bytes of a bundle. The same answers give the same bytes.

    Args:
        answers: at most `limits.REVOCATION_BUNDLE_ANSWERS`.

    Raises:
        MalformedContentError: `revocation.bundle-too-large`.
    """
    named: dict[str, bytes] = {}
    ocsp: list[_Ocsp] = []
    crls: list[_Crl] = []
    for need, answer in answers.items():
        if isinstance(need, OcspResponse) and isinstance(answer, OcspAnswer):
            about, issuer = _name(need.certificate, named), _name(need.issuer, named)
            ocsp.append(_Ocsp(need.url, about, issuer, answer.content, answer.nonce))
        elif isinstance(need, Crl) and isinstance(answer, bytes):
            crls.append(_Crl(need.url, _name(need.issuer, named), answer))
    ocsp.sort(key=lambda one: (one.url, one.certificate, one.issuer))
    crls.sort(key=lambda one: (one.url, one.issuer))
    certified = tuple(named[name] for name in sorted(named))
    content = msgspec.json.encode(_Bundle("sealwright-revocation-1", certified, tuple(ocsp), tuple(crls)))
    _require_bounded(len(content), len(ocsp) + len(crls))
    return content + b"\n"


def read(content: bytes) -> Answers:
    """The answers in a bundle. None of them was verified.

    Args:
        content: of the file, at most `limits.REVOCATION_BUNDLE_BYTES`.

    Raises:
        MalformedContentError: `revocation.bundle-malformed` or `revocation.bundle-too-large`.
    """
    _require_bounded(len(content), 0)
    try:
        found = msgspec.json.decode(content, type=_Bundle)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(str(error)[:200]) from None
    _require_bounded(0, len(found.ocsp) + len(found.crls))
    named = {hashlib.sha256(der).hexdigest(): der for der in found.certificates}
    for der in found.certificates:
        try:
            certificates.parse(der)
        except MalformedContentError as error:
            raise _malformed(str(error)) from None
    answers: dict[OcspResponse | Crl, OcspAnswer | bytes] = {}
    for need, answer in _entries(found, named):
        if need in answers:
            raise _malformed(f"it has two answers of {need.url[:200]} to the same question")
        answers[need] = answer
    return answers


def _entries(
    found: _Bundle, named: Mapping[str, bytes]
) -> Iterator[tuple[OcspResponse | Crl, OcspAnswer | bytes]]:
    try:
        for one in found.ocsp:
            need = OcspResponse(one.url, named[one.certificate], named[one.issuer])
            yield need, OcspAnswer(one.response, one.nonce)
        for listed in found.crls:
            yield Crl(listed.url, named[listed.issuer]), listed.list
    except KeyError as error:
        raise _malformed(f"the certificate {error} is not in it") from None


def _name(der: bytes, named: dict[str, bytes]) -> str:
    name = hashlib.sha256(der).hexdigest()
    named[name] = der
    return name


def _require_bounded(size: int, answers: int) -> None:
    most, many = limits.REVOCATION_BUNDLE_BYTES, limits.REVOCATION_BUNDLE_ANSWERS
    if size > most or answers > many:
        raise MalformedContentError("revocation.bundle-too-large", answers=many, limit=most)


def _malformed(problem: str) -> MalformedContentError:
    return MalformedContentError("revocation.bundle-malformed", problem=problem)
