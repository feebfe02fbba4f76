"""Images: a row for each push of a manifest that was not there, and the tags that stand for it."""

import msgspec

from sealwright.service.oracle.queries.listing import Source
from sealwright.service.storage import Database, Row, Transaction, now

__all__ = [
    "BEGINS_VERSION",
    "IS_VERSION",
    "SOURCE",
    "Added",
    "Image",
    "Pushed",
    "Version",
    "add",
    "call",
    "content",
    "find",
    "forget_content",
    "image",
    "in_repository",
    "live",
    "note_tags",
    "pull",
    "remove",
    "restore",
    "set_version",
    "unset_version",
    "version_of",
    "versions",
]

_SHOWN = """
    oracle_images.id, oracle_images.repository, repositories.name, oracle_images.home,
    oracle_images.compartment, oracle_images.name, oracle_images.title, oracle_images.digest,
    oracle_images.state, oracle_images.version, oracle_images.former, oracle_images.freeform,
    oracle_images.defined, oracle_images.created, oracle_images.created_by, oracle_images.pulls,
    oracle_images.pulled, oracle_images.deleted, oracle_images.media_type, oracle_images.revision
"""
_JOINED = "FROM oracle_images JOIN repositories ON repositories.id = oracle_images.repository"
_FIND = f"SELECT {_SHOWN} {_JOINED} WHERE oracle_images.id = :id"
_LIVE = f"""
    SELECT {_SHOWN} {_JOINED}
    WHERE oracle_images.repository = :repository AND oracle_images.digest = :digest
    AND oracle_images.state = 'AVAILABLE'
"""
_IN = "SELECT digest FROM oracle_images WHERE state = 'AVAILABLE' AND home = :home LIMIT :most"
_ADD = """
    INSERT INTO oracle_images
      (id, repository, home, compartment, name, title, digest, state, version, former, freeform, defined,
       created, created_by, held, pulls, pulled, deleted, media_type, revision)
    VALUES
      (:id, :repository, :home, :compartment, :name, :title, :digest, 'AVAILABLE', '', '', '{}', '{}',
       :at, :by, :at, 0, 0, 0, '', 0)
    ON CONFLICT DO NOTHING
"""
_CALL = "UPDATE oracle_images SET title = :title, version = :version, former = :former WHERE id = :id"
_NOTE_TAGS = """
    UPDATE oracle_images SET freeform = :freeform, defined = :defined, revision = revision + 1 WHERE id = :id
"""
_REMOVE = """
    UPDATE oracle_images SET
      state = 'DELETED', version = '', deleted = :at, media_type = :media_type, content = :content,
      revision = revision + 1
    WHERE id = :id
"""
_RESTORE = """
    UPDATE oracle_images SET
      state = 'AVAILABLE', held = :at, deleted = 0, media_type = '', content = NULL, revision = revision + 1
    WHERE id = :id
"""
_CONTENT = "SELECT media_type, content FROM oracle_images WHERE id = :id AND content IS NOT NULL"
_FORGET = "UPDATE oracle_images SET content = NULL WHERE content IS NOT NULL AND deleted < :before"
_PULL = """
    UPDATE oracle_images SET pulls = pulls + :many, pulled = :at
    WHERE repository = (SELECT id FROM repositories WHERE name = :repository) AND digest = :digest
    AND state = 'AVAILABLE'
"""
_SET_VERSION = """
    INSERT INTO oracle_versions (repository, version, image, created, created_by)
    VALUES (:repository, :version, :image, :at, :by)
    ON CONFLICT (repository, version) DO UPDATE
    SET image = excluded.image, created = excluded.created, created_by = excluded.created_by
"""
_UNSET_VERSION = "DELETE FROM oracle_versions WHERE repository = :repository AND version = :version"
_UNSET_VERSIONS = "DELETE FROM oracle_versions WHERE image = :image"
_VERSIONS = """
    SELECT version, created, created_by FROM oracle_versions WHERE image = :image
    ORDER BY created DESC, version DESC LIMIT :most
"""
_VERSION = "SELECT image FROM oracle_versions WHERE repository = :repository AND version = :version"

SOURCE = Source(
    "oracle_images",
    "created",
    "title",
    ("digest", "home", "name", "compartment"),
    _SHOWN,
    computed={"versioned": "CASE WHEN oracle_images.version = '' THEN 0 ELSE 1 END"},
)
"""How images are listed."""

IS_VERSION = """
    (SELECT COUNT(*) FROM oracle_versions
     WHERE oracle_versions.image = oracle_images.id AND oracle_versions.version = {value})
"""
"""Asks whether a tag stands for an image."""

BEGINS_VERSION = """
    (SELECT COUNT(*) FROM oracle_versions
     WHERE oracle_versions.image = oracle_images.id
     AND SUBSTR(oracle_versions.version, 1, LENGTH(CAST({value} AS TEXT))) = {value})
"""
"""Asks whether a tag that begins so stands for an image."""


class Pushed(msgspec.Struct, frozen=True):
    """A manifest that was pushed: the registry's row of its repository, and its digest."""

    repository: int
    digest: str


class Version(msgspec.Struct, frozen=True):
    """A tag that stands for an image: since when, in microseconds since 1970, and who pushed it."""

    version: str
    created: int
    created_by: str


class Image(msgspec.Struct, frozen=True):
    """An image.

    Attributes:
        id: its identifier.
        row: the registry's row of its repository.
        full: the name of that in the registry.
        home: the identifier of its repository.
        compartment: its compartment; empty for the root.
        name: of its repository, without the namespace.
        title: what people call it.
        digest: of its manifest.
        state: AVAILABLE or DELETED.
        version: the last tag that stands for it; empty if none does.
        former: the last tag that ever stood for it.
        freeform: tags, as JSON.
        defined: tags, as JSON.
        created: in microseconds since 1970.
        created_by: the account; empty if nobody knows.
        pulls: how often it was pulled.
        pulled: when it was last pulled, or 0.
        deleted: when it was deleted, or 0.
        media_type: of its manifest, if it was deleted.
        revision: grows with each change.
    """

    id: str
    row: int
    full: str
    home: str
    compartment: str
    name: str
    title: str
    digest: str
    state: str
    version: str
    former: str
    freeform: str
    defined: str
    created: int
    created_by: str
    pulls: int
    pulled: int
    deleted: int
    media_type: str
    revision: int


class Added(msgspec.Struct, frozen=True):
    """An image to be noted: as `Image`."""

    id: str
    row: int
    home: str
    compartment: str
    name: str
    title: str
    digest: str
    by: str
    created: int | None = None


def image(row: Row) -> Image:
    """A row of what is shown as a record."""
    return Image(*row)


def find(source: Database | Transaction, identifier: str) -> Image | None:
    """The image of an identifier, deleted or not."""
    row = source.row(_FIND, id=identifier)
    return None if row is None else Image(*row)


def live(source: Database | Transaction, repository: int, digest: str) -> Image | None:
    """The image of a manifest that a repository of the registry holds."""
    row = source.row(_LIVE, repository=repository, digest=digest)
    return None if row is None else Image(*row)


def in_repository(transaction: Transaction, home: str, most: int) -> list[str]:
    """Digests of some images of a repository."""
    return [row[0] for row in transaction.rows(_IN, home=home, most=most)]


def add(transaction: Transaction, added: Added) -> bool:
    """Note an image; whether there was none."""
    made = transaction.run(
        _ADD,
        id=added.id,
        repository=added.row,
        home=added.home,
        compartment=added.compartment,
        name=added.name,
        title=added.title,
        digest=added.digest,
        at=now() if added.created is None else added.created,
        by=added.by,
    )
    return made == 1


def call(transaction: Transaction, identifier: str, title: str, version: str, former: str) -> None:
    """Let an image be called otherwise."""
    transaction.run(_CALL, id=identifier, title=title, version=version, former=former)


def note_tags(transaction: Transaction, identifier: str, freeform: str, defined: str) -> None:
    """Change what people note on an image."""
    transaction.run(_NOTE_TAGS, id=identifier, freeform=freeform, defined=defined)


def remove(transaction: Transaction, identifier: str, media_type: str, content: bytes | None) -> None:
    """Mark an image as deleted, and keep its manifest for a while, if it is known. It loses its tags."""
    transaction.run(_REMOVE, id=identifier, at=now(), media_type=media_type, content=content)
    transaction.run(_UNSET_VERSIONS, image=identifier)


def restore(transaction: Transaction, identifier: str) -> None:
    """Mark an image as deleted no longer."""
    transaction.run(_RESTORE, id=identifier, at=now())


def content(source: Database | Transaction, identifier: str) -> tuple[str, bytes] | None:
    """Media type and bytes of the manifest of a deleted image, if they are still kept."""
    row = source.row(_CONTENT, id=identifier)
    return None if row is None else (row[0], bytes(row[1]))


def forget_content(transaction: Transaction, before: int) -> None:
    """Forget the manifests of images that were deleted before a time."""
    transaction.run(_FORGET, before=before)


def pull(transaction: Transaction, repository: str, digest: str, many: int) -> None:
    """Note that an image was pulled so often, just now.

    Args:
        transaction: an open one.
        repository: its name in the registry.
        digest: of the image.
        many: how often.
    """
    transaction.run(_PULL, repository=repository, digest=digest, many=many, at=now())


def set_version(
    transaction: Transaction, repository: int, version: str, image: str, by: str, at: int | None = None
) -> None:
    """Note that a tag stands for an image from now on."""
    transaction.run(
        _SET_VERSION,
        repository=repository,
        version=version,
        image=image,
        at=now() if at is None else at,
        by=by,
    )


def unset_version(transaction: Transaction, repository: int, version: str) -> None:
    """Note that a tag stands for nothing any more."""
    transaction.run(_UNSET_VERSION, repository=repository, version=version)


def versions(source: Database | Transaction, image: str, most: int) -> list[Version]:
    """The tags that stand for an image, the last one first."""
    return [Version(*row) for row in source.rows(_VERSIONS, image=image, most=most)]


def version_of(source: Database | Transaction, repository: int, version: str) -> str | None:
    """The identifier of the image that a tag stands for."""
    row = source.row(_VERSION, repository=repository, version=version)
    return None if row is None else str(row[0])
