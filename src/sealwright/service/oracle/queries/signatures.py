"""What is known of the signatures of images besides the table of all signatures."""

import msgspec

from sealwright.service.oracle.queries.listing import Source
from sealwright.service.storage import Database, Row, Transaction, now

__all__ = [
    "SOURCE",
    "Added",
    "Signature",
    "add",
    "count",
    "find",
    "note_tags",
    "of_image",
    "reattach",
    "signature",
]

_SHOWN = """
    oracle_signatures.id, oracle_signatures.signature, repositories.name, oracle_signatures.compartment,
    oracle_signatures.image, oracle_signatures.title, oracle_signatures.digest, oracle_signatures.key,
    oracle_signatures.key_version, oracle_signatures.algorithm, oracle_signatures.problem,
    oracle_signatures.state, oracle_signatures.freeform, oracle_signatures.defined, oracle_signatures.created,
    oracle_signatures.created_by, oracle_signatures.revision, signatures.content
"""
_JOIN_SIGNATURES = "JOIN signatures ON signatures.id = oracle_signatures.signature"
_JOINED = f"""
    FROM oracle_signatures JOIN repositories ON repositories.id = oracle_signatures.repository
    {_JOIN_SIGNATURES}
"""
_FIND = f"SELECT {_SHOWN} {_JOINED} WHERE oracle_signatures.id = :id"
_OF_IMAGE = f"""
    SELECT {_SHOWN} {_JOINED}
    WHERE oracle_signatures.state = :state AND oracle_signatures.image = :image
    ORDER BY oracle_signatures.created, oracle_signatures.id LIMIT :most
"""
_COUNT = "SELECT COUNT(*) FROM oracle_signatures WHERE state = 'AVAILABLE' AND image = :image"
_ADD = """
    INSERT INTO oracle_signatures
      (id, signature, repository, home, image, compartment, name, title, digest, key, key_version, algorithm,
       problem, state, freeform, defined, created, created_by, revision)
    VALUES
      (:id, :signature, :repository, :home, :image, :compartment, :name, :title, :digest, :key, :key_version,
       :algorithm, :problem, 'AVAILABLE', :freeform, :defined, :at, :by, 0)
"""
_NOTE_TAGS = """
    UPDATE oracle_signatures SET freeform = :freeform, defined = :defined, revision = revision + 1
    WHERE id = :id
"""
_REATTACH = """
    UPDATE oracle_signatures SET signature = :signature, state = 'AVAILABLE', revision = revision + 1
    WHERE id = :id
"""

SOURCE = Source(
    "oracle_signatures",
    "created",
    "title",
    ("image", "digest", "home", "name", "key_version", "key", "compartment"),
    _SHOWN,
    _JOIN_SIGNATURES,
)
"""How signatures are listed."""


class Signature(msgspec.Struct, frozen=True):
    """A signature of an image.

    Attributes:
        id: its identifier.
        row: its row in the table of all signatures.
        full: the name of its repository in the registry.
        compartment: its compartment; empty for the root.
        image: the identifier of the image.
        title: what it is called.
        digest: of the image.
        key: the identifier of the key.
        key_version: that of its version.
        algorithm: by Oracle's name.
        problem: what was wrong with it when it came; empty for nothing.
        state: AVAILABLE or DELETED.
        freeform: tags, as JSON.
        defined: tags, as JSON.
        created: in microseconds since 1970.
        created_by: the account.
        revision: grows with each change.
        content: what is kept (`formats.kms.content`).
    """

    id: str
    row: str
    full: str
    compartment: str
    image: str
    title: str
    digest: str
    key: str
    key_version: str
    algorithm: str
    problem: str
    state: str
    freeform: str
    defined: str
    created: int
    created_by: str
    revision: int
    content: bytes


class Added(msgspec.Struct, frozen=True):
    """A signature to be noted: as `Signature`, with the row and the name of its repository."""

    id: str
    row: str
    repository: int
    home: str
    image: str
    compartment: str
    name: str
    title: str
    digest: str
    key: str
    key_version: str
    algorithm: str
    problem: str
    freeform: str
    defined: str
    by: str


def signature(row: Row) -> Signature:
    """A row of what is shown as a record."""
    return Signature(*(*row[:-1], bytes(row[-1])))


def find(source: Database | Transaction, identifier: str) -> Signature | None:
    """The signature of an identifier, deleted or not."""
    row = source.row(_FIND, id=identifier)
    return None if row is None else signature(row)


def of_image(
    source: Database | Transaction, image: str, most: int, state: str = "AVAILABLE"
) -> list[Signature]:
    """The signatures of an image, the oldest first."""
    return [signature(row) for row in source.rows(_OF_IMAGE, image=image, state=state, most=most)]


def count(source: Database | Transaction, image: str) -> int:
    """How many signatures an image has."""
    row = source.row(_COUNT, image=image)
    assert row is not None  # noqa: S101  # a count is always given
    return int(row[0])


def add(transaction: Transaction, added: Added) -> None:
    """Note a signature."""
    transaction.run(
        _ADD,
        id=added.id,
        signature=added.row,
        repository=added.repository,
        home=added.home,
        image=added.image,
        compartment=added.compartment,
        name=added.name,
        title=added.title,
        digest=added.digest,
        key=added.key,
        key_version=added.key_version,
        algorithm=added.algorithm,
        problem=added.problem,
        freeform=added.freeform,
        defined=added.defined,
        at=now(),
        by=added.by,
    )


def note_tags(transaction: Transaction, identifier: str, freeform: str, defined: str) -> None:
    """Change what people note on a signature."""
    transaction.run(_NOTE_TAGS, id=identifier, freeform=freeform, defined=defined)


def reattach(transaction: Transaction, identifier: str, row: str) -> None:
    """Let a signature whose image was restored stand again, with a new row in the table of all signatures."""
    transaction.run(_REATTACH, id=identifier, signature=row)
