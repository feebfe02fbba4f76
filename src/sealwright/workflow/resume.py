"""Go on with a signature that waits for the approval of people, where another run has left it."""

from collections.abc import Callable
from pathlib import Path

from sealwright.homes.pending import PendingFolder
from sealwright.interfaces import ApprovableSigner
from sealwright.signature import Subject
from sealwright.workflow import blobs, pending
from sealwright.workflow.blobs import SignedBlob
from sealwright.workflow.context import Context
from sealwright.workflow.pending import Image, Pending
from sealwright.workflow.sign import Signed, go_on, keep

__all__ = ["finish", "saved"]


def saved(folder: PendingFolder, identifier: str) -> Pending:
    """What was saved for a request.

    Args:
        folder: of the user.
        identifier: of the request.

    Raises:
        UsageError: `signing.resume-unknown`.
        DocumentError: `signing.resume-malformed`.
        StorageError: it cannot be read.
    """
    return pending.find(folder, identifier)


def finish(
    context: Context, begun: Pending, open_key: Callable[[str], ApprovableSigner], *, waits: bool = True
) -> Signed | SignedBlob:
    """Finish a signature and keep it where it belongs. What is signed are the bytes that were saved.

    Args:
        context: the outside.
        begun: what was saved.
        open_key: opens a key by what names it and its version; called only if it has not signed yet.
        waits: whether to wait for people to approve it.

    Raises:
        AccessDeniedError: an `approval.` code.
        SealwrightError: as `sign` and `sign_blob`.
    """
    made = go_on(context, begun, None if begun.content else open_key(begun.key), waits=waits)
    if isinstance(begun.target, Image):
        with context.open_image(begun.target.address, write=True) as place:
            subject = Subject(begun.payload, place.transport, place.name, typed=begun.target.typed)
            return keep(context, place, subject, made)
    path = Path(begun.target.signature)
    return blobs.keep(blobs.as_signed(made), path, replace=begun.target.replace, folder=context.pending)
