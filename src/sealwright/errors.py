"""Every error that Sealwright raises on purpose, as one tree split by who must act.

SealwrightError
├── CallerError                    whoever called: flags, files, names
│   ├── UsageError                 arguments, references, a choice that was not made
│   ├── DocumentError              a file of settings, trust or policy; knows file, line and column
│   ├── NoStatementError           no statement of the policy is about this image
│   └── KeyUnavailableError        a key or certificate that cannot be used as asked
├── ArtifactError                  whoever made the image or the signature
│   ├── MalformedSignatureError    bytes that are not a signature of the format they claim
│   ├── MalformedContentError      a manifest or blob that is not what it was said to be
│   ├── CheckFailedError           one check of a verification; becomes a `Check`, reaches no caller
│   └── RefusedError               a verdict that is not "accepted"; carries the verdict
├── EnvironmentalError             the network, the registry, this machine
│   ├── NetworkError               not reached, not in time, or not securely
│   ├── RegistryError              reached, and answered with an error
│   │   └── NotFoundError          the registry or layout does not hold it
│   ├── AccessDeniedError          reached, but these credentials are not enough
│   ├── PluginError                a plugin is missing, cannot be run, or did not do what it was asked
│   └── StorageError               a file or folder cannot be read or written
└── InternalError                  Sealwright itself

Each carries a stable reason code (see `sealwright.reasons`) and the data its sentence names.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sealwright import reasons

if TYPE_CHECKING:
    from sealwright.verdict import Verdict

__all__ = [
    "AccessDeniedError",
    "ArtifactError",
    "CallerError",
    "CheckFailedError",
    "DocumentError",
    "EnvironmentalError",
    "InternalError",
    "KeyUnavailableError",
    "MalformedContentError",
    "MalformedSignatureError",
    "NetworkError",
    "NoStatementError",
    "NotFoundError",
    "PluginError",
    "RefusedError",
    "RegistryError",
    "SealwrightError",
    "StorageError",
    "UsageError",
]


class SealwrightError(Exception):
    """The root of the tree.

    Args:
        code: a reason code of `sealwright.reasons`.
        data: the values that the code's sentence and hint name.
    """

    retryable = False
    """Whether the same call may succeed later with nothing else changed."""

    def __init__(self, code: str, /, **data: object) -> None:
        super().__init__(code)
        self.code = code
        self.data: Mapping[str, object] = data

    def __str__(self) -> str:
        return reasons.sentence(self.code, self.data)

    @property
    def hint(self) -> str:
        """The next step for whoever must act, or an empty string."""
        return reasons.hint(self.code, self.data)


class CallerError(SealwrightError):
    """Whoever called must change something."""


class UsageError(CallerError):
    """Arguments, references, or a choice that was not made."""


class DocumentError(CallerError):
    """A file of settings, trust or policy that cannot be used as it is.

    Args:
        code: a reason code.
        file: the file as the user would name it.
        line: counted from 1, or 0 if the whole file is meant.
        column: counted from 1 in characters, or 0.
        data: what the sentence names.

    Attributes:
        others: further problems of the same file, so that all can be mended at once.
    """

    others: tuple["DocumentError", ...] = ()

    def __init__(self, code: str, /, *, file: str, line: int = 0, column: int = 0, **data: object) -> None:
        super().__init__(code, file=file, **data)
        self.file = file
        self.line = line
        self.column = column

    @classmethod
    def about(cls, file: str, error: SealwrightError) -> "DocumentError":
        """The same complaint, as one about a whole file."""
        made = cls(error.code, file=file)
        made.data = {**error.data, "file": file}
        return made

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {super().__str__()}"


class NoStatementError(CallerError):
    """No statement of the policy is about this image."""


class KeyUnavailableError(CallerError):
    """A key or certificate that cannot be used as asked."""


class ArtifactError(SealwrightError):
    """Whoever made the image or the signature must change something."""


class MalformedSignatureError(ArtifactError):
    """Bytes that are not a signature of the format that they claim."""


class MalformedContentError(ArtifactError):
    """A manifest or blob that is not what it was said to be."""


class CheckFailedError(ArtifactError):
    """One check of a verification failed; floor 1 turns it into a `Check`."""


class RefusedError(ArtifactError):
    """A verdict that is not "accepted".

    Args:
        verdict: the whole verdict, with every reason.
    """

    def __init__(self, verdict: "Verdict") -> None:
        super().__init__(verdict.reason, **verdict.data)
        self.verdict = verdict


class EnvironmentalError(SealwrightError):
    """The network, the registry or this machine stood in the way."""


class NetworkError(EnvironmentalError):
    """Not reached, not in time, or not securely."""

    retryable = True


class RegistryError(EnvironmentalError):
    """A registry was reached and answered with an error."""


class NotFoundError(RegistryError):
    """The registry or layout does not hold what was asked for."""


class AccessDeniedError(EnvironmentalError):
    """The credentials at hand are not enough."""


class PluginError(EnvironmentalError):
    """A plugin is missing, cannot be run, or did not do what it was asked.

    Args:
        code: a reason code.
        retryable: whether the same call may succeed later.
        data: what the sentence names.
    """

    def __init__(self, code: str, /, *, retryable: bool = False, **data: object) -> None:
        super().__init__(code, **data)
        self.retryable = retryable


class StorageError(EnvironmentalError):
    """A file or folder cannot be read or written."""


class InternalError(SealwrightError):
    """A state that Sealwright itself should have made impossible."""
