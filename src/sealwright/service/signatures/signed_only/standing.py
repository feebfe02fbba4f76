"""What the verdict on a manifest depends on, as the database has it at this moment.

A count of changes per subject tells whether a signature came or was revoked since, on whatever server. A
manifest may also be accepted because an index that lists it is; such indexes count if they have signatures.
"""

import msgspec

from sealwright import limits
from sealwright.service.storage import Database

__all__ = ["Standing", "standing"]

_OWN = """
    SELECT repositories.id,
      (SELECT signature_subjects.changes FROM signature_subjects
       WHERE signature_subjects.repository = repositories.id AND signature_subjects.subject = :digest),
      (SELECT COUNT(*) FROM signatures
       WHERE signatures.repository = repositories.id AND signatures.digest = :digest
       AND signatures.revoked_at IS NULL)
    FROM repositories WHERE repositories.name = :repository
"""
_PARENTS = """
    SELECT parents.parent, signature_subjects.changes
    FROM (SELECT parent FROM manifest_references
          WHERE repository = :repository AND child = :digest AND kind = 'manifest' LIMIT :most) AS parents
    JOIN signature_subjects
    ON signature_subjects.repository = :repository AND signature_subjects.subject = parents.parent
    ORDER BY parents.parent
"""


class Standing(msgspec.Struct, frozen=True):
    """Where a manifest stands.

    `is_signature`: it carries a live signature itself. `changes`: how often its signatures changed.
    `parents`: the indexes with signatures that list it, each with its changes.
    """

    is_signature: bool
    changes: int
    parents: tuple[tuple[str, int], ...]


def standing(database: Database, repository: str, digest: str) -> Standing:
    """Where a manifest of a repository stands."""
    own = database.row(_OWN, repository=repository, digest=digest)
    if own is None:
        return Standing(is_signature=False, changes=0, parents=())
    identifier, changes, carried = own
    if carried:
        return Standing(is_signature=True, changes=0, parents=())
    parents = database.rows(_PARENTS, repository=identifier, digest=digest, most=limits.SIGNED_ONLY_PARENTS)
    return Standing(
        is_signature=False, changes=changes or 0, parents=tuple((row[0], row[1]) for row in parents)
    )
