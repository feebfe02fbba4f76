"""The certificates of versions. They prove themselves, so nothing seals them."""

from sealwright.service.storage import Database, Transaction

__all__ = ["find", "put"]

_FIND = "SELECT chain FROM vault_certificates WHERE version = :version"
_PUT = """
    INSERT INTO vault_certificates (version, chain) VALUES (:version, :chain)
    ON CONFLICT (version) DO UPDATE SET chain = excluded.chain
"""


def find(database: Database, version: str) -> str:
    """The certificates in PEM, the leaf first; empty if there are none."""
    row = database.row(_FIND, version=version)
    return "" if row is None else row[0]


def put(transaction: Transaction, version: str, chain: str) -> None:
    """Keep these instead of those that were there."""
    transaction.run(_PUT, version=version, chain=chain)
