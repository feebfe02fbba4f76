"""What a check of the registry looks at."""

from collections.abc import Iterator

from sealwright.digest import Digest
from sealwright.service.storage import Database

__all__ = [
    "is_shown",
    "manifests",
    "miscounted",
    "name_of",
    "repository_count",
    "shown_blobs",
    "tag_count",
    "tags_of_nothing",
]

_SHOWN_BLOBS = """
    SELECT blobs.digest, blobs.size FROM blobs
    WHERE blobs.digest > :last
    AND EXISTS (SELECT 1 FROM repository_blobs WHERE repository_blobs.digest = blobs.digest)
    ORDER BY blobs.digest LIMIT :most
"""
_IS_SHOWN = "SELECT 1 FROM repository_blobs WHERE digest = :digest LIMIT 1"
_MANIFESTS = """
    SELECT repository, digest, size, content FROM manifests
    WHERE repository > :repository OR (repository = :repository AND digest > :last)
    ORDER BY repository, digest LIMIT :most
"""
_NAME = "SELECT name FROM repositories WHERE id = :repository"
_TAGS_OF_NOTHING = """
    SELECT repositories.name, tags.name FROM tags
    JOIN repositories ON repositories.id = tags.repository
    WHERE NOT EXISTS (
      SELECT 1 FROM manifests
      WHERE manifests.repository = tags.repository AND manifests.digest = tags.digest
    )
"""
_TAG_COUNT = "SELECT COUNT(*) FROM tags"
_REPOSITORY_COUNT = "SELECT COUNT(*) FROM repositories"
_MISCOUNTED = """
    SELECT name FROM repositories
    WHERE blob_bytes <> (
      SELECT COALESCE(SUM(blobs.size), 0) FROM repository_blobs
      JOIN blobs ON blobs.digest = repository_blobs.digest
      WHERE repository_blobs.repository = repositories.id
    )
    OR manifest_count <> (SELECT COUNT(*) FROM manifests WHERE manifests.repository = repositories.id)
    OR tag_count <> (SELECT COUNT(*) FROM tags WHERE tags.repository = repositories.id)
"""


def shown_blobs(database: Database, last: str, most: int) -> list[tuple[Digest, int]]:
    """Blobs that a repository shows, with their sizes, in the order of their digests."""
    return [(Digest(row[0]), row[1]) for row in database.rows(_SHOWN_BLOBS, last=last, most=most)]


def is_shown(database: Database, digest: Digest) -> bool:
    """Whether any repository shows a blob."""
    return database.row(_IS_SHOWN, digest=digest) is not None


def manifests(
    database: Database, repository: int, last: str, most: int
) -> list[tuple[int, Digest, int, bytes]]:
    """Manifests after one, each with its repository's identifier, its size as noted, and its content."""
    rows = database.rows(_MANIFESTS, repository=repository, last=last, most=most)
    return [(row[0], Digest(row[1]), row[2], bytes(row[3])) for row in rows]


def name_of(database: Database, repository: int) -> str:
    """The name of a repository."""
    row = database.row(_NAME, repository=repository)
    return "" if row is None else str(row[0])


def tags_of_nothing(database: Database) -> Iterator[tuple[str, str]]:
    """Tags that stand for manifests which are not there, with their repositories."""
    for row in database.rows(_TAGS_OF_NOTHING):
        yield row[0], row[1]


def tag_count(database: Database) -> int:
    """How many tags there are."""
    row = database.row(_TAG_COUNT)
    return 0 if row is None else int(row[0])


def repository_count(database: Database) -> int:
    """How many repositories there are."""
    row = database.row(_REPOSITORY_COUNT)
    return 0 if row is None else int(row[0])


def miscounted(database: Database) -> list[str]:
    """Repositories of which something else is counted than they hold."""
    return [row[0] for row in database.rows(_MISCOUNTED)]
