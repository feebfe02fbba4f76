"""The exit codes of `seal`: one table, from who must act to the number."""

from collections.abc import Iterable

from sealwright.errors import (
    AccessDeniedError,
    ArtifactError,
    CallerError,
    EnvironmentalError,
    InternalError,
    RefusedError,
    SealwrightError,
    StorageError,
)
from sealwright.verdict import Verdict
from sealwright.workflow.outcome import Failure, Outcome

__all__ = ["TABLE", "of_error", "of_failure", "of_outcome", "of_verdict", "worst"]

ACCEPTED = 0
REFUSED = 1
USAGE = 2
UNREACHABLE = 3
DENIED = 4
STORAGE = 5
DISAPPROVED = 6
TOO_LATE = 7
AWAITED = 8
INTERNAL = 70
INTERRUPTED = 130
CLOSED = 141
TERMINATED = 143

TABLE: tuple[tuple[int, str], ...] = (
    (ACCEPTED, "done; for `seal verify`: every image was accepted"),
    (
        REFUSED,
        "refused: a verdict other than accepted, or an image or signature that is not what it should be",
    ),
    (USAGE, "usage: flags, references, policies, keys or files of settings that cannot be used as they are"),
    (UNREACHABLE, "network or registry: not reached, not in time, or answered with an error"),
    (DENIED, "access: the registry wants other credentials"),
    (STORAGE, "files: something on this machine cannot be read or written"),
    (DISAPPROVED, "approval: people who had to approve a signature have refused it"),
    (TOO_LATE, "approval: too few people have approved a signature in time"),
    (AWAITED, "approval: people were asked, and the command did not wait for them (`--no-wait`)"),
    (INTERNAL, "a fault in Sealwright itself"),
    (INTERRUPTED, "interrupted from the keyboard"),
    (CLOSED, "whoever read the output closed it"),
    (TERMINATED, "asked to end (SIGTERM) while verifying or listing"),
)

_BY_CLASS: tuple[tuple[type[SealwrightError], int], ...] = (
    (CallerError, USAGE),
    (ArtifactError, REFUSED),
    (AccessDeniedError, DENIED),
    (StorageError, STORAGE),
    (EnvironmentalError, UNREACHABLE),
    (InternalError, INTERNAL),
)

_BY_REASON = {
    "approval.denied": DISAPPROVED,
    "approval.expired": TOO_LATE,
    "approval.awaited": AWAITED,
}
"""Reasons that end with a code of their own, whatever the class of their error."""

_BY_KIND = {
    "caller": USAGE,
    "artifact": REFUSED,
    "access": DENIED,
    "storage": STORAGE,
    "environment": UNREACHABLE,
}

_SEVERITY = (ACCEPTED, REFUSED, UNREACHABLE, DENIED, STORAGE, USAGE, INTERNAL)


def of_error(error: SealwrightError) -> int:
    """The exit code for an error: its verdict's, its reason's own, else that of the first class that fits."""
    if isinstance(error, RefusedError):
        return of_verdict(error.verdict)
    return _BY_REASON.get(error.code) or next(code for kind, code in _BY_CLASS if isinstance(error, kind))


def of_verdict(verdict: Verdict) -> int:
    """The exit code for a verdict; a refusal that only the environment caused counts as "unreachable"."""
    if verdict.decision == "accepted":
        return ACCEPTED
    return UNREACHABLE if verdict.retryable else REFUSED


def of_failure(failure: Failure) -> int:
    """The exit code for an image about which nothing could be found out."""
    return _BY_KIND.get(failure.kind, INTERNAL)


def of_outcome(outcome: Outcome) -> int:
    """The exit code for one image of a run."""
    if outcome.verdict is not None:
        return of_verdict(outcome.verdict)
    return INTERNAL if outcome.failure is None else of_failure(outcome.failure)


def worst(codes: Iterable[int]) -> int:
    """The exit code of a run over several references, when each alone would end with one of `codes`."""
    return max(codes, key=_SEVERITY.index, default=ACCEPTED)
