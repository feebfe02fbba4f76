"""A signature that people have to approve first: asked for, waited for, made.

1. The key is asked to sign. If it does, nobody has to approve.
2. What is needed to go on is saved, then people are asked. Whoever was killed right after that finds the
   request again: it is about the very same bytes.
3. How the request stands is told, and waited for. While the service cannot be reached, it is tried again until
   the time of the request is over: people approve meanwhile all the same.
4. The key is asked again, with the approval. The service gives the same signature to the same approval,
   however often it is asked.
"""

from collections.abc import Callable

import msgspec

from sealwright.errors import AccessDeniedError
from sealwright.interfaces import Asking
from sealwright.service_client.approval_answers import Approval
from sealwright.service_client.approvals import ApprovalClient
from sealwright.service_client.vault_answers import Signed

__all__ = ["Wanted", "signed_with_approval"]

_NEEDED = "approval.needed"
_OPEN = frozenset({"waiting", "locked", "ready"})


class Wanted(msgspec.Struct, frozen=True):
    """A signature that is wanted.

    Attributes:
        key: the identifier of the key.
        version: that of its version.
        algorithm: a name of `formats.kms.algorithms`.
        message: what is signed, or its digest.
        digested: whether it is the digest.
        name: what people call the key.
    """

    key: str
    version: str
    algorithm: str
    message: bytes
    digested: bool
    name: str


def signed_with_approval(
    client: ApprovalClient, wanted: Wanted, sign: Callable[[str], Signed], asking: Asking
) -> Signed:
    """The signature, once it may be made.

    Args:
        client: of the service.
        wanted: what is signed.
        sign: has the key sign, with the identifier of an approval; with an empty text, without one.
        asking: how people are asked.

    Raises:
        AccessDeniedError: `approval.denied`, `approval.expired`, `approval.awaited`, or as `sign`.
        SealwrightError: as `sign`, and as the client raises when people are asked.
    """
    request = asking.request
    if not request:
        # 1. without approval
        try:
            return sign("")
        except AccessDeniedError as error:
            if error.code != _NEEDED:
                raise
        # 2. people are asked
        asking.hears("")
        request = _asked(client, wanted, asking.note).id
    asking.hears(request)
    # 3. how it stands
    _wait(client, wanted, request, asking)
    # 4. with approval
    return sign(request)


def _asked(client: ApprovalClient, wanted: Wanted, note: str) -> Approval:
    """The request about these bytes that stands already, or a new one."""
    for found in client.approvals(key=wanted.key):
        same = (found.version, found.algorithm, found.message, found.digested) == (
            wanted.version,
            wanted.algorithm,
            wanted.message,
            wanted.digested,
        )
        if same and found.state in _OPEN:
            return found
    return client.ask_people(
        wanted.key, "use", wanted.message, wanted.version, wanted.algorithm, note, digested=wanted.digested
    )


def _wait(client: ApprovalClient, wanted: Wanted, request: str, asking: Asking) -> None:
    """Return when the request is approved, or was spent before.

    Raises:
        AccessDeniedError: `approval.denied`, `approval.expired`, `approval.awaited`.
    """
