"""The CA of each domain, in the database."""

from sealwright.service.storage import Database, Transaction

__all__ = ["add_authority", "authority"]

_FIND = "SELECT certificate, sealed_key FROM oracle_authorities WHERE domain = :domain"


def authority(database: Database | Transaction, domain: str) -> tuple[bytes, bytes] | None:
    """The certificate of a domain's CA, and its sealed key."""
    row = database.row(_FIND, domain=domain)
    return (bytes(row[0]), bytes(row[1])) if row is not None else None


def add_authority(
    transaction: Transaction, domain: str, certificate: bytes, sealed_key: bytes, at: int
) -> tuple[bytes, bytes]:
    """Keep a CA, unless the domain has one; gives the one that it has."""
    transaction.run(
        "INSERT INTO oracle_authorities (domain, certificate, sealed_key, created)"
        " VALUES (:domain, :certificate, :sealed_key, :created) ON CONFLICT (domain) DO NOTHING",
        domain=domain,
        certificate=certificate,
        sealed_key=sealed_key,
        created=at,
    )
    kept = authority(transaction, domain)
    return kept if kept is not None else (certificate, sealed_key)
