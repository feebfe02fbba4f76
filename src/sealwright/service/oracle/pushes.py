"""What a push, a delete or a tag means for Oracle's API, in the transaction of the registry.

An image has an identifier for each push of a manifest that was not there: whoever deletes it and pushes the
same bytes again has another image, without signatures. Signatures themselves are no images, nor are the
indexes that stand in for the referrers API.
"""

import re

from sealwright import limits, media_types
from sealwright.digest import Digest
from sealwright.errors import AccessDeniedError, NotFoundError
from sealwright.service.oracle import names
from sealwright.service.oracle.queries import images, repositories, signatures
from sealwright.service.oracle.queries import tenancy as tenancies
from sealwright.service.oracle.queries.repositories import Repository
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.registry import rights
from sealwright.service.registry.queries import manifests
from sealwright.service.registry.queries.manifests import Record
from sealwright.service.signatures import reading
from sealwright.service.signatures.actions import changing
from sealwright.service.signatures.queries import rows as all_signatures
from sealwright.service.signatures.records import New
from sealwright.service.storage import Transaction

__all__ = [
    "IMAGE_GONE",
    "added",
    "bring_in_image",
    "gone",
    "is_image",
    "new_signature",
    "reattached",
    "removed",
    "retagged",
    "tagged",
]

IMAGE_GONE = "its image was deleted"
"""The reason with which signatures are revoked when their image goes."""

_STAND_IN = re.compile(r"sha(256|512)-[0-9a-f]{64,128}(\.(sig|att|sbom))?")
_BATCH = 500


def is_image(record: Record, tags: tuple[str, ...]) -> bool:
    """Whether a manifest that is pushed to some tags is an image."""
    if record.subject is not None or rights.is_signature(record.artifact_type, tags):
        return False
    return not tags or not all(_STAND_IN.fullmatch(tag) for tag in tags)


def added(
    transaction: Transaction, tenancy: Tenancy, repository: int, name: str, digest: str | None, by: str
) -> None:
    """Note a push.

    Args:
        transaction: that of the registry.
        tenancy: which one we are.
        repository: the registry's row.
        name: of the repository, without the namespace.
        digest: of the image; None if it is none.
        by: the account.

    Raises:
        NotFoundError: `oracle.repository-unknown`: repositories have to be made first.
    """
    home = repositories.live(transaction, repository)
    if home is None:
        if not tenancies.configuration(transaction).first_push:
            raise NotFoundError("oracle.repository-unknown", repository=names.full(tenancy.namespace, name))
        home = _made(transaction, tenancy, repository, name, by)
    if digest is not None and images.live(transaction, repository, digest) is None:
        _add(transaction, tenancy, home, digest, by, None)
    repositories.pushed(transaction, home.id)


def removed(transaction: Transaction, repository: int, digest: Digest, by: str) -> None:
    """Note that a manifest goes, which is still there, and with it the image and its signatures."""
    image = images.live(transaction, repository, digest)
    if image is not None:
        gone(transaction, image, by, *manifests.content(transaction, repository, digest))


def gone(
    transaction: Transaction, image: images.Image, by: str, media_type: str = "", content: bytes | None = None
) -> None:
    """Mark an image as deleted, and revoke its signatures.

    Args:
        transaction: that of the registry, which holds the repository.
        image: the image.
        by: the account.
        media_type: of its manifest, if it is known.
        content: of its manifest, to restore it from; None if it is not known any more.
    """
    while found := signatures.of_image(transaction, image.id, _BATCH):
        for one in found:
            row = all_signatures.find(transaction, one.row)
            assert row is not None  # noqa: S101  # rows stay
            changing.revoke(transaction, row, by, IMAGE_GONE)
    images.remove(transaction, image.id, media_type, content)
    images.call(
        transaction, image.id, names.called(image.name, "", image.former, image.digest), "", image.former
    )
    repositories.count(transaction, image.home, -1)


def new_signature(digest: str, content: bytes) -> New:
    """A signature by a key of a vault as the table of all signatures has it.

    Args:
        digest: of the image.
        content: what is kept (`formats.kms.content`).
    """
    kept, claims = Digest.of(content), reading.kms_claims(content)
    return New(digest, "kms", "", media_types.KMS_SIGNATURE, kept, len(content), "oracle", claims, content)


def reattached(transaction: Transaction, image: images.Image) -> None:
    """Let the signatures of a restored image stand again that went with it."""
    for one in signatures.of_image(transaction, image.id, limits.ORACLE_SIGNATURES, "DELETED"):
        row = all_signatures.find(transaction, one.row)
        if row is None or row.reason != IMAGE_GONE:
            continue
        new = new_signature(one.digest, one.content)
        made = changing.attach(transaction, image.full, new, one.created_by, one.created)
        if made is not None:
            signatures.reattach(transaction, one.id, made)


def tagged(
    transaction: Transaction,
    repository: int,
    tag: str,
    before: Digest | None,
    after: Digest | None,
    by: str,
) -> None:
    """Note that a tag stands for another manifest.

    Raises:
        AccessDeniedError: `oracle.repository-immutable`.
    """
    was = None if before is None else images.live(transaction, repository, before)
    image = None if after is None else images.live(transaction, repository, after)
    if was is not None and after is not None:
        home = repositories.find(transaction, was.home)
        if home is not None and home.immutable:
            raise AccessDeniedError("oracle.repository-immutable", repository=home.full, tag=tag)
    if image is None:
        images.unset_version(transaction, repository, tag)
    else:
        images.set_version(transaction, repository, tag, image.id, by)
    for one in (was, image):
        if one is not None:
            _recall(transaction, one)


def retagged(transaction: Transaction, repository: int, tag: str, digest: Digest | None, at: int) -> None:
    """Note what a tag stands for, whoever moved it.

    Args:
        transaction: an open one, which holds the repository.
        repository: the registry's row.
        tag: the tag.
        digest: what it stands for; None for nothing.
        at: since when, in microseconds since 1970.
    """
    before = images.version_of(transaction, repository, tag)
    was = None if before is None else images.find(transaction, before)
    image = None if digest is None else images.live(transaction, repository, digest)
    if image is None:
        images.unset_version(transaction, repository, tag)
    else:
        images.set_version(transaction, repository, tag, image.id, "", at)
    for one in (was, image):
        if one is not None and one.state == "AVAILABLE":
            _recall(transaction, one)


def _recall(transaction: Transaction, image: images.Image) -> None:
    """Call an image by the last tag that stands for it now."""
    found = images.versions(transaction, image.id, 1)
    version = found[0].version if found else ""
    former = version or image.former
    images.call(
        transaction, image.id, names.called(image.name, version, former, image.digest), version, former
    )


def bring_in_image(
    transaction: Transaction, tenancy: Tenancy, repository: int, name: str, digest: str, created: int
) -> images.Image | None:
    """Note an image from before, or one whose push was missed; nobody knows whose it was.

    Args:
        transaction: an open one.
        tenancy: which one we are.
        repository: the registry's row.
        name: of the repository, without the namespace.
        digest: of the image.
        created: when its manifest came, in microseconds since 1970.

    Returns:
        The image, or None if it was known.
    """
    if images.live(transaction, repository, digest) is not None:
        return None
    home = repositories.live(transaction, repository)
    home = home or _made(transaction, tenancy, repository, name, "", created)
    return _add(transaction, tenancy, home, digest, "", created)


def _made(
    transaction: Transaction,
    tenancy: Tenancy,
    repository: int,
    name: str,
    by: str,
    created: int | None = None,
) -> Repository:
    """A repository in the root compartment."""
    identifier = tenancy.made("containerrepo", "0", tenancy.namespace)
    added = repositories.Added(identifier, repository, "", name, by, created=created)
    repositories.add(transaction, added)
    made = repositories.live(transaction, repository)
    assert made is not None  # noqa: S101  # it was just put there
    return made


def _add(
    transaction: Transaction, tenancy: Tenancy, home: Repository, digest: str, by: str, created: int | None
) -> images.Image:
    title = names.called(home.name, "", "", digest)
    identifier = tenancy.made("containerimage", "0", tenancy.namespace)
    images.add(
        transaction,
        images.Added(identifier, home.row, home.id, home.compartment, home.name, title, digest, by, created),
    )
    repositories.count(transaction, home.id, 1)
    made = images.find(transaction, identifier)
    assert made is not None  # noqa: S101  # it was just put there
    return made
