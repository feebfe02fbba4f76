"""What garbage collection looks for, page by page, in the order of names or digests.

Each is asked twice: to find candidates, and again for one of them inside the transaction that takes it.
"""

from sealwright.digest import Digest
from sealwright.service.storage import Database, Transaction

__all__ = [
    "claim",
    "dangling",
    "forget_collected",
    "forget_row",
    "note_collected",
    "signature_tags",
    "take_row",
    "unreferenced",
    "unshown",
    "untagged",
]

_UNUSED = """
    FROM manifests WHERE manifests.repository = :repository AND manifests.touched < :before
    AND manifests.digest > :last AND (:only = '' OR manifests.digest = :only)
    AND NOT EXISTS (
      SELECT 1 FROM tags WHERE tags.repository = manifests.repository AND tags.digest = manifests.digest
    )
    AND NOT EXISTS (
      SELECT 1 FROM manifest_references
      WHERE manifest_references.repository = manifests.repository
      AND manifest_references.child = manifests.digest AND manifest_references.kind = 'manifest'
    )
"""
_PAGE = "ORDER BY manifests.digest LIMIT :most"
_DANGLING = f"""
    SELECT manifests.digest {_UNUSED} AND manifests.subject IS NOT NULL
    AND NOT EXISTS (
      SELECT 1 FROM manifests AS subjects
      WHERE subjects.repository = manifests.repository AND subjects.digest = manifests.subject
    )
    {_PAGE}
"""  # noqa: S608  # constants
_UNTAGGED = f"SELECT manifests.digest {_UNUSED} AND manifests.subject IS NULL {_PAGE}"  # constants
_SIGNATURE_TAGS = """
    SELECT tags.name, tags.digest, tags.updated FROM tags
    WHERE tags.repository = :repository AND tags.name > :last AND tags.name < 'sha6'
    AND tags.name >= 'sha256-' AND tags.updated < :before
    ORDER BY tags.name LIMIT :most
"""
_UNREFERENCED = """
    SELECT repository_blobs.digest FROM repository_blobs
    WHERE repository_blobs.repository = :repository AND repository_blobs.touched < :before
    AND repository_blobs.digest > :last AND (:only = '' OR repository_blobs.digest = :only)
    AND NOT EXISTS (
      SELECT 1 FROM manifest_references
      WHERE manifest_references.repository = repository_blobs.repository
      AND manifest_references.child = repository_blobs.digest
    )
    ORDER BY repository_blobs.digest LIMIT :most
"""
_UNSHOWN = """
    SELECT blobs.digest, blobs.size FROM blobs
    WHERE blobs.touched < :before AND blobs.digest > :last
    AND NOT EXISTS (SELECT 1 FROM repository_blobs WHERE repository_blobs.digest = blobs.digest)
    ORDER BY blobs.digest LIMIT :most
"""
_TAKE_ROW = """
    UPDATE blobs SET touched = touched WHERE digest = :digest AND touched < :before
    AND NOT EXISTS (SELECT 1 FROM repository_blobs WHERE repository_blobs.digest = blobs.digest)
"""
_CLAIM = """
    INSERT INTO blobs (digest, size, created, touched) VALUES (:digest, 0, 0, 0)
    ON CONFLICT (digest) DO NOTHING
"""
_FORGET_ROW = "DELETE FROM blobs WHERE digest = :digest"
_NOTE_COLLECTED = """
    INSERT INTO collected_blobs (repository, digest, at) VALUES (:repository, :digest, :at)
    ON CONFLICT (repository, digest) DO UPDATE SET at = excluded.at
"""
_FORGET_COLLECTED = "DELETE FROM collected_blobs WHERE at < :before"


def dangling(
    source: Database | Transaction, repository: int, before: int, last: str, most: int, only: str = ""
) -> list[Digest]:
    """Manifests whose subject is not there, that no tag or index names, untouched since `before`."""
    rows = source.rows(_DANGLING, repository=repository, before=before, last=last, most=most, only=only)
    return [Digest(row[0]) for row in rows]


def untagged(
    source: Database | Transaction, repository: int, before: int, last: str, most: int, only: str = ""
) -> list[Digest]:
    """Manifests without a subject that no tag or index names, untouched since `before`."""
    rows = source.rows(_UNTAGGED, repository=repository, before=before, last=last, most=most, only=only)
    return [Digest(row[0]) for row in rows]


def signature_tags(
    source: Database | Transaction, repository: int, before: int, last: str, most: int
) -> list[tuple[str, Digest]]:
    """Tags that begin as those do under which signatures are kept, and what they name."""
    rows = source.rows(_SIGNATURE_TAGS, repository=repository, before=before, last=last, most=most)
    return [(row[0], Digest(row[1])) for row in rows]


def unreferenced(
    source: Database | Transaction, repository: int, before: int, last: str, most: int, only: str = ""
) -> list[Digest]:
    """Blobs that a repository shows and none of its manifests names, untouched since `before`."""
    rows = source.rows(_UNREFERENCED, repository=repository, before=before, last=last, most=most, only=only)
    return [Digest(row[0]) for row in rows]


def unshown(source: Database | Transaction, before: int, last: str, most: int) -> list[tuple[Digest, int]]:
    """Blobs that no repository shows, untouched since `before`, with their sizes."""
    return [(Digest(row[0]), row[1]) for row in source.rows(_UNSHOWN, before=before, last=last, most=most)]


def take_row(transaction: Transaction, digest: Digest, before: int) -> bool:
    """Hold the row of a blob that no repository shows; whether it is still so."""
    return transaction.run(_TAKE_ROW, digest=digest, before=before) > 0


def claim(transaction: Transaction, digest: Digest) -> bool:
    """Make a row for content that has none, which holds it; whether there was none."""
    return transaction.run(_CLAIM, digest=digest) > 0


def forget_row(transaction: Transaction, digest: Digest) -> None:
    """Remove the row of a blob."""
    transaction.run(_FORGET_ROW, digest=digest)


def note_collected(transaction: Transaction, repository: int, digest: Digest, at: int) -> None:
    """Remember that a repository lost a blob to garbage collection."""
    transaction.run(_NOTE_COLLECTED, repository=repository, digest=digest, at=at)


def forget_collected(transaction: Transaction, before: int) -> None:
    """Forget such notes."""
    transaction.run(_FORGET_COLLECTED, before=before)
