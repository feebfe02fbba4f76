"""Records of verifications as clients send them.

    {"result": "verified", "key": "0123…", "expected": "registry.example/app:v1", "verdict": {…}}

    {"keys": "-----BEGIN PGP PUBLIC KEY BLOCK-----…", "expected": "registry.example/app:v1"}

The second form asks the service to find out by itself. In the first, what the verdict says is not said twice:
with one, `reason`, `problem` and `policy` are taken from it. It must be about the image that the signature is
about, tell of that signature, and agree with the result.
"""

import base64
import binascii
import re
from typing import Any, TypeVar

import msgspec

from sealwright import limits, strict_json
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, SealwrightError, UsageError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.openpgp import keyrings
from sealwright.reference import Reference
from sealwright.service.signatures.records import Signature
from sealwright.service.signatures.verifications import NewVerification, Result
from sealwright.verdict import SignatureReport, Verdict

__all__ = ["keys_and_name", "verification"]

T = TypeVar("T")

_KEY = re.compile(r"[0-9a-f]{16}|[0-9a-f]{40}|[0-9a-f]{64}")
_REASON = re.compile(r"[a-z][a-z0-9-]{0,99}\.[a-z][a-z0-9-]{0,99}")
_ARMORED = "-----BEGIN PGP "
_LANGUAGE = re.compile(r"[a-z][a-z0-9-]{0,31}")


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    language: str
    digest: str


class _Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    result: Result
    key: str = ""
    expected: str = ""
    reason: str = ""
    problem: str = ""
    policy: _Policy | None = None
    evidence: tuple[str, ...] = ()
    verdict: dict[str, Any] | None = None


class _Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: str
    expected: str


def keys_and_name(body: bytes) -> tuple[bytes, Reference]:
    """What the service is to verify a signature with: public keys, and the name that it must carry.

    Args:
        body: JSON, at most `limits.VERIFICATION_BYTES`; the keys in it are armored, or in base64.

    Raises:
        MalformedContentError: `service.verification-invalid`.
    """
    question = _read(body, _Question)
    try:
        expected = Reference.parse(_line("expected", question.expected))
    except UsageError as error:
        raise _invalid(str(error)) from None
    keys = _decoded(question.keys.strip())
    try:
        known = keyrings.read(keys, "keys")
    except MalformedContentError as error:
        raise _invalid(str(error)) from None
    if not known:
        raise _invalid("keys holds no public key")
    return keys, expected


def _decoded(text: str) -> bytes:
    if text.startswith(_ARMORED):
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _invalid("keys is neither an armored key nor base64 with padding") from None


def verification(body: bytes, signature: Signature) -> NewVerification:
    """The record that a client wants to be kept.

    Args:
        body: JSON, at most `limits.VERIFICATION_BYTES`.
        signature: that it is about.

    Raises:
        MalformedContentError: `service.verification-invalid`.
    """
    order = _read(body, _Order)
    key = _signer(order.key)
    if order.result == "verified" and not (key and order.expected):
        raise _invalid("what is verified has a key and an expected identity")
    new = NewVerification(
        order.result,
        "client",
        key,
        _line("expected", order.expected),
        order.reason,
        _line("problem", order.problem),
        evidence=_digests(order.evidence),
    )
    if order.verdict is not None:
        if order.reason or order.problem or order.policy is not None:
            raise _invalid("beside a verdict there is no reason, problem or policy")
        return _with_verdict(new, msgspec.json.encode(order.verdict), signature)
    if order.reason and _REASON.fullmatch(order.reason) is None:
        raise _invalid("reason is no reason code")
    if order.policy is None:
        return new
    if _LANGUAGE.fullmatch(order.policy.language) is None:
        raise _invalid("the language of the policy is no name of one")
    (digest,) = _digests((order.policy.digest,))
    return msgspec.structs.replace(new, language=order.policy.language, policy=digest)


def _signer(text: str) -> str:
    if is_ocid(text, "key"):
        return text
    key = text.replace(" ", "").lower().removeprefix("0x")
    if key and _KEY.fullmatch(key) is None:
        raise _invalid("key is not 16, 40 or 64 hexadecimal digits, and no identifier of a vault's key")
    return key


def _with_verdict(new: NewVerification, content: bytes, signature: Signature) -> NewVerification:
    try:
        verdict = Verdict.from_json(content)
    except SealwrightError as error:
        raise _invalid(str(error)) from None
    if verdict.subject.descriptor.digest != signature.subject:
        raise _invalid(f"the verdict is not about {signature.subject}")
    report = next((one for one in verdict.signatures if _is_about(one, signature)), None)
    if report is None:
        raise _invalid(f"the verdict does not tell of the signature {signature.digest}")
    if new.result == "removed" or report.counts != (new.result == "verified"):
        raise _invalid(f"the verdict on the signature does not agree with {new.result!a}")
    reason, problem = "", ""
    if new.result == "failed":
        reason = verdict.reason if _REASON.fullmatch(verdict.reason) else ""
        problem = _shortened(verdict.sentence)
    return msgspec.structs.replace(
        new,
        reason=reason,
        problem=problem,
        language=_shortened(verdict.policy.language),
        policy=str(verdict.policy.digest),
        verdict=verdict.to_json().decode(),
    )


def _is_about(report: SignatureReport, signature: Signature) -> bool:
    names = {signature.digest, f"{signature.subject}@{signature.name}", signature.id}
    return report.location in names or report.digest == signature.digest


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.convert(strict_json.loads(body, limits.VERIFICATION_BYTES), kind)
    except (strict_json.JsonError, msgspec.ValidationError) as error:
        raise _invalid(str(error)) from None


def _digests(texts: tuple[str, ...]) -> tuple[str, ...]:
    if len(texts) > limits.VERIFICATION_EVIDENCE:
        raise _invalid(f"it names more than {limits.VERIFICATION_EVIDENCE} pieces of evidence")
    try:
        return tuple(str(Digest.parse(text)) for text in texts)
    except SealwrightError as error:
        raise _invalid(str(error)) from None


def _line(name: str, text: str) -> str:
    if len(text) > limits.VERIFICATION_TEXT_LENGTH or not text.isprintable():
        raise _invalid(f"{name} is not a line of at most {limits.VERIFICATION_TEXT_LENGTH} characters")
    return text


def _shortened(text: str) -> str:
    plain = "".join(one if one.isprintable() else " " for one in text)
    return plain[: limits.VERIFICATION_TEXT_LENGTH]


def _invalid(problem: str) -> MalformedContentError:
    return MalformedContentError("service.verification-invalid", problem=problem)
