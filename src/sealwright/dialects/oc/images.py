"""Images of the server with their signatures, as the commands ask for them."""

from collections.abc import Iterable

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.go_text import quote
from sealwright.dialects.oc.image_objects import SignatureObject, signatures_of
from sealwright.dialects.oc.server import Server
from sealwright.digest import Digest
from sealwright.errors import UsageError
from sealwright.service_client.answers import Image

__all__ = ["absent_image", "image_everywhere", "signature_objects"]


def image_everywhere(server: Server, name: str) -> list[Image]:
    """An image in every repository that the account may see; none if there is none.

    Args:
        server: that holds it.
        name: of the image, which is its digest.

    Raises:
        Fault: the server was not reached.
        Refused: it answered with an error.
    """
    try:
        return server.images(Digest.parse(name))
    except UsageError:
        return []


def absent_image(invocation: Invocation, name: str) -> int:
    """Say that there is no such image; gives the exit code."""
    invocation.warn(f"Error from server (NotFound): images.image.openshift.io {quote(name)} not found")
    return 1


def signature_objects(server: Server, images: Iterable[Image]) -> list[SignatureObject]:
    """The signatures of an image with their bytes, in the order in which they came; raises as above.

    Args:
        server: that keeps them.
        images: the same image, in all repositories that hold it.
    """
    return [
        SignatureObject(name, server.content(kept[0]), kept)
        for (name, _), kept in signatures_of(images).items()
    ]
