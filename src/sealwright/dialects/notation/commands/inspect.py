"""`notation inspect`."""

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation import inspection
from sealwright.dialects.notation.experimental import ALLOW_REFERRERS_API, checked, warn_of_deprecated
from sealwright.dialects.notation.flags import MAX_SIGNATURES, REGISTRY, logging
from sealwright.dialects.notation.lines import LINES, STABLE
from sealwright.dialects.notation.opened import artifact, opened
from sealwright.dialects.notation.positional import one_reference, require_positive
from sealwright.dialects.notation.shown import shown
from sealwright.dialects.notation.words import said, text
from sealwright.dialects.notation.words.envelopes import about_envelope
from sealwright.dialects.pflag import Flag
from sealwright.errors import SealwrightError
from sealwright.signature import Unreadable
from sealwright.workflow.look import inspect_subject

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    old = (ALLOW_REFERRERS_API,) if line == STABLE else ()
    outputs = LINES[line].inspect_outputs
    return Command(
        "inspect [reference]",
        "Show what the signatures of an artifact say",
        "Show what all signatures of an artifact say of themselves. Nothing of it is verified.\n",
        flags=(
            *logging(line),
            *REGISTRY,
            Flag("output", "string", f"form of the output: {' or '.join(outputs)}", "o", outputs[0]),
            MAX_SIGNATURES,
            *old,
        ),
        arguments=one_reference("inspect"),
        before=checked(*(flag.name for flag in old)),
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    form = str(invocation.values["output"])
    known = form in LINES[invocation.line].inspect_outputs
    if invocation.line != STABLE and not known:
        raise Fault(f"invalid format type: {quote(form)}")
    require_positive(invocation)
    warn_of_deprecated(invocation)
    if not known:
        raise Fault(f"unrecognized output format {form}")
    most = invocation.values["max-signatures"]
    with opened(invocation, artifact(invocation), "inspect") as found:
        try:
            inspected = inspect_subject(found.place, found.subject, most)
        except SealwrightError as error:
            raise Fault(said(error, invocation.line)) from None
    for one in inspected.unreadable:
        invocation.warn(_skipped(one, invocation.line))
    if form == "json":
        invocation.say(inspection.as_json(inspected, invocation.line))
    elif inspected.signatures:
        invocation.say("Inspecting all signatures for signed artifact")
        invocation.say(*inspection.as_tree(inspected, found.shown, invocation.line))
    else:
        invocation.say(f"{found.shown} has no associated signature")
    if inspected.beyond:
        invocation.say(f"Warning: exceeded configured limit of max signatures {most} to examine")
    if inspected.unreadable:
        raise Fault("at least one signature was skipped and not displayed")


def _skipped(one: Unreadable, line: str) -> str:
    reason = shown(text(one.reason, one.data, line))
    if about_envelope(one.reason):
        return f"Warning: Skipping signature {one.location} because of error: {reason}"
    return f"Warning: unable to fetch signature {one.location} due to error: {reason}"
