"""A Notary signature: what it says of itself, and what a rule thinks of it.

Source: trust-store-trust-policy.md, "Signature Evaluation"; the checks themselves are in `judging`.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, partial

import msgspec

from sealwright import limits
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import CheckFailedError, MalformedContentError, MalformedSignatureError
from sealwright.evidence import Evidence, Need
from sealwright.formats.judged import Judged
from sealwright.formats.notary import countersigning, judging, payload, plugging, revoking
from sealwright.formats.notary.countersigning import Stamped
from sealwright.formats.notary.envelope import Envelope, codec
from sealwright.formats.record import Finding, Record
from sealwright.media_types import NOTARY_PAYLOAD
from sealwright.pki import certificate as certificates
from sealwright.pki.certificate import Certificate
from sealwright.pki.revocation.assess import Assessment
from sealwright.rules import Action, Rule, X509Rule
from sealwright.signature import StoredSignature, Subject, Summary
from sealwright.verdict import STAGES, Check, Judgement, SigningTimes

__all__ = ["NotarySignature", "parse"]

FORMAT = "notary"

_ENFORCED = frozenset({"parse", "integrity", "artifact"})
"""Checks that no policy can relax."""


def parse(stored: StoredSignature) -> "NotarySignature":
    """Read a signature: envelope, payload and certificates.

    Args:
        stored: the envelope as it was found; its media type tells the kind.

    Raises:
        MalformedSignatureError: a `parse.` code.
    """
    if len(stored.content) > limits.ENVELOPE_BYTES:
        raise MalformedSignatureError(
            "parse.envelope-too-large", size=len(stored.content), limit=limits.ENVELOPE_BYTES
        )
    envelope = codec(stored.media_type).read(stored.content)
    target = payload.read(envelope.payload)
    try:
        chain = tuple(certificates.parse(der) for der in envelope.chain)
    except MalformedContentError as error:
        raise MalformedSignatureError("parse.certificate-malformed", **error.data) from None
    return NotarySignature(envelope, target, chain, stored.content)


class NotarySignature:
    """A parsed signature. Nothing that it says is believed.

    Args:
        envelope: the parts.
        target: what the payload is about.
        chain: the certificates of the envelope.
        content: the bytes of the envelope.
    """

    def __init__(
        self, envelope: Envelope, target: Descriptor, chain: tuple[Certificate, ...], content: bytes
    ) -> None:
        self.envelope = envelope
        self.target = target
        self.chain = chain
        self._content = content

    @cached_property
    def summary(self) -> Summary:
        """What the signature says of itself, in the words of the specification."""
        attributes = self.envelope.attributes
        return Summary(
            format=FORMAT,
            envelope=self.envelope.media_type,
            algorithm=attributes.algorithm.name,
            signer=self.chain[0].subject_text,
            payload=self.target,
            signing_scheme=attributes.scheme,
            signing_time=attributes.signed_at,
            expiry=attributes.expiry,
            signed_attributes=_signed_text(self.envelope),
            unsigned_attributes=_unsigned_text(self.envelope),
            user_metadata=self.target.annotations,
            certificates=tuple(certificate.summary for certificate in self.chain),
            digest=Digest.of(self._content),
        )

    @property
    def details(self) -> Summary:
        """The same, and what the timestamp says of itself."""
        if not self.envelope.unsigned.timestamp:
            return self.summary
        from sealwright.formats.notary import stamp_summary  # noqa: PLC0415  # ASN.1, which few signatures need

        return msgspec.structs.replace(self.summary, timestamp=stamp_summary.summarised(self.envelope))

    @cached_property
    def signer(self) -> str:
        """SHA-256 of the leaf's public key: the same signer, whatever certificate the key has."""
        return self.chain[0].key_fingerprint

    @cached_property
    def _integrity(self) -> Check:
        """Depends on the bytes alone, so it is found out once."""
        try:
            judging.integrity(self.envelope, self.chain)
        except CheckFailedError as error:
            return Check("integrity", "enforce", "failed", error.code, error.data)
        return Check("integrity", "enforce", "passed")

    def judge(
        self, subject: Subject, rule: Rule, origin: str, evidence: Evidence, at: datetime
    ) -> Judged | None:
        """What a rule thinks of this signature.

        Args:
            subject: what is verified.
            rule: stores, identities, and what a failure of each check means.
            origin: of the requirement, for the judgement.
            evidence: the answers so far.
            at: the time of verification, aware.

        1. parse: done, or there were no signature to judge.
        2. integrity: chain, algorithm, signature, critical attributes. Always enforced.
        3. artifact: the payload is about the subject, with the metadata asked for. Always enforced.
           After a failure so far nothing else is looked at.
        4. authenticity: the chain holds a trusted certificate. Missing stores are asked for, and nothing
           else is looked at before they are there.
        5. identity: the rule names the signer, or the plugin says so. Means what authenticity means.
        6. expiry: the signature's own term.
        7. timestamp: the chain is valid at `at`, or a timestamp says that it was.
        8. revocation: no certificate is revoked.
        9. plugin: the plugin that the signature asks for agrees.
           What the signature names (token, responders) is used only if 4 and 5 passed, also where they are
           only logged; the plugin, which may decide on 5, only if 4 passed.
        """
        if not isinstance(rule, X509Rule):
            return None
        # 1. parse
        record = Record(STAGES, partial(_action, rule.actions))
        record.add(Check("parse", "enforce", "passed"))
        # 2. integrity
        record.add(self._integrity)
        if self._integrity.outcome != "passed":
            return self._judged(origin, record)
        # 3. artifact
        if not record.make("artifact", lambda: self._artifact(subject, rule)):
            return self._judged(origin, record)
        # 4. authenticity
        stores = judging.wanted_stores(self.envelope, rule)
        needs = frozenset(store for store in stores if store not in evidence)
        if needs:
            return self._judged(origin, record, needs)
        authentic = record.make("authenticity", lambda: judging.authenticity(self.chain, stores, evidence))
        # 5. identity
        plugin = plugging.consulted(self.envelope, self.chain, rule, evidence, authentic=authentic)
        authentic &= record.make(
            "identity", lambda: plugin.identity(lambda: judging.identity(self.chain[0], rule))
        )
        # 6. expiry
        record.make("expiry", lambda: judging.expiry(self.envelope, at))
        # 7. timestamp
        stamped = Stamped()

        def stamp() -> Finding:
            nonlocal stamped
            stamped = countersigning.stamped(
                self.envelope, self.chain, rule, evidence, at, authentic=authentic
            )
            if stamped.failure is not None:
                raise stamped.failure
            return stamped.finding

        record.make("timestamp", stamp)
        # 8. revocation
        assessment = Assessment()

        def revoke() -> Finding:
            nonlocal assessment
            if not authentic:
                return "not_reached"
            assessment = revoking.assessed(self.chain, rule, evidence, at, stamped)
            return revoking.finding(assessment)

        record.make("revocation", lambda: plugin.revocation(revoke, authentic=authentic))
        # 9. plugin
        record.make("plugin", lambda: plugin.plugin(authentic=authentic))
        ends = [end for end in (stamped.until, assessment.until) if end is not None]
        return self._judged(origin, record, record.needs, stamped.times, min(ends, default=None))

    def _artifact(self, subject: Subject, rule: X509Rule) -> None:
        wanted = subject.descriptor
        if subject.transport == "blob":
            wanted = judging.blob(self.target, subject, self.envelope.attributes.algorithm.hash_name)
        judging.artifact(self.target, wanted, rule.metadata)

    def _judged(
        self,
        origin: str,
        record: Record,
        needs: frozenset[Need] = frozenset(),
        times: SigningTimes | None = None,
        until: datetime | None = None,
    ) -> Judged:
        checks = record.complete()
        signer = self.signer if self._integrity.outcome == "passed" else ""
        counts = not needs and all(check.stands for check in checks)
        return Judged(Judgement(origin, signer, checks, counts), needs, times, until)


def _action(actions: Mapping[str, Action], name: str) -> Action:
    """What a failure of a check means: identity is a part of authenticity."""
    if name in _ENFORCED:
        return "enforce"
    return actions.get("authenticity" if name == "identity" else name, "enforce")


def _signed_text(envelope: Envelope) -> Mapping[str, str]:
    attributes = envelope.attributes
    shown = {"contentType": NOTARY_PAYLOAD}
    for name, value in attributes.values().items():
        shown[name.removeprefix("io.cncf.notary.")] = value if isinstance(value, str) else value.isoformat()
    return shown | {str(label): _shown(value) for label, value in attributes.extended.items()}


def _unsigned_text(envelope: Envelope) -> Mapping[str, str]:
    unsigned = envelope.unsigned
    shown = {"signingAgent": unsigned.agent, "timestampSignature": unsigned.timestamp.hex()}
    known = {name: value for name, value in shown.items() if value}
    return known | {str(label): _shown(value) for label, value in unsigned.others.items()}


def _shown(value: object) -> str:
    """A value of any kind as text; for people only."""
    if isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else repr(value)
