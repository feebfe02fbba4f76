"""An image of a registry before it is resolved: what its name alone tells of the verification to come."""

from typing import TYPE_CHECKING

from sealwright import media_types
from sealwright.descriptor import Descriptor
from sealwright.digest import Digest
from sealwright.errors import NoStatementError
from sealwright.reference import Reference
from sealwright.rules import formats_asked
from sealwright.signature import Subject

if TYPE_CHECKING:
    from sealwright.interfaces import Policy

__all__ = ["asks_for_signatures", "unresolved"]


def unresolved(name: Reference | str, digest: Digest) -> Subject:
    """An image of which only the name is known; what its type and size are, nobody has said.

    Args:
        name: of the image, for policies.
        digest: that it was named by.
    """
    return Subject(Descriptor(media_types.IMAGE_MANIFEST, digest, 0), "docker", name)


def asks_for_signatures(policy: "Policy", subject: Subject) -> bool:
    """Whether the statement about an image is one for which Notary signatures, and no others, are listed.

    Args:
        policy: that decides.
        subject: the image; policies choose their statement by the name alone.
    """
    try:
        return formats_asked(policy.statement(subject).requirement) == {"notary"}
    except NoStatementError:
        return False
