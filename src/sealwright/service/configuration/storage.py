"""`[storage]`: where content is kept."""

import msgspec

from sealwright.service.configuration.kinds import Place

__all__ = ["Storage"]


class Storage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where content is kept.

    Attributes:
        folder: of everything that has no other place. Empty: the one that `--folder` gives, else
            `sealwright/registry` in the user's data folder.
        database: `postgresql://…`, or empty for SQLite in the folder.
        blobs: `s3://bucket/prefix`, or empty for files in the folder.
        options: of the object store: `endpoint`, `region`, `access_key_id`, `secret_access_key`, ….
    """

    folder: Place = ""
    database: str = ""
    blobs: str = ""
    options: dict[str, str] = {}
