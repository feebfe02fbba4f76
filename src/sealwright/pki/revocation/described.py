"""An answer in a few words, for those who look into a bundle."""

from collections.abc import Mapping
from datetime import datetime

from sealwright.errors import CheckFailedError
from sealwright.evidence import Crl, OcspAnswer, OcspResponse
from sealwright.pki import certificate as certificates
from sealwright.pki.revocation.answers import judged
from sealwright.pki.revocation.standing import Standing

__all__ = ["described"]


def described(need: OcspResponse | Crl, answer: OcspAnswer | bytes, at: datetime) -> Mapping[str, object]:
    """What an answer says, in the words of a verdict; of a list `answer` is `list`.

    Args:
        need: the question.
        answer: the bytes.
        at: the time, aware.
    """
    about = need.issuer if isinstance(need, Crl) else need.certificate
    told: dict[str, object] = {
        "subject": certificates.parse(about).subject_text,
        "method": "crl" if isinstance(need, Crl) else "ocsp",
        "url": need.url,
    }
    try:
        found = judged(need, answer, at)
    except CheckFailedError as error:
        return {**told, "answer": "none", "reason": error.code, "problem": str(error)}
    told["answer"] = found.state if isinstance(found, Standing) else "list"
    return {**told, "thisUpdate": found.made_at.isoformat(), "until": found.until.isoformat()}
