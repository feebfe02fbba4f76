"""Rows of signatures: added, revoked, found one by one or by what they are about."""

import uuid

import msgspec

from sealwright import limits
from sealwright.service.signatures.records import New, Signature
from sealwright.service.storage import Database, Row, Transaction, now

__all__ = [
    "COLUMNS",
    "Named",
    "add",
    "attached",
    "carried",
    "content",
    "count_of_vaults",
    "find",
    "held",
    "listed",
    "move",
    "named",
    "of_digest",
    "of_vaults",
    "placed",
    "repository_name",
    "revoke",
    "same",
    "signature",
    "tags",
]

COLUMNS = """
    signatures.id, repositories.name, signatures.subject, signatures.format, signatures.kind,
    signatures.type, signatures.media_type, signatures.digest, signatures.size, signatures.name,
    signatures.place, signatures.signer, signatures.key, signatures.fingerprint, signatures.claimed,
    signatures.reference, signatures.attached_by, signatures.received, signatures.via,
    signatures.revoked_at, signatures.revoked_by, signatures.reason,
    (SELECT COUNT(*) FROM manifests
     WHERE manifests.repository = signatures.repository AND manifests.digest = signatures.subject)
    FROM signatures JOIN repositories ON repositories.id = signatures.repository
"""
_ADD = """
    INSERT INTO signatures
      (id, repository, subject, format, kind, type, media_type, digest, size, content, name, place,
       signer, key, fingerprint, claimed, reference, attached_by, received, via)
    VALUES
      (:id, :repository, :subject, :format, :kind, :type, :media_type, :digest, :size, :content, :name,
       :place, :signer, :key, :fingerprint, :claimed, :reference, :attached_by, :received, :via)
"""
_FIND = f"SELECT {COLUMNS} WHERE signatures.id = :id"
_ATTACHED = f"""
    SELECT {COLUMNS}
    WHERE repositories.name = :repository AND signatures.subject = :subject
    AND signatures.revoked_at IS NULL
    ORDER BY signatures.received, signatures.id LIMIT :most
"""
_NAMED = f"""
    SELECT {COLUMNS}
    WHERE repositories.name = :repository AND signatures.subject = :subject AND signatures.name = :name
    AND signatures.revoked_at IS NULL
"""
_SAME = """
    SELECT name, type, digest, size FROM signatures
    WHERE repository = :repository AND subject = :subject AND revoked_at IS NULL AND name IS NOT NULL
"""
_LISTED = """
    SELECT signatures.name, signatures.type, signatures.content
    FROM repositories JOIN signatures ON signatures.repository = repositories.id
    WHERE repositories.name = :repository AND signatures.subject = :subject
    AND signatures.revoked_at IS NULL AND signatures.name IS NOT NULL
    ORDER BY signatures.received, signatures.id
"""
_CARRIED = """
    SELECT id, subject FROM signatures
    WHERE repository = :repository AND digest = :digest AND name IS NULL AND revoked_at IS NULL
"""
_REVOKE = """
    UPDATE signatures SET revoked_at = :at, revoked_by = :by, reason = :reason, place = NULL
    WHERE id = :id AND revoked_at IS NULL
"""
_MOVE = """
    UPDATE signatures SET place = :to
    WHERE repository = :repository AND subject = :subject AND place = :place AND revoked_at IS NULL
"""
_TAGS = """
    SELECT tags.name FROM repositories JOIN tags ON tags.repository = repositories.id
    WHERE repositories.name = :repository AND tags.digest = :digest
    ORDER BY tags.name LIMIT :most
"""
_CONTENT = "SELECT content FROM signatures WHERE id = :id"
_PLACED = """
    SELECT signatures.digest, signatures.content
    FROM repositories JOIN signatures ON signatures.repository = repositories.id
    WHERE repositories.name = :repository AND signatures.subject = :subject AND signatures.place = :place
    AND signatures.revoked_at IS NULL
"""
_OF_DIGEST = """
    SELECT signatures.id, repositories.name, signatures.digest
    FROM signatures JOIN repositories ON repositories.id = signatures.repository
    WHERE signatures.subject = :subject AND signatures.place IS NOT NULL
    ORDER BY signatures.received, signatures.id LIMIT :most
"""
_OF_VAULTS = """
    SELECT signatures.digest, signatures.content
    FROM repositories JOIN signatures ON signatures.repository = repositories.id
    WHERE repositories.name = :repository AND signatures.subject = :subject
    AND signatures.format = 'kms' AND signatures.content IS NOT NULL AND signatures.revoked_at IS NULL
    ORDER BY signatures.received, signatures.id LIMIT :most
"""
_COUNT_OF_VAULTS = """
    SELECT COUNT(*) FROM repositories JOIN signatures ON signatures.repository = repositories.id
    WHERE repositories.name = :repository AND signatures.subject = :subject
    AND signatures.format = 'kms' AND signatures.content IS NOT NULL AND signatures.revoked_at IS NULL
"""
_REPOSITORY_NAME = "SELECT name FROM repositories WHERE id = :repository"
_HELD = """
    SELECT 1 FROM repositories JOIN manifests ON manifests.repository = repositories.id
    WHERE repositories.name = :repository AND manifests.digest = :digest
"""


class Named(msgspec.Struct, frozen=True):
    """A signature that a client gave a name: its 32 digits, type, digest, and size in bytes."""

    name: str
    type: str
    digest: str
    size: int


def repository_name(transaction: Transaction, repository: int) -> str:
    """The name of a repository."""
    row = transaction.row(_REPOSITORY_NAME, repository=repository)
    assert row is not None  # noqa: S101  # whoever has an identifier has it from its row
    return str(row[0])


def signature(row: Row) -> Signature:
    """A row of `COLUMNS` as a record."""
    return Signature(*row)


def add(transaction: Transaction, repository: int, new: New, place: int | None, by: str, at: int) -> str:
    """Add a row and give its identifier.

    Args:
        transaction: an open one, which has changed the subject's state.
        repository: its identifier.
        new: the signature.
        place: its number in the signature store, or None.
        by: the account that attached it; empty if nobody knows.
        at: when it was received, in microseconds since 1970.
    """
    identifier = str(uuid.uuid4())
    claims = new.claims
    transaction.run(
        _ADD,
        id=identifier,
        repository=repository,
        subject=new.subject,
        format=new.format,
        kind=claims.kind,
        type=new.type,
        media_type=new.media_type,
        digest=new.digest,
        size=new.size,
        content=new.content,
        name=new.name,
        place=place,
        signer=claims.signer,
        key=claims.key,
        fingerprint=claims.fingerprint,
        claimed=claims.claimed,
        reference=claims.reference,
        attached_by=by,
        received=at,
        via=new.via,
    )
    return identifier


def find(source: Database | Transaction, identifier: str) -> Signature | None:
    """The signature of that identifier, revoked or not."""
    row = source.row(_FIND, id=identifier)
    return None if row is None else signature(row)


def attached(database: Database, repository: str, subject: str, most: int) -> list[Signature]:
    """The live signatures of a manifest, of every format, the first received first."""
    found = database.rows(_ATTACHED, repository=repository, subject=subject, most=most)
    return [signature(row) for row in found]


def named(source: Database | Transaction, repository: str, subject: str, name: str) -> Signature | None:
    """The live signature that a client gave that name."""
    row = source.row(_NAMED, repository=repository, subject=subject, name=name)
    return None if row is None else signature(row)


def same(transaction: Transaction, repository: int, subject: str) -> list[Named]:
    """The live signatures of a manifest that came with a name, without their content."""
    return [Named(*row) for row in transaction.rows(_SAME, repository=repository, subject=subject)]


def listed(database: Database, repository: str, subject: str) -> list[tuple[str, str, bytes]]:
    """Name, type and content of the live signatures of a manifest that came with a name, in order."""
    found = database.rows(_LISTED, repository=repository, subject=subject)
    return [(row[0], row[1], bytes(row[2])) for row in found]


def carried(transaction: Transaction, repository: int, digest: str) -> list[tuple[str, str]]:
    """Identifier and subject of the live signatures that a manifest carries."""
    return [(row[0], row[1]) for row in transaction.rows(_CARRIED, repository=repository, digest=digest)]


def revoke(transaction: Transaction, identifier: str, by: str, reason: str) -> bool:
    """Mark a row as revoked; whether it was live. It leaves its place in the signature store."""
    return transaction.run(_REVOKE, id=identifier, at=now(), by=by, reason=reason) > 0


def move(transaction: Transaction, repository: int, subject: str, place: int, to: int) -> None:
    """Let the live signature at one place of the signature store stand at another, which is free."""
    transaction.run(_MOVE, repository=repository, subject=subject, place=place, to=to)


def content(database: Database, identifier: str) -> bytes | None:
    """The bytes of a signature that no manifest carries."""
    row = database.row(_CONTENT, id=identifier)
    return None if row is None or row[0] is None else bytes(row[0])


def tags(database: Database, repository: str, digest: str, most: int) -> list[str]:
    """The tags that stand for a manifest, in byte order."""
    return [row[0] for row in database.rows(_TAGS, repository=repository, digest=digest, most=most)]


def placed(database: Database, repository: str, subject: str, place: int) -> tuple[str, bytes] | None:
    """Digest and bytes of the signature at a place of the signature store."""
    row = database.row(_PLACED, repository=repository, subject=subject, place=place)
    return None if row is None else (row[0], bytes(row[1]))


def of_digest(database: Database, subject: str, most: int) -> list[tuple[str, str, str]]:
    """Identifier, repository and digest of the signatures in the store, of one digest in all repositories."""
    found = database.rows(_OF_DIGEST, subject=subject, most=most)
    return [(row[0], row[1], row[2]) for row in found]


def of_vaults(source: Database | Transaction, repository: str, subject: str) -> list[tuple[str, bytes]]:
    """Digest and bytes of the live signatures of a manifest by keys of a vault that no manifest carries."""
    found = source.rows(_OF_VAULTS, repository=repository, subject=subject, most=limits.KMS_SIGNATURES)
    return [(row[0], bytes(row[1])) for row in found]


def count_of_vaults(source: Database | Transaction, repository: str, subject: str) -> int:
    """How many these are."""
    row = source.row(_COUNT_OF_VAULTS, repository=repository, subject=subject)
    return 0 if row is None else int(row[0])


def held(source: Database | Transaction, repository: str, digest: str) -> bool:
    """Whether a repository holds a manifest."""
    return source.row(_HELD, repository=repository, digest=digest) is not None
