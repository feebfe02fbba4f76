"""Sign an image with a key whose program makes the whole signature: gpg, Sequoia.

What verifies such signatures looks at the manifest of one platform, never at the index above it, and compares
the name. So everything in an index is signed along with it, under the same name, as `skopeo copy --all` does.
"""

from collections.abc import Callable, Iterator

from sealwright.descriptor import Descriptor
from sealwright.errors import InternalError, UsageError
from sealwright.events import Notice
from sealwright.formats.orders import Finished
from sealwright.formats.simple import payload, stored
from sealwright.formats.simple.signature import MEDIA_TYPE
from sealwright.interfaces import Sealer, SignatureStore
from sealwright.reference import Reference
from sealwright.signature import Subject
from sealwright.version import __version__
from sealwright.workflow.context import Context, Place
from sealwright.workflow.inside import children
from sealwright.workflow.kept import SIMPLE, formats_at, store_at
from sealwright.workflow.sign import Signed

__all__ = ["CREATOR", "Beside", "seal", "seal_manifest", "seal_place", "sealed", "seals", "signed_name"]

CREATOR = f"sealwright {__version__}"
"""What our payloads name as their creator: the program that wrote them, and its version."""


Beside = Callable[[Reference], SignatureStore]
"""Gives a store beside the registry, whatever the registry keeps by itself."""


def seal(
    context: Context, image: str, sealer: Sealer, identity: str = "", beside: Beside | None = None
) -> Iterator[Signed]:
    """Sign an image, and everything in it; each is told as soon as it is kept.

    Args:
        context: the outside.
        image: as a user types it.
        sealer: the key.
        identity: the name to sign instead of the image's own.
        beside: gives the store to write to; None: where clients would look.

    Raises:
        UsageError: the name cannot be read; `signing.no-name`, `signing.no-simple-store`.
        KeyUnavailableError: the key cannot be used.
        NotFoundError: there is no such image.
        EnvironmentalError: the repository or the store cannot be read or written.
    """
    with context.open_image(image, write=beside is None) as opened:
        place = opened
        if beside is not None and isinstance(opened.name, Reference):
            place = opened.with_store(beside(opened.name))
        yield from seal_place(context, place, place.subject().descriptor, sealer, identity)


def seal_place(
    context: Context, place: Place, descriptor: Descriptor, sealer: Sealer, identity: str = ""
) -> Iterator[Signed]:
    """The same for an image that is opened and resolved."""
    if place.store is None and SIMPLE not in formats_at(place):
        signed_name(place, identity)  # what is missing first is told first
        raise UsageError("signing.no-simple-store", transport=place.transport)
    store = store_at(place, frozenset({SIMPLE}))
    for subject, finished in seals(context, place, descriptor, sealer, identity):
        yield Signed(subject, store.add(subject, finished))


def seals(
    context: Context, place: Place, descriptor: Descriptor, sealer: Sealer, identity: str = ""
) -> Iterator[tuple[Subject, Finished]]:
    """A signature for everything in an image and, last, for the image itself; nothing is kept.

    Raises:
        UsageError: `signing.no-name`, `signing.digest-not-sha256`; the identity cannot be read.
        KeyUnavailableError: the key cannot be used.
        EnvironmentalError: the repository cannot be read.
    """
    name = signed_name(place, identity)
    if sealer.fingerprint != sealer.primary:
        data = {"fingerprint": sealer.fingerprint, "primary": sealer.primary}
        context.events(Notice("signing.subkey", data))
    every = {one.digest: one for one in (*children(place.repository, descriptor), descriptor)}
    for one in every.values():
        yield seal_manifest(context, place, one, sealer, name)


def signed_name(place: Place, identity: str = "") -> str:
    """The name that a signature is about: with a tag, if there is one, else with the digest.

    Args:
        place: of the image.
        identity: the name to sign instead.

    Raises:
        UsageError: `signing.no-name`: the image has no name of a registry, and none was given; `reference.…`.
    """
    if identity:
        return str(Reference.parse(identity))
    if not isinstance(place.name, Reference):
        raise UsageError("signing.no-name", typed=place.typed)
    if place.name.digest is not None and place.name.tag is None:
        return str(place.name)
    return str(place.name.tagged(place.name.tag or place.tag or "latest"))


def sealed(sealer: Sealer, name: str, descriptor: Descriptor, seconds: int) -> bytes:
    """A signature, looked at before it leaves: it is one signed message over the very payload.

    Args:
        sealer: the key.
        name: that is signed.
        descriptor: of the manifest.
        seconds: the time of signing, since 1970.

    Raises:
        UsageError: `signing.digest-not-sha256`.
        KeyUnavailableError: the key cannot be used.
        InternalError: the program made something else.
    """
    document = payload.write(name, descriptor.digest, CREATOR, seconds)
    content = sealer.seal(document)
    made = stored.describe(content)
    if made.kind != "signed" or made.document != document:
        raise InternalError("internal.unexpected", problem=f"the new signature is {stored.WORDS[made.kind]}")
    return content


def seal_manifest(
    context: Context, place: Place, descriptor: Descriptor, sealer: Sealer, name: str
) -> tuple[Subject, Finished]:
    """A signature for one manifest, and for nothing that it may list.

    Args:
        context: gives the time.
        place: where the manifest is.
        descriptor: of the manifest.
        sealer: the key.
        name: that is signed, as `signed_name` gives it.

    Raises:
        UsageError: `signing.digest-not-sha256`.
        KeyUnavailableError: the key cannot be used.
    """
    subject = Subject(descriptor, place.transport, place.name, typed=place.typed)
    now = context.clock().replace(microsecond=0)
    content = sealed(sealer, name, descriptor, int(now.timestamp()))
    return subject, Finished(SIMPLE, MEDIA_TYPE, content, (sealer.primary.lower(),), now)
