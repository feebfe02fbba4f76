"""`notation blob inspect`."""

import os

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.notation import blob_files, inspection
from sealwright.dialects.notation.lines import LINES
from sealwright.dialects.notation.positional import named_in
from sealwright.dialects.notation.signing_flags import envelope_of
from sealwright.dialects.notation.words import said
from sealwright.dialects.pflag import Flag
from sealwright.errors import SealwrightError
from sealwright.workflow import blobs

__all__ = ["command"]

_PARTS = 3
"""Of the name of a signature, between its points."""


def command(line: str) -> Command:
    """The command in a line of notation."""
    outputs = LINES[line].inspect_outputs
    return Command(
        "inspect [flags] <signature_path>",
        "Show what the signature of a blob says",
        "Show what the signature of a blob says of itself. Nothing of it is verified.\n",
        flags=(Flag("output", "string", f"form of the output: {' or '.join(outputs)}", "o", outputs[0]),),
        arguments=named_in("blob inspect", "signature path"),
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    form = str(invocation.values["output"])
    if form not in LINES[invocation.line].inspect_outputs:
        raise Fault(f"invalid format type: {quote(form)}")
    path = invocation.arguments[0]
    stored = blob_files.read(path, _envelope(path), invocation.line, "failed to read signature file: ")
    try:
        summary = blobs.inspect_signature(stored)
    except SealwrightError as error:
        raise Fault(f"failed to parse signature: {said(error, invocation.line)}") from None
    if form == "json":
        invocation.say(inspection.blob_json(summary, invocation.line))
    else:
        invocation.say(*inspection.blob_tree(path, summary, invocation.line))


def _envelope(path: str) -> str:
    """The media type of the envelope: here the ending `.sig` is asked for in small letters."""
    name = os.path.basename(path)  # noqa: PTH119  # as Go takes paths apart
    parts = name.split(".")
    if len(parts) < _PARTS or parts[-1] != "sig":
        raise Fault(f"invalid signature filename: {name}")
    return envelope_of(parts[-2].lower())
