"""HTTP for vaults."""

from starlette.responses import Response

from sealwright.service.vault import orders, shown
from sealwright.service.vault.routes.desk import Desk, json, listed
from sealwright.service.web.asked import Asked

__all__ = ["cancel", "change", "create", "everything", "schedule", "show", "wrapping_key"]


async def everything(desk: Desk, asked: Asked, _one: str, _two: str) -> Response:
    """GET `/api/v1/vaults`: those that the caller may see."""
    page = orders.page(asked)
    found, last = await desk.work(desk.vaults.vaults, asked.caller, orders.vault_filter(asked), page)
    return listed(asked, [shown.vault(one) for one in found], page.most, last)


async def create(desk: Desk, asked: Asked, _one: str, _two: str) -> Response:
    """POST `/api/v1/vaults`."""
    order = await orders.read(asked, orders.VaultOrder)
    made = await desk.work(
        desk.vaults.create_vault, asked.caller, order.name, order.compartment, order.kind, order.tags
    )
    response = json(shown.vault(made), 201)
    response.headers["Location"] = f"/api/v1/vaults/{made.id}"
    return response


async def show(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """GET `/api/v1/vaults/{vault}`, by name or OCID."""
    return json(shown.vault(await desk.work(desk.vaults.vault, asked.caller, one)))


async def change(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """PATCH `/api/v1/vaults/{vault}`."""
    order = await orders.read(asked, orders.Change)
    changed = await desk.work(
        desk.vaults.update_vault, asked.caller, one, order.name, order.tags, order.compartment
    )
    return json(shown.vault(changed))


async def schedule(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/vaults/{vault}/actions/schedule-deletion`."""
    order = await orders.read(asked, orders.Deletion)
    changed = await desk.work(desk.vaults.schedule_vault_deletion, asked.caller, one, order.moment)
    return json(shown.vault(changed))


async def cancel(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/vaults/{vault}/actions/cancel-deletion`."""
    return json(shown.vault(await desk.work(desk.vaults.cancel_vault_deletion, asked.caller, one)))


async def wrapping_key(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """GET `/api/v1/vaults/{vault}/wrapping-key`."""
    return json({"publicKey": await desk.work(desk.vaults.wrapping_key, asked.caller, one)})
