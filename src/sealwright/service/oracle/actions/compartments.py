"""Compartments: made, and called otherwise. None is ever removed, for things would be left without one."""

import re

from sealwright import limits
from sealwright.errors import NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.oracle.queries import compartments as rows
from sealwright.service.oracle.queries.compartments import Compartment
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.storage import Database, Transaction

__all__ = ["add", "named", "rename"]

_NAME = re.compile(rf"[A-Za-z0-9._-]{{1,{limits.ORACLE_NAME_LENGTH}}}")
_OCID = "ocid1."


def add(
    database: Database, tenancy: Tenancy, actor: str, name: str, parent: str = "", description: str = ""
) -> Compartment:
    """Make a compartment.

    Args:
        database: of the service.
        tenancy: the root.
        actor: who does it, for the audit log.
        name: of the compartment.
        parent: the identifier of the one that it is in; that of the tenancy, or empty, for the root.
        description: what it is for.

    Raises:
        UsageError: `oracle.name-unfit`, `oracle.compartment-exists` or `oracle.compartments-too-many`.
        NotFoundError: `oracle.compartment-unknown`.
    """
    _require_name(name)
    above = "" if parent == tenancy.id else parent
    if len(description) > limits.ORACLE_DESCRIPTION_LENGTH or "\0" in description:
        raise UsageError("oracle.name-unfit", what="description", most=limits.ORACLE_DESCRIPTION_LENGTH)
    with database.write() as transaction:
        _require_room(transaction, above)
        identifier = tenancy.made_anywhere("compartment")
        if not rows.add(transaction, identifier, above, name, description):
            raise UsageError("oracle.compartment-exists", name=name)
        audit.record(transaction, actor, "compartment.add", subject=identifier, name=name, parent=above)
        made = rows.find(transaction, identifier)
    assert made is not None  # noqa: S101  # it was just made
    return made


def rename(database: Database, actor: str, identifier: str, name: str) -> None:
    """Call a compartment otherwise.

    Args:
        database: of the service.
        actor: who does it, for the audit log.
        identifier: of the compartment.
        name: its new one.

    Raises:
        UsageError: `oracle.name-unfit` or `oracle.compartment-exists`.
        NotFoundError: `oracle.compartment-unknown`.
    """
    _require_name(name)
    with database.write() as transaction:
        found = _required(transaction, identifier)
        if rows.exists(transaction, found.parent, name) and name != found.name:
            raise UsageError("oracle.compartment-exists", name=name)
        rows.rename(transaction, identifier, name)
        audit.record(transaction, actor, "compartment.rename", subject=identifier, name=name)


def named(database: Database, text: str) -> str:
    """The identifier of a compartment by its path of names, such as `teams/web`, or by its identifier.

    Raises:
        NotFoundError: `oracle.compartment-unknown`.
    """
    if text.startswith(_OCID):
        return text
    known = {(one.parent, one.name): one.id for one in rows.listed(database)}
    found = ""
    for name in text.strip("/").split("/"):
        if (found, name) not in known:
            raise NotFoundError("oracle.compartment-unknown", compartment=ascii(text[:300]))
        found = known[found, name]
    return found


def _require_room(transaction: Transaction, parent: str) -> None:
    if rows.count(transaction) >= limits.ORACLE_COMPARTMENTS:
        what, most = "compartments", limits.ORACLE_COMPARTMENTS
        raise UsageError("oracle.compartments-too-many", what=what, most=most)
    depth = 0
    while parent:
        parent = _required(transaction, parent).parent
        depth += 1
        if depth >= limits.ORACLE_COMPARTMENT_DEPTH:
            what, most = "levels of compartments", limits.ORACLE_COMPARTMENT_DEPTH
            raise UsageError("oracle.compartments-too-many", what=what, most=most)


def _required(transaction: Transaction, identifier: str) -> Compartment:
    found = rows.find(transaction, identifier)
    if found is None:
        raise NotFoundError("oracle.compartment-unknown", compartment=ascii(identifier[:300]))
    return found


def _require_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise UsageError("oracle.name-unfit", what="name", most=limits.ORACLE_NAME_LENGTH)
