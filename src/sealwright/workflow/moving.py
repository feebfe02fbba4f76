"""Copy an image step by step, as skopeo does it, and tell of each step before it is made.

1. The blobs, and the manifests by their digest.
2. `signing`: the signatures are made, where that is asked for. If it fails nothing has the tag yet.
3. `writing`: the tag.
4. `storing`: the signatures are kept: new ones, or those of the source.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from sealwright.descriptor import Descriptor
from sealwright.interfaces import Sealer
from sealwright.workflow.context import Context, Place
from sealwright.workflow.kept import SIMPLE, store_at
from sealwright.workflow.seal import seals
from sealwright.workflow.transfer import transfer

__all__ = ["Step", "move"]

Step = Literal["signing", "writing", "storing"]


def move(
    context: Context,
    source: Place,
    target: Place,
    descriptor: Descriptor,
    told: Callable[[Step], None],
    sealer: Sealer | None = None,
) -> tuple[str, ...]:
    """Copy an image without its signatures, and sign the copy if asked, with everything in it.

    Args:
        context: takes progress.
        source: where it is.
        target: where it goes; its tag will stand for it.
        descriptor: of the image, resolved.
        told: gets each step.
        sealer: the key; None: it is not signed.

    Returns:
        The locations of the new signatures.

    Raises:
        SealwrightError: as `transfer` and `seal_place`.
    """
    transfer(context, source, msgspec.structs.replace(target, tag=None), descriptor, "none")
    made = []
    if sealer is not None:
        told("signing")
        made = list(seals(context, target, descriptor, sealer))
    told("writing")
    if target.tag is not None:
        content = source.repository.manifest(descriptor)
        target.repository.push_manifest(
            content, descriptor.media_type, target.tag, descriptor.digest.algorithm
        )
    told("storing")
    if not made:
        return ()
    store = store_at(target, frozenset({SIMPLE}))
    return tuple(store.add(subject, finished) for subject, finished in made)
