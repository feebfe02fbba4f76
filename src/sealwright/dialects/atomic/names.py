"""Names of images as atomic takes them, and where it keeps images."""

import re
from urllib.parse import urlsplit

from sealwright.dialects.atomic.call import Call
from sealwright.dialects.atomic.failed import Failed
from sealwright.errors import SealwrightError
from sealwright.homes.containers.search_registries import search_registries
from sealwright.reference import DOCKER_HUB, Reference
from sealwright.workflow.context import Context

__all__ = ["in_storage", "reference", "require_scope", "sought", "transport_of"]

_HOST = re.compile(r"[a-zA-Z0-9_.-]+/?:?[0-9]*[a-z0-9/:-]*")
_PATH = re.compile(r"[a-z0-9:./-]*")
_HUB = (f"{DOCKER_HUB}/", f"index.{DOCKER_HUB}/")
_TRANSPORTS = {"web": "docker", "local": "dir", "atomic": "atomic"}


def reference(typed: str) -> Reference:
    """The name of an image, with the tag `latest` if it has none.

    Raises:
        Failed: it is none.
    """
    try:
        found = Reference.parse(typed)
    except SealwrightError as error:
        raise Failed(str(error)) from None
    return found if found.tag or found.digest else found.tagged("latest")


def sought(call: Call, context: Context, typed: str) -> Reference:
    """The same; a name without a registry is sought in those that are configured, in their order.

    Args:
        call: where that is configured.
        context: opens images.
        typed: as typed.

    Raises:
        Failed: the name cannot be read, or no registry has it.
    """
    found = reference(typed)
    if found.domain != DOCKER_HUB or typed.removeprefix("docker://").startswith(_HUB):
        return found
    try:
        registries = search_registries(call.environment)
    except SealwrightError as error:
        raise Failed(str(error)) from None
    for registry in registries:
        candidate = reference(f"{registry}/{typed}")
        try:
            with context.open_image(f"docker://{candidate}") as place:
                place.subject()
        except SealwrightError:
            continue
        return candidate
    if registries:
        raise Failed(f"Unable to find {typed} in {', '.join(registries)}")
    return found


def in_storage(storage: str, name: Reference) -> str:
    """Where an image is in the storage of this machine, as `seal` names it.

    Args:
        storage: `docker`, `containers-storage` or `oci:FOLDER`.
        name: of the image.

    Raises:
        Failed: there is no such storage here.
    """
    if storage == "docker":
        return f"docker-daemon:{name}"
    if storage == "containers-storage":
        return f"containers-storage:{name}"
    if storage.startswith("oci:") and len(storage) > len("oci:"):
        return f"{storage}:{name}"
    if storage == "ostree":
        raise Failed("Sealwright does not keep images in ostree; please choose --storage=docker")
    raise Failed("Destination not known, please choose --storage=docker|containers-storage|oci:FOLDER")


def transport_of(store_type: str) -> str:
    """The transport of policies for one of atomic's kinds of registries."""
    return _TRANSPORTS[store_type]


def require_scope(scope: str) -> None:
    """Refuse what atomic's check of names refuses.

    Raises:
        Failed: in atomic's words.
    """
    parts = urlsplit(f"http://{scope}", allow_fragments=False)
    if not _HOST.fullmatch(parts.netloc):
        raise Failed("Invalid registry format")
    if not _PATH.fullmatch(parts.path):
        raise Failed("Invalid repository format")
