"""Signatures of images: uploaded, listed, tagged, deleted.

An upload is checked once, when it comes: its message has to be about this image, under this name, in this
region, by the key that it names, and has to verify by it. Oracle's clients look at none of that later, and
would find a signature good that was made for another image. Where the settings are lenient, what is wrong is
only told in the tags of the system.
"""

import binascii

import msgspec

from sealwright import limits
from sealwright.errors import AccessDeniedError, NotFoundError, UsageError
from sealwright.formats.kms import algorithms, ocid, upload
from sealwright.formats.kms.content import Content
from sealwright.service import audit
from sealwright.service.oracle import compartments, noting, pushes, tags
from sealwright.service.oracle.artifacts import lists, shown
from sealwright.service.oracle.artifacts.context import BASE, Artifacts
from sealwright.service.oracle.artifacts.images import required as required_image
from sealwright.service.oracle.queries import images
from sealwright.service.oracle.queries import signatures as rows
from sealwright.service.oracle.queries.listing import Filter
from sealwright.service.oracle.wire import Answer, Call, Operation
from sealwright.service.registry.queries import repositories as registry
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.queries import rows as all_signatures
from sealwright.service.signatures.queries import verifications
from sealwright.service.storage import Database, Transaction
from sealwright.service.web.caller import Caller, Right

__all__ = ["operations"]


class _New(msgspec.Struct, frozen=True, rename="camel"):
    """`CreateContainerImageSignatureDetails`."""

    compartment_id: str
    image_id: str
    kms_key_id: str
    kms_key_version_id: str
    message: str
    signature: str
    signing_algorithm: str
    freeform_tags: tags.Freeform | None = None
    defined_tags: tags.Defined | None = None


class _Tags(msgspec.Struct, frozen=True, rename="camel"):
    """`UpdateContainerImageSignatureDetails`."""

    freeform_tags: tags.Freeform | None = None
    defined_tags: tags.Defined | None = None


def operations(artifacts: Artifacts) -> tuple[Operation, ...]:
    """Those about signatures."""
    signatures = _Signatures(artifacts)
    path, one = f"{BASE}/imageSignatures", f"{BASE}/imageSignatures/{{imageSignatureId}}"
    return (
        Operation("CreateContainerImageSignature", "POST", path, signatures.create, "inside"),
        Operation("ListContainerImageSignatures", "GET", path, signatures.list),
        Operation("GetContainerImageSignature", "GET", one, signatures.get),
        Operation("UpdateContainerImageSignature", "PUT", one, signatures.update, "inside"),
        Operation("DeleteContainerImageSignature", "DELETE", one, signatures.delete, "inside"),
    )


class _Signatures:
    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._tenancy = artifacts.tenancy

    async def create(self, call: Call) -> Answer:
        """CreateContainerImageSignature. Clients take 200 for success, and no other status."""
        details = call.body(_New)
        content = _content(details)
        image = await self._artifacts.content.read(images.find, details.image_id)
        image = required_image(call, image, "sign")
        problem = await self._artifacts.content.offload(self._problem, call.caller, content, image)

        def change(transaction: Transaction) -> Answer:
            compartment = compartments.kept(transaction, self._tenancy, details.compartment_id)
            registry.hold(transaction, image.full)
            held = images.find(transaction, image.id)
            if held is None or held.state != "AVAILABLE" or held.compartment != compartment:
                raise NotFoundError("oracle.not-found", what="image")
            noted = tags.checked(transaction, details.freeform_tags, details.defined_tags)
            identifier = self._attached(transaction, call, held, content, problem, noted)
            return self._shown(transaction, identifier)

        return await call.change(change)

    def _attached(
        self,
        transaction: Transaction,
        call: Call,
        image: images.Image,
        content: Content,
        problem: str,
        noted: tags.Tags,
    ) -> str:
        if rows.count(transaction, image.id) >= limits.ORACLE_SIGNATURES:
            raise UsageError("oracle.signatures-too-many", most=limits.ORACLE_SIGNATURES)
        new = pushes.new_signature(image.digest, content.encoded())
        row = changing.attach(transaction, image.full, new, call.caller.name)
        if row is None:
            raise UsageError("oracle.signature-exists", image=image.title)
        return noting.note(transaction, self._tenancy, image, row, content, call.caller.name, problem, noted)

    def _problem(self, caller: Caller, content: Content, image: images.Image) -> str:
        """What is wrong with an upload, where the settings are lenient; empty for nothing.

        Raises:
            UsageError: `oracle.signature-unfit`, `oracle.key-unusable`.
            NotFoundError: `oracle.not-found`: there is no such key.
        """
        try:
            self._require_fit(caller, content, image)
        except (UsageError, NotFoundError, AccessDeniedError) as error:
            if self._artifacts.settings.strict:
                raise
            return str(error)
        return ""

    def _require_fit(self, caller: Caller, content: Content, image: images.Image) -> None:
        if content.signing_algorithm not in algorithms.IMAGE_ALGORITHMS:
            words = ", ".join(algorithms.IMAGE_ALGORITHMS)
            raise UsageError(
                "oracle.parameter-invalid", name="signingAlgorithm", problem=f"it is none of {words}"
            )
        version = self._artifacts.keys.version(caller, content.key_id, content.key_version_id)
        if not version.usable:
            raise UsageError("oracle.key-unusable", key=content.key_id)
        uploaded = upload.Upload(
            content.key_id,
            content.key_version_id,
            content.signing_algorithm,
            content.message_bytes,
            content.signature_bytes,
        )
        about = upload.Image(image.digest, image.name, self._tenancy.region)
        problem = upload.problem(uploaded, about, version.public_key)
        if problem is not None:
            raise UsageError("oracle.parameter-invalid", name=problem.field, problem=str(problem))

    async def list(self, call: Call) -> Answer:
        """ListContainerImageSignatures."""
        artifacts = self._artifacts
        scope = await artifacts.content.read(compartments.scope, self._tenancy, call)
        algorithm = call.choice("signingAlgorithm", tuple(algorithms.IMAGE_ALGORITHMS))
        filters = lists.equal(
            call,
            {
                "imageId": "image",
                "repositoryId": "home",
                "imageDigest": "digest",
                "displayName": "title",
                "kmsKeyId": "key",
                "kmsKeyVersionId": "key_version",
            },
        )
        filters += lists.named(call, "repositoryName", "name")
        if algorithm is not None:
            filters.append(Filter("algorithm", algorithm))
        page, found = await lists.found(artifacts, call, rows.SOURCE, scope, filters)
        signatures = [rows.signature(row) for row in found.rows]
        latest = await artifacts.content.read(verifications.latest, [one.row for one in signatures])
        items = [shown.signature_summary(artifacts, one, latest.get(one.row)) for one in signatures]
        return Answer(shown.Collection(items, found.remaining), next_page=lists.token(page, found))

    async def get(self, call: Call) -> Answer:
        """GetContainerImageSignature."""
        one = await self._artifacts.content.read(rows.find, call.path["imageSignatureId"])
        return await self._artifacts.content.read(self._answer, _required(call, one, "pull"))

    async def update(self, call: Call) -> Answer:
        """UpdateContainerImageSignature."""
        details = call.body(_Tags)

        def change(transaction: Transaction) -> Answer:
            one = self._live(transaction, call, "sign")
            noted = tags.replaced(
                transaction, one.freeform, one.defined, details.freeform_tags, details.defined_tags
            )
            rows.note_tags(transaction, one.id, noted.freeform, noted.defined)
            audit.record(
                transaction,
                call.caller.name,
                "signature.tag",
                repository=one.full,
                subject=one.digest,
                signature=one.row,
            )
            return self._shown(transaction, one.id)

        return await call.change(change)

    async def delete(self, call: Call) -> Answer:
        """DeleteContainerImageSignature: its row stays, and says who deleted it."""

        def change(transaction: Transaction) -> Answer:
            one = self._live(transaction, call, "sign", "delete")
            row = all_signatures.find(transaction, one.row)
            assert row is not None  # noqa: S101  # rows stay
            changing.revoke(transaction, row, call.caller.name, "")
            return Answer()

        return await call.change(change)

    def _live(self, transaction: Transaction, call: Call, *rights: Right) -> rows.Signature:
        """The signature of a request, as the client knows it."""
        one = _required(call, rows.find(transaction, call.path["imageSignatureId"]), *rights)
        registry.hold(transaction, one.full)
        held = rows.find(transaction, one.id)
        if held is None or held.state != "AVAILABLE":
            raise NotFoundError("oracle.not-found", what="signature")
        call.require_match(_etag(held))
        return held

    def _shown(self, transaction: Transaction, identifier: str) -> Answer:
        one = rows.find(transaction, identifier)
        assert one is not None  # noqa: S101  # rows stay
        return self._answer(transaction, one)

    def _answer(self, source: Database | Transaction, one: rows.Signature) -> Answer:
        latest = verifications.latest(source, [one.row])
        told = shown.signature(self._artifacts, one, latest.get(one.row))
        return Answer(told, etag=_etag(one))


def _content(details: _New) -> Content:
    """What is kept of an upload.

    Raises:
        UsageError: `oracle.parameter-invalid`.
    """
    for name, value, kind in (
        ("kmsKeyId", details.kms_key_id, "key"),
        ("kmsKeyVersionId", details.kms_key_version_id, "keyversion"),
    ):
        if not ocid.is_ocid(value, kind):
            raise UsageError(
                "oracle.parameter-invalid", name=name, problem=f"it is no identifier of a {kind}"
            )
    content = Content(
        details.kms_key_id,
        details.kms_key_version_id,
        details.signing_algorithm[: limits.CLAIM_LENGTH],
        details.message,
        details.signature,
    )
    try:
        if not (content.message_bytes and content.signature_bytes):
            raise ValueError("empty")  # noqa: TRY301  # one way out for all that is not usable
    except (binascii.Error, ValueError):
        raise UsageError(
            "oracle.parameter-invalid", name="message or signature", problem="it is not base64 with padding"
        ) from None
    if len(content.message_bytes) > limits.KMS_MESSAGE_BYTES:
        problem = f"it has more than {limits.KMS_MESSAGE_BYTES} bytes"
        raise UsageError("oracle.parameter-invalid", name="message", problem=problem)
    if len(content.encoded()) > limits.KMS_SIGNATURE_BYTES:
        raise UsageError("oracle.parameter-invalid", name="signature", problem="it is too long")
    return content


def _required(call: Call, one: rows.Signature | None, *rights: Right) -> rows.Signature:
    """A signature in whose repository the caller holds one of the rights.

    Raises:
        NotFoundError: `oracle.not-found`.
    """
    if one is None or not any(call.caller.may(right, one.full) for right in rights):
        raise NotFoundError("oracle.not-found", what="signature")
    return one


def _etag(one: rows.Signature) -> str:
    return shown.etag(one.id, one.revision)
