"""HTTP for keys at work."""

from starlette.responses import Response

from sealwright.service.storage import now
from sealwright.service.vault import orders, shown
from sealwright.service.vault.routes.desk import Desk, json
from sealwright.service.web.asked import Asked

__all__ = ["export", "sign", "verify"]


async def sign(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/sign`."""
    order = await orders.read(asked, orders.SignOrder)
    made = await desk.work(
        desk.vaults.sign,
        asked.caller,
        one,
        orders.version_named(order.version),
        order.algorithm,
        order.message,
        digested=order.digested,
        approval=order.approval,
    )
    return json(shown.signed(made))


async def verify(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/verify`."""
    order = await orders.read(asked, orders.VerifyOrder)
    valid = await desk.work(
        desk.vaults.verify,
        asked.caller,
        one,
        orders.version_named(order.version),
        order.algorithm,
        order.message,
        order.signature,
        digested=order.digested,
    )
    return json({"valid": valid})


async def export(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """GET `/api/v1/keys/{key}/export`."""
    found = await desk.work(desk.vaults.export, asked.caller, one)
    return json(shown.exported(desk.service or asked.header("host") or "", now(), (found,)))
