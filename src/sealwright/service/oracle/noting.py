"""What the API knows of a signature besides its row in the table of all signatures, however it came."""

from collections.abc import Callable

from sealwright.formats.kms.content import Content
from sealwright.service.oracle.queries import images
from sealwright.service.oracle.queries import signatures as rows
from sealwright.service.oracle.tags import NO_TAGS, Tags
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.registry.queries import repositories
from sealwright.service.signatures.records import Signature
from sealwright.service.storage import Transaction
from sealwright.service.web.caller import Caller

__all__ = ["note", "noted"]

_LAST = 10
"""How many characters of identifiers the name of a signature shows."""


def note(
    transaction: Transaction,
    tenancy: Tenancy,
    image: images.Image,
    row: str,
    content: Content,
    by: str,
    problem: str = "",
    tags: Tags = NO_TAGS,
) -> str:
    """Note a signature, and give its identifier.

    Args:
        transaction: the one in which it was attached.
        tenancy: which one we are.
        image: what it is of.
        row: its identifier in the table of all signatures.
        content: what is kept.
        by: the account.
        problem: what was wrong with it when it came; empty for nothing.
        tags: what people note on it.
    """
    identifier = tenancy.made("containerimagesignature", "0", tenancy.namespace)
    rows.add(
        transaction,
        rows.Added(
            identifier,
            row,
            image.row,
            image.home,
            image.id,
            image.compartment,
            image.name,
            _title(content, identifier),
            image.digest,
            content.key_id,
            content.key_version_id,
            content.signing_algorithm,
            problem,
            tags.freeform,
            tags.defined,
            by,
        ),
    )
    return identifier


def noted(tenancy: Tenancy) -> Callable[[Transaction, Signature, Content, Caller], None]:
    """What notes a signature that came through our own API; of no image of the namespace, it notes none."""

    def noting(transaction: Transaction, signature: Signature, content: Content, caller: Caller) -> None:
        repository = repositories.find(transaction, signature.repository)
        image = None if repository is None else images.live(transaction, repository, signature.subject)
        if image is not None:
            note(transaction, tenancy, image, signature.id, content, caller.name)

    return noting


def _title(content: Content, identifier: str) -> str:
    parts = (content.key_id[-_LAST:], content.key_version_id[-_LAST:], content.signing_algorithm)
    return "::".join((*parts, identifier[-_LAST:]))
