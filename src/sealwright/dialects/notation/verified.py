"""What is shown of a signature that verified."""

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.notation.shown import shown
from sealwright.dialects.tabwriter import table
from sealwright.verdict import SignatureReport

__all__ = ["print_metadata"]


def print_metadata(invocation: Invocation, report: SignatureReport) -> None:
    """Print the user metadata of a signature, if it has any.

    Args:
        invocation: that prints.
        report: on the signature.
    """
    if report.metadata:
        invocation.say("", "The artifact was signed with the following user metadata.", "")
        rows = sorted((shown(key), shown(value)) for key, value in report.metadata.items())
        invocation.out.write(table((("KEY", "VALUE"), *rows)))
