"""Chores that one server at a time does, and each only now and then."""

from sealwright.service.storage import Transaction

__all__ = ["take"]

_ADD = "INSERT INTO chores (name, until) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING"
_TAKE = "UPDATE chores SET until = :until WHERE name = :name AND until <= :at"


def take(transaction: Transaction, name: str, at: int, until: int) -> bool:
    """Whether a chore is due and nobody else does it; then nobody does until that time.

    Args:
        transaction: an open one.
        name: of the chore.
        at: now, in microseconds since 1970.
        until: when it is due again.
    """
    transaction.run(_ADD, name=name)
    return transaction.run(_TAKE, name=name, until=until, at=at) > 0
