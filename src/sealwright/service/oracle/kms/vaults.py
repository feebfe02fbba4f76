"""Operations on vaults (Oracle, "KmsVault")."""

import msgspec

from sealwright.errors import NotFoundError, UsageError
from sealwright.formats.kms.ocid import is_ocid
from sealwright.service.oracle import paging
from sealwright.service.oracle.kms import orders, queries, shown
from sealwright.service.oracle.kms.context import BASE, Kms
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.vault.queries.listings import VaultFilter
from sealwright.service.vault.records import VaultRecord

__all__ = ["operations"]


class _Vaults:
    """What they do."""

    def __init__(self, kms: Kms) -> None:
        self._kms = kms
        self._vaults = kms.vaults

    async def list(self, call: Call) -> Answer:
        """Those in a compartment, page by page."""
        kms = self._kms
        compartment = await kms.existing(call.required("compartmentId"))
        page, _ = orders.listing(call)
        wanted = VaultFilter(compartment=compartment)
        found, after = await kms.run(self._vaults.vaults, call.caller, wanted, page)
        token = "" if after is None else paging.token(call.page(), "", after)
        return Answer([shown.vault_summary(kms, call, one) for one in found], next_page=token)

    async def create(self, call: Call) -> Answer:
        """A new one, which is there at once."""
        order = call.body(orders.CreateVault)
        if order.vault_type == "EXTERNAL":
            problem = "keys that are kept by others are not served"
            raise UsageError("oracle.parameter-invalid", name="vaultType", problem=problem)
        record = await self._kms.run(
            self._vaults.create_vault,
            call.caller,
            order.display_name,
            await self._kms.existing(order.compartment_id),
            order.vault_type,
            await self._kms.tags(order),
        )
        return self._shown(call, record)

    async def get(self, call: Call) -> Answer:
        """One."""
        return self._shown(call, await self._found(call))

    async def update(self, call: Call) -> Answer:
        """Its name or its tags, changed."""
        order = call.body(orders.Update)
        before = await self._matched(call)
        tags = await self._kms.tags(order, before.noted)
        record = await self._kms.run(
            self._vaults.update_vault, call.caller, before.id, order.display_name, tags
        )
        return self._shown(call, record)

    async def move(self, call: Call) -> Answer:
        """Into another compartment."""
        order = call.body(orders.MoveTo)
        before = await self._matched(call)
        compartment = await self._kms.existing(order.compartment_id)
        await self._kms.run(self._vaults.update_vault, call.caller, before.id, compartment=compartment)
        return Answer()

    async def schedule_deletion(self, call: Call) -> Answer:
        """Its deletion, planned."""
        order = call.body(orders.Schedule)
        before = await self._matched(call)
        record = await self._kms.run(self._vaults.schedule_vault_deletion, call.caller, before.id, order.at)
        return self._shown(call, record)

    async def cancel_deletion(self, call: Call) -> Answer:
        """Its deletion, not planned any more."""
        before = await self._matched(call)
        return self._shown(
            call, await self._kms.run(self._vaults.cancel_vault_deletion, call.caller, before.id)
        )

    async def usage(self, call: Call) -> Answer:
        """How many keys it has."""
        record = await self._found(call)
        return Answer(
            msgspec.to_builtins(await self._kms.run(queries.usage, self._vaults.database, record.id))
        )

    async def _found(self, call: Call) -> VaultRecord:
        identifier = call.path["vaultId"]
        if not is_ocid(identifier, "vault"):
            raise NotFoundError("oracle.not-found", what="vault")
        return await self._kms.run(self._vaults.vault, call.caller, identifier)

    async def _matched(self, call: Call) -> VaultRecord:
        """The vault, if it is still what the client thinks it is."""
        record = await self._found(call)
        call.require_match(shown.etag(record))
        return record

    def _shown(self, call: Call, record: VaultRecord) -> Answer:
        return Answer(shown.vault(self._kms, call, record), etag=shown.etag(record))


def operations(kms: Kms) -> tuple[Operation, ...]:
    """Those on vaults."""
    of = _Vaults(kms)
    path = f"{BASE}/vaults"
    one, actions = f"{path}/{{vaultId}}", f"{path}/{{vaultId}}/actions"
    return (
        Operation("ListVaults", "GET", path, of.list),
        Operation("CreateVault", "POST", path, of.create, "around"),
        Operation("GetVault", "GET", one, of.get),
        Operation("UpdateVault", "PUT", one, of.update, "around"),
        Operation("GetVaultUsage", "GET", f"{one}/usage", of.usage),
        Operation("ChangeVaultCompartment", "POST", f"{actions}/changeCompartment", of.move, "around"),
        Operation(
            "ScheduleVaultDeletion", "POST", f"{actions}/scheduleDeletion", of.schedule_deletion, "around"
        ),
        Operation("CancelVaultDeletion", "POST", f"{actions}/cancelDeletion", of.cancel_deletion, "around"),
    )
