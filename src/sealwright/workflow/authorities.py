"""Whom a run asks whether certificates were revoked; loaded when the first question comes.

Most certificates in use name no address at all, and verifying under them loads nothing of this.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from sealwright.events import EventSink, ignore
from sealwright.evidence import Crl, OcspAnswer, OcspResponse, Unavailable
from sealwright.homes.environment import Environment
from sealwright.workflow.clock import now

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from sealwright.authorities.bundled import BundledAuthorities
    from sealwright.authorities.revocation import RevocationAuthorities

__all__ = ["AskedAuthorities", "Source"]


class Source(msgspec.Struct, frozen=True):
    """Where answers come from: from a bundle alone, and how old they may be then; else over the network.

    `anew`: nothing kept on disk is used. `seconds` bounds all that is asked over the network, from now
    on; None: each answer has a bound of its own.
    """

    bundle: Path | None = None
    most: timedelta | None = None
    anew: bool = False
    seconds: float | None = None


class AskedAuthorities:
    """Responders and hosts of lists, or a bundle. Safe to share between threads; ends with its block.

    Args:
        environment: proxies, settings, and the folders of what is kept on disk.
        clock: gives the time, aware.
        events: takes notices.
        source: where answers come from. A bundle is read at once.

    Raises:
        DocumentError: `revocation.bundle-malformed` or `revocation.bundle-too-large`.
        StorageError: the bundle cannot be read.
    """

    def __init__(
        self,
        environment: Environment,
        clock: Callable[[], datetime] = now,
        events: EventSink = ignore,
        source: Source = Source(),  # noqa: B008  # a constant
    ) -> None:
        self._environment = environment
        self._clock = clock
        self._events = events
        self._lock = Lock()
        self._anew = source.anew
        self._until = None if source.seconds is None else time.monotonic() + source.seconds
        self._made: BundledAuthorities | RevocationAuthorities | None = None
        if source.bundle is not None:
            from sealwright.authorities import bundled  # noqa: PLC0415  # seldom asked for

            self._made = bundled.BundledAuthorities(bundled.read(source.bundle), source.most, clock)

    def __call__(self, need: OcspResponse | Crl, /) -> OcspAnswer | bytes | Unavailable:
        """The answer to a question, good or bad.

        Raises:
            DocumentError: `settings.malformed`.
        """
        return self._authorities()(need)

    def remembered(self, need: OcspResponse | Crl, /) -> OcspAnswer | bytes | Unavailable | None:
        """The answer, if it was given before and may be given again."""
        return None if self._made is None else self._made.remembered(need)

    def close(self) -> None:
        """Close the connections."""
        if self._made is not None:
            self._made.close()

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.close()

    def _authorities(self) -> "BundledAuthorities | RevocationAuthorities":
        from sealwright.authorities.revocation import RevocationAuthorities  # noqa: PLC0415  # see above
        from sealwright.homes.sealwright import settings  # noqa: PLC0415  # the same
        from sealwright.transport.deadline import Deadline  # noqa: PLC0415  # the same

        with self._lock:
            if self._made is None:
                chosen = settings.read(self._environment).revocation
                if self._anew:
                    chosen = msgspec.structs.replace(chosen, cache=False)
                left = None if self._until is None else max(0.0, self._until - time.monotonic())
                self._made = RevocationAuthorities(
                    self._environment, chosen, self._clock, self._events, Deadline(left)
                )
            return self._made
