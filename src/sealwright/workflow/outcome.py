"""What came of one image in a run over many: an answer, such as its verdict, or why there is none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, Self, TypeVar

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
from sealwright.verdict import Verdict, encoded

__all__ = ["Failure", "Outcome", "Result", "failed", "read"]

Kind = TypeVar("Kind")

_KINDS: tuple[tuple[type[SealwrightError], str], ...] = (
    (CallerError, "caller"),
    (ArtifactError, "artifact"),
    (AccessDeniedError, "access"),
    (StorageError, "storage"),
    (EnvironmentalError, "environment"),
)
_SETTLED_KINDS = ("caller", "artifact")


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

    @classmethod
    def of(cls, error: SealwrightError) -> Self:
        """The error as a value."""
        kind = next((kind for known, kind in _KINDS if isinstance(error, known)), "internal")
        data = {
            name: value if isinstance(value, int | float | bool) else str(value)
            for name, value in error.data.items()
        }
        notes = tuple(getattr(error, "__notes__", ()))
        return cls(error.code, kind, str(error), error.hint, data, error.retryable, notes)

    @property
    def settled(self) -> bool:
        """Whether asking again would say the same: not what the environment, files or access caused."""
        return self.kind in _SETTLED_KINDS and not self.retryable


class Result(Protocol):
    """What came of one image, whatever was asked of it: an answer or a failure, readable again from JSON."""

    @property
    def image(self) -> str:
        """Its name, as it was given."""
        ...

    @property
    def failure(self) -> Failure | None:
        """Why there is no answer."""
        ...

    @property
    def answer(self) -> object:
        """What was found out; None if there is a failure."""
        ...

    @property
    def settled(self) -> bool:
        """Whether asking again would say the same: nothing that only the environment caused."""
        ...

    @property
    def settled_until(self) -> datetime | None:
        """When time alone may change the answer; None: never."""
        ...

    def to_json(self) -> bytes:
        """The JSON form, in one line."""
        ...

    @classmethod
    def from_json(cls, content: bytes) -> Self | None:
        """Read the JSON form again; None if it is not one."""
        ...


class Outcome(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One image, as it was named, with either a verdict or a failure."""

    image: str
    verdict: Verdict | None = None
    failure: Failure | None = None

    @property
    def answer(self) -> Verdict | None:
        """The verdict, if there is one."""
        return self.verdict

    @property
    def settled(self) -> bool:
        """Whether asking again would say the same: nothing that only the environment caused."""
        if self.verdict is not None:
            return not self.verdict.retryable
        return self.failure is not None and self.failure.settled

    @property
    def settled_until(self) -> datetime | None:
        """When time alone may change the verdict; None: never, or there is none."""
        return None if self.verdict is None else self.verdict.settled_until

    def to_json(self) -> bytes:
        """The JSON form, in one line."""
        return encoded(self)

    @classmethod
    def from_json(cls, content: bytes) -> Self | None:
        """Read the JSON form again; None if it is not one."""
        return read(cls, content)


def failed(image: str, error: SealwrightError) -> Outcome:
    """The outcome of an image about which nothing could be found out."""
    return Outcome(image, failure=Failure.of(error))


def read(kind: type[Kind], content: bytes) -> Kind | None:
    """Read the JSON form of a record; None if it is not one."""
    try:
        return msgspec.json.decode(content, type=kind, dec_hook=_from_wire)
    except (msgspec.MsgspecError, ValueError, RecursionError, UsageError):
        return None


def _from_wire(kind: type, value: object) -> object:
    """The types that JSON has no word for: digests, and `object`, which takes whatever stands there."""
    return Digest.parse(str(value)) if kind is Digest else value
