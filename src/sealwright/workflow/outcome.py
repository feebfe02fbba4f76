"""What came of one image in a run over many: its verdict, or why none could be reached."""

from collections.abc import Mapping

import msgspec

from sealwright.errors import (
    AccessDeniedError,
    ArtifactError,
    CallerError,
    EnvironmentalError,
    SealwrightError,
    StorageError,
)
from sealwright.verdict import Verdict

__all__ = ["Failure", "Outcome", "failed"]

_KINDS: tuple[tuple[type[SealwrightError], str], ...] = (
    (CallerError, "caller"),
    (ArtifactError, "artifact"),
    (AccessDeniedError, "access"),
    (StorageError, "storage"),
    (EnvironmentalError, "environment"),
)


class Failure(msgspec.Struct, frozen=True, rename="camel"):
    """An error as a value.

    `kind` tells who must act: `caller`, `artifact`, `access`, `storage`, `environment` or `internal`.
    `retryable`: the same call may succeed later with nothing else changed.
    """

    code: str
    kind: str
    message: str
    hint: str = ""
    data: Mapping[str, object] = {}
    retryable: bool = False


class Outcome(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One image, as it was named, with either a verdict or a failure."""

    image: str
    verdict: Verdict | None = None
    failure: Failure | None = None

    @property
    def settled(self) -> bool:
        """Whether asking again would say the same: nothing that only the environment caused."""
        answer = self.failure if self.verdict is None else self.verdict
        return answer is not None and not answer.retryable


def failed(image: str, error: SealwrightError) -> Outcome:
    """The outcome of an image about which nothing could be found out."""
    kind = next((kind for known, kind in _KINDS if isinstance(error, known)), "internal")
    data = {
        name: value if isinstance(value, int | float | bool) else str(value)
        for name, value in error.data.items()
    }
    return Outcome(image, failure=Failure(error.code, kind, str(error), error.hint, data, error.retryable))
