"""Who decides on a signature beside us: a plugin, which is loaded if one is named, or nobody."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Union

from sealwright.evidence import Evidence
from sealwright.formats.notary.envelope import Envelope
from sealwright.formats.record import Finding
from sealwright.pki.certificate import Certificate
from sealwright.rules import X509Rule

if TYPE_CHECKING:
    from sealwright.formats.notary.consultation import Consultation

__all__ = ["Nobody", "consulted"]


class Nobody:
    """Who is asked about a signature that names no plugin; see `consultation.Consultation`."""

    def identity(self, own: Callable[[], Finding]) -> Finding:
        """What our own check finds."""
        return own()

    def revocation(self, own: Callable[[], Finding], *, authentic: bool) -> Finding:
        """The same."""
        del authentic
        return own()

    def plugin(self, *, authentic: bool) -> Finding:
        """There is nothing to check."""
        del authentic
        return "skipped"


def consulted(
    envelope: Envelope, chain: Sequence[Certificate], rule: X509Rule, evidence: Evidence, *, authentic: bool
) -> Union["Consultation", Nobody]:
    """Who decides on a signature beside us.

    Args:
        envelope: of the signature; its integrity is proven.
        chain: the certificates that signed, the leaf first.
        rule: identities, settings for the plugin, and what is skipped.
        evidence: the answers so far.
        authentic: whether the chain has reached a trust anchor; no plugin runs if not.
    """
    if not envelope.attributes.plugin:
        return Nobody()
    from sealwright.formats.notary.consultation import Consultation  # noqa: PLC0415  # few signatures name one

    return Consultation(envelope, chain, rule, evidence, authentic=authentic)
