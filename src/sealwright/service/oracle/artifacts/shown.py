"""The models of the API, as they go out. What has a default is left out where there is nothing to say."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import structs

from sealwright.formats.kms import content as kms
from sealwright.service.oracle import compartments, tags, times
from sealwright.service.oracle.artifacts.context import Artifacts
from sealwright.service.oracle.queries import images, repositories, signatures
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.signatures.verifications import Verification

__all__ = [
    "Collection",
    "Image",
    "ImageSummary",
    "Layer",
    "Readme",
    "Repository",
    "RepositoryCollection",
    "RepositorySummary",
    "Signature",
    "SignatureSummary",
    "etag",
    "image",
    "image_summary",
    "repository",
    "repository_summary",
    "signature",
    "signature_summary",
]

_GIGABYTE = 1024**3
_NONE: Mapping[str, object] = {}


class Readme(msgspec.Struct, frozen=True):
    """The readme of a repository."""

    content: str
    format: str


class _Tagged(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What everything has."""

    id: str
    compartment_id: str
    display_name: str
    lifecycle_state: str
    time_created: str
    freeform_tags: msgspec.Raw
    defined_tags: msgspec.Raw
    system_tags: Mapping[str, object]


class RepositorySummary(_Tagged, frozen=True, kw_only=True):
    """`ContainerRepositorySummary`."""

    namespace: str
    image_count: int
    is_public: bool
    layer_count: int
    layers_size_in_bytes: int
    billable_size_in_gbs: int = msgspec.field(name="billableSizeInGBs")


class Repository(RepositorySummary, frozen=True, kw_only=True):
    """`ContainerRepository`."""

    created_by: str
    is_immutable: bool
    readme: Readme | None = None
    time_last_pushed: str | None = None


class _Version(msgspec.Struct, frozen=True, rename="camel"):
    created_by: str
    time_created: str
    version: str


class Layer(msgspec.Struct, frozen=True, rename="camel"):
    """`ContainerImageLayer`."""

    digest: str
    size_in_bytes: int
    time_created: str


class ImageSummary(_Tagged, frozen=True, kw_only=True):
    """`ContainerImageSummary`."""

    digest: str
    repository_id: str
    repository_name: str
    version: str | None = None


class Image(ImageSummary, frozen=True, kw_only=True):
    """`ContainerImage`."""

    created_by: str
    layers: tuple[Layer, ...]
    layers_size_in_bytes: int
    manifest_size_in_bytes: int
    pull_count: int
    versions: tuple[_Version, ...]
    time_last_pulled: str | None = None


class SignatureSummary(_Tagged, frozen=True, kw_only=True):
    """`ContainerImageSignatureSummary`."""

    image_id: str
    kms_key_id: str
    kms_key_version_id: str
    message: str
    signature: str
    signing_algorithm: str


class Signature(SignatureSummary, frozen=True, kw_only=True):
    """`ContainerImageSignature`."""

    created_by: str


class Collection(msgspec.Struct, frozen=True, rename="camel"):
    """A page of a list."""

    items: Sequence[RepositorySummary | ImageSummary | SignatureSummary]
    remaining_items_count: int


class RepositoryCollection(msgspec.Struct, frozen=True, rename="camel"):
    """A page of repositories, with what all of the compartment hold."""

    items: list[RepositorySummary]
    remaining_items_count: int
    image_count: int
    layer_count: int
    layers_size_in_bytes: int
    repository_count: int


def etag(*parts: object) -> str:
    """An entity tag of what the parts tell from all that it was before."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


def repository_summary(artifacts: Artifacts, one: repositories.Repository) -> RepositorySummary:
    """A repository in a list."""
    return RepositorySummary(
        id=one.id,
        compartment_id=compartments.shown(artifacts.tenancy, one.compartment),
        display_name=one.name,
        lifecycle_state=one.state,
        time_created=times.moment(one.created),
        freeform_tags=tags.kept(one.freeform),
        defined_tags=tags.kept(one.defined),
        system_tags=_NONE,
        namespace=artifacts.tenancy.namespace,
        image_count=one.images,
        is_public=bool(one.public),
        layer_count=one.layers,
        layers_size_in_bytes=one.bytes,
        billable_size_in_gbs=one.bytes // _GIGABYTE,
    )


def repository(artifacts: Artifacts, one: repositories.Repository) -> Repository:
    """A repository."""
    return Repository(
        **structs.asdict(repository_summary(artifacts, one)),
        created_by=_user(artifacts.tenancy, one.created_by),
        is_immutable=bool(one.immutable),
        readme=Readme(one.readme, one.readme_format) if one.readme_format else None,
        time_last_pushed=times.shown(one.pushed),
    )


def image_summary(artifacts: Artifacts, one: images.Image) -> ImageSummary:
    """An image in a list."""
    return ImageSummary(
        id=one.id,
        compartment_id=compartments.shown(artifacts.tenancy, one.compartment),
        display_name=one.title,
        lifecycle_state=one.state,
        time_created=times.moment(one.created),
        freeform_tags=tags.kept(one.freeform),
        defined_tags=tags.kept(one.defined),
        system_tags=_NONE,
        digest=one.digest,
        repository_id=one.home,
        repository_name=one.name,
        version=one.version or None,
    )


def image(
    artifacts: Artifacts,
    one: images.Image,
    versions: Sequence[images.Version],
    layers: tuple[Layer, ...],
    size: int,
) -> Image:
    """An image.

    Args:
        artifacts: of the service.
        one: the image.
        versions: the tags that stand for it.
        layers: of its manifest.
        size: of its manifest, in bytes.
    """
    tenancy = artifacts.tenancy
    return Image(
        **structs.asdict(image_summary(artifacts, one)),
        created_by=_user(tenancy, one.created_by),
        layers=layers,
        layers_size_in_bytes=sum(layer.size_in_bytes for layer in layers),
        manifest_size_in_bytes=size,
        pull_count=one.pulls,
        versions=tuple(
            _Version(_user(tenancy, it.created_by), times.moment(it.created), it.version) for it in versions
        ),
        time_last_pulled=times.shown(one.pulled),
    )


def signature_summary(
    artifacts: Artifacts, one: signatures.Signature, latest: Verification | None
) -> SignatureSummary:
    """A signature in a list.

    Args:
        artifacts: of the service.
        one: the signature.
        latest: its last record of a verification, if it has any.
    """
    content = kms.parse(one.content)
    return SignatureSummary(
        id=one.id,
        compartment_id=compartments.shown(artifacts.tenancy, one.compartment),
        display_name=one.title,
        lifecycle_state=one.state,
        time_created=times.moment(one.created),
        freeform_tags=tags.kept(one.freeform),
        defined_tags=tags.kept(one.defined),
        system_tags=_standing(one, latest),
        image_id=one.image,
        kms_key_id=one.key,
        kms_key_version_id=one.key_version,
        message=content.message,
        signature=content.signature,
        signing_algorithm=one.algorithm,
    )


def signature(artifacts: Artifacts, one: signatures.Signature, latest: Verification | None) -> Signature:
    """A signature; arguments as for a list."""
    return Signature(
        **structs.asdict(signature_summary(artifacts, one, latest)),
        created_by=_user(artifacts.tenancy, one.created_by),
    )


def _standing(one: signatures.Signature, latest: Verification | None) -> Mapping[str, object]:
    """What the service knows of a signature, as tags that nobody can set.

    No model of the API has a place for it, and clients show all tags as they are.
    """
    told: dict[str, object] = {}
    if one.problem:
        told["uploadProblem"] = one.problem
    if latest is not None:
        told["verification"] = "VERIFIED" if latest.result == "verified" else "UNVERIFIED"
        told["verifiedAt"] = times.moment(latest.at)
        if latest.problem:
            told["verificationProblem"] = latest.problem
    return {"signing": told} if told else _NONE


def _user(tenancy: Tenancy, name: str) -> str:
    """The identifier of an account; empty if nobody knows whose it was."""
    return tenancy.user(name) if name else ""
