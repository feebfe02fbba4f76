"""Signatures by keys of a vault verified by the service itself, and what it finds recorded.

This is what a console calls "verify signature": whether the vault has the key in a state in which its
signatures count, and whether the signature is one of this very image, under its name. That the key is not
there any more is a finding, too.
"""

from collections.abc import Callable, Mapping

from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, MalformedSignatureError, NotFoundError
from sealwright.evidence import Evidence, Need, PublicKey, PublicKeyAnswer, Unavailable
from sealwright.formats.kms import content as kept_form
from sealwright.formats.table import parse
from sealwright.policy.decide import Candidate, Case
from sealwright.policy.settle import settle
from sealwright.rules import KeyRule, SignedBy, Statement
from sealwright.service.registry.queries import manifests
from sealwright.service.signatures import reading
from sealwright.service.signatures.actions import recording
from sealwright.service.signatures.local import local_place
from sealwright.service.signatures.records import Signature
from sealwright.service.signatures.verifications import NewVerification, Verification
from sealwright.service.storage import Storage
from sealwright.signature import StoredSignature, Unreadable
from sealwright.verdict import PolicyUsed, Verdict
from sealwright.workflow import clock

__all__ = ["verify"]

Keys = Callable[[PublicKey], PublicKeyAnswer | Unavailable]

_ORIGIN = "the key that the signature names, in the vaults of this service"
_POLICY = PolicyUsed("vault", _ORIGIN, Digest.of(_ORIGIN.encode()))


def verify(storage: Storage, keys: Keys, by: str, registry: str, signature: Signature) -> Verification:
    """Judge a signature by the vault's key that it names, and record that.

    Args:
        storage: where it is.
        keys: the service's own.
        by: the account that asks for it.
        registry: what users call the service.
        signature: as it was found a moment ago.

    Raises:
        MalformedContentError: `service.verification-invalid`: it is no signature by a key of a vault.
        NotFoundError: `service.manifest-unknown`: the repository does not hold what is signed any more.
        UsageError: `service.signature-revoked`.
    """
    content = reading.kms_content(storage, signature) if signature.format == "kms" else None
    if content is None:
        raise MalformedContentError(
            "service.verification-invalid", problem="it is no signature by a key of a vault"
        )
    digest = Digest(signature.subject)
    if manifests.head(storage.database, signature.repository, digest) is None:
        raise NotFoundError(
            "service.manifest-unknown", repository=signature.repository, reference=signature.subject
        )
    verdict = _verdict(storage, keys, registry, signature, content)
    verified = verdict.decision == "accepted"
    new = NewVerification(
        "verified" if verified else "failed",
        "service",
        signature.signer,
        f"{registry}/{signature.repository}@{digest}",
        "" if verified else verdict.reason,
        "" if verified else verdict.sentence,
        _POLICY.language,
        str(_POLICY.digest),
        verdict=verdict.to_json().decode(),
    )
    return recording.record(storage, by, signature, new)


def _verdict(storage: Storage, keys: Keys, registry: str, signature: Signature, content: bytes) -> Verdict:
    place = local_place(storage, registry, signature.repository, Digest(signature.subject))
    stored = StoredSignature("kms", signature.digest, signature.media_type, content)
    named = ""
    candidates: tuple[Candidate, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    try:
        named = kept_form.parse(content).key_id
        candidates = (Candidate(stored, parse(stored)),)
    except MalformedSignatureError as error:
        unreadable = (Unreadable(signature.digest, error.code, error.data),)
    requirement = SignedBy(_ORIGIN, KeyRule(PublicKey(named)))
    case = Case(
        Statement("vault", requirement), place.subject(), _POLICY, clock.now(), candidates, unreadable
    )

    def gather(needs: frozenset[Need]) -> Mapping[Need, object]:
        return {need: keys(need) for need in needs if isinstance(need, PublicKey)}

    verdict, _ = settle(case, Evidence(), gather)
    return verdict
