"""Uploads that were begun and not ended, and their parts."""

from sealwright.service.storage import Database, Part, Transaction, Upload

__all__ = ["add", "advance", "expired", "find", "open_count", "parts", "remove"]

_ADD = """
    INSERT INTO uploads (id, repository, algorithm, received, created, touched)
    VALUES (:id, :repository, :algorithm, 0, :at, :at)
"""
_COUNT = "SELECT COUNT(*) FROM uploads"
_FIND = """
    SELECT id, repository, algorithm, received, touched FROM uploads
    WHERE id = :id AND repository = :repository
"""
_ADVANCE = """
    UPDATE uploads SET received = :received, algorithm = :algorithm, touched = :at
    WHERE id = :id AND received = :first
"""
_ADD_PART = "INSERT INTO upload_parts (upload, first, size, name) VALUES (:upload, :first, :size, :name)"
_PARTS = "SELECT first, size, name FROM upload_parts WHERE upload = :upload ORDER BY first"
_REMOVE_PARTS = "DELETE FROM upload_parts WHERE upload = :id"
_REMOVE = "DELETE FROM uploads WHERE id = :id"
_EXPIRED = """
    SELECT id, repository, algorithm, received, touched FROM uploads
    WHERE touched < :before ORDER BY touched LIMIT :most
"""


def add(transaction: Transaction, upload: Upload) -> None:
    """Remember a new upload."""
    transaction.run(
        _ADD, id=upload.id, repository=upload.repository, algorithm=upload.algorithm, at=upload.touched
    )


def open_count(source: Database | Transaction) -> int:
    """How many uploads were begun and not ended."""
    row = source.row(_COUNT)
    return 0 if row is None else int(row[0])


def find(source: Database | Transaction, repository: str, identifier: str) -> Upload | None:
    """The upload of that identifier in that repository."""
    row = source.row(_FIND, id=identifier, repository=repository)
    return None if row is None else Upload(*row)


def advance(transaction: Transaction, upload: Upload, part: Part, at: int) -> bool:
    """Let a part count; whether the upload still stood where the part begins."""
    received = part.first + part.size
    moved = transaction.run(
        _ADVANCE, id=upload.id, algorithm=upload.algorithm, received=received, first=part.first, at=at
    )
    if moved and part.name and part.size:
        transaction.run(_ADD_PART, upload=upload.id, first=part.first, size=part.size, name=part.name)
    return moved > 0


def parts(source: Database | Transaction, identifier: str) -> list[Part]:
    """The parts that count, in order, where they are kept apart."""
    return [Part(*row) for row in source.rows(_PARTS, upload=identifier)]


def remove(transaction: Transaction, identifier: str) -> bool:
    """An upload has ended; whether it was there."""
    transaction.run(_REMOVE_PARTS, id=identifier)
    return transaction.run(_REMOVE, id=identifier) > 0


def expired(source: Database | Transaction, before: int, most: int) -> list[Upload]:
    """Uploads that rest since `before` (microseconds since 1970), the oldest first."""
    return [Upload(*row) for row in source.rows(_EXPIRED, before=before, most=most)]
