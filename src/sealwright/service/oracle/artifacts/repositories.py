"""Repositories: made, listed, changed, moved, deleted.

Rights are those of our own accounts: who may pull sees a repository, who may push makes one and changes its
readme and tags, and whether everybody may pull, or no tag may be moved, or where it belongs, is for its
administrators. That a repository is public is a grant to `anonymous`, as `seal admin grants` shows it.
"""

import msgspec

from sealwright import limits
from sealwright.digest import Digest
from sealwright.errors import NotFoundError, UsageError
from sealwright.service import audit
from sealwright.service.accounts.names import ANONYMOUS
from sealwright.service.accounts.queries import accounts, grants, state
from sealwright.service.oracle import compartments, names, tags
from sealwright.service.oracle.artifacts import lists, shown
from sealwright.service.oracle.artifacts.context import BASE, Artifacts
from sealwright.service.oracle.queries import images
from sealwright.service.oracle.queries import repositories as rows
from sealwright.service.oracle.queries.listing import Filter
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.registry.queries import manifests
from sealwright.service.registry.queries import repositories as registry
from sealwright.service.storage import Transaction
from sealwright.service.web.caller import Right
from sealwright.service.web.names import is_name

__all__ = ["operations"]

_BATCH = 500
_FORMATS = ("TEXT_MARKDOWN", "TEXT_PLAIN")


class _Readme(msgspec.Struct, frozen=True):
    content: str
    format: str


class _Details(msgspec.Struct, frozen=True, rename="camel"):
    """`UpdateContainerRepositoryDetails`; what is not given stays."""

    is_immutable: bool | None = None
    is_public: bool | None = None
    readme: _Readme | None = None
    freeform_tags: tags.Freeform | None = None
    defined_tags: tags.Defined | None = None


class _New(_Details, frozen=True, rename="camel", kw_only=True):
    """`CreateContainerRepositoryDetails`."""

    compartment_id: str
    display_name: str


class _Move(msgspec.Struct, frozen=True, rename="camel"):
    """`ChangeContainerRepositoryCompartmentDetails`."""

    compartment_id: str


def operations(artifacts: Artifacts) -> tuple[Operation, ...]:
    """Those about repositories."""
    repositories = _Repositories(artifacts)
    path, one = f"{BASE}/repositories", f"{BASE}/repositories/{{repositoryId}}"
    return (
        Operation("CreateContainerRepository", "POST", path, repositories.create, "inside"),
        Operation("ListContainerRepositories", "GET", path, repositories.list),
        Operation("GetContainerRepository", "GET", one, repositories.get),
        Operation("UpdateContainerRepository", "PUT", one, repositories.update, "inside"),
        Operation("DeleteContainerRepository", "DELETE", one, repositories.delete, "inside"),
        Operation(
            "ChangeContainerRepositoryCompartment",
            "POST",
            f"{one}/actions/changeCompartment",
            repositories.move,
            "inside",
        ),
    )


class _Repositories:
    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._tenancy = artifacts.tenancy

    async def create(self, call: Call) -> Answer:
        """CreateContainerRepository."""
        details = call.body(_New)
        name = names.full(self._tenancy.namespace, details.display_name)
        if not is_name(name):
            problem = "it is no name that a repository can have"
            raise UsageError("oracle.parameter-invalid", name="displayName", problem=problem)
        call.caller.require("push", name)
        if details.is_public:
            call.caller.require("admin", name)
        readme = _readme(details.readme)

        def change(transaction: Transaction) -> Answer:
            compartment = compartments.kept(transaction, self._tenancy, details.compartment_id)
            noted = tags.checked(transaction, details.freeform_tags, details.defined_tags)
            added = rows.Added(
                self._tenancy.made("containerrepo", "0", self._tenancy.namespace),
                registry.ensure(transaction, name),
                compartment,
                details.display_name,
                call.caller.name,
                int(details.is_immutable or False),
                *readme,
                noted.freeform,
                noted.defined,
            )
            if not rows.add(transaction, added):
                raise UsageError("oracle.repository-exists", repository=name)
            if details.is_public is not None:
                _publish(transaction, name, public=details.is_public)
            self._note(transaction, call, "create", name, added.id)
            return self._shown(transaction, added.id)

        return await call.change(change)

    async def list(self, call: Call) -> Answer:
        """ListContainerRepositories."""
        artifacts = self._artifacts
        scope = await artifacts.content.read(compartments.scope, self._tenancy, call)
        filters = lists.equal(call, {"repositoryId": "id"}) + lists.named(call, "displayName", "name")
        public = call.truth("isPublic")
        if public is not None:
            filters.append(Filter("public", int(public)))
        page, found = await lists.found(artifacts, call, rows.SOURCE, scope, filters)
        items = [shown.repository_summary(artifacts, rows.repository(row)) for row in found.rows]
        totals = await artifacts.content.read(rows.totals, scope, call.caller.sees)
        told = shown.RepositoryCollection(
            items, found.remaining, totals.images, totals.layers, totals.bytes, totals.repositories
        )
        return Answer(told, next_page=lists.token(page, found))

    async def get(self, call: Call) -> Answer:
        """GetContainerRepository."""
        one = await self._artifacts.content.read(rows.find, call.path["repositoryId"])
        return self._answer(_required(call, one, "pull"))

    async def update(self, call: Call) -> Answer:
        """UpdateContainerRepository."""
        details = call.body(_Details)

        def change(transaction: Transaction) -> Answer:
            one = self._live(transaction, call, "push")
            call.require_match(_etag(one))
            if details.is_public not in (None, bool(one.public)) or details.is_immutable not in (
                None,
                bool(one.immutable),
            ):
                call.caller.require("admin", one.full)
            noted = tags.replaced(
                transaction, one.freeform, one.defined, details.freeform_tags, details.defined_tags
            )
            readme = (one.readme, one.readme_format) if details.readme is None else _readme(details.readme)
            rows.update(
                transaction,
                one.id,
                immutable=one.immutable if details.is_immutable is None else int(details.is_immutable),
                readme=readme[0],
                readme_format=readme[1],
                freeform=noted.freeform,
                defined=noted.defined,
            )
            if details.is_public not in (None, bool(one.public)):
                _publish(transaction, one.full, public=bool(details.is_public))
            self._note(transaction, call, "update", one.full, one.id)
            return self._shown(transaction, one.id)

        return await call.change(change)

    async def delete(self, call: Call) -> Answer:
        """DeleteContainerRepository: with all its images, as Oracle's does."""

        def change(transaction: Transaction) -> Answer:
            one = self._live(transaction, call, "delete")
            call.require_match(_etag(one))
            registry.hold(transaction, one.full)
            while found := images.in_repository(transaction, one.id, _BATCH):
                for digest in map(Digest, found):
                    self._artifacts.content.hooks.removed(
                        transaction, one.row, digest, call.caller, "its repository was deleted"
                    )
                    manifests.remove(transaction, one.row, digest)
            rows.remove(transaction, one.id)
            _publish(transaction, one.full, public=False)
            self._note(transaction, call, "delete", one.full, one.id)
            return Answer()

        return await call.change(change)

    async def move(self, call: Call) -> Answer:
        """ChangeContainerRepositoryCompartment."""
        details = call.body(_Move)

        def change(transaction: Transaction) -> Answer:
            one = self._live(transaction, call, "admin")
            call.require_match(_etag(one))
            compartment = compartments.kept(transaction, self._tenancy, details.compartment_id)
            registry.hold(transaction, one.full)
            rows.move(transaction, one.id, compartment)
            self._note(transaction, call, "move", one.full, one.id)
            return Answer(etag=_etag(self._live(transaction, call, "admin")))

        return await call.change(change)

    def _live(self, transaction: Transaction, call: Call, right: Right) -> rows.Repository:
        """The repository of a request, which is there, and in which the caller holds a right."""
        one = _required(call, rows.find(transaction, call.path["repositoryId"]), right)
        if one.state != "AVAILABLE":
            raise NotFoundError("oracle.not-found", what="repository")
        return one

    def _shown(self, transaction: Transaction, identifier: str) -> Answer:
        one = rows.find(transaction, identifier)
        assert one is not None  # noqa: S101  # rows stay
        return self._answer(one)

    def _answer(self, one: rows.Repository) -> Answer:
        return Answer(shown.repository(self._artifacts, one), etag=_etag(one))

    @staticmethod
    def _note(transaction: Transaction, call: Call, deed: str, name: str, identifier: str) -> None:
        audit.record(transaction, call.caller.name, f"repository.{deed}", repository=name, subject=identifier)


def _required(call: Call, one: rows.Repository | None, right: Right) -> rows.Repository:
    """A repository in which the caller holds a right.

    Raises:
        NotFoundError: `oracle.not-found`.
    """
    if one is None or not call.caller.may(right, one.full):
        raise NotFoundError("oracle.not-found", what="repository")
    return one


def _etag(one: rows.Repository) -> str:
    return shown.etag(one.id, one.revision, one.public)


def _readme(readme: _Readme | None) -> tuple[str, str]:
    """Text and format of a readme; empty for none.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    if readme is None:
        return "", ""
    if readme.format not in _FORMATS:
        problem = f"it is none of {', '.join(_FORMATS)}"
        raise UsageError("oracle.parameter-invalid", name="readme.format", problem=problem)
    if len(readme.content) > limits.ORACLE_README_LENGTH or "\0" in readme.content:
        problem = f"it has more than {limits.ORACLE_README_LENGTH} characters, or a zero byte"
        raise UsageError("oracle.parameter-invalid", name="readme.content", problem=problem)
    return readme.content, readme.format


def _publish(transaction: Transaction, name: str, *, public: bool) -> None:
    """Let everybody pull from a repository, or not."""
    everybody = accounts.find(transaction, ANONYMOUS)
    assert everybody is not None  # noqa: S101  # the migration put it there
    (grants.add if public else grants.remove)(transaction, everybody.id, name, ("pull",))
    state.changed(transaction)
