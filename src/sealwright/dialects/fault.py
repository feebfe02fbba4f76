"""The one way in which a command of a dialect ends badly."""

__all__ = ["Fault"]


class Fault(Exception):  # noqa: N818  # not of our tree of errors: it is a peer's text
    """A text in the peer's own words; it is printed as `Error: TEXT` on standard error, with exit code 1."""
