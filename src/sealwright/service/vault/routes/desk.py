"""Where the routes of vaults get their work done, and how they answer."""

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from sealwright import limits
from sealwright.errors import EnvironmentalError
from sealwright.service.storage.workers import Workers
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.asked import Asked

__all__ = ["Desk", "json", "listed"]

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """The vaults, and the threads on which they work.

    Attributes:
        vaults: of the service.
        service: how it is reached, for what is exported.
    """

    def __init__(self, vaults: Vaults, workers: Workers, service: str) -> None:
        self.vaults = vaults
        self.service = service
        self._workers = workers
        self._waiting = 0

    async def work(self, action: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something on a thread.

        Raises:
            EnvironmentalError: `service.busy`.
        """
        if self._waiting >= limits.VAULT_WAITING:
            raise EnvironmentalError("service.busy", most=limits.VAULT_WAITING, what="requests about vaults")
        self._waiting += 1
        try:
            return await self._workers.offload(action, *args, **kwargs)
        finally:
            self._waiting -= 1


def json(value: object, status: int = 200) -> Response:
    """An answer in JSON, which nobody keeps."""
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), status, headers, "application/json")


def listed(asked: Asked, items: Sequence[object], most: int, last: str | None) -> Response:
    """A page of a listing; the next one is named in it, and in a link (RFC 8288)."""
    response = json({"items": items, "next": last})
    if last is not None:
        query = {name: values[0] for name, values in asked.parameters.items() if name not in ("n", "last")}
        query |= {"n": str(most), "last": last}
        response.headers["Link"] = f'<{asked.path}?{urlencode(query)}>; rel="next"'
    return response
