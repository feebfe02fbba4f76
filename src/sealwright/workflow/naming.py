"""The names of a run over many images: each once, whole repositories as their tags.

Tags that only list referrers (`sha256-<hex>`, distribution-spec 1.1, "Referrers Tag Schema") are no images
of their own; they are left out and counted in a notice.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

import msgspec

from sealwright.errors import NotFoundError, SealwrightError, UsageError
from sealwright.events import Notice
from sealwright.repositories.locating import Location, locate
from sealwright.workflow.context import Context
from sealwright.workflow.outcome import Failure
from sealwright.workflow.patience import Patience, is_passing

__all__ = ["Named", "Naming", "registry_of"]

_FALLBACK_TAG = re.compile(r"(?:sha256|sha384|sha512)-[0-9a-f]{64}", re.ASCII)
_KEY_BYTES = 16


class Named(msgspec.Struct, frozen=True):
    """An image to look at, its registry (empty for layouts), and why it cannot be looked at, if so."""

    image: str
    registry: str = ""
    failure: Failure | None = None


class Naming:
    """Reads names. Used by one thread.

    Args:
        context: opens repositories whose tags are wanted; takes notices.
        patience: with registries that do not answer at once.
    """

    def __init__(self, context: Context, patience: Patience) -> None:
        self._context = context
        self._patience = patience
        self._seen: set[bytes] = set()

    def names(
        self, images: Iterable[str], repositories: Iterable[str] = (), *, all_tags: bool = False
    ) -> Iterator[Named]:
        """Each image once, in the order of the names.

        Args:
            images: names of images as users type them.
            repositories: names of repositories, all of whose tags are meant.
            all_tags: the names of images are those of repositories too.
        """
        for image in images:
            if all_tags:
                yield from self._once(self._tagged(image))
            else:
                yield from self._once((_named(image),))
        for repository in repositories:
            yield from self._once(self._tagged(repository))

    def _once(self, named: Iterable[Named]) -> Iterator[Named]:
        """Leave out what was there before. What is kept of a name is a hash, which nobody can aim at."""
        for one in named:
            key = sha256(_normalised(one).encode(errors="surrogatepass")).digest()[:_KEY_BYTES]
            if key not in self._seen:
                self._seen.add(key)
                yield one

    def _tagged(self, repository: str) -> Iterable[Named]:
        """The images of all tags of a repository, or the repository with what is wrong."""
        registry = registry_of(repository)
        found = self._patience(
            registry,
            lambda: self._tags(repository),
            lambda tags: isinstance(tags, Failure) and is_passing(tags),
        )
        if isinstance(found, Failure):
            return (Named(repository, registry, found),)
        return (Named(f"{repository}:{tag}", registry) for tag in found)

    def _tags(self, repository: str) -> list[str] | Failure:
        try:
            _require_repository(locate(repository))
            with self._context.open_image(repository) as place:
                listed = list(place.repository.tags())
            tags = [tag for tag in listed if not _FALLBACK_TAG.fullmatch(tag)]
            if len(tags) < len(listed):
                left = {"name": repository, "count": len(listed) - len(tags)}
                self._context.events(Notice("registry.referrers-tags-left-out", left))
            if not tags:
                raise NotFoundError("registry.no-tags", name=repository)
        except SealwrightError as error:
            return Failure.of(error)
        return tags


def registry_of(image: str) -> str:
    """The registry of a name as typed; empty for layouts and for what is no name."""
    try:
        reference = locate(image).reference
    except UsageError:
        return ""
    return "" if reference is None else reference.domain


def _named(image: str) -> Named:
    return Named(image, registry_of(image))


def _require_repository(location: Location) -> None:
    if location.tag is not None or location.digest is not None:
        raise UsageError("usage.not-a-repository", name=location.typed)


def _normalised(named: Named) -> str:
    """Names of one image that differ only in what may be left out are one name."""
    try:
        location = locate(named.image)
    except UsageError:
        return named.image
    if location.reference is None:
        return f"{location.transport}:{location.path}:{location.tag}@{location.digest}"
    reference = location.reference
    tag = reference.tag if reference.digest else location.selector
    return f"{reference.domain}/{reference.path}:{tag}@{reference.digest}"
