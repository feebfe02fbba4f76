"""Whether a simple signature confirms the identity of an image: made by some key, under the expected name.

This is the question of `oc adm verify-image-signature`, asked of one signature at a time. It is answered as
any other: by a policy.json with one requirement, whatever policy is in force otherwise.
"""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from sealwright.descriptor import Descriptor
from sealwright.errors import EnvironmentalError, InternalError
from sealwright.formats.orders import Finished
from sealwright.policy.containers import lowering
from sealwright.policy.containers.lowering import ContainersPolicy
from sealwright.reference import Reference
from sealwright.signature import Subject, Unreadable
from sealwright.stores.whole_listing import Item, WholeListing
from sealwright.verdict import Check, SignatureReport, Verdict
from sealwright.workflow.context import Context, Place
from sealwright.workflow.verify import verify_subject

__all__ = ["confirm", "identity_policy", "not_made"]


def identity_policy(keys: Path | bytes, origin: str) -> ContainersPolicy:
    """The policy that a signature by some key of a keyring is good for the name that it is asked for.

    Args:
        keys: a file of public keys, or its content.
        origin: what the policy comes from, for messages.

    Raises:
        DocumentError: the keys are too many to stand in a policy.
    """
    source = (
        {"keyPath": str(keys.absolute())}
        if isinstance(keys, Path)
        else {"keyData": base64.b64encode(keys).decode()}
    )
    identity = {"type": "matchRepoDigestOrExact"}
    signed_by = {"type": "signedBy", "keyType": "GPGKeys", **source, "signedIdentity": identity}
    policy = {"default": [{"type": "reject"}], "transports": {"docker": {"": [signed_by]}}}
    return lowering.parse(json.dumps(policy).encode(), origin)


def confirm(
    context: Context,
    place: Place,
    descriptor: Descriptor,
    expected: Reference,
    policy: ContainersPolicy,
    item: Item,
) -> Verdict:
    """The verdict on one signature.

    Args:
        context: the outside.
        place: where the image is, opened.
        descriptor: of the image, whose manifest the repository has given under this digest.
        expected: the name that the signature must carry.
        policy: by `identity_policy`.
        item: the signature's name and bytes.

    Raises:
        EnvironmentalError: it could not be found out; the code is that of the check which could not be made.
    """
    subject = Subject(descriptor, "docker", expected, typed=str(expected))
    verdict = verify_subject(context, place.with_store(_One(item)), subject, policy)
    for check in (check for report in verdict.signatures for check in not_made(report)):
        raise EnvironmentalError(check.reason, **check.data)
    return verdict


def not_made(report: SignatureReport) -> tuple[Check, ...]:
    """The checks that keep a signature from counting because what they need could not be had.

    Such a report is no finding about the signature: it says something of whoever looked.

    Args:
        report: of one signature.
    """
    failures = (one.failure for one in report.judgements)
    return tuple(one for one in failures if one is not None and one.outcome == "unavailable")


class _One(WholeListing):
    """A store with one signature, which was fetched already.

    Args:
        item: its name and bytes.
    """

    def __init__(self, item: Item) -> None:
        super().__init__()
        self._item = item

    def add(self, subject: Subject, finished: Finished) -> str:
        """Nothing is kept here."""
        raise InternalError("internal.unexpected", problem=f"{finished.format} for {subject.name}")

    def _read(self, subject: Subject) -> Iterator[Item | Unreadable]:
        del subject
        yield self._item
