"""What skopeo says of the steps of a copy."""

from collections.abc import Callable

from sealwright.dialects.atomic.call import Call
from sealwright.workflow.moving import Step

__all__ = ["said"]

_WORDS: dict[Step, str] = {
    "signing": "Signing manifest",
    "writing": "Writing manifest to image destination",
    "storing": "Storing signatures",
}


def said(call: Call) -> Callable[[Step], None]:
    """What tells the steps of `move`."""
    return lambda step: call.say(_WORDS[step])
