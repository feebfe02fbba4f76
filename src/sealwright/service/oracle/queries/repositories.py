"""What is known of repositories besides what the registry knows."""

from collections.abc import Callable

import msgspec

from sealwright.service.oracle.queries.listing import Source
from sealwright.service.storage import Database, Row, Transaction, now

__all__ = [
    "SOURCE",
    "Added",
    "Repository",
    "Totals",
    "add",
    "count",
    "find",
    "live",
    "move",
    "pushed",
    "remove",
    "repository",
    "totals",
    "update",
]

_PUBLIC = """
    (SELECT COUNT(*) FROM grants JOIN accounts ON accounts.id = grants.account
     WHERE accounts.name = 'anonymous' AND grants.pattern = repositories.name AND grants.held = 'pull')
"""
_LAYERS = """
    (SELECT COUNT(*) FROM repository_blobs WHERE repository_blobs.repository = oracle_repositories.repository)
"""
_SHOWN = f"""
    oracle_repositories.id, oracle_repositories.repository, repositories.name,
    oracle_repositories.compartment, oracle_repositories.name, oracle_repositories.state,
    oracle_repositories.immutable, {_PUBLIC}, oracle_repositories.readme, oracle_repositories.readme_format,
    oracle_repositories.freeform, oracle_repositories.defined, oracle_repositories.created,
    oracle_repositories.created_by, oracle_repositories.pushed, oracle_repositories.images, CASE WHEN
    oracle_repositories.state = 'AVAILABLE' THEN repositories.blob_bytes ELSE 0 END, CASE WHEN
    oracle_repositories.state = 'AVAILABLE' THEN {_LAYERS} ELSE 0 END, oracle_repositories.revision
"""
_JOINED = "FROM oracle_repositories JOIN repositories ON repositories.id = oracle_repositories.repository"
_FIND = f"SELECT {_SHOWN} {_JOINED} WHERE oracle_repositories.id = :id"
_LIVE = f"""
    SELECT {_SHOWN} {_JOINED}
    WHERE oracle_repositories.repository = :repository AND oracle_repositories.state = 'AVAILABLE'
"""
_ADD = """
    INSERT INTO oracle_repositories
      (id, repository, compartment, name, state, immutable, readme, readme_format, freeform, defined, created,
       created_by, pushed, images, revision)
    VALUES
      (:id, :repository, :compartment, :name, 'AVAILABLE', :immutable, :readme, :readme_format, :freeform,
       :defined, :at, :by, 0, 0, 0)
    ON CONFLICT DO NOTHING
"""
_UPDATE = """
    UPDATE oracle_repositories SET
      immutable = :immutable, readme = :readme, readme_format = :readme_format, freeform = :freeform,
      defined = :defined, revision = revision + 1
    WHERE id = :id
"""
_REMOVE = """
    UPDATE oracle_repositories SET state = 'DELETED', images = 0, revision = revision + 1 WHERE id = :id
"""
_MOVES = (
    "UPDATE oracle_repositories SET compartment = :compartment, revision = revision + 1 WHERE id = :id",
    "UPDATE oracle_images SET compartment = :compartment WHERE home = :id",
    "UPDATE oracle_signatures SET compartment = :compartment WHERE home = :id",
)
_PUSHED = "UPDATE oracle_repositories SET pushed = :at WHERE id = :id"
_COUNT = "UPDATE oracle_repositories SET images = images + :more WHERE id = :id"
_TOTALS = f"""
    SELECT repositories.name, oracle_repositories.images, {_LAYERS}, repositories.blob_bytes
    {_JOINED} WHERE oracle_repositories.state = 'AVAILABLE'
"""
_TOTALS_IN = f"{_TOTALS} AND oracle_repositories.compartment = :compartment"

SOURCE = Source(
    "oracle_repositories", "created", "name", ("compartment",), _SHOWN, computed={"public": _PUBLIC}
)
"""How repositories are listed."""


class Repository(msgspec.Struct, frozen=True):
    """A repository.

    Attributes:
        id: its identifier.
        row: that of the registry.
        full: its name in the registry.
        compartment: its compartment; empty for the root.
        name: without the namespace.
        state: AVAILABLE or DELETED.
        immutable: 1 if no tag may be moved.
        public: 1 if everybody may pull.
        readme: its text.
        readme_format: what the text is written in; empty if there is none.
        freeform: tags, as JSON.
        defined: tags, as JSON.
        created: in microseconds since 1970.
        created_by: the account; empty if nobody knows.
        pushed: when anything was last pushed, or 0.
        images: how many.
        bytes: of its blobs.
        layers: how many blobs.
        revision: grows with each change.
    """

    id: str
    row: int
    full: str
    compartment: str
    name: str
    state: str
    immutable: int
    public: int
    readme: str
    readme_format: str
    freeform: str
    defined: str
    created: int
    created_by: str
    pushed: int
    images: int
    bytes: int
    layers: int
    revision: int


class Added(msgspec.Struct, frozen=True):
    """A repository to be made: as `Repository`."""

    id: str
    row: int
    compartment: str
    name: str
    by: str
    immutable: int = 0
    readme: str = ""
    readme_format: str = ""
    freeform: str = "{}"
    defined: str = "{}"
    created: int | None = None


class Totals(msgspec.Struct):
    """What some repositories hold."""

    repositories: int = 0
    images: int = 0
    layers: int = 0
    bytes: int = 0


def repository(row: Row) -> Repository:
    """A row of what is shown as a record."""
    return Repository(*row)


def find(source: Database | Transaction, identifier: str) -> Repository | None:
    """The repository of an identifier, deleted or not."""
    row = source.row(_FIND, id=identifier)
    return None if row is None else Repository(*row)


def live(source: Database | Transaction, repository: int) -> Repository | None:
    """What is known of a repository of the registry that was not deleted.

    Args:
        source: where.
        repository: the registry's row of it.
    """
    row = source.row(_LIVE, repository=repository)
    return None if row is None else Repository(*row)


def add(transaction: Transaction, added: Added) -> bool:
    """Make a repository; whether there was none."""
    made = transaction.run(
        _ADD,
        id=added.id,
        repository=added.row,
        compartment=added.compartment,
        name=added.name,
        immutable=added.immutable,
        readme=added.readme,
        readme_format=added.readme_format,
        freeform=added.freeform,
        defined=added.defined,
        at=now() if added.created is None else added.created,
        by=added.by,
    )
    return made == 1


def update(
    transaction: Transaction,
    identifier: str,
    *,
    immutable: int,
    readme: str,
    readme_format: str,
    freeform: str,
    defined: str,
) -> None:
    """Change what people say of a repository."""
    transaction.run(
        _UPDATE,
        id=identifier,
        immutable=immutable,
        readme=readme,
        readme_format=readme_format,
        freeform=freeform,
        defined=defined,
    )


def remove(transaction: Transaction, identifier: str) -> None:
    """Mark a repository as deleted."""
    transaction.run(_REMOVE, id=identifier)


def move(transaction: Transaction, identifier: str, compartment: str) -> None:
    """Put a repository with all that is in it into another compartment."""
    for sql in _MOVES:
        transaction.run(sql, id=identifier, compartment=compartment)


def pushed(transaction: Transaction, identifier: str) -> None:
    """Note that something was pushed just now."""
    transaction.run(_PUSHED, id=identifier, at=now())


def count(transaction: Transaction, identifier: str, more: int) -> None:
    """Note that it has so many images more."""
    transaction.run(_COUNT, id=identifier, more=more)


def totals(database: Database, compartment: str | None, visible: Callable[[str], bool]) -> Totals:
    """What the repositories of a compartment hold, or all of them (None), as far as they may be seen."""
    if compartment is None:
        rows = database.rows(_TOTALS)
    else:
        rows = database.rows(_TOTALS_IN, compartment=compartment)
    found = Totals()
    for name, images, layers, held in rows:
        if visible(name):
            found.repositories += 1
            found.images += images
            found.layers += layers
            found.bytes += held
    return found
