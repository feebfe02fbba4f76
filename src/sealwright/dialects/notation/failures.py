"""What a verdict and its checks are called in notation.

notation's checks are types of validation; an identity that does not fit is a failure of `authenticity`.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePath

from sealwright.dialects.go_text import quote, rfc1123z
from sealwright.dialects.notation.subjects import in_order
from sealwright.dialects.notation.words import filled, text
from sealwright.dialects.notation.words.checks import TYPES
from sealwright.dialects.notation.words.envelopes import about_envelope
from sealwright.dialects.notation.words.stores import ADVICE, EMPTY_FILE, INNER, NOT_A_ROOT, UNFIT, UNREADABLE
from sealwright.dialects.notation.words.timestamps import chain, parsing
from sealwright.policy.notation.document import PolicyStatement
from sealwright.verdict import Check, Judgement, Verdict

__all__ = ["blob_refusal", "logged", "refusal"]

_TIMES = ("expiry", "not_before", "not_after")


def logged(judgement: Judgement, statement: PolicyStatement, line: str) -> Iterator[str]:
    """A warning for each type of validation that failed and is only logged.

    Args:
        judgement: of the signature that counts.
        statement: of the policy.
        line: of notation.
    """
    failed = {
        TYPES[check.name]: check
        for check in judgement.checks
        if check.name in TYPES and check.action == "log" and check.outcome in ("failed", "unavailable")
    }
    for kind, check in failed.items():
        words = _words(check, statement, line)
        yield f'Warning: {kind} was set to "log" and failed with error: {words}'


def refusal(verdict: Verdict, shown: str, artifact: str, line: str) -> str:
    """Why an image was refused.

    Args:
        verdict: with the decision `refused`.
        shown: the image as notation shows it.
        artifact: the image as the policy names it.
        line: of notation.
    """
    if verdict.reason == "policy.no-statement":
        reason = text("policy.no-statement", {"artifact": artifact}, line)
        return f"signature verification failed: {reason}"
    for check in _enforced(verdict):
        if check.name == "authenticity" and check.outcome == "unavailable":
            return _of_store(check.reason, check.data, line)
    if not verdict.signatures and not verdict.unreadable:
        return (
            f"signature verification failed: no signature is associated with {quote(artifact)}, "
            "make sure the artifact was signed successfully"
        )
    for one in verdict.unreadable:
        if not about_envelope(one.reason):
            return (
                "signature verification failed: unable to retrieve digital signature with digest "
                f"{quote(one.location)} associated with {quote(artifact)} from the Repository, "
                f"error : {text(one.reason, one.data, line)}"
            )
    return f"signature verification failed for all the signatures associated with {shown}"


def blob_refusal(verdict: Verdict, statement: PolicyStatement | None, line: str) -> str:
    """Why a blob was refused.

    Args:
        verdict: with the decision `refused`.
        statement: of the policy; None: none is about it.
        line: of notation.
    """
    if statement is None:
        return f"signature verification failed: {text(verdict.reason, verdict.data, line)}"
    for check in _enforced(verdict):
        if check.name == "authenticity" and check.outcome == "unavailable":
            return _of_store(check.reason, check.data, line)
        return f"signature verification failed: {_words(check, statement, line)}"
    problems = (text(one.reason, one.data, line) for one in verdict.unreadable)
    problem = next(problems, verdict.sentence)
    return f"signature verification failed: unable to parse the digital signature, error : {problem}"


def _enforced(verdict: Verdict) -> Iterator[Check]:
    for report in verdict.signatures:
        for judgement in report.judgements:
            if judgement.failure is not None:
                yield judgement.failure


def _words(check: Check, statement: PolicyStatement, line: str) -> str:
    if check.reason == "identity.no-match":
        return _no_match(statement)
    if check.name == "authenticity" and check.outcome == "unavailable":
        return _store(check.reason, check.data, line)
    if check.name == "timestamp" and not check.reason.startswith("timestamp."):
        return f"failed to load tsa trust store with error: {_store(check.reason, check.data, line)}"
    if check.reason == "timestamp.chain":
        return chain(check.data)
    data = dict(check.data)
    if check.reason == "timestamp.malformed":
        data["parsing"] = parsing(check.reason, data)
    for name in _TIMES:
        if name in data:
            data[name] = rfc1123z(datetime.fromisoformat(str(data[name])))
    return text(check.reason, data, line)


def _no_match(statement: PolicyStatement) -> str:
    name = quote(statement.name)
    maps = [
        " ".join(f"{quote(short)}:{quote(value)}" for short, value in sorted(identity.attributes))
        for identity in statement.identities
    ]
    if not maps:
        return f"no x509 trusted identities are configured in the trust policy {name}"
    listed = " ".join(f"map[{one}]" for one in maps)
    return (
        "signing certificate from the digital signature does not match the X.509 trusted identities "
        f"[{listed}] defined in the trust policy {name}"
    )


def _store(reason: str, data: Mapping[str, object], line: str) -> str:
    """What is wrong with a trust store; a fault of a certificate is one of its file in its store."""
    if reason.startswith("truststore."):
        return text(reason, data, line)
    path = PurePath(str(data.get("file", "")))
    known = {"file": path, "name": path.parent.name, "kind": path.parent.parent.name, "inner": ""}
    if reason == "certificate.not-a-root":
        return filled(NOT_A_ROOT, {**known, "inner": _inner(reason, data, line)}, line)
    unfit = reason in INNER or _is_empty(reason, data)
    return filled(UNFIT if unfit else UNREADABLE, known, line)


def _of_store(reason: str, data: Mapping[str, object], line: str) -> str:
    """The same as the reason of a refusal: with advice, or with what lies behind it."""
    words = _store(reason, data, line)
    if reason in ("truststore.absent", "truststore.empty"):
        return words + ADVICE
    inner = "%!w(<nil>)" if reason.startswith("truststore.") else _inner(reason, data, line)
    return f"{words}. {inner}"


def _is_empty(reason: str, data: Mapping[str, object]) -> bool:
    """Whether a file of a store has no bytes, in which notation sees a list of no certificates."""
    return reason == "certificate.none-in-file" and data.get("size") == 0


def _inner(reason: str, data: Mapping[str, object], line: str) -> str:
    if _is_empty(reason, data):
        return EMPTY_FILE
    if reason in INNER:
        return INNER[reason].replace("{subject:q}", quote(in_order(str(data.get("subject", "")))))
    return text("certificate.malformed" if reason == "certificate.none-in-file" else reason, data, line)
