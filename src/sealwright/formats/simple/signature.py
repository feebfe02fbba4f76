"""A simple signature: what it says of itself, and what a keyring's rule thinks of it.

Sources: containers-signature(5), "The OpenPGP signature" and "Signature metadata". The order of the checks is
that of containers/image (`verifyAndExtractSignature`): nothing of the payload is believed, or even read,
before it is known who signed it.
"""

from datetime import UTC, datetime, timedelta
from functools import cached_property, partial

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import CheckFailedError, MalformedSignatureError, UsageError
from sealwright.evidence import Evidence, Need, OpenPgpAnswer, OpenPgpResult, OpenPgpSignature, Unavailable
from sealwright.formats.judged import Judged
from sealwright.formats.record import Record
from sealwright.formats.simple import identity, payload, stored
from sealwright.formats.simple.payload import Payload
from sealwright.formats.simple.stored import Described
from sealwright.reference import Reference
from sealwright.rules import Action, KeyringRule, Rule
from sealwright.signature import StoredSignature, Subject, Summary
from sealwright.verdict import Check, Judgement

__all__ = ["FORMAT", "MEDIA_TYPE", "ORDER", "SimpleSignature", "parse"]

FORMAT = "simple"

MEDIA_TYPE = "application/vnd.sealwright.simple-signing"
"""How an OpenPGP signed message is called where a kind of envelope is named. It is never sent to anybody."""

ORDER = (
    "parse",
    "integrity",
    "authenticity",
    "expiry",
    "timestamp",
    "artifact",
    "identity",
    "revocation",
    "plugin",
)
"""The checks of a simple signature, in the order in which they are made."""

_CLOCK_SKEW = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)
_NOTHING = Digest("sha256:" + "0" * 64)


def parse(found: StoredSignature) -> "SimpleSignature":
    """Read a signature, as far as it can be read without believing it.

    Args:
        found: the bytes as a store gave them.

    Raises:
        MalformedSignatureError: `parse.simple-kind`: it is no signed message with exactly one signature of a
            version that is known; `parse.openpgp-malformed`.
    """
    described = stored.describe(found.content)
    if described.kind == "damaged":
        raise MalformedSignatureError("parse.openpgp-malformed", problem=described.problem)
    if described.kind != "signed":
        raise MalformedSignatureError("parse.simple-kind", kind=stored.WORDS[described.kind])
    return SimpleSignature(found.content, described)


class SimpleSignature:
    """A parsed signature. Nothing that it says is believed.

    Args:
        content: the bytes as they were kept.
        described: what they claim.
    """

    def __init__(self, content: bytes, described: Described) -> None:
        self._content = content
        self._claimed = described
        self._message = stored.unwrapped(content)

    @cached_property
    def summary(self) -> Summary:
        """What the signature says of itself."""
        signer, claims = self._claimed.signer, self._claimed.payload
        made = None if signer is None or signer.created is None else _moment(signer.created)
        ends = None
        if signer is not None and made is not None and signer.expires_after:
            ends = made + timedelta(seconds=signer.expires_after)
        return Summary(
            format=FORMAT,
            envelope=MEDIA_TYPE,
            algorithm=f"OpenPGP v{signer.version}" if signer is not None else "OpenPGP",
            signer=_claimed_signer(self._claimed),
            payload=Descriptor("", _digest(claims), 0),
            signing_time=made,
            expiry=ends,
            signed_attributes=_attributes(claims),
            digest=Digest.of(self._content),
        )

    def judge(
        self, subject: Subject, rule: Rule, origin: str, evidence: Evidence, at: datetime
    ) -> Judged | None:
        """What a rule thinks of this signature.

        Args:
            subject: what is verified.
            rule: the keyring, and the name that the signature must carry.
            origin: of the requirement, for the judgement.
            evidence: the answers so far.
            at: the time of verification, aware.

        1. parse: done, or there were no signature to judge.
        2. integrity: exactly one signature, by a key of the keyring, over these bytes. The keys are asked for
           first, then what became of the message.
        3. authenticity: the key is neither revoked nor expired, whenever it signed: nothing vouches for the
           time of signing.
        4. expiry: the signature's own term.
        5. timestamp: it was not made in the future.
           After a failure so far the payload is not read.
        6. artifact: the payload can be read and is about the subject.
        7. identity: the name in it is the one that the rule asks for.
        8. Neither revocation nor plugins are known to this format.
        """
        if not isinstance(rule, KeyringRule):
            return None
        # 1. parse
        record = Record(ORDER, _enforced)
        record.add(Check("parse", "enforce", "passed"))
        # 2. integrity
        keys = evidence.keys(rule.keyring)
        if keys is None:
            return _judged(origin, record, "", frozenset({rule.keyring}))
        if isinstance(keys, Unavailable):
            record.make("integrity", lambda: keys)
            return _judged(origin, record, "")
        need = OpenPgpResult(self._message, keys, at)
        answer = evidence.openpgp(need)
        if answer is None:
            return _judged(origin, record, "", frozenset({need}))
        if isinstance(answer, Unavailable):
            record.make("integrity", lambda: answer)
            return _judged(origin, record, "")
        if not record.make("integrity", partial(_integrity, answer, rule, self._claimed)):
            return _judged(origin, record, "")
        (signed,) = answer.signatures
        # 3. authenticity
        standing = record.make("authenticity", partial(_authenticity, signed))
        # 4. expiry
        standing &= record.make("expiry", partial(_expiry, signed, at))
        # 5. timestamp
        standing &= record.make("timestamp", partial(_timestamp, signed, at))
        if not standing:
            return _judged(origin, record, signed.primary, owner=signed.user_id)
        # 6. artifact
        found: list[Payload] = []
        if record.make("artifact", partial(_artifact, answer.document, subject, rule, found)):
            # 7. identity
            name = subject.identified if isinstance(subject.identified, Reference) else None
            record.make(
                "identity",
                lambda: identity.require_match(rule.identity, name, found[0].docker_reference),
            )
            # 8. what this format has not
            record.add(Check("revocation", "enforce", "skipped"))
            record.add(Check("plugin", "enforce", "skipped"))
        return _judged(origin, record, signed.primary, owner=signed.user_id)


def _judged(
    origin: str, record: Record, signer: str, needs: frozenset[Need] = frozenset(), owner: str = ""
) -> Judged:
    checks = record.complete()
    counts = not needs and all(check.stands for check in checks)
    return Judged(Judgement(origin, signer, checks, counts, owner), needs)


def _enforced(name: str) -> Action:
    del name
    return "enforce"


def _integrity(answer: OpenPgpAnswer, rule: KeyringRule, claimed: Described) -> None:
    """Exactly one signature, which fits, over the very document that the packets hold.

    Raises:
        CheckFailedError: an `integrity.` code.
    """
    if answer.disagreement:
        raise CheckFailedError("integrity.backends-disagree", problem=answer.disagreement)
    if len(answer.signatures) != 1:
        raise CheckFailedError("integrity.openpgp-count", found=len(answer.signatures))
    (signed,) = answer.signatures
    key = signed.fingerprint or signed.key_id or _claimed_signer(claimed)
    if signed.state == "key-unknown":
        raise CheckFailedError("integrity.key-unknown", key=key, keyring=_shown(rule))
    if signed.state == "bad":
        raise CheckFailedError("integrity.openpgp-bad", key=key)
    if signed.state == "unsupported":
        raise CheckFailedError("integrity.openpgp-unsupported", key=key)
    if answer.document != claimed.document:
        raise CheckFailedError("integrity.openpgp-document", backend=answer.backend)


def _authenticity(signed: OpenPgpSignature) -> None:
    """Whether the key may still sign.

    Raises:
        CheckFailedError: `authenticity.key-revoked` or `authenticity.key-expired`.
    """
    if signed.state == "key-revoked":
        raise CheckFailedError("authenticity.key-revoked", key=signed.fingerprint, owner=signed.user_id)
    if signed.state == "key-expired":
        raise CheckFailedError("authenticity.key-expired", key=signed.fingerprint, owner=signed.user_id)


def _expiry(signed: OpenPgpSignature, at: datetime) -> None:
    """Whether the signature's own term has not run out.

    Raises:
        CheckFailedError: `expiry.expired`.
    """
    if signed.state == "expired" or (signed.expires_at is not None and at >= signed.expires_at):
        end = "an unknown time" if signed.expires_at is None else signed.expires_at.isoformat()
        raise CheckFailedError("expiry.expired", expiry=end)


def _timestamp(signed: OpenPgpSignature, at: datetime) -> None:
    """Whether it was not made in the future; gpg lets that pass, Sequoia does not.

    Raises:
        CheckFailedError: `timestamp.signing-time-in-future`.
    """
    if signed.made_at is not None and signed.made_at > at + _CLOCK_SKEW:
        raise CheckFailedError("timestamp.signing-time-in-future", signed_at=signed.made_at.isoformat())


def _artifact(document: bytes, subject: Subject, rule: KeyringRule, found: list[Payload]) -> None:
    """Whether the payload can be read and is about the subject; leaves it in `found`.

    Raises:
        MalformedSignatureError: `parse.simple-payload-malformed`.
        CheckFailedError: `artifact.other-manifest`.
    """
    read = payload.read(document, lenient=rule.lenient)
    digest = subject.descriptor.digest
    if read.docker_manifest_digest != str(digest):
        raise CheckFailedError(
            "artifact.other-manifest", signed=read.docker_manifest_digest[:200], subject=str(digest)
        )
    found.append(read)


def _shown(rule: KeyringRule) -> str:
    words = [*rule.keyring.files, *(["the keys in the policy"] if rule.keyring.inline else [])]
    return ", ".join(words)


def _claimed_signer(described: Described) -> str:
    signer = described.signer
    return "" if signer is None else signer.fingerprint or signer.key_id


def _digest(claims: Payload | None) -> Digest:
    """The digest that is claimed; all zeros where none can be read."""
    try:
        return _NOTHING if claims is None else Digest.parse(claims.docker_manifest_digest)
    except UsageError:
        return _NOTHING


def _attributes(claims: Payload | None) -> dict[str, str]:
    if claims is None:
        return {}
    shown = {
        "dockerReference": claims.docker_reference,
        "dockerManifestDigest": claims.docker_manifest_digest,
        "creator": claims.creator,
        "timestamp": None if claims.timestamp is None else str(claims.timestamp),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
