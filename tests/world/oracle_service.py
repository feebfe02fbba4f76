"""A service whose Oracle APIs are served, with accounts that sign requests, and vaults."""

import base64
import json
import tempfile
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec.structs import replace

from sealwright import limits
from sealwright.digest import Digest
from sealwright.service.accounts.actions import accounts, grants, tokens
from sealwright.service.accounts.queries import state
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.configuration.storage import Storage
from sealwright.service.configuration.vault import Vault
from sealwright.service.oracle import tenancy
from sealwright.service.oracle.actions import api_keys
from world import oracle, simple
from world.accounts import ACTOR, basic, database
from world.oracle import Signer
from world.registry import Registry
from world.served import Stoppable
from world.vaults import VaultWire
from world.wire import Answer, Wire

__all__ = ["ALGORITHM", "BASE", "Key", "OracleService"]

BASE = "/20160918/container"
ALGORITHM = "SHA_256_RSA_PKCS_PSS"
REALM, REGION = "oclocal", "local-1"


class Key(NamedTuple):
    """A key of the vault, and its current version, by their identifiers."""

    id: str
    version: str


class OracleService(Stoppable):
    """A service under the namespace `acme`; robots sign requests with API keys of theirs.

    Args:
        on: its folder, or its storage.
        settings: of Oracle's APIs.
        guarded: whether it has accounts; else everybody may do everything.

    Attributes:
        database: its own connection to what the service uses.
        registry: the server.
        tenancy: which one it is.
        admin: may do everything.
        wire: sends requests without Oracle's signatures, as the administrator.
    """

    def __init__(self, on: Path | Storage, settings: Oracle | None = None, *, guarded: bool = True) -> None:
        self.settings = Configuration.on(on if isinstance(on, Path) else Path())
        if isinstance(on, Storage):
            self.settings = replace(self.settings, storage=on)
        self._root = tempfile.TemporaryDirectory(prefix="sealwright-root-")
        if not self.settings.storage.folder:  # else the root key stands there
            vault = Vault(root_file=str(Path(self._root.name) / "root.key"))
            self.settings = replace(self.settings, vault=vault)
        self.settings = replace(self.settings, oracle=settings or Oracle("acme"))
        self.database = database(on)
        self.tenancy = tenancy.opened(self.database, REALM, REGION, self.settings.oracle.namespace)
        self.guarded = guarded
        self._keys: dict[str, rsa.RSAPrivateKey] = {}
        headers: Mapping[str, str] = {}
        if guarded:
            headers = self.robot("admin", admin="*")
            with self.database.write() as transaction:
                state.put_in_force(transaction)
                state.changed(transaction)
        else:
            self._register("anonymous")
        self.registry = Registry(self.settings)
        self.wire = Wire(self.registry.address, headers)
        self.admin = self.signer("admin" if guarded else "anonymous")

    def robot(self, name: str, **rights: str) -> dict[str, str]:
        """A new robot with rights, as `pull="acme/*"`, and an API key; gives its header fields for Basic."""
        accounts.add_robot(self.database, ACTOR, name)
        for right, pattern in rights.items():
            grants.grant(self.database, ACTOR, name, pattern, grants.rights_of([right]))
        self._register(name)
        return basic(name, tokens.issue(self.database, ACTOR, name, "for a test", 0).token)

    def _register(self, name: str) -> None:
        self._keys[name] = oracle.private_key(len(self._keys))
        api_keys.add(self.database, ACTOR, name, oracle.pem(self._keys[name]))

    def signer(self, name: str) -> Signer:
        """Requests that an account signs."""
        return Signer.of(self.registry.address, self.tenancy, name, self._keys[name])

    @staticmethod
    def settle() -> None:
        """Wait until the server has noticed what was changed beside it."""
        time.sleep(limits.ACCOUNTS_STATE_SECONDS + 0.1)

    @property
    def root(self) -> str:
        """The identifier of the root compartment."""
        return self.tenancy.id

    def push(self, repository: str, tag: str = "v1", **annotations: str) -> Digest:
        """Push an image; `repository` is without the namespace. Other annotations make it another one."""
        return simple.push_image(self.wire, f"acme/{repository}", tag, **annotations)

    def image(self, repository: str, digest: str) -> Any:
        """The image of a digest as GetContainerImage shows it."""
        uri = {"imageUri": f"acme/{repository}@{digest}"}
        answer = self.admin.ask("POST", f"{BASE}/images/actions/lookupImageByUri", uri)
        assert 200 == answer.status, answer
        return answer.json

    def pushed(self, repository: str, tag: str = "v1", **annotations: str) -> Any:
        """Push an image, and give it as GetContainerImage shows it."""
        return self.image(repository, self.push(repository, tag, **annotations))

    @cached_property
    def vaults(self) -> VaultWire:
        """Its vaults, as the administrator."""
        made = VaultWire(self.wire)
        made.vault("images")
        return made

    def key(self, name: str, algorithm: str = "RSA", bits: int = 2048) -> Key:
        """A new key of the vault."""
        made = self.vaults.key("images", name, algorithm, bits)
        versions = self.vaults.told("GET", f"keys/{made['id']}/versions")
        return Key(made["id"], versions["items"][0]["id"])

    @cached_property
    def usual_key(self) -> Key:
        """One that any test may sign with, and none may change."""
        return self.key("usual")

    def upload(
        self, image: Mapping[str, Any], key: Key | None = None, algorithm: str = ALGORITHM, /, **fields: str
    ) -> dict[str, str]:
        """What is uploaded for a good signature of an image; `fields` are others of the signed message."""
        key = key or self.usual_key
        message = {
            "description": "",
            "imageDigest": image["digest"],
            "kmsKeyId": key.id,
            "kmsKeyVersionId": key.version,
            "metadata": "",
            "region": REGION,
            "repositoryName": image["repositoryName"],
            "signingAlgorithm": algorithm,
            **fields,
        }
        content = json.dumps(message, separators=(",", ":")).encode()
        signed = self.vaults.sign(key.id, algorithm, content)
        return {
            "compartmentId": image["compartmentId"],
            "imageId": image["id"],
            "kmsKeyId": key.id,
            "kmsKeyVersionId": key.version,
            "message": base64.b64encode(content).decode(),
            "signature": signed["signature"],
            "signingAlgorithm": algorithm,
        }

    def create(self, upload: Mapping[str, object]) -> Answer:
        """Upload a signature."""
        return self.admin.ask("POST", f"{BASE}/imageSignatures", upload)

    def sign(self, image: Mapping[str, Any], key: Key | None = None, algorithm: str = ALGORITHM) -> Any:
        """Sign an image, and give the signature as it is shown."""
        answer = self.create(self.upload(image, key, algorithm))
        assert 200 == answer.status, answer
        return answer.json

    def restart(self, settings: Oracle | None = None) -> None:
        """End the server, and start it again; with other settings of Oracle's APIs if given."""
        self.registry.stop()
        if settings is not None:
            self.settings = replace(self.settings, oracle=settings)
        server = replace(self.settings.server, port=self.registry.port)
        self.registry = Registry(replace(self.settings, server=server))

    def stop(self) -> None:
        self.registry.stop()
        self.database.close()
        self._root.cleanup()
