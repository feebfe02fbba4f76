"""What the registry has, and the API does not know: from before it was served, or while it was not.

1. Images whose manifest is gone, or came anew, are deleted ones.
2. Manifests that are images get identifiers; nobody knows who pushed them.
3. Tags stand for what they stand for.

It looks everything through at each start, a bounded number at a time, and may run beside servers: each change
is made only if it is still wanted while the repository is held.
"""

from collections.abc import Callable

from sealwright import limits
from sealwright.service.oracle import names, pushes
from sealwright.service.oracle.queries import differences, images
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.registry.queries import repositories
from sealwright.service.storage import Database

__all__ = ["STEPS", "bring_in_images", "bring_in_lost", "bring_in_tags"]


def bring_in_lost(database: Database, tenancy: Tenancy) -> bool:
    """Mark images as deleted whose manifests went unseen; whether there may be more."""
    del tenancy
    found = differences.lost(database, limits.SIGNATURES_BROUGHT_IN)
    for identifier, repository in found:
        with database.write() as transaction:
            repositories.hold(transaction, repository)
            image = images.find(transaction, identifier)
            if image is not None and differences.is_lost(transaction, identifier):
                pushes.gone(transaction, image, "")
    return len(found) == limits.SIGNATURES_BROUGHT_IN


def bring_in_images(database: Database, tenancy: Tenancy) -> bool:
    """Note images that came unseen; whether there may be more."""
    found = differences.unknown(database, tenancy.namespace, limits.SIGNATURES_BROUGHT_IN)
    for one in found:
        name = names.within(tenancy.namespace, one.name)
        with database.write() as transaction:
            repositories.hold(transaction, one.name)
            if name is not None and differences.is_there(transaction, one.repository, one.digest):
                pushes.bring_in_image(transaction, tenancy, one.repository, name, one.digest, one.created)
    return len(found) == limits.SIGNATURES_BROUGHT_IN


def bring_in_tags(database: Database, tenancy: Tenancy) -> bool:
    """Let versions be what tags say; whether there may be more."""
    del tenancy
    moved = differences.moved_tags(database, limits.SIGNATURES_BROUGHT_IN)
    for repository, tag in moved:
        with database.write() as transaction:
            repositories.hold(transaction, repository)
            identifier = repositories.find(transaction, repository)
            assert identifier is not None  # noqa: S101  # rows stay
            now = differences.tag(transaction, identifier, tag)
            pushes.retagged(transaction, identifier, tag, *(now or (None, 0)))
    return len(moved) >= limits.SIGNATURES_BROUGHT_IN


STEPS: tuple[Callable[[Database, Tenancy], bool], ...] = (bring_in_lost, bring_in_images, bring_in_tags)
"""All of it, in this order."""
