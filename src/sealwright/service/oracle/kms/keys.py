"""Operations on keys (Oracle, "KmsManagement")."""

from collections.abc import Callable

from sealwright.errors import UsageError
from sealwright.service.oracle import paging
from sealwright.service.oracle.kms import orders, shown
from sealwright.service.oracle.kms.context import BASE, Kms
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.vault.queries.listings import KeyFilter
from sealwright.service.vault.records import KeyRecord
from sealwright.service.web.caller import Caller

__all__ = ["operations"]

_ALGORITHMS = ("AES", "RSA", "ECDSA")


class _Keys:
    """What they do."""

    def __init__(self, kms: Kms) -> None:
        self._kms = kms
        self._vaults = kms.vaults

    async def list(self, call: Call) -> Answer:
        """Those of the vault that are in a compartment, page by page."""
        kms = self._kms
        vault = await kms.vault(call)
        page, _ = orders.listing(call)
        wanted = KeyFilter(
            compartment=await kms.existing(call.required("compartmentId")),
            algorithm=call.choice("algorithm", _ALGORITHMS) or "",
            bits=_bits(call),
            protection=call.choice("protectionMode", ("HSM", "SOFTWARE", "EXTERNAL")) or "",
        )
        found, after = await kms.run(self._vaults.keys, call.caller, vault.id, wanted, page)
        token = "" if after is None else paging.token(call.page(), "", after)
        return Answer([shown.key_summary(kms, one) for one in found], next_page=token)

    async def create(self, call: Call) -> Answer:
        """A new one, with its first version."""
        order = call.body(orders.CreateKey)
        orders.require_no_rotation(order)
        vault = await self._kms.vault(call)
        record = await self._kms.run(
            self._vaults.create_key,
            call.caller,
            vault.id,
            order.display_name,
            orders.shape_of(order.key_shape),
            _protection(order),
            await self._kms.existing(order.compartment_id),
            tags=await self._kms.tags(order),
        )
        return self._shown(record)

    async def bring_in(self, call: Call) -> Answer:
        """One that was made elsewhere."""
        order = call.body(orders.ImportKey)
        orders.require_no_rotation(order)
        if _protection(order) == "HSM":
            problem = "a key that is brought in is kept as SOFTWARE"
            raise UsageError("oracle.parameter-invalid", name="protectionMode", problem=problem)
        vault = await self._kms.vault(call)
        record = await self._kms.run(
            self._vaults.import_key,
            call.caller,
            vault.id,
            order.display_name,
            orders.shape_of(order.key_shape),
            order.wrapped_import_key.imported,
            await self._kms.existing(order.compartment_id),
            tags=await self._kms.tags(order),
        )
        return self._shown(record)

    async def wrapping_key(self, call: Call) -> Answer:
        """The public key under which keys come in."""
        vault = await self._kms.vault(call)
        public = await self._kms.run(self._vaults.wrapping_key, call.caller, vault.id)
        return Answer(shown.wrapping_key(self._kms, vault, public))

    async def get(self, call: Call) -> Answer:
        """One."""
        return self._shown(await self._found(call))

    async def update(self, call: Call) -> Answer:
        """Its name or its tags, changed."""
        order = call.body(orders.Update)
        orders.require_no_rotation(order)
        before = await self._matched(call)
        tags = await self._kms.tags(order, before.noted)
        return self._shown(
            await self._kms.run(self._vaults.update_key, call.caller, before.id, order.display_name, tags)
        )

    async def move(self, call: Call) -> Answer:
        """Into another compartment."""
        order = call.body(orders.MoveTo)
        before = await self._matched(call)
        compartment = await self._kms.existing(order.compartment_id)
        await self._kms.run(self._vaults.update_key, call.caller, before.id, compartment=compartment)
        return Answer()

    async def enable(self, call: Call) -> Answer:
        """It may sign."""
        return await self._changed(call, self._vaults.enable_key)

    async def disable(self, call: Call) -> Answer:
        """It may not."""
        return await self._changed(call, self._vaults.disable_key)

    async def cancel_deletion(self, call: Call) -> Answer:
        """Its deletion, not planned any more."""
        return await self._changed(call, self._vaults.cancel_key_deletion)

    async def schedule_deletion(self, call: Call) -> Answer:
        """Its deletion, planned."""
        order = call.body(orders.Schedule)
        before = await self._matched(call)
        return self._shown(
            await self._kms.run(self._vaults.schedule_key_deletion, call.caller, before.id, order.at)
        )

    async def _changed(self, call: Call, action: Callable[[Caller, str], KeyRecord]) -> Answer:
        before = await self._matched(call)
        return self._shown(await self._kms.run(action, call.caller, before.id))

    async def _found(self, call: Call) -> KeyRecord:
        return await self._kms.run(self._vaults.key, call.caller, self._kms.key(call, call.path["keyId"]))

    async def _matched(self, call: Call) -> KeyRecord:
        """The key, if it is still what the client thinks it is."""
        record = await self._found(call)
        call.require_match(shown.etag(record))
        return record

    def _shown(self, record: KeyRecord) -> Answer:
        return Answer(shown.key(self._kms, record), etag=shown.etag(record))


def _protection(order: orders.CreateKey) -> str:
    """Where the key is to be kept; empty: wherever is best.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    if order.protection_mode == "EXTERNAL":
        problem = "keys that are kept by others are not served"
        raise UsageError("oracle.parameter-invalid", name="protectionMode", problem=problem)
    return order.protection_mode or ""


def _bits(call: Call) -> int:
    """The bits that are asked for by `length`, in bytes, or by `curveId`; 0: any."""
    curve = call.choice("curveId", tuple(shown.CURVES.values()))
    if curve is not None:
        return next(bits for bits, name in shown.CURVES.items() if name == curve)
    length = call.text("length")
    if length is None:
        return 0
    return orders.bits_of(length)


def operations(kms: Kms) -> tuple[Operation, ...]:
    """Those on keys. `import` comes before what has the identifier of a key in its place."""
    of = _Keys(kms)
    path = f"{BASE}/keys"
    one, actions = f"{path}/{{keyId}}", f"{path}/{{keyId}}/actions"
    return (
        Operation("ListKeys", "GET", path, of.list),
        Operation("CreateKey", "POST", path, of.create, "around"),
        Operation("ImportKey", "POST", f"{path}/import", of.bring_in, "around"),
        Operation("GetWrappingKey", "GET", f"{BASE}/wrappingKeys", of.wrapping_key),
        Operation("GetKey", "GET", one, of.get),
        Operation("UpdateKey", "PUT", one, of.update, "around"),
        Operation("EnableKey", "POST", f"{actions}/enable", of.enable, "around"),
        Operation("DisableKey", "POST", f"{actions}/disable", of.disable, "around"),
        Operation("ChangeKeyCompartment", "POST", f"{actions}/changeCompartment", of.move, "around"),
        Operation(
            "ScheduleKeyDeletion", "POST", f"{actions}/scheduleDeletion", of.schedule_deletion, "around"
        ),
        Operation("CancelKeyDeletion", "POST", f"{actions}/cancelDeletion", of.cancel_deletion, "around"),
    )
