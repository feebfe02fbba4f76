"""The file as a record: one table for each part of the service, each a struct of its own module.

    [server]
    host = "127.0.0.1"
    port = 5000

    [storage]
    folder = "/srv/sealwright"

An unknown name anywhere is an error, so that no misspelt setting is silently nothing.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, StorageError
from sealwright.service.configuration.signed_only import SignedOnly

__all__ = ["Configuration", "Server", "Storage", "load"]


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[server]`: where it listens."""

    host: str = "127.0.0.1"
    port: int = 5000


class Storage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[storage]`: where content is kept.

    Attributes:
        folder: of everything that has no other place.
        database: `postgresql://…`, or empty for SQLite in the folder.
        blobs: `s3://bucket/prefix`, or empty for files in the folder.
        options: of the object store: `endpoint`, `region`, `access_key_id`, `secret_access_key`, ….
    """

    folder: str = ""
    database: str = ""
    blobs: str = ""
    options: dict[str, str] = {}


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    server: Server = Server()
    storage: Storage = Storage()
    signed_only: tuple[SignedOnly, ...] = ()


def load(path: Path | None, environment: Mapping[str, str]) -> Configuration:
    """Read the settings.

    Args:
        path: of the file, or None for what is set where nothing is.
        environment: of the process.

    Raises:
        DocumentError: `service.configuration-invalid`.
        StorageError: `file.unreadable`.
    """
    del environment
    if path is None:
        return Configuration()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError("file.unreadable", file=str(path), problem=error.strerror or str(error)) from None
    if len(content) > limits.CONFIG_FILE_BYTES:
        raise DocumentError("file.too-large", file=str(path), limit=limits.CONFIG_FILE_BYTES)
    try:
        return msgspec.toml.decode(content, type=Configuration)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentError("service.configuration-invalid", file=str(path), problem=str(error)) from None
