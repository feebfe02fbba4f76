"""Referrers of a subject in a registry (distribution-spec 1.1, "Listing Referrers").

1. GET `referrers/<digest>?artifactType=…`; 200 is an index in pages. The filter is applied here again.
2. 404: the registry has no such API; the referrers tag is read (see `fallback_tag`).
3. An entry whose artifactType is missing, or is what known registries and clients put there in error (the
   empty type, the type of an image's configuration), is opened and its manifest asked.
4. An entry that cannot be read is told by a notice and left out. Nothing is endless: pages, entries and
   opened manifests are counted, and a listing that exceeds them ends in an error, never quietly.

Writing: after a manifest with a subject was put, OCI-Subject in the answer says that the registry lists it.
Without, the referrers tag is written: read, append, put with If-Match where an ETag is known, read again, and
all over if somebody else wrote in between.
"""

import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from sealwright import limits, media_types, strict_json
from sealwright import manifest as manifest_module
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import (
    ArtifactError,
    NotFoundError,
    RegistryError,
    SealwrightError,
)
from sealwright.events import Notice
from sealwright.repositories import answers, fallback_tag
from sealwright.repositories.entries import descriptor_in
from sealwright.repositories.exchange import Exchange
from sealwright.repositories.manifests import Manifests
from sealwright.repositories.paging import Pages
from sealwright.transport.response import Response

__all__ = ["Referrers", "read_page"]

_DOUBTFUL = frozenset(
    {
        "",
        media_types.EMPTY,
        media_types.IMAGE_CONFIG,
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.unknown.config.v1+json",
    }
)
_NO_API = (404, 405, 501)
_CONFLICT = (409, 412)


class Referrers:
    """The referrers in one repository. Safe to use from several threads.

    Args:
        exchange: sends the requests.
        manifests: opens what a listing does not tell, reads and writes the referrers tag.
    """

    def __init__(self, exchange: Exchange, manifests: Manifests) -> None:
        self._exchange = exchange
        self._manifests = manifests
        self._lock = threading.Lock()

    def listed(self, subject: Descriptor, artifact_type: str | None) -> Iterator[Descriptor]:
        """Each referrer once.

        Args:
            subject: what they refer to.
            artifact_type: only those of this type; None for all.

        Raises:
            RegistryError: `registry.too-many-referrers`, `registry.referrers-malformed` and those of paging.
        """
        seen: set[Digest] = set()
        opened = 0
        for count, entry in enumerate(self._entries(subject.digest, artifact_type)):
            if count >= limits.REFERRERS_LISTED or opened >= limits.REFERRERS_OPENED:
                raise RegistryError(
                    "registry.too-many-referrers",
                    name=self._exchange.name,
                    subject=str(subject.digest),
                    limit=count,
                )
            referrer = self._descriptor(entry)
            if referrer is None or referrer.digest in seen:
                continue
            seen.add(referrer.digest)
            if (referrer.artifact_type or "") in _DOUBTFUL:
                opened += 1
                referrer = self._opened(referrer, subject)
            if referrer is not None and artifact_type in (None, referrer.artifact_type):
                yield referrer

    def added(self, referrer: Descriptor, subject: Descriptor, response: Response, *, always: bool) -> None:
        """See to it that a referrer just pushed is found.

        Args:
            referrer: with artifactType and all annotations of its manifest.
            subject: what it refers to.
            response: the registry's answer to the push.
            always: write the referrers tag even where the registry has the API.

        Raises:
            RegistryError: `registry.fallback-contended`.
            MalformedContentError: `registry.fallback-malformed`, `registry.fallback-full`.
        """
        processed = response.headers.get("oci-subject", "").strip() == subject.digest
        if processed:
            self._exchange.has_referrers_api = True
        if processed and not always:
            return
        tag = fallback_tag.tag_for(subject.digest)
        with self._lock:
            self._write_entry(referrer, tag)
        self._exchange.events(Notice("registry.fallback-written", {"name": self._exchange.name, "tag": tag}))

    def removed(self, digest: Digest, subject: Descriptor) -> None:
        """Take a referrer that was deleted out of the referrers tag, where there is no API.

        Raises:
            RegistryError: `registry.fallback-contended`.
        """
        if self._api_is_there(subject.digest):
            return
        tag = fallback_tag.tag_for(subject.digest)
        with self._lock:
            backoff = self._exchange.backoff()
            for _ in range(limits.FALLBACK_TAG_TRIES):
                found = self._manifests.read_tag(tag)
                changed = fallback_tag.without_entry(found[0], digest, tag) if found else None
                if found is None or changed is None:
                    return
                if not fallback_tag.entries(changed, tag) and self._dropped(found[0]):
                    return
                if not self._put(changed, tag, found[1]):
                    time.sleep(backoff.next())
        raise RegistryError("registry.fallback-contended", name=self._exchange.name, tag=tag)

    def _entries(self, digest: Digest, artifact_type: str | None) -> Iterator[object]:
        """The entries of all pages, or of the referrers tag."""
        lacking = self._exchange.has_referrers_api is False
        response = None if lacking else self._first_page(digest, artifact_type)
        if response is None:
            tag = fallback_tag.tag_for(digest)
            found = self._manifests.read_tag(tag)
            if found is not None:
                yield from fallback_tag.entries(found[0], tag)
            return
        pages = Pages(self._exchange.name, self._exchange.origin)
        while response is not None:
            content = response.read(limits.MANIFEST_BYTES)
            yield from read_page(content, self._exchange.name, digest)
            following = pages.after(response)
            response = None if following is None else self._get(following)

    def _first_page(self, digest: Digest, artifact_type: str | None) -> Response | None:
        """None if there is no API."""
        query = f"?artifactType={quote(artifact_type, safe='')}" if artifact_type else ""
        url = self._exchange.url(f"referrers/{digest}{query}")
        response = self._exchange.send("GET", url, {"Accept": media_types.IMAGE_INDEX})
        if response.status in _NO_API:
            failure = answers.failure(response, self._exchange.name, "referrers")
            if failure.code != "registry.repository-unknown":
                self._exchange.has_referrers_api = False
            return None
        if response.status != 200:  # noqa: PLR2004  # OK
            raise answers.failure(response, self._exchange.name, "referrers")
        self._exchange.has_referrers_api = True
        return response

    def _get(self, url: str) -> Response:
        response = self._exchange.send("GET", url, {"Accept": media_types.IMAGE_INDEX})
        if response.status != 200:  # noqa: PLR2004  # OK
            raise answers.failure(response, self._exchange.name, "referrers")
        return response

    def _descriptor(self, entry: object) -> Descriptor | None:
        """An entry as a record; None if it is no manifest, with a notice if it is nothing at all."""
        try:
            found = descriptor_in(entry)
        except ArtifactError as error:
            self._tell("an entry of the listing", str(error))
            return None
        return found if found.media_type in media_types.MANIFESTS else None

    def _opened(self, referrer: Descriptor, subject: Descriptor) -> Descriptor | None:
        """The entry with what its manifest says; None, with a notice, if that is not a referrer."""
        try:
            found = manifest_module.parse(self._manifests.read(referrer))
        except (ArtifactError, NotFoundError) as error:
            self._tell(str(referrer.digest), str(error))
            return None
        if found.subject is None or found.subject.digest != subject.digest:
            self._tell(str(referrer.digest), "its manifest names another subject")
            return None
        return msgspec.structs.replace(
            referrer, artifact_type=found.kind, annotations={**referrer.annotations, **found.annotations}
        )

    def _tell(self, referrer: str, problem: str) -> None:
        data = {"name": self._exchange.name, "referrer": referrer, "problem": problem[:300]}
        self._exchange.events(Notice("registry.referrer-unreadable", data))

    def _api_is_there(self, digest: Digest) -> bool:
        if self._exchange.has_referrers_api is None:
            response = self._first_page(digest, None)
            if response is not None:
                response.discard()
        return self._exchange.has_referrers_api is True

    def _write_entry(self, referrer: Descriptor, tag: str) -> None:
        backoff = self._exchange.backoff()
        for _ in range(limits.FALLBACK_TAG_TRIES):
            found = self._manifests.read_tag(tag)
            content, etag = found or (None, "")
            changed = fallback_tag.with_entry(content, referrer, tag)
            if changed is None:
                return
            if self._put(changed, tag, etag, create=content is None):
                after = self._manifests.read_tag(tag)
                if after is not None and fallback_tag.with_entry(after[0], referrer, tag) is None:
                    return
            time.sleep(backoff.next())
        raise RegistryError("registry.fallback-contended", name=self._exchange.name, tag=tag)

    def _put(self, content: bytes, tag: str, etag: str, *, create: bool = False) -> bool:
        """Write the index; false if somebody else was faster and the registry noticed."""
        headers = {"If-Match": etag} if etag else {"If-None-Match": "*"} if create else {}
        descriptor = manifest_module.describe(content, media_types.IMAGE_INDEX)
        response = self._manifests.write(content, descriptor, tag, headers)
        return response.status not in _CONFLICT

    def _dropped(self, content: bytes) -> bool:
        """Whether the registry let the last, now empty, index be deleted."""
        try:
            self._manifests.remove(Digest.of(content))
        except SealwrightError:
            return False
        return True


def read_page(content: bytes, name: str, subject: Digest) -> list[object]:
    """The entries of one page of the referrers API, as they stand there.

    Args:
        content: of the answer.
        name: of the repository, for messages.
        subject: whose referrers are listed, for messages.

    Raises:
        RegistryError: `registry.referrers-malformed`.
    """
    try:
        return answers.listed(content, "manifests", limits.MANIFEST_BYTES)
    except strict_json.JsonError as error:
        raise RegistryError(
            "registry.referrers-malformed", name=name, subject=str(subject), problem=error.problem
        ) from None
