"""Requests about vaults and their keys: `/api/v1/vaults…` and `/api/v1/keys…` of the service.

What it refuses under codes of the areas `vault` and `approval` is raised with these codes (`refusals`).
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from sealwright import limits
from sealwright.errors import RegistryError
from sealwright.service_client.client import Send, ServiceClient
from sealwright.service_client.refusals import in_our_codes
from sealwright.service_client.vault_answers import Key, Page, Signed, Vault, Version

__all__ = ["VaultClient"]

T = TypeVar("T")
Order = Mapping[str, object]

_VERSIONS = "100"
"""On a page: each brings its certificates."""


class VaultClient:
    """The vaults of one service. As safe to use from several threads as what sends its requests.

    Every method raises, beside what it names:
        AccessDeniedError: this account may not, or has to be approved.
        NotFoundError: there is no such vault, key or version.
        KeyUnavailableError: a state stands in the way.
        UsageError: it cannot be done as asked.
        RegistryError: the service failed, or what answers is not our service.
        NetworkError: there is no answer.

    Args:
        send: sends requests.
        address: `https://host:port`.
    """

    def __init__(self, send: Send, address: str) -> None:
        self._client = ServiceClient(send, address)
        self.address = address

    def vaults(self) -> Iterator[Vault]:
        """All vaults."""
        return self._pages("/api/v1/vaults", {}, Vault)

    def vault(self, vault: str) -> Vault:
        """A vault by its identifier."""
        return self._read("GET", _vault(vault), Vault)

    def create_vault(self, order: Order) -> Vault:
        """A new vault: `name`, and if wanted `compartment`, `kind` and `tags`."""
        return self._read("POST", "/api/v1/vaults", Vault, order)

    def change_vault(self, vault: str, order: Order) -> Vault:
        """Change what is told of a vault: `name`, `compartment`, `tags`."""
        return self._read("PATCH", _vault(vault), Vault, order)

    def act_on_vault(self, vault: str, action: str, order: Order | None = None) -> Vault:
        """Schedule the deletion of a vault, or cancel it: `schedule-deletion`, `cancel-deletion`."""
        return self._read("POST", f"{_vault(vault)}/actions/{action}", Vault, order or {})

    def wrapping_key(self, vault: str) -> bytes:
        """The public key, in PEM, under which keys travel into a vault."""
        return self._read("GET", f"{_vault(vault)}/wrapping-key", _WrappingKey).public_key.encode()

    def keys(self, vault: str = "", name: str = "") -> Iterator[Key]:
        """The keys of a vault (an identifier), or of all; if wanted, those of one name."""
        path = f"{_vault(vault)}/keys" if vault else "/api/v1/keys"
        return self._pages(path, {"name": name} if name else {}, Key)

    def key(self, key: str) -> Key:
        """A key by its identifier."""
        return self._read("GET", _key(key), Key)

    def create_key(self, vault: str, order: Order) -> Key:
        """A new key: `name`, `algorithm`, `bits`, if wanted `protection`, `compartment`, `rules`, `tags`."""
        return self._read("POST", f"{_vault(vault)}/keys", Key, order)

    def import_key(self, vault: str, order: Order) -> Key:
        """A key from outside: as `create_key`, with `keyMaterial` (wrapped) and `wrappingAlgorithm`."""
        return self._read("POST", f"{_vault(vault)}/keys/import", Key, order)

    def change_key(self, key: str, order: Order) -> Key:
        """Change what is told of a key: `name`, `compartment`, `tags`."""
        return self._read("PATCH", _key(key), Key, order)

    def act_on_key(self, key: str, action: str, order: Order | None = None) -> Key:
        """Change what a key may do.

        Args:
            key: the identifier of the key.
            action: `enable`, `disable`, `schedule-deletion`, `cancel-deletion`, `block`, `unblock` or
                `change-rules`.
            order: what the action needs.
        """
        return self._read("POST", f"{_key(key)}/actions/{action}", Key, order or {})

    def rotate(self, key: str, order: Order | None = None) -> Version:
        """A new version of a key, which signs from now on; brought in, with the members of `import_key`."""
        return self._read("POST", f"{_key(key)}/versions", Version, order or {})

    def versions(self, key: str) -> Iterator[Version]:
        """The versions of a key, the newest first."""
        return self._pages(f"{_key(key)}/versions", {"n": _VERSIONS}, Version)

    def version(self, key: str, version: str) -> Version:
        """A version by its number or identifier."""
        return self._read("GET", _version(key, version), Version)

    def act_on_version(self, key: str, version: str, action: str, order: Order | None = None) -> Version:
        """Schedule the deletion of a version, or cancel it: `schedule-deletion`, `cancel-deletion`."""
        return self._read("POST", f"{_version(key, version)}/actions/{action}", Version, order or {})

    def put_certificates(self, key: str, version: str, chain: str) -> Version:
        """Keep the certificates of a version: PEM, the leaf first, the root last."""
        return self._read("PUT", f"{_version(key, version)}/certificates", Version, {"certificates": chain})

    def sign(
        self,
        key: str,
        version: str,
        algorithm: str,
        message: bytes,
        *,
        digested: bool = False,
        approval: str = "",
    ) -> Signed:
        """A signature.

        Args:
            key: the identifier of the key.
            version: number or identifier; empty: the current one.
            algorithm: one of `formats.kms.algorithms`.
            message: at most `limits.KMS_MESSAGE_BYTES`, or its digest.
            digested: whether it is the digest.
            approval: the identifier of the request that was approved.
        """
        order: dict[str, object] = {
            "message": base64.b64encode(message).decode(),
            "algorithm": algorithm,
            "digested": digested,
        }
        order |= {name: given for name, given in (("version", version), ("approval", approval)) if given}
        return self._read("POST", f"{_key(key)}/sign", Signed, order)

    def verify(
        self,
        key: str,
        version: str,
        algorithm: str,
        message: bytes,
        signature: bytes,
        *,
        digested: bool = False,
    ) -> bool:
        """Whether the service finds that a signature is one of the message; arguments as for `sign`."""
        order: dict[str, object] = {
            "message": base64.b64encode(message).decode(),
            "signature": base64.b64encode(signature).decode(),
            "algorithm": algorithm,
            "digested": digested,
        }
        if version:
            order["version"] = version
        return self._read("POST", f"{_key(key)}/verify", _Verified, order).valid

    def export(self, key: str) -> Mapping[str, object]:
        """The public keys of a key's versions, for those who verify without the service: a document."""
        document = self._read("GET", f"{_key(key)}/export", dict)
        try:
            msgspec.convert(document, _Export)
        except msgspec.ValidationError as error:
            raise self._not_ours(error) from None
        return document

    def ask(self, method: str, path: str, order: Order | None = None) -> Any:
        """The answer to any other request, as JSON."""
        with in_our_codes("vault", "approval"):
            return self._client.ask(method, path, order)

    def _read(self, method: str, path: str, kind: type[T], order: Order | None = None) -> T:
        try:
            return msgspec.convert(self.ask(method, path, order), kind)
        except msgspec.ValidationError as error:
            raise self._not_ours(error) from None

    def _pages(self, path: str, query: Mapping[str, str], kind: type[T]) -> Iterator[T]:
        wanted = dict(query)
        for _ in range(limits.SERVICE_PAGES):
            page = self._read("GET", f"{path}?{urlencode(wanted)}" if wanted else path, Page)
            try:
                found = tuple(msgspec.convert(one, kind) for one in page.items)
            except msgspec.ValidationError as error:
                raise self._not_ours(error) from None
            yield from found
            if page.next is None:
                return
            wanted["last"] = page.next

    def _not_ours(self, error: msgspec.ValidationError) -> RegistryError:
        return RegistryError("registry.service-absent", name=self.address, problem=str(error))


class _WrappingKey(msgspec.Struct, frozen=True, rename="camel"):
    public_key: str


class _Export(msgspec.Struct, frozen=True):
    keys: tuple[object, ...]


class _Verified(msgspec.Struct, frozen=True):
    valid: bool


def _vault(vault: str) -> str:
    return f"/api/v1/vaults/{quote(vault, safe='')}"


def _key(key: str) -> str:
    return f"/api/v1/keys/{quote(key, safe='')}"


def _version(key: str, version: str) -> str:
    return f"{_key(key)}/versions/{quote(version, safe='')}"
