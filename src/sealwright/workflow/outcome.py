"""What came of one image in a run over many: its verdict, or why none could be reached."""

from collections.abc import Mapping

import msgspec

from sealwright.digest import Digest
from sealwright.errors import (
    AccessDeniedError,
    ArtifactError,
    CallerError,
    EnvironmentalError,
    SealwrightError,
    StorageError,
    UsageError,
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
    `retryable`: the same call may succeed later with nothing else changed. `notes` are further lines.
    """

    code: str
    kind: str
    message: str
    hint: str = ""
    data: Mapping[str, object] = {}
    retryable: bool = False
    notes: tuple[str, ...] = ()


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

    def to_json(self) -> bytes:
        """The JSON form, in one line."""
        return msgspec.json.encode(self, enc_hook=str)  # digests

    @classmethod
    def from_json(cls, content: bytes) -> "Outcome | None":
        """Read the JSON form again; None if it is not one."""
        try:
            made: Outcome = msgspec.json.decode(content, type=cls, dec_hook=_from_wire)
        except (msgspec.MsgspecError, ValueError, RecursionError, UsageError):
            return None
        return made


def failed(image: str, error: SealwrightError) -> Outcome:
    """The outcome of an image about which nothing could be found out."""
    kind = next((kind for known, kind in _KINDS if isinstance(error, known)), "internal")
    data = {
        name: value if isinstance(value, int | float | bool) else str(value)
        for name, value in error.data.items()
    }
    notes = tuple(getattr(error, "__notes__", ()))
    return Outcome(
        image, failure=Failure(error.code, kind, str(error), error.hint, data, error.retryable, notes)
    )


def _from_wire(kind: type, value: object) -> object:
    """The types that JSON has no word for: digests, and `object`, which takes whatever stands there."""
    return Digest.parse(str(value)) if kind is Digest else value
