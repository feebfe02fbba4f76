"""What the operations work on, and which vault a request is about.

No operation on keys names a vault. It is known by the address that a client calls, which it has from the
vault (`managementEndpoint`, `cryptoEndpoint`): the host name, or, where the client was given a plain address,
what stands before the path:

    https://EXT-management.kms.REGION.oci.DOMAIN/20180608/keys
    http://127.0.0.1:5000/v/EXT/20180608/keys

Operations on one key find its vault by the key, so they answer at the address of the service as well.
"""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

import msgspec

from sealwright.errors import NotFoundError, UsageError
from sealwright.formats.kms.ocid import is_ocid, vault_extension
from sealwright.service.oracle import tags
from sealwright.service.oracle.hosts import Hosts, without_port
from sealwright.service.oracle.kms.asking import Asking
from sealwright.service.oracle.queries import compartments
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.oracle.wire import Call
from sealwright.service.storage.workers import Workers
from sealwright.service.vault.queries.listings import Page, VaultFilter
from sealwright.service.vault.records import Tags, VaultRecord
from sealwright.service.vault.vaults import Vaults

__all__ = ["BASE", "EXTENSION", "Kms"]

BASE = "/20180608"
EXTENSION = "vaultExtension"
"""The member of a path that says which vault."""

P = ParamSpec("P")
T = TypeVar("T")


class Tagging(Protocol):
    """An order that may say something of tags; None: nothing."""

    @property
    def freeform_tags(self) -> dict[str, str] | None:
        """Free-form ones."""

    @property
    def defined_tags(self) -> dict[str, dict[str, object]] | None:
        """Those of a namespace."""


class Kms(msgspec.Struct, frozen=True):
    """What the operations work on.

    Attributes:
        vaults: of the service.
        asking: finds approvals for clients that cannot name one.
        workers: threads for what waits.
        tenancy: which one we are.
        hosts: the names by which clients call us.
        public_url: where they reach the service otherwise; empty: the address that they name in requests.
    """

    vaults: Vaults
    asking: Asking
    workers: Workers
    tenancy: Tenancy
    hosts: Hosts
    public_url: str = ""

    async def run(self, action: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What an action on vaults gives."""
        return await self.workers.offload(action, *args, **kwargs)

    def extension(self, call: Call) -> str:
        """The extension of the vault whose address was called; empty if it was that of no vault."""
        given = call.path.get(EXTENSION, "")
        role = self.hosts.role(_host(call))
        return given or (role.extension if role is not None else "")

    async def vault(self, call: Call) -> VaultRecord:
        """The vault whose address was called.

        Raises:
            UsageError: `oracle.vault-unnamed`.
            NotFoundError: `oracle.not-found`.
        """
        extension = self.extension(call)
        if not extension:
            raise UsageError("oracle.vault-unnamed")
        wanted, page = VaultFilter(extension=extension), Page(most=1)
        found, _ = await self.run(self.vaults.vaults, call.caller, wanted, page)
        if not found:
            raise NotFoundError("oracle.not-found", what="vault")
        return found[0]

    def key(self, call: Call, identifier: str) -> str:
        """The OCID of a key, if it is one of the vault whose address was called.

        Raises:
            NotFoundError: `oracle.not-found`.
        """
        extension = self.extension(call)
        if not is_ocid(identifier, "key") or (extension and vault_extension(identifier) != extension):
            raise NotFoundError("oracle.not-found", what="key")
        return identifier

    def version(self, identifier: str) -> str:
        """The OCID of a key version, if it is one; raises as `key` does."""
        if not is_ocid(identifier, "keyversion"):
            raise NotFoundError("oracle.not-found", what="key version")
        return identifier

    def endpoints(self, call: Call, extension: str) -> tuple[str, str]:
        """The addresses of a vault: of its keys, and where is signed with them.

        Who called us by one of our names gets names; all others get what they called, with the vault before
        the path.
        """
        if self.hosts.role(_host(call)) is not None:
            return self.hosts.management(extension), self.hosts.crypto(extension)
        asked = call.asked
        origin = self.public_url or f"{asked.scope['scheme']}://{asked.header('host') or ''}"
        address = f"{origin.rstrip('/')}/v/{extension}"
        return address, address

    async def existing(self, identifier: str) -> str:
        """A compartment, as vaults know it: the root is an empty text.

        Raises:
            NotFoundError: `oracle.not-found`.
        """
        if identifier == self.tenancy.id:
            return ""
        if await self.run(compartments.find, self.vaults.database, identifier) is None:
            raise NotFoundError("oracle.not-found", what="compartment")
        return identifier

    async def tags(self, order: Tagging, before: Tags | None = None) -> Tags | None:
        """The tags that an order asks for; None if it says nothing of them.

        Args:
            order: which may speak of one kind alone.
            before: those of the other kind stay.

        Raises:
            UsageError: `oracle.parameter-invalid`, `oracle.tag-undefined` or `oracle.tags-too-many`.
        """
        if order.freeform_tags is None and order.defined_tags is None:
            return None
        old = before or Tags()
        made = await self.run(
            tags.replaced,
            self.vaults.database,
            msgspec.json.encode(old.freeform).decode(),
            msgspec.json.encode(old.defined).decode(),
            order.freeform_tags,
            order.defined_tags,
        )
        return Tags(msgspec.json.decode(made.freeform), msgspec.json.decode(made.defined))

    def shown_compartment(self, kept: str) -> str:
        """The same as clients know it."""
        return kept or self.tenancy.id


def _host(call: Call) -> str:
    """The name that was called."""
    return without_port(call.asked.header("host") or "")
