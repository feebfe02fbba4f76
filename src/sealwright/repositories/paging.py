"""Listings in pages: `Link: <…>; rel="next"` (RFC 8288; distribution-spec, "Listing Tags")."""

import re

from sealwright import limits
from sealwright.errors import NetworkError, RegistryError
from sealwright.transport.origin import Origin, joined
from sealwright.transport.response import Response

__all__ = ["Pages"]

_LINK = re.compile(r'<([^<>]{0,8192})>((?:[ \t]*;[ \t]*[\w*-]+[ \t]*=[ \t]*(?:"[^"]*"|[^",; \t]*))*)')
_NEXT = re.compile(r'rel[ \t]*=[ \t]*(?:"(?:[^"]*[ \t])?next(?:[ \t][^"]*)?"|next\b)', re.IGNORECASE)


class Pages:
    """Which pages of one listing have been read and which comes next.

    Args:
        name: of the repository or registry, for messages.
        origin: of the registry; no page may be elsewhere.
    """

    def __init__(self, name: str, origin: Origin) -> None:
        self._name = name
        self._origin = origin
        self._seen: set[str] = set()

    def after(self, response: Response) -> str | None:
        """The URL of the page after `response`; None if it was the last.

        Raises:
            RegistryError: `registry.page-elsewhere`, `registry.pages-repeat`, `registry.too-many-pages`.
        """
        self._seen.add(response.url)
        links: list[tuple[str, str]] = _LINK.findall(response.headers.get("link", ""))
        targets = [target for target, parameters in links if _NEXT.search(parameters)]
        if not targets:
            return None
        url = targets[0]
        try:
            url = joined(response.url, url)
            elsewhere = Origin.of(url) != self._origin
        except NetworkError:
            elsewhere = True
        if elsewhere:
            raise RegistryError("registry.page-elsewhere", name=self._name, url=ascii(url[:200]))
        if url in self._seen:
            raise RegistryError("registry.pages-repeat", name=self._name, url=ascii(url[:200]))
        if len(self._seen) >= limits.REFERRERS_PAGES:
            raise RegistryError("registry.too-many-pages", name=self._name, limit=limits.REFERRERS_PAGES)
        return url
