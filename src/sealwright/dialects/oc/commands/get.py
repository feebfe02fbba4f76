"""`oc get image NAME -o json`: an image with its signatures, as OpenShift's API has it."""

import json

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.oc import flags
from sealwright.dialects.oc.image_objects import image_object
from sealwright.dialects.oc.resources import Named, Shown, named, shown
from sealwright.dialects.pflag import Flag
from sealwright.dialects.tabwriter import table

__all__ = ["command"]

_OUTPUTS = ("", "json", "name")


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "get image NAME [-o json]",
        "Display an image, as far as its signatures go",
        flags=(
            *flags.GLOBAL,
            flags.NAMESPACE,
            Flag("output", "string", "Output format: json or name", shorthand="o"),
        ),
        run=_run,
    )


def _run(invocation: Invocation) -> int:
    wanted = named(invocation)
    output = str(invocation.values["output"])
    if wanted.kind != "image":
        raise Fault("only images are shown here; oc describe istag shows what a tag stands for")
    if output not in _OUTPUTS:
        raise Fault(f"unable to match a printer suitable for the output format {quote(output)}: json or name")
    found, registry = shown(invocation, wanted)
    if found is None:
        return 1
    invocation.out.write(_text(found, wanted, registry.domain, output))
    return 0


def _text(shown: Shown, wanted: Named, registry: str, output: str) -> str:
    if output == "json":
        return json.dumps(image_object(shown.image, registry, shown.signatures), indent=4) + "\n"
    if output == "name":
        return f"image.image.openshift.io/{wanted.name}\n"
    place = f"{registry}/{shown.image.repository}@{shown.image.digest}"
    return table([("NAME", "IMAGE REFERENCE"), (shown.image.digest, place)])
