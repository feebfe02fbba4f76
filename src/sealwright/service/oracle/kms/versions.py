"""Operations on the versions of keys (Oracle, "KmsManagement"). Making one rotates its key."""

from sealwright.service.oracle import paging
from sealwright.service.oracle.kms import orders, shown
from sealwright.service.oracle.kms.context import BASE, Kms
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.vault.records import Imported, KeyRecord, VersionRecord

__all__ = ["operations"]


class _Versions:
    """What they do."""

    def __init__(self, kms: Kms) -> None:
        self._kms = kms
        self._vaults = kms.vaults

    async def list(self, call: Call) -> Answer:
        """Those of a key, page by page."""
        kms = self._kms
        key = await self._key(call)
        page, _ = orders.listing(call)
        found, after = await kms.run(self._vaults.versions, call.caller, key.id, page)
        token = "" if after is None else paging.token(call.page(), "", after)
        return Answer([shown.version_summary(kms, key, one) for one in found], next_page=token)

    async def create(self, call: Call) -> Answer:
        """A new one, which signs from now on."""
        return await self._rotated(call, None)

    async def bring_in(self, call: Call) -> Answer:
        """One that was made elsewhere."""
        return await self._rotated(call, call.body(orders.ImportVersion).wrapped_import_key.imported)

    async def get(self, call: Call) -> Answer:
        """One, with its public key."""
        key = await self._key(call)
        return self._shown(key, await self._found(call, key))

    async def schedule_deletion(self, call: Call) -> Answer:
        """Its deletion, planned."""
        order = call.body(orders.Schedule)
        key = await self._key(call)
        before = await self._matched(call, key)
        record = await self._kms.run(
            self._vaults.schedule_version_deletion, call.caller, key.id, before.id, order.at
        )
        return self._shown(key, record)

    async def cancel_deletion(self, call: Call) -> Answer:
        """Its deletion, not planned any more."""
        key = await self._key(call)
        before = await self._matched(call, key)
        return self._shown(
            key, await self._kms.run(self._vaults.cancel_version_deletion, call.caller, key.id, before.id)
        )

    async def _rotated(self, call: Call, imported: Imported | None) -> Answer:
        key = await self._key(call)
        return self._shown(key, await self._kms.run(self._vaults.rotate, call.caller, key.id, imported))

    async def _key(self, call: Call) -> KeyRecord:
        return await self._kms.run(self._vaults.key, call.caller, self._kms.key(call, call.path["keyId"]))

    async def _found(self, call: Call, key: KeyRecord) -> VersionRecord:
        identifier = self._kms.version(call.path["keyVersionId"])
        return await self._kms.run(self._vaults.version, call.caller, key.id, identifier)

    async def _matched(self, call: Call, key: KeyRecord) -> VersionRecord:
        """The version, if it is still what the client thinks it is."""
        record = await self._found(call, key)
        call.require_match(shown.etag(record))
        return record

    def _shown(self, key: KeyRecord, record: VersionRecord) -> Answer:
        return Answer(shown.version(self._kms, key, record), etag=shown.etag(record))


def operations(kms: Kms) -> tuple[Operation, ...]:
    """Those on versions. `import` comes before what has the identifier of a version in its place."""
    of = _Versions(kms)
    path = f"{BASE}/keys/{{keyId}}/keyVersions"
    one = f"{path}/{{keyVersionId}}"
    actions = f"{one}/actions"
    planned, cancelled = f"{actions}/scheduleDeletion", f"{actions}/cancelDeletion"
    return (
        Operation("ListKeyVersions", "GET", path, of.list),
        Operation("CreateKeyVersion", "POST", path, of.create, "around"),
        Operation("ImportKeyVersion", "POST", f"{path}/import", of.bring_in, "around"),
        Operation("GetKeyVersion", "GET", one, of.get),
        Operation("ScheduleKeyVersionDeletion", "POST", planned, of.schedule_deletion, "around"),
        Operation("CancelKeyVersionDeletion", "POST", cancelled, of.cancel_deletion, "around"),
    )
