"""A signature by a key of a vault: what it says of itself, and what a key's rule thinks of it.

Sources: Oracle's API reference, "ContainerImageSignature"; `message` for what is signed. Oracle's own client
asks the vault whether the signature is one of the message, and never reads the message; here a message about
another image, repository, region or key is refused, whoever signed it.
"""

from datetime import datetime
from functools import cached_property, partial

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import CheckFailedError, UsageError
from sealwright.evidence import Evidence, PublicKeyAnswer, PublicKeyVersion, Unavailable
from sealwright.formats import metadata
from sealwright.formats.judged import Judged
from sealwright.formats.kms import algorithms, content, message, ocid, standing
from sealwright.formats.kms.content import Content
from sealwright.formats.kms.message import Message
from sealwright.formats.record import Record, Wanting
from sealwright.reference import Reference
from sealwright.rules import Action, KeyRule, Rule
from sealwright.signature import StoredSignature, Subject, Summary
from sealwright.verdict import Check, Judgement

__all__ = ["FORMAT", "ORDER", "KmsSignature", "parse"]

FORMAT = "kms"

ORDER = (
    "parse",
    "authenticity",
    "integrity",
    "artifact",
    "identity",
    "expiry",
    "timestamp",
    "revocation",
    "plugin",
)
"""The checks of such a signature, in the order in which they are made."""

_NOTHING = Digest("sha256:" + "0" * 64)


def parse(found: StoredSignature) -> "KmsSignature":
    """Read a signature: its packing, and the message that was signed.

    Args:
        found: the bytes as a store gave them.

    Raises:
        MalformedSignatureError: `kms.content-malformed` or `parse.kms-message-malformed`.
    """
    kept = content.parse(found.content)
    return KmsSignature(found.content, kept, message.parse(kept.message_bytes))


class KmsSignature:
    """A parsed signature. Nothing that it says is believed.

    Args:
        stored: the bytes as they were kept.
        kept: what they hold.
        claims: the message.
    """

    def __init__(self, stored: bytes, kept: Content, claims: Message) -> None:
        self._stored = stored
        self._kept = kept
        self._claims = claims

    @cached_property
    def summary(self) -> Summary:
        """What the signature says of itself. It has no time of signing."""
        return Summary(
            format=FORMAT,
            envelope=media_types.KMS_SIGNATURE,
            algorithm=self._kept.signing_algorithm,
            signer=self._kept.key_id,
            payload=Descriptor("", self._digest, 0),
            signed_attributes=self._claims.fields,
            user_metadata=self._claims.annotations,
            digest=Digest.of(self._stored),
        )

    @property
    def _digest(self) -> Digest:
        """The digest that is claimed; all zeros where it is none."""
        try:
            return Digest.parse(self._claims.image_digest)
        except UsageError:
            return _NOTHING

    def judge(
        self, subject: Subject, rule: Rule, origin: str, evidence: Evidence, at: datetime
    ) -> Judged | None:
        """What a rule thinks of this signature.

        Args:
            subject: what is verified.
            rule: the key, and what the message must say.
            origin: of the requirement, for the judgement.
            evidence: the answers so far.
            at: the time of verification, aware.

        1. parse: done, or there were no signature to judge.
        2. authenticity: the key is the rule's, in one of its versions, and in a state that it takes; what is
           known of it is fresh enough. A signature that names another key than the rule's makes nobody ask
           for anything.
        3. integrity: the signature is one of the message by the public key of that version.
           Nothing that the message says is looked at before.
        4. artifact: the message is about the subject, and about this very key, version and algorithm; its
           metadata are those asked for.
        5. identity: it names the repository, and the region.
        6. Such signatures have no term, no time of signing, and no plugins; what a revocation would be is a
           state of the key.
        """
        if not isinstance(rule, KeyRule):
            return None
        # 1. parse
        record = Record(ORDER, _enforced)
        record.add(Check("parse", "enforce", "passed"))
        # 2. authenticity
        found: list[PublicKeyVersion] = []
        good = record.make("authenticity", partial(_authenticity, self._kept, rule, evidence, at, found))
        # 3. integrity
        good = good and record.make("integrity", lambda: _integrity(self._kept, found[0]))
        signer = self._kept.key_id if good else ""
        # 4. artifact
        good = good and record.make("artifact", partial(_artifact, self._kept, self._claims, subject, rule))
        # 5. identity
        good = good and record.make("identity", partial(_identity, self._kept, self._claims, subject, rule))
        # 6. what this format has not
        for name in ORDER[ORDER.index("expiry") :] if good else ():
            record.add(Check(name, "enforce", "skipped"))
        checks = record.complete()
        counts = not record.needs and all(check.stands for check in checks)
        judgement = Judgement(origin, signer, checks, counts, _owner(rule, evidence) if signer else "")
        return Judged(judgement, record.needs, until=standing.until(rule, evidence.public_key(rule.key), at))


def _enforced(name: str) -> Action:
    del name
    return "enforce"


def _authenticity(
    kept: Content, rule: KeyRule, evidence: Evidence, at: datetime, found: list[PublicKeyVersion]
) -> Unavailable | Wanting | None:
    """Whether the rule names the key and takes its state; leaves the version in `found`.

    Raises:
        CheckFailedError: an `authenticity.kms-` code.
    """
    standing.require_named(rule, kept)
    answer = evidence.public_key(rule.key)
    if answer is None:
        return Wanting(frozenset({rule.key}))
    if isinstance(answer, PublicKeyAnswer):
        found.append(standing.required(rule, kept, answer, at))
        return None
    return answer


def _integrity(kept: Content, version: PublicKeyVersion) -> None:
    """Whether the signature is one of the message by the key.

    Raises:
        CheckFailedError: `integrity.kms-algorithm`, `integrity.kms-key-kind`, `integrity.signature-invalid`.
    """
    name = kept.signing_algorithm
    algorithm = algorithms.IMAGE_ALGORITHMS.get(name)
    if algorithm is None:
        raise CheckFailedError("parse.kms-algorithm", algorithm=name[:64])
    key = algorithms.public_key(version.public_key)
    if not algorithms.is_for(algorithm, key):
        raise CheckFailedError("integrity.kms-key-kind", algorithm=name)
    if not algorithms.verifies(key, algorithm, kept.message_bytes, kept.signature_bytes):
        raise CheckFailedError("integrity.signature-invalid", algorithm=name)


def _artifact(kept: Content, claims: Message, subject: Subject, rule: KeyRule) -> None:
    """Whether the message is about the subject, and this signature.

    Raises:
        CheckFailedError: `artifact.kms-other-image`, `artifact.kms-other-field`, `artifact.metadata-missing`.
    """
    claims.require(
        {
            "imageDigest": str(subject.descriptor.digest),
            "kmsKeyId": kept.key_id,
            "kmsKeyVersionId": kept.key_version_id,
            "signingAlgorithm": kept.signing_algorithm,
        }
    )
    metadata.require(claims.annotations, rule.metadata)


def _identity(kept: Content, claims: Message, subject: Subject, rule: KeyRule) -> None:
    """Whether the message names the repository and the region.

    Raises:
        CheckFailedError: an `identity.kms-` code.
    """
    claims.require({"repositoryName": rule.repository or _name(subject)})
    regions = rule.regions or (ocid.key_region(kept.key_id),)
    if claims.region not in regions:
        claims.require({"region": ", ".join(regions)})


def _name(subject: Subject) -> str:
    """What a message calls the repository of a subject.

    Raises:
        CheckFailedError: `identity.kms-image-without-name`.
    """
    name = subject.name
    try:
        read = name if isinstance(name, Reference) else Reference.parse(name)
    except UsageError:
        read = None
    if read is None or read.repository != subject.repository:
        raise CheckFailedError("identity.kms-image-without-name", name=str(name)[:300])
    return message.repository_name(read.path)


def _owner(rule: KeyRule, evidence: Evidence) -> str:
    """The name of the key in its vault."""
    answer = evidence.public_key(rule.key)
    return answer.name if isinstance(answer, PublicKeyAnswer) else ""
