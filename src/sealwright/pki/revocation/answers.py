"""Single answers, whatever they answer: whether one counts, and until when."""

from datetime import datetime

from sealwright.errors import InternalError
from sealwright.evidence import Crl, OcspAnswer, OcspResponse
from sealwright.pki import certificate as certificates
from sealwright.pki.revocation import crl, ocsp
from sealwright.pki.revocation.standing import Standing

__all__ = ["Span", "judged"]

Span = Standing | crl.RevocationList
"""What has `made_at`, when it was true, and `until`, when it ends."""


def judged(need: OcspResponse | Crl, answer: OcspAnswer | bytes, at: datetime) -> Span:
    """What an answer says, if it is one: a standing for a certificate, or a list.

    Args:
        need: the question.
        answer: the bytes.
        at: the time, aware.

    Raises:
        CheckFailedError: a `revocation.` code.
    """
    if isinstance(need, Crl) and isinstance(answer, bytes):
        found = crl.issued(answer, need.issuer)
        found.require_current(at)
        return found
    if isinstance(need, OcspResponse) and isinstance(answer, OcspAnswer):
        certificate, issuer = certificates.parse(need.certificate), certificates.parse(need.issuer)
        return ocsp.answered(answer, certificate, issuer, at).standing
    raise InternalError("internal.unexpected", problem=f"{type(answer).__name__} for {type(need).__name__}")
