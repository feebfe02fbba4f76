"""The ways in which a command of atomic ends before its time."""

__all__ = ["Ended", "Failed"]


class Failed(Exception):  # noqa: N818  # not of our tree of errors: it is a peer's text
    """A text in atomic's own words; it is printed on standard error, with exit code 1."""


class Ended(Exception):  # noqa: N818  # an answer of the user, no error
    """The user does not want it; exit code 0."""
