"""Words that name objects of the server: `TYPE NAME`, or `TYPE/NAME`."""

from contextlib import closing

import msgspec

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.oc.current import UNAUTHORIZED, current, refused_in_words
from sealwright.dialects.oc.image_objects import SignatureObject
from sealwright.dialects.oc.images import absent_image, image_everywhere, signature_objects
from sealwright.dialects.oc.judging import Registry
from sealwright.dialects.oc.server import Refused, Server
from sealwright.service_client.answers import Image

__all__ = ["Named", "Shown", "named", "shown"]

_KINDS = {
    "image": "image",
    "images": "image",
    "imagestreamtag": "istag",
    "imagestreamtags": "istag",
    "istag": "istag",
    "istags": "istag",
}
_GROUP = ".image.openshift.io"
_NOT_FOUND = 404


class Named(msgspec.Struct, frozen=True):
    """What is asked for: `kind` is `image` or `istag`; the latter is `repository:tag`."""

    kind: str
    name: str


class Shown(msgspec.Struct, frozen=True):
    """An image in one repository, and its signatures wherever they are kept."""

    image: Image
    signatures: list[SignatureObject]


def named(invocation: Invocation) -> Named:
    """What a command line names.

    Raises:
        Fault: it names nothing, or what is not here.
    """
    words = invocation.arguments
    kind, slash, name = words[0].partition("/") if words else ("", "", "")
    if slash:
        words = (kind, name, *words[1:])
    if not words:
        raise Fault("Required resource not specified.")
    known = _KINDS.get(words[0].removesuffix(_GROUP).lower())
    if known is None:
        raise Fault(
            f"the server doesn't have a resource type {quote(words[0])}; here are image and istag, "
            "as far as signatures go"
        )
    if len(words) != 2:  # noqa: PLR2004  # type and name
        raise Fault("exactly one name must be specified")
    return Named(known, words[1])


def shown(invocation: Invocation, wanted: Named) -> tuple[Shown | None, Registry]:
    """What is named, asked of the server of the session, and that server's registry.

    Args:
        invocation: says where to print, and which session is meant.
        wanted: what is named; if it is not there, that is said and None is given.

    Raises:
        Fault: there is no session, or the server cannot be asked.
    """
    _, session = current(invocation)
    if not session.token:
        raise Fault(UNAUTHORIZED)
    try:
        with closing(Server(session)) as server:
            return _found(invocation, server, wanted), Registry(session)
    except Refused as refused:
        raise refused_in_words(refused) from None


def _found(invocation: Invocation, server: Server, wanted: Named) -> Shown | None:
    """What is named; None, once that is said, if it is not there.

    Args:
        invocation: says where to print; `--namespace` is the first part of a repository's name.
        server: that is asked.
        wanted: what is named.

    Raises:
        Fault: the server was not reached.
        Refused: it answered with an error.
    """
    if wanted.kind == "image":
        everywhere = image_everywhere(server, wanted.name)
        if not everywhere:
            absent_image(invocation, wanted.name)
            return None
        return Shown(everywhere[0], signature_objects(server, everywhere))
    name, _, tag = wanted.name.rpartition(":")
    if not name:
        raise Fault(f"{quote(wanted.name)} is not of the form NAME:TAG")
    namespace = str(invocation.values["namespace"])
    try:
        image = server.image(f"{namespace}/{name}" if namespace else name, tag)
    except Refused as refused:
        if refused.status != _NOT_FOUND:
            raise
        invocation.warn(
            f"Error from server (NotFound): imagestreamtags{_GROUP} {quote(wanted.name)} not found"
        )
        return None
    return Shown(image, signature_objects(server, image_everywhere(server, image.digest)))
