"""The row of the tenancy."""

import msgspec

from sealwright.service.storage import Database, Transaction, now

__all__ = ["Configuration", "configuration", "configure", "found", "mark"]

_MARK = "SELECT mark FROM oracle_tenancy WHERE id = 1"
_FOUND = """
    INSERT INTO oracle_tenancy (id, mark, first_push, version, created) VALUES (1, :mark, 1, 0, :at)
    ON CONFLICT (id) DO NOTHING
"""
_CONFIGURATION = "SELECT first_push, version FROM oracle_tenancy WHERE id = 1"
_CONFIGURE = "UPDATE oracle_tenancy SET first_push = :first_push, version = version + 1 WHERE id = 1"


class Configuration(msgspec.Struct, frozen=True):
    """Whether a first push makes a repository, and how often that was changed."""

    first_push: bool
    version: int


def mark(source: Database | Transaction) -> str | None:
    """The random part of its identifier, if there is one yet."""
    row = source.row(_MARK)
    return None if row is None else str(row[0])


def found(transaction: Transaction, mark: str) -> None:
    """Let there be a tenancy, unless there is one."""
    transaction.run(_FOUND, mark=mark, at=now())


def configuration(source: Database | Transaction) -> Configuration:
    """Its configuration; as at first if there is no tenancy yet."""
    row = source.row(_CONFIGURATION)
    return Configuration(first_push=True, version=0) if row is None else Configuration(bool(row[0]), row[1])


def configure(transaction: Transaction, *, first_push: bool) -> None:
    """Change its configuration."""
    transaction.run(_CONFIGURE, first_push=int(first_push))
