"""Reading numbered signatures, from folders and over HTTP, with bounds on count, bytes and time."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sealwright import limits
from sealwright.errors import NetworkError, SealwrightError
from sealwright.signature import Unreadable
from sealwright.stores.numbered_files import NumberedFiles
from sealwright.stores.store_url import StoreUrl
from sealwright.stores.whole_listing import Item

if TYPE_CHECKING:
    from sealwright.transport.client import Transport
    from sealwright.transport.deadline import Deadline

__all__ = ["Reading"]

_MAY_PASS = frozenset({408, 425, 429})
"""Statuses below 500 after which the same request may succeed later."""

_GOES_ON = frozenset({"file.too-large", "file.not-regular", "store.too-large"})
"""What is wrong with one number alone."""


class Reading:
    """All that is read for one subject; the bounds hold over all of its folders.

    Args:
        deadline: of the run, where there is one.

    Attributes:
        is_over: whether something ended the reading before its end.
    """

    def __init__(self, deadline: "Deadline | None" = None) -> None:
        self._deadline = deadline
        self._left = limits.LOOKASIDE_BYTES
        self._count = 0
        self._until: Deadline | None = None
        self.is_over = False

    def files(self, kept: NumberedFiles) -> Iterator[Item | Unreadable]:
        """The signatures in a folder, and one that hides behind a gap in the numbers."""

        def at(number: int) -> tuple[str, Callable[[], bytes | Unreadable | None]]:
            return str(kept.path(number)), lambda: self._read(kept, number)

        number = 1
        for number, found in self._numbered(at):  # noqa: B007  # the last one counts
            if found is not None:
                yield found
        hidden = None if self.is_over else kept.beyond(number)
        if hidden is not None:
            data = {"location": str(hidden), "missing": kept.path(number).name}
            yield Unreadable(str(hidden), "store.gap", data)

    def web(self, folder: StoreUrl, transport: "Transport") -> Iterator[Item | Unreadable]:
        """The signatures that a web server gives out."""

        def at(number: int) -> tuple[str, Callable[[], bytes | Unreadable | None]]:
            url = folder.below(f"signature-{number}")
            return url.shown, lambda: self._got(url, transport)

        for _, found in self._numbered(at):
            if found is not None:
                yield found

    def _numbered(
        self, at: Callable[[int], tuple[str, Callable[[], bytes | Unreadable | None]]]
    ) -> Iterator[tuple[int, Item | Unreadable | None]]:
        """What stands at each number; None for the one that is missing, if nothing else ends it."""
        number = 0
        while True:
            number += 1
            location, read = at(number)
            try:
                content = read()
            except SealwrightError as error:
                content = _unreadable(location, error)
            if content is None:
                yield number, None
                return
            bound = self._bound(location)
            self._count += 1
            found = bound or (Item(location, content) if isinstance(content, bytes) else content)
            self.is_over = isinstance(found, Unreadable) and found.reason not in _GOES_ON
            yield number, found
            if self.is_over:
                return

    def _read(self, kept: NumberedFiles, number: int) -> bytes | None:
        content = kept.read(number)
        self._left -= len(content or b"")
        return content

    def _bound(self, location: str) -> Unreadable | None:
        """Why what was found at a location is not looked at any more."""
        if self._count >= limits.LOOKASIDE_SIGNATURES:
            data = {"location": location, "limit": limits.LOOKASIDE_SIGNATURES}
            return Unreadable(location, "store.too-many", data)
        if self._left < 0:
            return Unreadable(
                location, "store.too-much", {"location": location, "limit": limits.LOOKASIDE_BYTES}
            )
        return None

    def _got(self, url: StoreUrl, transport: "Transport") -> bytes | Unreadable | None:
        """What a server gives for one number; asked again where it breaks off in the middle.

        Raises:
            NetworkError: no answer, or none that can be read to its end.
        """
        tries = limits.REQUEST_TRIES
        while True:
            tries -= 1
            try:
                return self._asked(url, transport)
            except NetworkError as error:
                if error.code != "network.body-cut-short" or not tries or self._left < 0:
                    raise

    def _asked(self, url: StoreUrl, transport: "Transport") -> bytes | Unreadable | None:
        from sealwright.transport.message import Request  # noqa: PLC0415  # folders need no HTTP

        headers = {"Authorization": url.authorization} if url.authorization else {}
        with transport.send(Request("GET", url.request(), headers), self._within()) as response:
            if response.status == 404:  # noqa: PLR2004  # Not Found
                response.discard()
                return None
            if response.status != 200:  # noqa: PLR2004  # OK
                response.discard()
                passing = response.status >= 500 or response.status in _MAY_PASS  # noqa: PLR2004  # servers
                data = {"location": url.shown, "status": response.status}
                return Unreadable(url.shown, "store.answered", data, retryable=passing)
            content = bytearray()
            for piece in response.pieces():
                content += piece
                self._left -= len(piece)
                if len(content) > limits.SIMPLE_SIGNATURE_BYTES:
                    data = {"location": url.shown, "limit": limits.SIMPLE_SIGNATURE_BYTES}
                    return Unreadable(url.shown, "store.too-large", data)
        return bytes(content)

    def _within(self) -> "Deadline":
        if self._until is None:
            from sealwright.transport.deadline import Deadline  # noqa: PLC0415  # as above

            run = self._deadline or Deadline(None)
            self._until = run.within(limits.LOOKASIDE_SECONDS)
        return self._until


def _unreadable(location: str, error: SealwrightError) -> Unreadable:
    """What went wrong at a number. A redirect is named by the location, since an address may hold secrets."""
    data = (
        {**error.data, "url": location}
        if isinstance(error, NetworkError) and "url" in error.data
        else error.data
    )
    return Unreadable(location, error.code, data, retryable=error.retryable)
