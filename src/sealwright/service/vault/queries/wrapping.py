"""The keys under which others are brought in, one for each vault."""

from sealwright.service.storage import Database, Transaction, now

__all__ = ["add", "find", "remove"]

_FIND = "SELECT public_key, sealed FROM vault_wrapping_keys WHERE vault = :vault"
_ADD = """
    INSERT INTO vault_wrapping_keys (vault, public_key, sealed, created)
    VALUES (:vault, :public_key, :sealed, :at) ON CONFLICT (vault) DO NOTHING
"""
_REMOVE = "DELETE FROM vault_wrapping_keys WHERE vault = :vault"


def find(database: Database | Transaction, vault: str) -> tuple[str, bytes] | None:
    """The public key in PEM, and the sealed private one."""
    row = database.row(_FIND, vault=vault)
    return None if row is None else (row[0], bytes(row[1]))


def add(transaction: Transaction, vault: str, public_key: str, sealed: bytes) -> None:
    """Add it, unless there is one."""
    transaction.run(_ADD, vault=vault, public_key=public_key, sealed=sealed, at=now())


def remove(transaction: Transaction, vault: str) -> None:
    """Remove it."""
    transaction.run(_REMOVE, vault=vault)
