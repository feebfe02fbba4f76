"""Every kind of storage that a service may have, for tests that must hold on all of them."""

from pathlib import Path

from sealwright.service.configuration.storage import Storage as Settings
from world.object_store import ObjectStore
from world.postgres import PostgresServer

__all__ = ["KINDS", "Storages"]

KINDS = ("folder", "postgres", "objects", "shared")
"""All in a folder; the database elsewhere; the blobs elsewhere; both elsewhere."""


class Storages:
    """Makes storage settings of each kind; servers are started when the first kind wants them.

    Args:
        folder: for what is kept in files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._postgres: PostgresServer | None = None
        self._objects: ObjectStore | None = None

    @property
    def postgres(self) -> PostgresServer:
        """The database server."""
        if self._postgres is None:
            self._postgres = PostgresServer()
        return self._postgres

    @property
    def objects(self) -> ObjectStore:
        """The object store."""
        if self._objects is None:
            self._objects = ObjectStore(self._folder / "objects")
        return self._objects

    def settings(self, kind: str) -> Settings:
        """A storage of a kind, with nothing in it."""
        self._count += 1
        postgres = kind in ("postgres", "shared")
        objects = kind in ("objects", "shared")
        return Settings(
            folder="" if kind == "shared" else str(self._folder / f"storage-{self._count}"),
            database=self.postgres.database() if postgres else "",
            blobs=self.objects.bucket() if objects else "",
            options=self.objects.options if objects else {},
        )

    def close(self) -> None:
        """Stop what was started."""
        for server in (self._postgres, self._objects):
            if server is not None:
                server.stop()
