"""Where what the registry has and what the API knows differ."""

import msgspec

from sealwright.digest import Digest
from sealwright.service.storage import Database, Transaction

__all__ = ["Unknown", "is_lost", "is_there", "lost", "moved_tags", "tag", "unknown"]

_GONE = """
    NOT EXISTS (
      SELECT 1 FROM manifests
      WHERE manifests.repository = oracle_images.repository AND manifests.digest = oracle_images.digest
      AND manifests.created <= oracle_images.held
    )
"""
_LOST = f"""
    SELECT oracle_images.id, repositories.name
    FROM oracle_images JOIN repositories ON repositories.id = oracle_images.repository
    WHERE oracle_images.state = 'AVAILABLE' AND {_GONE} LIMIT :most
"""  # noqa: S608  # a constant
_IS_LOST = f"""
    SELECT 1 FROM oracle_images WHERE id = :id AND state = 'AVAILABLE' AND {_GONE}
"""  # noqa: S608  # a constant
_STANDS_IN = "SUBSTR(tags.name, 1, 7) IN ('sha256-', 'sha512-') AND LENGTH(tags.name) > 70"
"""Whether a tag is one under which signatures, or referrers, are kept."""
_TAGS = """
    SELECT 1 FROM tags WHERE tags.repository = manifests.repository AND tags.digest = manifests.digest
"""
_UNKNOWN = f"""
    SELECT manifests.repository, repositories.name, manifests.digest, manifests.created
    FROM manifests JOIN repositories ON repositories.id = manifests.repository
    WHERE repositories.name >= :first AND repositories.name < :last
    AND manifests.subject IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM oracle_images
      WHERE oracle_images.repository = manifests.repository AND oracle_images.digest = manifests.digest
      AND oracle_images.state = 'AVAILABLE'
    )
    AND NOT EXISTS (
      SELECT 1 FROM signatures
      WHERE signatures.repository = manifests.repository AND signatures.digest = manifests.digest
      AND signatures.name IS NULL AND signatures.content IS NULL
    )
    AND (NOT EXISTS ({_TAGS} AND {_STANDS_IN}) OR EXISTS ({_TAGS} AND NOT ({_STANDS_IN})))
    LIMIT :most
"""  # noqa: S608  # constants
_IS_THERE = "SELECT 1 FROM manifests WHERE repository = :repository AND digest = :digest"
_MOVED = """
    SELECT repositories.name, tags.name
    FROM tags JOIN repositories ON repositories.id = tags.repository
    JOIN oracle_images ON oracle_images.repository = tags.repository AND oracle_images.digest = tags.digest
      AND oracle_images.state = 'AVAILABLE'
    LEFT JOIN oracle_versions ON oracle_versions.repository = tags.repository
      AND oracle_versions.version = tags.name
    WHERE oracle_versions.image IS NULL OR oracle_versions.image <> oracle_images.id
    LIMIT :most
"""
_LEFT = """
    SELECT repositories.name, oracle_versions.version
    FROM oracle_versions JOIN repositories ON repositories.id = oracle_versions.repository
    JOIN oracle_images ON oracle_images.id = oracle_versions.image
    LEFT JOIN tags ON tags.repository = oracle_versions.repository AND tags.name = oracle_versions.version
    WHERE tags.digest IS NULL OR tags.digest <> oracle_images.digest
    LIMIT :most
"""
_TAG = "SELECT digest, updated FROM tags WHERE repository = :repository AND name = :name"


class Unknown(msgspec.Struct, frozen=True):
    """A manifest that has no image: the registry's row and name of its repository, digest, when it came."""

    repository: int
    name: str
    digest: str
    created: int


def lost(database: Database, most: int) -> list[tuple[str, str]]:
    """Identifiers of images whose manifest is gone or came anew, with the names of their repositories."""
    return [(row[0], row[1]) for row in database.rows(_LOST, most=most)]


def is_lost(transaction: Transaction, identifier: str) -> bool:
    """Whether an image is such a one."""
    return transaction.row(_IS_LOST, id=identifier) is not None


def unknown(database: Database, namespace: str, most: int) -> list[Unknown]:
    """Manifests of a namespace that have no image. Signatures and the like need none."""
    rows = database.rows(_UNKNOWN, first=f"{namespace}/", last=f"{namespace}0", most=most)
    return [Unknown(*row) for row in rows]


def is_there(transaction: Transaction, repository: int, digest: str) -> bool:
    """Whether a repository still has a manifest."""
    return transaction.row(_IS_THERE, repository=repository, digest=digest) is not None


def moved_tags(database: Database, most: int) -> list[tuple[str, str]]:
    """Tags that stand for something else than is known, with their repositories' names before them."""
    return [(row[0], row[1]) for sql in (_MOVED, _LEFT) for row in database.rows(sql, most=most)]


def tag(transaction: Transaction, repository: int, name: str) -> tuple[Digest, int] | None:
    """What a tag stands for, and since when; None if it is not there."""
    row = transaction.row(_TAG, repository=repository, name=name)
    return None if row is None else (Digest(row[0]), row[1])
