"""What a caller demands that a signature says of an image, beside what the policy asks."""

from collections.abc import Mapping

from sealwright.errors import CheckFailedError

__all__ = ["require"]


def require(signed: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Return if all that is wanted was signed.

    Args:
        signed: the annotations that were signed.
        wanted: annotations and the value that each must have.

    Raises:
        CheckFailedError: `artifact.metadata-missing`.
    """
    for key, value in wanted.items():
        found = signed.get(key)
        if found != value:
            told = "it is not there" if found is None else f"it says {found!r}"
            raise CheckFailedError("artifact.metadata-missing", key=key, value=value, found=told)
