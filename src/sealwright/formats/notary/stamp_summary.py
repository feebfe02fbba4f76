"""What the timestamp of a signature says of itself, for people; nothing of it is believed.

Only the form is looked at, and whether the timestamp is about this signature: that is what the reference
shows, too. What else is wrong with a timestamp is told by a verification.
"""

from sealwright.errors import ArtifactError
from sealwright.formats.notary.envelope import Envelope
from sealwright.pki import certificate as certificates
from sealwright.pki.timestamps import token
from sealwright.signature import TimestampSummary

__all__ = ["summarised"]


def summarised(envelope: Envelope) -> TimestampSummary:
    """The timestamp of an envelope that has one."""
    try:
        claimed = token.claimed(envelope.unsigned.timestamp)
        claimed.require_about(envelope.signature)
        carried = tuple(certificates.parse(der).summary for _, der in claimed.signed.certificates)
    except ArtifactError as error:
        return TimestampSummary(reason=error.code, data=error.data)
    return TimestampSummary(claimed.earliest, claimed.latest, carried)
