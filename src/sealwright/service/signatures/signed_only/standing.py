"""What the verdict on a manifest depends on, as the database has it at this moment.

A count of changes per subject tells whether a signature came or was revoked since, on whatever server. What
else counts depends on the language of the policy, and only if it has signatures:

- notation's policies are about what was named, so a manifest may be accepted because an index with it is;
- containers' policies are about the manifest that will run, so an index is given out if one in it is
  accepted.
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
_CHILDREN = """
    SELECT children.child, signature_subjects.changes
    FROM (SELECT child FROM manifest_references
          WHERE repository = :repository AND parent = :digest AND kind = 'manifest' LIMIT :most) AS children
    JOIN signature_subjects
    ON signature_subjects.repository = :repository AND signature_subjects.subject = children.child
    ORDER BY children.child
"""


class Standing(msgspec.Struct, frozen=True):
    """Where a manifest stands.

    `is_signature`: it carries a live signature itself. `changes`: how often its signatures changed.
    `others`: the manifests with signatures whose acceptance is enough, each with its changes.
    """

    is_signature: bool
    changes: int
    others: tuple[tuple[str, int], ...]


def standing(database: Database, repository: str, digest: str, *, by_platform: bool = False) -> Standing:
    """Where a manifest of a repository stands.

    Args:
        database: that knows.
        repository: its name.
        digest: of the manifest.
        by_platform: what an index lists counts for it, not the index for what it lists.
    """
    own = database.row(_OWN, repository=repository, digest=digest)
    if own is None:
        return Standing(is_signature=False, changes=0, others=())
    identifier, changes, carried = own
    if carried:
        return Standing(is_signature=True, changes=0, others=())
    sql = _CHILDREN if by_platform else _PARENTS
    others = database.rows(sql, repository=identifier, digest=digest, most=limits.SIGNED_ONLY_PARENTS)
    return Standing(
        is_signature=False, changes=changes or 0, others=tuple((row[0], row[1]) for row in others)
    )
