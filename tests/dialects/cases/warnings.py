"""Texts that many cases share. No cases."""

from dialects.case import Case

__all__ = ["EXPERIMENTAL", "HOW_TO", "UNKNOWN_FLAG", "WITH_EXPERIMENTS", "by_tag"]

CASES: tuple[Case, ...] = ()

HOW_TO = "To create a trust policy, see: https://notaryproject.dev/docs/quickstart/#create-a-trust-policy"
EXPERIMENTAL = (
    "Warning: This feature is experimental and may not be fully tested or completed and may be deprecated. "
    'Report any issues to "https://github/notaryproject/notation"\n'
)
WITH_EXPERIMENTS = {"NOTATION_EXPERIMENTAL": "1"}
UNKNOWN_FLAG = "Error: unknown flag: --"


def by_tag(verb: str) -> str:
    """The warning of a tag."""
    if verb == "sign":
        return (
            "Warning: Always sign the artifact using digest(@sha256:...) rather than a tag(:v1) because tags "
            "are mutable and a tag reference can point to a different artifact than the one signed.\n"
        )
    return (
        f"Warning: Always {verb} the artifact using digest(@sha256:...) rather than a tag(:v1) because "
        "resolved digest may not point to the same signed artifact, as tags are mutable.\n"
    )
