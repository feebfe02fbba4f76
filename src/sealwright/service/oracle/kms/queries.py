"""How much there is in a vault."""

from sealwright.service.oracle.kms.shown import Usage
from sealwright.service.storage import Database

__all__ = ["usage"]

_USAGE = (
    "SELECT protection, COUNT(*), SUM(versions) FROM vault_keys"
    " WHERE vault = :vault AND state <> 'DELETED' GROUP BY protection"
)


def usage(database: Database, vault: str) -> Usage:
    """How many keys and versions a vault has, on the token and in the service; what is deleted counts not."""
    found = {"HSM": (0, 0), "SOFTWARE": (0, 0)}
    found |= {row[0]: (int(row[1]), int(row[2])) for row in database.rows(_USAGE, vault=vault)}
    return Usage(*found["HSM"], *found["SOFTWARE"])
