"""Namespaces of defined tags and their keys: made and removed. What was tagged keeps its tags."""

from collections.abc import Sequence

from sealwright import limits
from sealwright.errors import NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.oracle import tags
from sealwright.service.oracle.queries import tag_definitions as rows
from sealwright.service.storage import Database

__all__ = ["add_key", "add_namespace", "remove_key", "remove_namespace"]


def add_namespace(database: Database, actor: str, name: str, description: str = "") -> None:
    """Make a namespace.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        name: of the namespace; names that differ only by case are the same.
        description: what it is for.

    Raises:
        UsageError: `oracle.name-unfit` or `oracle.tag-definition-exists`.
    """
    _require_fit(name, description)
    with database.write() as transaction:
        if not rows.add_namespace(transaction, name, description):
            raise UsageError("oracle.tag-definition-exists", tag=name)
        audit.record(transaction, actor, "tag-namespace.add", subject=name)


def add_key(
    database: Database, actor: str, namespace: str, name: str, description: str, choices: Sequence[str]
) -> None:
    """Make a key in a namespace.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        namespace: its name.
        name: of the key.
        description: what it is for.
        choices: the values of which it has to have one; none for any.

    Raises:
        NotFoundError: `oracle.tag-definition-unknown`.
        UsageError: `oracle.name-unfit` or `oracle.tag-definition-exists`.
    """
    _require_fit(name, description)
    if len(choices) > limits.ORACLE_TAG_CHOICES:
        raise UsageError("oracle.name-unfit", what="list of values", most=limits.ORACLE_TAG_CHOICES)
    for choice in choices:
        if not 0 < len(choice) <= limits.ORACLE_TAG_VALUE_LENGTH or "\0" in choice:
            raise UsageError("oracle.name-unfit", what="value", most=limits.ORACLE_TAG_VALUE_LENGTH)
    with database.write() as transaction:
        if rows.namespace(transaction, namespace) is None:
            raise _unknown(namespace)
        if not rows.add_key(transaction, namespace, rows.Key(name, description, tuple(choices))):
            raise UsageError("oracle.tag-definition-exists", tag=f"{namespace}.{name}")
        audit.record(transaction, actor, "tag-key.add", subject=f"{namespace}.{name}")


def remove_namespace(database: Database, actor: str, name: str) -> None:
    """Forget a namespace with its keys: nothing can be tagged with it any more.

    Raises:
        NotFoundError: `oracle.tag-definition-unknown`.
    """
    with database.write() as transaction:
        if not rows.remove_namespace(transaction, name):
            raise _unknown(name)
        audit.record(transaction, actor, "tag-namespace.remove", subject=name)


def remove_key(database: Database, actor: str, namespace: str, name: str) -> None:
    """Forget a key of a namespace; raises as for a namespace."""
    with database.write() as transaction:
        if not rows.remove_key(transaction, namespace, name):
            raise _unknown(f"{namespace}.{name}")
        audit.record(transaction, actor, "tag-key.remove", subject=f"{namespace}.{name}")


def _require_fit(name: str, description: str) -> None:
    if not tags.is_name(name):
        raise UsageError("oracle.name-unfit", what="name", most=limits.ORACLE_NAME_LENGTH)
    if len(description) > limits.ORACLE_DESCRIPTION_LENGTH or "\0" in description:
        raise UsageError("oracle.name-unfit", what="description", most=limits.ORACLE_DESCRIPTION_LENGTH)


def _unknown(tag: str) -> NotFoundError:
    return NotFoundError("oracle.tag-definition-unknown", tag=ascii(tag[:200]))
