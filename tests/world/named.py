"""The slices of the service behind a gate that believes names: a client is who it says, without a password.

The rights are real, and so is everything else; only who asks is taken on trust.
"""

import asyncio
import base64
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from sealwright.errors import AccessDeniedError
from sealwright.service.api.routes import Api
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.extension.routes import SUPPORTED, Extension
from sealwright.service.lookaside.routes import Lookaside
from sealwright.service.registry.content import Content
from sealwright.service.registry.routes import Registry
from sealwright.service.signatures.hooks import SignatureHooks
from sealwright.service.signatures.signed_only.gate import SignedOnlyGate
from sealwright.service.signatures.signed_only.policies import Policies
from sealwright.service.signatures.signed_only.rules import Rules
from sealwright.service.storage import Storage
from sealwright.service.web.asked import Asked
from sealwright.service.web.caller import Caller, Grant, Right
from world.served import Stoppable
from world.wire import Wire

__all__ = ["NamedRegistry", "as_user"]

NOBODY = Caller("anonymous", "anonymous", ())


def as_user(name: str, password: str = "") -> dict[str, str]:
    """The header of a user."""
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


class _NamedGate:
    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = callers

    async def caller(self, asked: Asked) -> Caller:
        given = asked.header("authorization")
        if given is None:
            return NOBODY
        name = base64.b64decode(given.removeprefix("Basic ")).decode().partition(":")[0]
        return self._callers[name]

    def challenge(self, _asked: Asked, _error: AccessDeniedError) -> str:
        return 'Basic realm="names"'


class NamedRegistry(Stoppable):
    """A registry on which users have rights: `{"reader": {"*": {"pull"}}}`.

    Attributes:
        content: of the registry.
        gate: that admits manifests.
    """

    def __init__(
        self,
        storage: Path | Settings,
        users: Mapping[str, Mapping[str, set[Right]]],
        signed_only: tuple[SignedOnly, ...] = (),
    ) -> None:
        settings = Settings(folder=str(storage)) if isinstance(storage, Path) else storage
        rules = Rules(signed_only)
        policies = Policies(rules.tables)
        opened = Storage.open(settings)
        self.gate = SignedOnlyGate(opened, rules, policies)
        self.content = Content(opened, SignatureHooks(opened, self.gate))
        gate = _NamedGate(
            {
                name: Caller(
                    name, "user", tuple(Grant(pattern, frozenset(held)) for pattern, held in grants.items())
                )
                for name, grants in users.items()
            }
        )
        slices = {
            "/v2": Registry(self.content, gate, headers=(SUPPORTED,)),
            "/extensions/v2": Extension(self.content, gate),
            "/lookaside": Lookaside(self.content, gate),
            "/api/v1": Api(self.content, gate),
        }
        routes = [Route(f"{path}/{{rest:path}}", one) for path, one in slices.items()]
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.local = self.address.replace("127.0.0.1", "localhost")
        config = uvicorn.Config(Starlette(routes=routes), lifespan="off", log_config=None)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.run(self._server.serve([self._socket]))

    def wire(self, name: str) -> Wire:
        """A client that is that user."""
        return Wire(self.address, as_user(name))

    def stop(self) -> None:
        """End it; what it stored stays."""
        self._server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()
        self.gate.close()
        self.content.close()
