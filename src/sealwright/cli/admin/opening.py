"""Which service is administered, and who does it."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sealwright.cli import here, options

if TYPE_CHECKING:
    from sealwright.service.storage import Database

__all__ = ["actor", "with_database"]


def with_database(function: Callable[..., None]) -> Callable[..., None]:
    """`--folder` and `--config`; the function gets the open database as its first argument."""

    @click.option("--config", type=options.path_type, metavar="FILE", help="The settings of the service.")
    @click.option(
        "--folder",
        type=options.path_type,
        metavar="DIR",
        help="The folder of the service, as for seal serve.",
    )
    @functools.wraps(function)
    def run(*args: Any, folder: Path | None, config: Path | None, **kwargs: Any) -> None:
        with _database(folder, config) as database:
            function(database, *args, **kwargs)

    return run


@contextmanager
def _database(folder: Path | None, config: Path | None) -> "Iterator[Database]":
    """The database of a service, without the lock on its folder: a server may be running."""
    from sealwright.service import configuration  # noqa: PLC0415  # not for the help
    from sealwright.service.storage import open_database  # noqa: PLC0415  # the same

    settings = configuration.load(config, os.environ).storage
    place = folder or settings.folder or here.registry_folder()
    database = open_database(msgspec.structs.replace(settings, folder=str(place)))
    try:
        database.migrate()
        yield database
    finally:
        database.close()


def actor() -> str:
    """Whoever runs the command, for the audit log."""
    name = os.environ.get("SUDO_USER") or os.environ.get("LOGNAME") or os.environ.get("USER")
    return f"local:{name or os.getuid()}"
