"""Answers from a bundle alone, for machines without network; nobody is asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sealwright import limits
from sealwright.errors import CheckFailedError, DocumentError, MalformedContentError
from sealwright.evidence import Crl, OcspAnswer, OcspResponse, Unavailable
from sealwright.homes import files
from sealwright.pki.revocation import bundle
from sealwright.pki.revocation.answers import judged

__all__ = ["BundledAuthorities", "read"]


class BundledAuthorities:
    """Answers `OcspResponse` and `Crl` from a bundle. Safe to use from several threads.

    Args:
        answers: of the bundle.
        most: how old an answer may be; None: as old as it says itself.
        clock: gives the time, aware.
    """

    def __init__(
        self, answers: bundle.Answers, most: timedelta | None, clock: Callable[[], datetime]
    ) -> None:
        self._answers = answers
        self._most = most
        self._clock = clock

    def __call__(self, need: OcspResponse | Crl, /) -> OcspAnswer | bytes | Unavailable:
        """The answer to a question, or that the bundle has none, or none that is young enough."""
        answer = self._answers.get(need)
        if answer is None:
            return Unavailable("revocation.not-in-bundle", retryable=False, data={"url": need.url})
        if self._most is not None:
            at = self._clock()
            try:
                made_at = judged(need, answer, at).made_at
            except CheckFailedError:  # it does not count, and whoever asked finds out why
                return answer
            if at - made_at > self._most:
                data = {"made_at": made_at.isoformat(), "most": str(self._most)}
                return Unavailable("revocation.bundle-too-old", retryable=False, data=data)
        return answer

    def remembered(self, need: OcspResponse | Crl, /) -> OcspAnswer | bytes | Unavailable:
        """The same: all is at hand."""
        return self(need)

    def close(self) -> None:
        """There is nothing to close."""


def read(path: Path) -> bundle.Answers:
    """The answers in a file.

    Args:
        path: of the bundle.

    Raises:
        DocumentError: `revocation.bundle-malformed` or `revocation.bundle-too-large`.
        StorageError: it cannot be read.
    """
    try:
        return bundle.read(files.read(path, limits.REVOCATION_BUNDLE_BYTES))
    except MalformedContentError as error:
        raise DocumentError.about(str(path), error) from None
