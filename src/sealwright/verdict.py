"""The verdict: the one answer that every format and every policy language gives."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, NoReturn

import msgspec

from sealwright import reasons
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, RefusedError, UsageError
from sealwright.rules import Action
from sealwright.signature import Unreadable

__all__ = [
    "SCHEMA",
    "STAGES",
    "Check",
    "Decision",
    "Judgement",
    "Outcome",
    "PolicyUsed",
    "SignatureReport",
    "SigningTimes",
    "Verdict",
    "VerdictSubject",
    "encoded",
]

SCHEMA = "https://sealwright.dev/schema/verdict/1"
"""The name of the JSON form, documented as a JSON Schema in `docs/reference/verdict.schema.json`."""

STAGES = (
    "parse",
    "integrity",
    "artifact",
    "authenticity",
    "identity",
    "expiry",
    "timestamp",
    "revocation",
    "plugin",
)
"""The checks of one signature in the order in which they are made."""

Outcome = Literal["passed", "failed", "unavailable", "skipped", "not_reached"]
Decision = Literal["accepted", "allowed", "refused"]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone; one without is refused where JSON is read."""


class Check(msgspec.Struct, frozen=True, rename="camel"):
    """One check: its name (one of `STAGES`), what a failure means, how it went, and why."""

    name: str
    action: Action
    outcome: Outcome
    reason: str = ""
    data: Mapping[str, object] = {}

    @property
    def stands(self) -> bool:
        """Whether this check leaves the signature standing: good, skipped, or bad but only logged."""
        return self.action != "enforce" or self.outcome in ("passed", "skipped")


class Judgement(msgspec.Struct, frozen=True, rename="camel"):
    """What one requirement thought of one signature.

    `requirement` is the origin of the requirement. `signer` identifies who signed, as far as the checks
    have proven it, for counting distinct signers; `owner` is whom a key says that it belongs to, where the
    format has such a name. `counts` tells whether the signature satisfies it.
    """

    requirement: str
    signer: str
    checks: tuple[Check, ...]
    counts: bool
    owner: str = ""

    def outcome(self, name: str) -> Outcome:
        """How the check `name` went; `not_reached` if there was none."""
        return next((check.outcome for check in self.checks if check.name == name), "not_reached")

    @property
    def authentic(self) -> bool:
        """Whether integrity, artifact, authenticity and identity all passed."""
        return all(
            self.outcome(name) == "passed" for name in ("integrity", "artifact", "authenticity", "identity")
        )

    @property
    def failure(self) -> Check | None:
        """The first check that keeps the signature from counting, if any."""
        return next((check for check in self.checks if not check.stands), None)


class SigningTimes(msgspec.Struct, frozen=True, rename="camel"):
    """Between which times the signature was made, and who says so."""

    earliest: Moment | None
    latest: Moment | None
    source: Literal["claimed", "timestamp", "authority", "log", "received"]


class SignatureReport(msgspec.Struct, frozen=True, rename="camel"):
    """One signature: what it is, who seems to have made it, and what each requirement thought of it.

    `considered` is false for signatures that the deciding policy is not about, or that were not needed;
    `reason` then says why. `algorithm`, `envelope` and `metadata` are what the signature says of itself.
    """

    format: str
    location: str
    digest: Digest | None = None
    signer: str = ""
    envelope: str = ""
    algorithm: str = ""
    signing_times: SigningTimes | None = None
    expiry: Moment | None = None
    metadata: Mapping[str, str] = {}
    judgements: tuple[Judgement, ...] = ()
    considered: bool = True
    reason: str = ""
    data: Mapping[str, object] = {}

    @property
    def counts(self) -> bool:
        """Whether any requirement was satisfied by this signature."""
        return any(judgement.counts for judgement in self.judgements)


class PolicyUsed(msgspec.Struct, frozen=True, rename="camel"):
    """Which policy decided: its language, where it stands, and the digest of its bytes."""

    language: str
    origin: str
    digest: Digest


class VerdictSubject(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What was verified: as typed, as normalised, pinned to the digest that was looked at.

    `platform` is for which one an index lists it (`os/architecture/variant`); empty if none is told.
    """

    typed: str
    name: str
    transport: str
    descriptor: Descriptor
    platform: str = ""


class Verdict(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The answer. `reason` and `data` give the one line that explains the decision.

    `retryable`: the same question may be answered otherwise once the environment is well again.
    `settled_until`: until when the same evidence says the same. `reused_at`: when this verdict, made at `at`,
    was given again from a cache; None: it was made for this call.
    """

    schema: str = msgspec.field(default=SCHEMA, name="$schema")
    subject: VerdictSubject
    at: Moment
    policy: PolicyUsed
    statement: str
    decision: Decision
    reason: str
    data: Mapping[str, object] = {}
    retryable: bool = False
    settled_until: Moment | None = None
    reused_at: Moment | None = None
    signatures: tuple[SignatureReport, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    platforms: tuple["Verdict", ...] = ()

    @property
    def sentence(self) -> str:
        """Why it was decided so, in one sentence."""
        return reasons.sentence(self.reason, self.data)

    def require(self) -> str:
        """The pinned reference, `name@digest`.

        Raises:
            RefusedError: unless the decision is `accepted`.
        """
        if self.decision != "accepted":
            raise RefusedError(self)
        return self.pinned

    @property
    def pinned(self) -> str:
        """The name with the digest that was looked at, whatever the decision."""
        return f"{self.subject.name}@{self.subject.descriptor.digest}"

    def to_json(self) -> bytes:
        """The JSON form that `docs/reference/verdict.schema.json` describes, in one line."""
        return encoded(self)

    @classmethod
    def from_json(cls, content: bytes) -> "Verdict":
        """Read the JSON form again. Nothing tells whether the verdict is true: believe its source, or not.

        Args:
            content: what `to_json` gave; members that this version does not know are ignored.

        Raises:
            MalformedContentError: `verdict.malformed`.
        """
        try:
            made: Verdict = msgspec.json.decode(content, type=cls, dec_hook=_from_wire)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, UsageError) as error:
            raise MalformedContentError("verdict.malformed", problem=str(error)) from None
        if made.schema != SCHEMA:
            raise MalformedContentError("verdict.malformed", problem=f"its $schema is {made.schema!r}")
        return made

    def __bool__(self) -> NoReturn:
        message = "a verdict is neither true nor false: look at .decision, or call .require()"
        raise TypeError(message)


def encoded(value: object) -> bytes:
    """A record, or lists and mappings of records, as JSON in one line.

    Names of files may hold bytes that are no text; they are escaped, as they are on a terminal.
    """
    try:
        return msgspec.json.encode(value, enc_hook=str)  # digests
    except UnicodeEncodeError:
        return msgspec.json.encode(_as_text(msgspec.to_builtins(value, enc_hook=str)))


def _as_text(value: object) -> object:
    match value:
        case str():
            return value.encode(errors="backslashreplace").decode()
        case dict():
            return {_as_text(name): _as_text(member) for name, member in value.items()}
        case list() | tuple():
            return [_as_text(one) for one in value]
        case _:
            return value


def _from_wire(kind: type, value: object) -> object:
    """The types that JSON has no word for: digests, and `object`, which takes whatever stands there."""
    if kind is Digest:
        return Digest.parse(str(value))
    return value
