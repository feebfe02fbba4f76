"""HTTP for keys."""

from collections.abc import Callable

from starlette.responses import Response

from sealwright.errors import UsageError
from sealwright.service.vault import orders, shown
from sealwright.service.vault.records import KeyRecord
from sealwright.service.vault.routes.desk import Desk, json, listed
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Caller

__all__ = [
    "block",
    "bring_in",
    "cancel",
    "change",
    "change_rules",
    "create",
    "disable",
    "enable",
    "everything",
    "of_vault",
    "schedule",
    "show",
    "unblock",
]


async def of_vault(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """GET `/api/v1/vaults/{vault}/keys`: those that the caller may see."""
    return await _page(desk, asked, one)


async def everything(desk: Desk, asked: Asked, _one: str, _two: str) -> Response:
    """GET `/api/v1/keys`: the same, in every vault."""
    return await _page(desk, asked, None)


async def create(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/vaults/{vault}/keys`."""
    order = await orders.read(asked, orders.KeyOrder)
    if order.key_material or order.wrapping_algorithm:
        raise UsageError("vault.order-invalid", problem="a key is brought in at keys/import")
    made = await desk.work(
        desk.vaults.create_key,
        asked.caller,
        one,
        order.name,
        order.shape,
        order.protection,
        order.compartment,
        order.rules_given,
        order.tags,
    )
    return _made(made)


async def bring_in(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/vaults/{vault}/keys/import`."""
    order = await orders.read(asked, orders.KeyOrder)
    if order.protection not in ("", "SOFTWARE"):
        raise UsageError("vault.order-invalid", problem="what is brought in is kept as SOFTWARE")
    made = await desk.work(
        desk.vaults.import_key,
        asked.caller,
        one,
        order.name,
        order.shape,
        order.imported,
        order.compartment,
        order.rules_given,
        order.tags,
    )
    return _made(made)


async def show(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """GET `/api/v1/keys/{key}`."""
    return json(shown.key(await desk.work(desk.vaults.key, asked.caller, one)))


async def change(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """PATCH `/api/v1/keys/{key}`."""
    order = await orders.read(asked, orders.Change)
    changed = await desk.work(
        desk.vaults.update_key, asked.caller, one, order.name, order.tags, order.compartment
    )
    return json(shown.key(changed))


async def enable(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/actions/enable`."""
    return await _under_rules(desk, asked, one, desk.vaults.enable_key)


async def disable(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/actions/disable`."""
    return await _under_rules(desk, asked, one, desk.vaults.disable_key)


async def block(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/actions/block`."""
    return await _under_rules(desk, asked, one, desk.vaults.block_key)


async def unblock(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/actions/unblock`."""
    return await _under_rules(desk, asked, one, desk.vaults.unblock_key)


async def change_rules(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/actions/change-rules`."""
    order = await orders.read(asked, orders.RuleOrder)
    rules = order.rules_given
    if rules is None:
        raise UsageError("vault.order-invalid", problem="rules are missing")
    changed = await desk.work(desk.vaults.change_rules, asked.caller, one, rules, order.approval)
    return json(shown.key(changed))


async def schedule(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/actions/schedule-deletion`."""
    order = await orders.read(asked, orders.Deletion)
    changed = await desk.work(desk.vaults.schedule_key_deletion, asked.caller, one, order.moment)
    return json(shown.key(changed))


async def cancel(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/actions/cancel-deletion`."""
    return json(shown.key(await desk.work(desk.vaults.cancel_key_deletion, asked.caller, one)))


async def _page(desk: Desk, asked: Asked, vault: str | None) -> Response:
    page, wanted = orders.page(asked), orders.key_filter(asked)
    found, last = await desk.work(desk.vaults.keys, asked.caller, vault, wanted, page)
    return listed(asked, [shown.key(one) for one in found], page.most, last)


async def _under_rules(
    desk: Desk, asked: Asked, one: str, action: Callable[[Caller, str, str], KeyRecord]
) -> Response:
    order = await orders.read(asked, orders.RuleOrder)
    if order.rules_given is not None:
        raise UsageError("vault.order-invalid", problem="rules are changed at actions/change-rules")
    return json(shown.key(await desk.work(action, asked.caller, one, order.approval)))


def _made(made: KeyRecord) -> Response:
    response = json(shown.key(made), 201)
    response.headers["Location"] = f"/api/v1/keys/{made.id}"
    return response
