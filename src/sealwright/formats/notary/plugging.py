"""The check `plugin` of a Notary signature: what a verification plugin says of it.

Source: plugin-extensibility.md, "Verification Extensibility".
"""

from sealwright.evidence import Unavailable
from sealwright.formats.notary.envelope import Envelope
from sealwright.formats.record import Finding

__all__ = ["asked"]


def asked(envelope: Envelope, *, authentic: bool) -> Finding:
    """What the plugin says that the signature names.

    Args:
        envelope: of the signature; its integrity is proven.
        authentic: whether the chain has reached a trust anchor; no plugin runs if not.
    """
    name = envelope.attributes.plugin
    if not name:
        return "skipped"
    if not authentic:
        return "not_reached"
    return Unavailable("plugin.not-supported", retryable=False, data={"plugin": name})
