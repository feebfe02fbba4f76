"""`notation list`."""

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.notation.experimental import (
    ALLOW_REFERRERS_API,
    checked,
    hidden,
    warn_of_deprecated,
)
from sealwright.dialects.notation.flags import MAX_SIGNATURES, REGISTRY, logging
from sealwright.dialects.notation.lines import STABLE
from sealwright.dialects.notation.opened import artifact, opened
from sealwright.dialects.notation.positional import one_reference, require_positive
from sealwright.dialects.notation.trees import Node, drawn
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import SealwrightError
from sealwright.media_types import NOTARY_SIGNATURE
from sealwright.workflow.look import list_subject

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    old = (ALLOW_REFERRERS_API,) if line == STABLE else ()
    return Command(
        "list [flags] <reference>",
        "List the signatures of an artifact",
        "List the digests of all signatures of an artifact.\n",
        aliases=("ls",),
        flags=(
            *logging(line),
            *REGISTRY,
            MAX_SIGNATURES,
            *old,
            *hidden(Flag("oci-layout", "bool", "[Experimental] the artifact is in an OCI layout")),
        ),
        arguments=one_reference("list"),
        before=checked(*(flag.name for flag in old), "oci-layout"),
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    require_positive(invocation)
    warn_of_deprecated(invocation)
    most = invocation.values["max-signatures"]
    with opened(invocation, artifact(invocation), "list") as found:
        try:
            listing = list_subject(found.place, found.subject)
        except SealwrightError as error:
            raise Fault(said(error, invocation.line)) from None
    listed = [one.location for one in listing.signatures]
    if listed:
        digests = tuple(Node(location) for location in listed[:most])
        invocation.say(*drawn(Node(found.shown, (Node(NOTARY_SIGNATURE, digests),))))
    if len(listed) > most:
        exceeded(invocation, most)
    if not listed:
        word = "signature" if invocation.line == STABLE else "signatures"
        invocation.say(f"{found.shown} has no associated {word}")


def exceeded(invocation: Invocation, most: int) -> None:
    """Warn that signatures were left out: on standard output in the older line."""
    warning = f"Warning: exceeded configured limit of max signatures {most} to examine"
    if invocation.line == STABLE:
        invocation.say(warning)
    else:
        invocation.warn(warning)
