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
from sealwright.events import Notice
from sealwright.formats.orders import Finished
from sealwright.formats.simple.signature import MEDIA_TYPE
from sealwright.interfaces import Sealer
from sealwright.signature import Subject
from sealwright.workflow.context import Context, Place
from sealwright.workflow.inside import children
from sealwright.workflow.kept import SIMPLE, store_at
from sealwright.workflow.seal import sealed, signed_name
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
    made: list[tuple[Subject, Finished]] = []
    if sealer is not None:
        told("signing")
        made = _made(context, target, descriptor, sealer)
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


def _made(
    context: Context, target: Place, descriptor: Descriptor, sealer: Sealer
) -> list[tuple[Subject, Finished]]:
    """A signature for everything in an image and, last, for itself."""
    if sealer.fingerprint != sealer.primary:
        data = {"fingerprint": sealer.fingerprint, "primary": sealer.primary}
        context.events(Notice("signing.subkey", data))
    name = signed_name(target)
    now = context.clock().replace(microsecond=0)
    every = {one.digest: one for one in (*children(target.repository, descriptor), descriptor)}
    return [
        (
            Subject(one, target.transport, target.name, typed=target.typed),
            Finished(
                SIMPLE,
                MEDIA_TYPE,
                sealed(sealer, name, one, int(now.timestamp())),
                (sealer.primary.lower(),),
                now,
            ),
        )
        for one in every.values()
    ]
