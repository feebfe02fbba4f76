"""Who verifies OpenPGP signatures: gpg, Sequoia, or both, which must agree then.

verifiers = backends.open("auto", environment)
answer = verifiers.answer(OpenPgpResult(message, keys, at))
verifiers.close()
"""

from typing import TYPE_CHECKING, Literal, get_args

import msgspec

from sealwright.errors import (
    EnvironmentalError,
    KeyUnavailableError,
    MalformedSignatureError,
    SealwrightError,
    UsageError,
)
from sealwright.evidence import OpenPgpAnswer, OpenPgpResult, OpenPgpSignature, Unavailable
from sealwright.homes.environment import Environment
from sealwright.keys.openpgp import claims
from sealwright.keys.openpgp.sequoia import SequoiaVerifier
from sealwright.openpgp import message as messages
from sealwright.openpgp.message import Message
from sealwright.openpgp.signature_packets import SignaturePacket

if TYPE_CHECKING:
    from sealwright.keys.openpgp.gpg import GpgVerifier

__all__ = ["Choice", "OpenPgpVerifiers", "open"]

Choice = Literal["auto", "gpg", "sequoia", "both"]
"""`auto` is Sequoia if it is installed, else gpg."""

_NO_KEY_ID = "0" * 16
"""What gpg says of a signature that names no key."""


class OpenPgpVerifiers:
    """The chosen backends. Safe to use from several threads; made once for a run.

    Args:
        choice: which.
        environment: where gpg is found.

    Raises:
        UsageError: `key.backend-unknown`.
    """

    def __init__(self, choice: str, environment: Environment) -> None:
        if choice not in get_args(Choice):
            raise UsageError("key.backend-unknown", backend=choice)
        self._missing: SealwrightError | None = None
        self._sequoia: SequoiaVerifier | None = None
        self._gpg: GpgVerifier | None = None
        if choice != "gpg":
            try:
                self._sequoia = SequoiaVerifier()
            except KeyUnavailableError as error:
                self._missing = None if choice == "auto" else error
        if choice in ("gpg", "both") or (choice == "auto" and self._sequoia is None):
            from sealwright.keys.openpgp import gpg  # noqa: PLC0415  # Sequoia runs no programs

            self._gpg = gpg.GpgVerifier(environment)

    def answer(self, need: OpenPgpResult) -> OpenPgpAnswer | Unavailable:
        """What a message is worth. Only binary signed messages are; all others have no signature.

        Args:
            need: message, keys and time.
        """
        try:
            if self._missing is not None:
                raise self._missing
            message = _read(need.message)
            answers = []
            if self._sequoia is not None:
                answers.append(_asked_sequoia(self._sequoia, message, need))
            if self._gpg is not None:
                answers.append(_asked_gpg(self._gpg, message, need))
        except SealwrightError as error:
            return Unavailable(error.code, isinstance(error, EnvironmentalError), dict(error.data))
        first, *others = answers
        return _compared(others[0], first, need) if others else first

    def close(self) -> None:
        """Remove what was kept for the next answer."""
        for backend in (self._gpg, self._sequoia):
            if backend is not None:
                backend.close()


def open(choice: str, environment: Environment) -> OpenPgpVerifiers:  # noqa: A001  # as in `backends.open`
    """The backends for one run; see `OpenPgpVerifiers`.

    Raises:
        UsageError: `key.backend-unknown`.
    """
    return OpenPgpVerifiers(choice, environment)


def _read(content: bytes) -> Message:
    """A message taken apart; what is no signed message has no parts."""
    try:
        read = messages.read(content)
    except MalformedSignatureError:
        return Message()
    return read if read.signed else Message()


def _asked_sequoia(backend: SequoiaVerifier, message: Message, need: OpenPgpResult) -> OpenPgpAnswer:
    return OpenPgpAnswer(backend.name, *backend.verify(message, need.keys, need.at))


def _asked_gpg(backend: "GpgVerifier", message: Message, need: OpenPgpResult) -> OpenPgpAnswer:
    """The answer of gpg, held against our own reading of the message.

    It passes over signatures that it cannot read, such as those of version 6; none may be missing in the
    answer. Of text it gives out the lines without their carriage returns.
    """
    supported = claims.supported(message)
    document = message.literal or b""
    if not any(supported):
        return OpenPgpAnswer(
            backend.name, tuple(claims.reported(each, "unsupported") for each in message.signatures), document
        )
    found, output = backend.verify(need.message, need.keys, need.at)
    if any(one.state == "good" for one in found) and output not in (document, document.replace(b"\r", b"")):
        raise KeyUnavailableError("key.gpg-failed", problem="its document is not the one in the message")
    told = list(found)
    signatures = []
    for each, is_supported in zip(message.signatures, supported, strict=True):
        key_id = each.key_id or _NO_KEY_ID
        place = next((at for at, one in enumerate(told) if one.key_id == key_id), None)
        if not is_supported:
            signatures.append(claims.reported(each, "unsupported"))
            if place is not None:
                del told[place]
        elif place is None:
            signatures.append(claims.reported(each, "unsupported"))
        else:
            signatures.append(_completed(told.pop(place), each))
    if told:
        raise KeyUnavailableError("key.gpg-failed", problem="it tells of signatures that are not there")
    return OpenPgpAnswer(backend.name, tuple(signatures), document)


def _completed(found: OpenPgpSignature, signature: SignaturePacket) -> OpenPgpSignature:
    """With the times and the fingerprint that gpg tells only of what it could verify: as claimed."""
    claimed = claims.reported(signature, found.state)
    return msgspec.structs.replace(
        found,
        key_id=signature.key_id,
        fingerprint=found.fingerprint or claimed.fingerprint,
        made_at=found.made_at or claimed.made_at,
        expires_at=found.expires_at or claimed.expires_at,
    )


def _compared(gpg: OpenPgpAnswer, sequoia: OpenPgpAnswer, need: OpenPgpResult) -> OpenPgpAnswer:
    """One answer of two. Where one of them refuses, that is the answer; refusals may have other reasons.

    Both answers are about the document in the message: what gpg gave out was held against it already.
    Sequoia cannot say anything good of a signature that is dated after its own clock, so there its refusal
    is no disagreement.
    """
    kept, differ = [], []
    for number, (one, other) in enumerate(zip(gpg.signatures, sequoia.signatures, strict=True), 1):
        kept.append(other if one.state == "good" else one)
        if one.state != "good" and other.state != "good":
            continue
        ahead = one.made_at is not None and one.made_at > need.at and other.state != "good"
        if one.state != other.state and not ahead:
            differ.append(f"signature {number} is {one.state} to gpg and {other.state} to Sequoia")
        elif one.state == other.state and (one.fingerprint, one.primary) != (
            other.fingerprint,
            other.primary,
        ):
            makers = f"{one.fingerprint} of {one.primary} to gpg and {other.fingerprint} of {other.primary}"
            differ.append(f"signature {number} is by {makers} to Sequoia")
    return OpenPgpAnswer(f"{gpg.backend}+{sequoia.backend}", tuple(kept), gpg.document, "; ".join(differ))
