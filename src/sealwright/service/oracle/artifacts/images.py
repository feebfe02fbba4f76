"""Images: listed, looked up, tagged, deleted, restored; versions removed."""

import re

import msgspec

from sealwright import limits
from sealwright import manifest as parsing
from sealwright.digest import Digest
from sealwright.errors import MalformedContentError, NotFoundError, SealwrightError, UsageError
from sealwright.service import audit
from sealwright.service.oracle import compartments, names, pushes, tags, times
from sealwright.service.oracle.artifacts import lists, shown
from sealwright.service.oracle.artifacts.context import BASE, Artifacts
from sealwright.service.oracle.queries import images as rows
from sealwright.service.oracle.queries import repositories
from sealwright.service.oracle.queries.listing import Filter
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.registry import quotas
from sealwright.service.registry.actions import manifests as registry_actions
from sealwright.service.registry.grammar import require_tag
from sealwright.service.registry.queries import blobs, manifests
from sealwright.service.registry.queries import repositories as registry
from sealwright.service.storage import Database, Transaction
from sealwright.service.web.caller import Right

__all__ = ["operations", "required"]

_URI = re.compile(r"(?P<name>[^:@\s]{1,300})(?::(?P<version>[^:@\s]{1,200})|@(?P<digest>[^@\s]{1,200}))")
_LAYERS_ASKED_FOR = 500
"""Of an image with more layers, these are not looked up one by one."""


class _Tags(msgspec.Struct, frozen=True, rename="camel"):
    """`UpdateContainerImageDetails`."""

    freeform_tags: tags.Freeform | None = None
    defined_tags: tags.Defined | None = None


class _Lookup(msgspec.Struct, frozen=True, rename="camel"):
    """`LookupContainerImageByUriDetails`."""

    image_uri: str


class _Version(msgspec.Struct, frozen=True):
    """`RemoveContainerVersionDetails`."""

    version: str


class _Restore(msgspec.Struct, frozen=True):
    """`RestoreContainerImageDetails`."""

    version: str | None = None


def operations(artifacts: Artifacts) -> tuple[Operation, ...]:
    """Those about images."""
    images = _Images(artifacts)
    path, one = f"{BASE}/images", f"{BASE}/images/{{imageId}}"
    return (
        Operation("ListContainerImages", "GET", path, images.list),
        Operation("LookupContainerImageByUri", "POST", f"{path}/actions/lookupImageByUri", images.look_up),
        Operation("GetContainerImage", "GET", one, images.get),
        Operation("UpdateContainerImage", "PUT", one, images.update, "inside"),
        Operation("DeleteContainerImage", "DELETE", one, images.delete, "inside"),
        Operation(
            "RemoveContainerVersion", "POST", f"{one}/actions/removeVersion", images.remove_version, "inside"
        ),
        Operation("RestoreContainerImage", "POST", f"{one}/actions/restore", images.restore, "inside"),
    )


class _Images:
    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._tenancy = artifacts.tenancy

    async def list(self, call: Call) -> Answer:
        """ListContainerImages."""
        artifacts = self._artifacts
        scope = await artifacts.content.read(compartments.scope, self._tenancy, call)
        filters = lists.equal(
            call, {"imageId": "id", "repositoryId": "home", "imageDigest": "digest", "displayName": "title"}
        )
        filters += lists.named(call, "repositoryName", "name")
        versioned = call.truth("isVersioned")
        if versioned is not None:
            filters.append(Filter("versioned", int(versioned)))
        filters += [
            Filter("", one.value, test=rows.BEGINS_VERSION if one.begins else rows.IS_VERSION)
            for one in lists.named(call, "version", "")
        ]
        page, found = await lists.found(artifacts, call, rows.SOURCE, scope, filters)
        items = [shown.image_summary(artifacts, rows.image(row)) for row in found.rows]
        return Answer(shown.Collection(items, found.remaining), next_page=lists.token(page, found))

    async def look_up(self, call: Call) -> Answer:
        """LookupContainerImageByUri: `namespace/repository:version` or `namespace/repository@digest`."""
        uri = call.body(_Lookup).image_uri
        match = _URI.fullmatch(uri)
        if match is None:
            problem = "it is neither namespace/repository:version nor namespace/repository@digest"
            raise UsageError("oracle.parameter-invalid", name="imageUri", problem=problem)
        version, digest = match["version"] or "", match["digest"] or ""
        name = match["name"]
        if names.within(self._tenancy.namespace, name) is None:
            raise NotFoundError("oracle.not-found", what="image")
        one = await self._artifacts.content.read(_looked_up, name, version, digest)
        return await self._artifacts.content.read(self._answer, required(call, one, "pull"))

    async def get(self, call: Call) -> Answer:
        """GetContainerImage."""
        one = await self._artifacts.content.read(rows.find, call.path["imageId"])
        return await self._artifacts.content.read(self._answer, required(call, one, "pull"))

    async def update(self, call: Call) -> Answer:
        """UpdateContainerImage."""
        details = call.body(_Tags)

        def change(transaction: Transaction) -> Answer:
            one = self._held(transaction, call, "push")
            noted = tags.replaced(
                transaction, one.freeform, one.defined, details.freeform_tags, details.defined_tags
            )
            rows.note_tags(transaction, one.id, noted.freeform, noted.defined)
            self._note(transaction, call, "image.update", one)
            return self._shown(transaction, one.id)

        return await call.change(change)

    async def delete(self, call: Call) -> Answer:
        """DeleteContainerImage."""

        def change(transaction: Transaction) -> Answer:
            one = self._held(transaction, call, "delete")
            digest = Digest(one.digest)
            self._artifacts.content.hooks.removed(transaction, one.row, digest, call.caller, "")
            manifests.remove(transaction, one.row, digest)
            self._note(transaction, call, "image.delete", one, image=one.id)
            return Answer()

        return await call.change(change)

    async def remove_version(self, call: Call) -> Answer:
        """RemoveContainerVersion."""
        version = call.body(_Version).version

        def change(transaction: Transaction) -> Answer:
            one = self._held(transaction, call, "delete")
            if rows.version_of(transaction, one.row, version) != one.id:
                raise NotFoundError("oracle.not-found", what="version")
            manifests.remove_tag(transaction, one.row, version)
            digest = Digest(one.digest)
            self._artifacts.content.hooks.tagged(transaction, one.row, version, digest, None, call.caller)
            self._note(transaction, call, "image.remove-version", one, version=version)
            return self._shown(transaction, one.id)

        return await call.change(change)

    async def restore(self, call: Call) -> Answer:
        """RestoreContainerImage: with the signatures that it had."""
        version = call.body(_Restore).version
        if version is not None:
            require_tag(version)

        def change(transaction: Transaction) -> Answer:
            one = required(call, rows.find(transaction, call.path["imageId"]), "push")
            self._restored(transaction, call, one)
            if version is not None:
                digest = Digest(one.digest)
                before = manifests.tag(transaction, one.row, version, digest)
                self._artifacts.content.hooks.tagged(
                    transaction, one.row, version, before, digest, call.caller
                )
            quotas.require(self._artifacts.content, transaction, one.row, one.full)
            self._note(transaction, call, "image.restore", one)
            return self._shown(transaction, one.id)

        return await call.change(change)

    def _restored(self, transaction: Transaction, call: Call, one: rows.Image) -> None:
        """Put the manifest of a deleted image back.

        Raises:
            UsageError: `oracle.image-not-restorable`.
        """
        registry.hold(transaction, one.full)
        kept = rows.content(transaction, one.id)
        home = repositories.find(transaction, one.home)
        again = rows.live(transaction, one.row, one.digest)
        if one.state == "AVAILABLE" or kept is None or again or home is None or home.state != "AVAILABLE":
            raise UsageError("oracle.image-not-restorable", image=one.id)
        call.require_match(_etag(one))
        record = registry_actions.record(kept[1], kept[0], Digest(one.digest))
        try:
            manifests.add(transaction, one.row, record)
        except MalformedContentError:
            raise UsageError("oracle.image-not-restorable", image=one.id) from None
        rows.restore(transaction, one.id)
        repositories.count(transaction, one.home, 1)
        pushes.reattached(transaction, one)

    def _held(self, transaction: Transaction, call: Call, right: Right) -> rows.Image:
        """The image of a request, held, as the client knows it."""
        one = required(call, rows.find(transaction, call.path["imageId"]), right)
        registry.hold(transaction, one.full)
        held = rows.find(transaction, one.id)
        if held is None or held.state != "AVAILABLE":
            raise NotFoundError("oracle.not-found", what="image")
        call.require_match(_etag(held))
        return held

    def _shown(self, transaction: Transaction, identifier: str) -> Answer:
        one = rows.find(transaction, identifier)
        assert one is not None  # noqa: S101  # rows stay
        return self._answer(transaction, one)

    def _answer(self, source: Database | Transaction, one: rows.Image) -> Answer:
        versions = rows.versions(source, one.id, limits.TAGS_PER_PUSH)
        content = _content(source, one)
        told = shown.image(self._artifacts, one, versions, _layers(source, one, content), len(content))
        return Answer(told, etag=_etag(one))

    @staticmethod
    def _note(transaction: Transaction, call: Call, deed: str, one: rows.Image, **detail: object) -> None:
        audit.record(transaction, call.caller.name, deed, repository=one.full, subject=one.digest, **detail)


def required(call: Call, one: rows.Image | None, right: Right) -> rows.Image:
    """An image in whose repository the caller holds a right.

    Raises:
        NotFoundError: `oracle.not-found`.
    """
    if one is None or not call.caller.may(right, one.full):
        raise NotFoundError("oracle.not-found", what="image")
    return one


def _looked_up(database: Database, repository: str, version: str, digest: str) -> rows.Image | None:
    row = registry.find(database, repository)
    if row is None:
        return None
    if digest:
        return rows.live(database, row, digest)
    found = rows.version_of(database, row, version)
    return None if found is None else rows.find(database, found)


def _content(source: Database | Transaction, one: rows.Image) -> bytes:
    """The manifest of an image; empty if it was deleted too long ago."""
    if one.state == "AVAILABLE" and manifests.has(source, one.row, Digest(one.digest)):
        return manifests.content(source, one.row, one.digest)[1]
    kept = rows.content(source, one.id)
    return b"" if kept is None else kept[1]


def _layers(source: Database | Transaction, one: rows.Image, content: bytes) -> tuple[shown.Layer, ...]:
    """The layers of an image, in their order; none of an index."""
    try:
        layers = parsing.parse(content).layers if content else ()
    except SealwrightError:  # it was taken once, and is shown without them
        return ()
    asked = len(layers) <= _LAYERS_ASKED_FOR
    since = [blobs.since(source, one.row, layer.digest) if asked else None for layer in layers]
    return tuple(
        shown.Layer(layer.digest, layer.size, times.moment(at or one.created))
        for layer, at in zip(layers, since, strict=True)
    )


def _etag(one: rows.Image) -> str:
    return shown.etag(one.id, one.revision, one.title)
