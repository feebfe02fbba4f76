"""A database of the service with any number of rows, put straight into its tables.

Of `count` rows in each table: half of the manifests are images, half refer to one. All are in one repository,
or ten in each. In the one repository a quarter of the manifests refer to the same image, ten of them with an
artifact type that no other has. Each image has two tags, and two GPG signatures by one of ten keys; one
key signed a single image, and ten signatures are revoked. Half of the records of verifications are of one
signature, the others of one each.
"""

import hashlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import psycopg

from sealwright import media_types
from sealwright.service.configuration.storage import Storage as Settings
from sealwright.service.storage import Storage, now

KINDS = ("application/vnd.example.common", "application/vnd.example.rare")
BYTES = 400
"""Of a manifest, and of a signature."""

_KEYS = 10
_RARE = 10
_ORDERED = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"
_ORDERED_THERE = "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%_pkey'"

Row = Sequence[str | int | bytes | None]


class Table(NamedTuple):
    """Rows for a table, in the order of these columns."""

    name: str
    columns: str
    rows: Iterator[Row]


class Filling:
    """What is in the tables.

    Args:
        count: rows in each table.
        many: whether there are ten in each repository, rather than all in one.
    """

    def __init__(self, count: int, *, many: bool) -> None:
        self.count = count
        self.many = many
        self.images = count // 2
        self.repositories = count // 10 if many else 1
        self.crowd = 0 if many else count // 4
        self._at = now()

    def name(self, image: int) -> str:
        """The repository of an image."""
        return f"team/app{image % self.repositories:06d}" if self.many else "team/monolith"

    def digest(self, manifest: int) -> str:
        return f"sha256:{hashlib.sha256(b'%d' % manifest).hexdigest()}"

    def key(self, image: int) -> str:
        """The key that signed an image; that of the last one signed no other."""
        number = _KEYS if image == self.images - 1 else image % _KEYS
        return f"{number:016x}"

    def signature(self, number: int) -> str:
        """The identifier of a signature."""
        return f"00000000-0000-4000-8000-{number:012x}"

    def any_image(self) -> int:
        """One of those that few refer to."""
        return random.randrange(self.crowd, self.images)  # noqa: S311  # no secret

    def tables(self) -> Iterator[Table]:
        """Every table with its rows."""
        yield Table("repositories", "id, name, created, manifest_count, tag_count", self._repositories())
        yield Table("blobs", "digest, size, created, touched", self._blobs())
        yield Table("repository_blobs", "repository, digest, created, touched", self._shown())
        columns = "repository, digest, media_type, size, subject, artifact_type, created, touched, content"
        yield Table("manifests", columns, self._manifests())
        yield Table("tags", "repository, name, digest, updated", self._tags())
        yield Table("signature_subjects", "repository, subject, changes, places", self._subjects())
        columns = (
            "id, repository, subject, format, kind, type, media_type, digest, size, content, name, place, "
            "signer, key, fingerprint, claimed, reference, attached_by, received, via, "
            "revoked_at, revoked_by, reason"
        )
        yield Table("signatures", columns, self._signatures())
        columns = (
            "signature, number, subject, digest, at, made_by, maker, result, key, expected, reason, problem, "
            "language, policy, evidence, verdict"
        )
        yield Table("verifications", columns, self._verifications())

    def _repositories(self) -> Iterator[Row]:
        each = self.count // self.repositories
        for number in range(self.repositories):
            yield number + 1, self.name(number), self._at, each, each

    def _repository(self, image: int) -> int:
        return image % self.repositories + 1

    def _blobs(self) -> Iterator[Row]:
        for number in range(self.count):
            yield self.digest(number), BYTES, self._at, self._at

    def _shown(self) -> Iterator[Row]:
        for number in range(self.count):
            yield self._repository(number), self.digest(number), self._at, self._at

    def _manifests(self) -> Iterator[Row]:
        content = b"{" + b" " * (BYTES - 2) + b"}"
        for number in range(self.count):
            image = number % self.images
            subject = kind = None
            if number >= self.images:
                subject = self.digest(0 if image < self.crowd else image)
                kind = KINDS[image < _RARE]
                image = 0 if image < self.crowd else image
            head = (self._repository(image), self.digest(number), media_types.IMAGE_MANIFEST, BYTES)
            yield *head, subject, kind, self._at, self._at, content

    def _tags(self) -> Iterator[Row]:
        for number in range(self.count):
            image = number % self.images
            yield self._repository(image), tag(number), self.digest(image), self._at

    def _subjects(self) -> Iterator[Row]:
        for image in range(self.images):
            yield self._repository(image), self.digest(image), 2, 2

    def _signatures(self) -> Iterator[Row]:
        content = b"g" * BYTES
        for number in range(self.count):
            image = number % self.images
            key, digest = self.key(image), self.digest(-number - 1)
            revoked = image % (self.images // _RARE) == 7 and number >= self.images
            yield (
                self.signature(number),
                self._repository(image),
                self.digest(image),
                "simple",
                "simple",
                "atomic",
                "application/octet-stream",
                digest,
                BYTES,
                content,
                digest[-32:],
                None if revoked else number // self.images + 1,
                f"signer {key}",
                key,
                key.rjust(40, "0"),
                self._at,
                self.name(image),
                "somebody",
                self._at - number,
                "extension",
                *((self._at, "somebody", "why not") if revoked else (None, None, None)),
            )

    def _verifications(self) -> Iterator[Row]:
        for number in range(self.count):
            alone = number < self.images
            signature = number if alone else 0
            image = signature % self.images
            yield (
                self.signature(signature),
                1 if alone else number - self.images + 2,
                self.digest(image),
                self.digest(-signature - 1),
                self._at,
                "somebody",
                "client",
                "verified",
                self.key(image).rjust(40, "0"),
                self.name(image),
                "",
                "",
                "containers",
                self.digest(0),
                "[]",
                "{" + " " * (BYTES - 2) + "}",
            )


def tag(number: int) -> str:
    return f"v{number:07d}"


def fill(settings: Settings, filling: Filling) -> None:
    """Make the tables and put everything in."""
    fill_tables(settings, filling.tables())


def fill_tables(settings: Settings, tables: Iterator[Table]) -> None:
    """Make the tables and put rows in. What is found by an index is entered there at the end."""
    Storage.open(settings).close()
    if settings.database:
        _fill_postgres(settings.database, tables)
    else:
        _fill_sqlite(Path(settings.folder) / "sealwright.db", tables)


_LOOKED_THROUGH = """
    INSERT INTO signatures_brought_in (id, repository, digest, finished) VALUES (1, 0, '', 1)
    ON CONFLICT (id) DO UPDATE SET finished = 1
"""
"""As it stands in a service that has run for a while: there are no manifests from before."""


def _fill_sqlite(path: Path, tables: Iterator[Table]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for setting in ("journal_mode = MEMORY", "synchronous = OFF", "cache_size = -1000000"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN")
        for table in tables:
            indexes = [row[0] for row in connection.execute(_ORDERED, (table.name,))]
            for sql in indexes:
                connection.execute(f"DROP INDEX {_index_name(sql)}")
            into = f"INSERT INTO {table.name} ({table.columns})"
            marks = ", ".join("?" * len(table.columns.split(",")))
            connection.executemany(f"{into} VALUES ({marks})", table.rows)
            for sql in indexes:
                connection.execute(sql)
        connection.execute(_LOOKED_THROUGH)
        connection.execute("COMMIT")


def _fill_postgres(url: str, tables: Iterator[Table]) -> None:
    with psycopg.connect(url) as connection:
        for table in tables:
            indexes = [row[0] for row in connection.execute(_ORDERED_THERE, (table.name,))]
            later = [sql for sql in indexes if f"{table.name}_name_key" not in sql]
            for sql in later:
                connection.execute(f"DROP INDEX {_index_name(sql)}".encode())
            with connection.cursor().copy(f"COPY {table.name} ({table.columns}) FROM STDIN".encode()) as copy:
                for row in table.rows:
                    copy.write_row(row)
            for sql in later:
                connection.execute(sql.encode())
        connection.execute(_LOOKED_THROUGH)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")  # as PostgreSQL does by itself, a little later


def _index_name(sql: str) -> str:
    return sql.partition(" INDEX ")[2].split()[0]
