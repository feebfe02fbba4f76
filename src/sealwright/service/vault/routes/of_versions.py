"""HTTP for versions of keys."""

import msgspec
from starlette.responses import Response

from sealwright.service.vault import orders, shown
from sealwright.service.vault.records import VersionRecord
from sealwright.service.vault.routes.desk import Desk, json, listed
from sealwright.service.web.asked import Asked

__all__ = ["cancel", "everything", "put_certificates", "rotate", "schedule", "show"]


async def everything(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """GET `/api/v1/keys/{key}/versions`: the newest first, unless the other order is wanted."""
    page = orders.page(asked)
    page = msgspec.structs.replace(page, descending=asked.query("order") != "up")
    found, last = await desk.work(desk.vaults.versions, asked.caller, one, page)
    chains = await desk.work(lambda: [desk.vaults.certificates(each) for each in found])
    items = [shown.version(each, chain) for each, chain in zip(found, chains, strict=True)]
    return listed(asked, items, page.most, last)


async def rotate(desk: Desk, asked: Asked, one: str, _two: str) -> Response:
    """POST `/api/v1/keys/{key}/versions`."""
    order = await orders.read(asked, orders.Rotation)
    made = await desk.work(desk.vaults.rotate, asked.caller, one, order.imported)
    response = json(shown.version(made), 201)
    response.headers["Location"] = f"/api/v1/keys/{made.key}/versions/{made.number}"
    return response


async def show(desk: Desk, asked: Asked, one: str, two: str) -> Response:
    """GET `/api/v1/keys/{key}/versions/{version}`, by number or OCID; `current` is the current one."""
    which = None if two == "current" else orders.version_named(two)
    return await _shown(desk, await desk.work(desk.vaults.version, asked.caller, one, which))


async def put_certificates(desk: Desk, asked: Asked, one: str, two: str) -> Response:
    """PUT `/api/v1/keys/{key}/versions/{version}/certificates`."""
    order = await orders.read(asked, orders.Certificates)
    which = orders.version_named(two) or two
    changed = await desk.work(desk.vaults.put_certificates, asked.caller, one, which, order.certificates)
    return await _shown(desk, changed)


async def schedule(desk: Desk, asked: Asked, one: str, two: str) -> Response:
    """POST `/api/v1/keys/{key}/versions/{version}/actions/schedule-deletion`."""
    order = await orders.read(asked, orders.Deletion)
    which = orders.version_named(two) or two
    changed = await desk.work(desk.vaults.schedule_version_deletion, asked.caller, one, which, order.moment)
    return await _shown(desk, changed)


async def cancel(desk: Desk, asked: Asked, one: str, two: str) -> Response:
    """POST `/api/v1/keys/{key}/versions/{version}/actions/cancel-deletion`."""
    which = orders.version_named(two) or two
    return await _shown(desk, await desk.work(desk.vaults.cancel_version_deletion, asked.caller, one, which))


async def _shown(desk: Desk, record: VersionRecord) -> Response:
    return json(shown.version(record, await desk.work(desk.vaults.certificates, record)))
