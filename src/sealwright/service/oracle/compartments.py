"""Compartments as requests name them: the tenancy is the root of all others.

Rows name the root by an empty text, so that they do not depend on what the tenancy is called.
"""

from sealwright.errors import NotFoundError, UsageError
from sealwright.service.oracle.queries import compartments as rows
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.oracle.wire import Call
from sealwright.service.storage import Database, Transaction

__all__ = ["kept", "scope", "shown"]


def kept(source: Database | Transaction, tenancy: Tenancy, compartment: str) -> str:
    """What rows have of a compartment.

    Args:
        source: where compartments are.
        tenancy: the root.
        compartment: its identifier, as a request names it.

    Raises:
        NotFoundError: `oracle.not-found`.
    """
    if compartment == tenancy.id:
        return ""
    if not compartment or rows.find(source, compartment) is None:
        raise NotFoundError("oracle.not-found", what="compartment")
    return compartment


def shown(tenancy: Tenancy, compartment: str) -> str:
    """The identifier of a compartment that a row has."""
    return compartment or tenancy.id


def scope(source: Database | Transaction, tenancy: Tenancy, call: Call) -> str | None:
    """What a list is to be of: what rows have of a compartment, or None for everything.

    Raises:
        UsageError: `oracle.parameter-missing` or `oracle.parameter-invalid`: only the whole tenancy is listed
            with what is in its compartments.
        NotFoundError: `oracle.not-found`.
    """
    compartment = kept(source, tenancy, call.required("compartmentId"))
    if not call.truth("compartmentIdInSubtree"):
        return compartment
    if compartment:
        problem = "it can be true only for the tenancy"
        raise UsageError("oracle.parameter-invalid", name="compartmentIdInSubtree", problem=problem)
    return None
