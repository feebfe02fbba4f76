"""Signatures verified by the service itself, and what it finds recorded.

This is `oc adm verify-image-signature --save` without trust in the client: the same question, by the same
code, on the service's own content.
"""

from pathlib import Path

from sealwright.digest import Digest
from sealwright.errors import EnvironmentalError, MalformedContentError, NotFoundError
from sealwright.homes.environment import Environment
from sealwright.reference import Reference
from sealwright.service.registry.queries import manifests
from sealwright.service.signatures.actions import recording
from sealwright.service.signatures.local import local_context, local_place
from sealwright.service.signatures.queries import rows
from sealwright.service.signatures.records import Signature
from sealwright.service.signatures.verifications import NewVerification, Verification
from sealwright.service.storage import Storage
from sealwright.stores.whole_listing import Item
from sealwright.verdict import Verdict
from sealwright.workflow.confirming import confirm, identity_policy
from sealwright.workflow.gather import HomeGatherer
from sealwright.workflow.openpgp import OpenPgp

__all__ = ["verify"]

_ORIGIN = "the keys in the request"


def verify(storage: Storage, by: str, signature: Signature, keys: bytes, expected: Reference) -> Verification:
    """Judge a signature by some keys and the name that it must carry, and record that.

    Args:
        storage: where it is.
        by: the account that asks for it.
        signature: a simple one, as it was found a moment ago.
        keys: public keys, armored or not.
        expected: the name.

    Raises:
        MalformedContentError: `service.verification-invalid`: it is no signature that keys decide on.
        NotFoundError: `service.manifest-unknown`: the repository does not hold what is signed any more.
        UsageError: `service.signature-revoked`.
        EnvironmentalError: `service.verification-unavailable`: nothing was found out, and nothing recorded.
    """
    content = rows.content(storage.database, signature.id) if signature.format == "simple" else None
    if content is None:
        raise MalformedContentError(
            "service.verification-invalid", problem="only GPG signatures are verified by keys"
        )
    try:
        verdict = _verdict(storage, signature, content, keys, expected)
    except NotFoundError:
        raise
    except EnvironmentalError as error:
        raise EnvironmentalError("service.verification-unavailable", problem=str(error)) from None
    verified = verdict.decision == "accepted"
    signers = [one.signer for report in verdict.signatures for one in report.judgements if one.signer]
    new = NewVerification(
        "verified" if verified else "failed",
        "service",
        next(iter(signers), "").lower(),
        str(expected),
        "" if verified else verdict.reason,
        "" if verified else verdict.sentence,
        verdict.policy.language,
        str(verdict.policy.digest),
        (str(Digest.of(keys)),),
        verdict.to_json().decode(),
    )
    return recording.record(storage, by, signature, new)


def _verdict(
    storage: Storage, signature: Signature, content: bytes, keys: bytes, expected: Reference
) -> Verdict:
    digest = Digest(signature.subject)
    if manifests.head(storage.database, signature.repository, digest) is None:
        raise NotFoundError(
            "service.manifest-unknown", repository=signature.repository, reference=signature.subject
        )
    place = local_place(storage, expected.domain, signature.repository, digest)
    descriptor = place.subject().descriptor
    place.repository.manifest(descriptor)  # checked against its digest
    item = Item(f"{signature.subject}@{signature.name}", content)
    with OpenPgp(Environment.current()) as openpgp:
        context = local_context(HomeGatherer(Path(), openpgp))
        return confirm(context, place, descriptor, expected, identity_policy(keys, _ORIGIN), item)
