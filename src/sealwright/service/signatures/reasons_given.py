"""The reasons that people give for a revocation."""

from sealwright import limits
from sealwright.errors import UsageError

__all__ = ["reason_in"]


def reason_in(text: str | None) -> str:
    """A reason as it is kept.

    Args:
        text: as it was given; None stands for no reason.

    Raises:
        UsageError: `service.reason-invalid`: it is too long, or holds what is no text.
    """
    reason = (text or "").strip()
    if len(reason) > limits.REVOCATION_REASON_LENGTH or not all(
        one.isprintable() or one in "\n\t" for one in reason
    ):
        raise UsageError("service.reason-invalid", most=limits.REVOCATION_REASON_LENGTH)
    return reason
