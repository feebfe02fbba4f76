"""The configuration of the registry: its namespace, and whether a first push makes a repository."""

import msgspec

from sealwright.errors import NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.oracle.artifacts.context import BASE, Artifacts
from sealwright.service.oracle.queries import tenancy as rows
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.storage import Transaction

__all__ = ["operations"]


class _Shown(msgspec.Struct, frozen=True, rename="camel"):
    is_repository_created_on_first_push: bool
    namespace: str


class _Details(msgspec.Struct, frozen=True, rename="camel"):
    is_repository_created_on_first_push: bool | None = None


def operations(artifacts: Artifacts) -> tuple[Operation, ...]:
    """Those about the configuration."""

    def shown(found: rows.Configuration) -> Answer:
        told = _Shown(found.first_push, artifacts.tenancy.namespace)
        return Answer(told, etag=f"configuration-{found.version}")

    def require_tenancy(call: Call) -> None:
        if call.required("compartmentId") != artifacts.tenancy.id:
            raise NotFoundError("oracle.not-found", what="tenancy")

    async def get(call: Call) -> Answer:
        require_tenancy(call)
        call.caller.require_login()
        return shown(await artifacts.content.read(rows.configuration))

    async def update(call: Call) -> Answer:
        require_tenancy(call)
        call.caller.require_admin()
        wanted = call.body(_Details).is_repository_created_on_first_push
        if wanted is None:
            raise UsageError("oracle.parameter-missing", name="isRepositoryCreatedOnFirstPush")

        def change(transaction: Transaction) -> Answer:
            before = rows.configuration(transaction)
            call.require_match(shown(before).etag)
            rows.configure(transaction, first_push=wanted)
            audit.record(
                transaction, call.caller.name, "oracle-configuration.update", detail=f"first push: {wanted}"
            )
            return shown(rows.configuration(transaction))

        return await call.change(change)

    path = f"{BASE}/configuration"
    return (
        Operation("GetContainerConfiguration", "GET", path, get),
        Operation("UpdateContainerConfiguration", "PUT", path, update, "inside"),
    )
