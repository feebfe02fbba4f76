"""What has signatures: how often they changed, and how many the signature store has."""

from sealwright.service.storage import Transaction

__all__ = ["change"]

_CHANGE = """
    INSERT INTO signature_subjects (repository, subject, changes, places)
    VALUES (:repository, :subject, 1, :more)
    ON CONFLICT (repository, subject) DO UPDATE
    SET changes = signature_subjects.changes + 1, places = signature_subjects.places + :more
    RETURNING places
"""


def change(transaction: Transaction, repository: int, subject: str, more: int) -> int:
    """Note that the signatures of a subject change.

    Args:
        transaction: an open one, in which the repository was asked for.
        repository: its identifier.
        subject: the digest.
        more: how many more the signature store has afterwards.

    Returns:
        How many that are.
    """
    row = transaction.row(_CHANGE, repository=repository, subject=subject, more=more)
    assert row is not None  # noqa: S101  # RETURNING always gives the row
    return int(row[0])
