"""Vaults of a running service, over real HTTP."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from world.wire import Answer, Wire

__all__ = ["VaultWire", "b64"]


def b64(content: bytes) -> str:
    """As requests carry bytes."""
    return base64.b64encode(content).decode()


class VaultWire:
    """Requests about vaults to one server; what is not said to fail has to succeed.

    Args:
        wire: sends them.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def ask(self, method: str, path: str, order: Mapping[str, object] | None = None) -> Answer:
        """Send a request, and take any answer."""
        body = None if order is None else json.dumps(order).encode()
        return self.wire.ask(method, f"/api/v1/{path}", body, {"Content-Type": "application/json"})

    def told(self, method: str, path: str, order: Mapping[str, object] | None = None) -> Any:
        """The answer of a request that succeeds."""
        answer = self.ask(method, path, order)
        assert 200 <= answer.status < 300, answer
        return answer.json

    def refused(self, method: str, path: str, order: Mapping[str, object] | None = None) -> tuple[int, str]:
        """Status and reason of a request that fails."""
        answer = self.ask(method, path, order)
        assert answer.status >= 400, answer
        return answer.status, answer.json["errors"][0]["detail"]["reason"]

    def vault(self, name: str) -> Any:
        """A new vault."""
        return self.told("POST", "vaults", {"name": name})

    def key(self, vault: str, name: str, algorithm: str = "ECDSA", bits: int = 256, **more: object) -> Any:
        """A new key."""
        order = {"name": name, "algorithm": algorithm, "bits": bits, **more}
        return self.told("POST", f"vaults/{vault}/keys", order)

    def sign(self, key: str, algorithm: str, message: bytes, **more: object) -> Any:
        """A signature."""
        order = {"message": b64(message), "algorithm": algorithm, **more}
        return self.told("POST", f"keys/{key}/sign", order)

    def sign_refused(self, key: str, algorithm: str, message: bytes, **more: object) -> tuple[int, str]:
        """Status and reason where none is given."""
        order = {"message": b64(message), "algorithm": algorithm, **more}
        return self.refused("POST", f"keys/{key}/sign", order)
