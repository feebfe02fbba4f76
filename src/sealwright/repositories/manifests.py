"""Manifests in a registry (distribution-spec, "Pulling manifests" and "Pushing Manifests").

A manifest fetched is believed only after its bytes have the size and digest that were asked for. The header
Docker-Content-Digest is never proof; where it contradicts what is known, that is an error. The digest that a
HEAD request for a tag answers is taken as what the registry says the tag means, as no other source exists;
the bytes are then fetched by that digest.
"""

import re

from sealwright import limits, media_types
from sealwright import manifest as manifests
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, SealwrightError, UsageError
from sealwright.repositories import answers
from sealwright.repositories.content import require_readable, require_size
from sealwright.repositories.exchange import Exchange
from sealwright.transport.response import Response

__all__ = ["Manifests", "require_tag", "told_digest"]

_ACCEPT = ", ".join(media_types.MANIFESTS)
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_NO_HEAD = (400, 405, 501)


class Manifests:
    """The manifests of one repository.

    Args:
        exchange: sends the requests.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def resolve(self, selector: str) -> Descriptor:
        """The descriptor that a tag or digest stands for, with one HEAD request if the registry is able.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
            MalformedContentError: `artifact.digest-mismatch`, `artifact.too-large`,
                `registry.digest-conflict`.
        """
        asked = _digest_in(selector)
        response = self._ask("HEAD", selector, _ACCEPT)
        response.close()
        if response.status == 200:  # noqa: PLR2004  # OK
            told = told_digest(response, asked)
            length, media_type = response.length, response.media_type
            digest = asked or told
            if digest and length is not None and media_type in media_types.MANIFESTS:
                return require_readable(Descriptor(media_type, digest, length))
        elif response.status not in _NO_HEAD:
            raise self._failure(response, selector)
        return self._resolve_by_reading(selector, asked)

    def _resolve_by_reading(self, selector: str, asked: Digest | None) -> Descriptor:
        with self._ask("GET", selector, _ACCEPT) as response:
            if response.status != 200:  # noqa: PLR2004  # OK
                raise self._failure(response, selector)
            told = told_digest(response, asked)
            content = response.read(limits.MANIFEST_BYTES)
        digest = asked or told or Digest.of(content)
        digest.require(content, "manifest")
        media_type = manifests.media_type_of(manifests.parse(content), response.media_type)
        return Descriptor(media_type, digest, len(content))

    def read(self, descriptor: Descriptor) -> bytes:
        """The bytes of a manifest.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
            MalformedContentError: `artifact.size-mismatch`, `artifact.digest-mismatch`, `artifact.too-large`,
                `registry.digest-conflict`.
        """
        require_readable(descriptor)
        accept = f"{descriptor.media_type}, {_ACCEPT}" if descriptor.media_type else _ACCEPT
        with self._ask("GET", descriptor.digest, accept) as response:
            if response.status != 200:  # noqa: PLR2004  # OK
                raise self._failure(response, descriptor.digest)
            if response.length is not None:
                require_size(descriptor, response.length, "manifest")
            content = response.read(limits.MANIFEST_BYTES)
        require_size(descriptor, len(content), "manifest")
        descriptor.digest.require(content, "manifest")
        told_digest(response, descriptor.digest)
        return content

    def read_tag(self, tag: str) -> tuple[bytes, str] | None:
        """The bytes behind a tag and their ETag, perhaps empty; None if there is no such tag. One request.

        Raises:
            MalformedContentError: `artifact.digest-mismatch`.
        """
        with self._ask("GET", tag, _ACCEPT) as response:
            if response.status == 404:  # noqa: PLR2004  # Not Found
                response.discard()
                return None
            if response.status != 200:  # noqa: PLR2004  # OK
                raise self._failure(response, tag)
            content = response.read(limits.MANIFEST_BYTES)
        told = told_digest(response, None)
        if told is not None:
            told.require(content, "manifest")
        return content, response.headers.get("etag", "")

    def has(self, digest: Digest) -> bool:
        """Whether the registry says that it holds a manifest."""
        response = self._ask("HEAD", digest, _ACCEPT)
        response.close()
        if response.status in (200, 404):
            return response.status == 200  # noqa: PLR2004  # OK
        raise self._failure(response, digest)

    def write(
        self, content: bytes, descriptor: Descriptor, selector: str, headers: dict[str, str] | None = None
    ) -> Response:
        """Put a manifest under a tag or digest; the answer (body read) for its headers, also if it is 412.

        Raises:
            RegistryError: the registry does not take it.
            MalformedContentError: `registry.digest-conflict`: it says that it stored something else.
        """
        sent = {"Content-Type": descriptor.media_type, **(headers or {})}
        url = self._exchange.url(f"manifests/{selector}")
        response = self._exchange.send("PUT", url, sent, content)
        if headers and response.status in (409, 412):
            response.discard()
            return response
        if response.status not in (200, 201, 202):
            raise self._failure(response, selector)
        response.discard()
        told_digest(response, descriptor.digest)
        return response

    def remove(self, digest: Digest) -> None:
        """Delete a manifest.

        Raises:
            NotFoundError: `registry.manifest-unknown`.
            RegistryError: `registry.unsupported` where deleting is switched off.
        """
        url = self._exchange.url(f"manifests/{digest}")
        response = self._exchange.send("DELETE", url, more=self._exchange.deleting)
        if response.status not in (200, 202, 204):
            raise self._failure(response, digest)
        response.discard()

    def _ask(self, method: str, selector: str, accept: str) -> Response:
        return self._exchange.send(method, self._exchange.url(f"manifests/{selector}"), {"Accept": accept})

    def _failure(self, response: Response, selector: str) -> SealwrightError:
        return answers.failure(response, self._exchange.name, "manifest", reference=str(selector))


def require_tag(selector: str) -> str:
    """Give a tag back if it is one.

    Raises:
        UsageError: `reference.malformed`.
    """
    if not _TAG.fullmatch(selector):
        raise UsageError("reference.malformed", typed=ascii(selector[:200]), problem="it is not a tag")
    return selector


def told_digest(response: Response, known: Digest | None) -> Digest | None:
    """The digest that an answer claims, if it claims one that can be read.

    Args:
        response: its header Docker-Content-Digest is looked at.
        known: what the digest has to be. One of another algorithm says nothing about it.

    Raises:
        MalformedContentError: `registry.digest-conflict`.
    """
    try:
        told = Digest.parse(response.headers.get("docker-content-digest", ""))
    except UsageError:
        return None
    if known is not None and known.algorithm == told.algorithm and known != told:
        raise MalformedContentError("registry.digest-conflict", expected=str(known), told=str(told))
    return told


def _digest_in(selector: str) -> Digest | None:
    """The selector as a digest; None if it is a tag."""
    if ":" in selector:
        return Digest.parse(selector)
    require_tag(selector)
    return None
