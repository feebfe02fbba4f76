"""Oracle's key management of a running service, as signed requests over real HTTP."""

import base64
from collections.abc import Mapping
from typing import Any

from world.oracle import Signer, pem, private_key
from world.wire import Answer, Wire

__all__ = ["MESSAGE", "NOBODYS", "SIGN", "VAULTS", "VERIFY", "OracleKms", "b64", "path_of", "sign_order"]

VAULTS, SIGN, VERIFY = "/20180608/vaults", "/20180608/sign", "/20180608/verify"
MESSAGE = b'{"description":"","imageDigest":"sha256:00"}'
NOBODYS = "ocid1.key.oclocal.local-1.abcdefghijklm." + "a" * 60
"""The identifier of a key that nobody has made."""


def b64(content: bytes) -> str:
    """As requests carry bytes."""
    return base64.b64encode(content).decode()


class OracleKms:
    """Requests of one account, signed by an API key that it has just registered.

    Args:
        address: of the server.
        who: header fields that say who registers the key; nobody where there are no accounts.
        number: of the key, another for every account.

    Attributes:
        told_place: what the service says of itself.
        root: the OCID of the root compartment.
        signer: signs the requests.
    """

    def __init__(self, address: str, who: Mapping[str, str] | None = None, number: int = 0) -> None:
        self._wire = Wire(address, who)
        key = private_key(number)
        self.told_place = self._wire.ask("GET", "/api/v1/oracle").json
        self.root: str = self.told_place["tenancy"]
        order = f'{{"publicKey": "{pem(key)}"}}'.replace("\n", "\\n").encode()
        added = self._wire.ask("POST", "/api/v1/oracle/api-keys", order)
        assert 201 == added.status, added
        name = f"{self.root}/{self.told_place['user']}/{added.json['fingerprint']}"
        self.signer = Signer(address, name, key)

    def ask(self, method: str, path: str, body: object = None, **query: Any) -> Answer:
        """Send a request, and take any answer."""
        return self.signer.ask(method, path, body, **query)

    def told(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        """The answer of a request that succeeds."""
        answer = self.ask(method, path, body, **query)
        assert 200 <= answer.status < 300, answer
        return answer.json if answer.body else None

    def refused(self, method: str, path: str, body: object = None, **query: Any) -> tuple[int, str]:
        """Status and code of a request that fails."""
        answer = self.ask(method, path, body, **query)
        assert answer.status >= 400, answer
        assert {"code", "message"} == {*answer.json}
        return answer.status, answer.json["code"]

    def vault(self, name: str, **more: object) -> Any:
        """A new vault."""
        order = {"compartmentId": self.root, "displayName": name, "vaultType": "DEFAULT", **more}
        return self.told("POST", "/20180608/vaults", order)

    def key(self, at: str, name: str, algorithm: str = "ECDSA", length: int = 32, **more: object) -> Any:
        """A new key in the vault at that path."""
        return self.told("POST", f"{at}/20180608/keys", self.order(name, algorithm, length, **more))

    def order(
        self, name: str, algorithm: str = "ECDSA", length: int = 32, **more: object
    ) -> dict[str, object]:
        """What asks for a key."""
        shape = {"algorithm": algorithm, "length": length}
        return {"compartmentId": self.root, "displayName": name, "keyShape": shape, **more}

    def act(self, path: str, action: str, body: object = None) -> Any:
        """What an action on something answers."""
        return self.told("POST", f"{path}/actions/{action}", body)


def path_of(key: Any) -> str:
    """Where a key is, at the address of the service."""
    return f"/20180608/keys/{key['id']}"


def sign_order(key: Any, algorithm: str, message: bytes = MESSAGE, **more: object) -> dict[str, object]:
    """What asks for a signature."""
    return {"keyId": key["id"], "message": b64(message), "signingAlgorithm": algorithm, **more}
