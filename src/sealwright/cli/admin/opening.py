"""Which service is administered, and who does it."""

import contextlib
import functools
import os
import pwd
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli import options, service_settings

if TYPE_CHECKING:
    from sealwright.service.registry.content import Content
    from sealwright.service.storage import Database, Storage

__all__ = ["actor", "with_content", "with_database", "with_settings", "with_storage"]


def with_settings(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--folder` and `--config`; the function gets the settings of the service as its first argument."""

    @click.option("--config", type=options.path_type, metavar="FILE", help="The settings of the service.")
    @click.option(
        "--folder",
        type=options.path_type,
        metavar="DIR",
        help="The folder of the service, as for seal serve.",
    )
    @functools.wraps(function)
    def run(*args: Any, folder: Path | None, config: Path | None, **kwargs: Any) -> Any:
        return function(service_settings.load(config, folder), *args, **kwargs)

    return run


def with_database(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same with the open database, brought up to date, instead: a server may be running."""

    @with_settings
    @functools.wraps(function)
    def run(settings: Any, *args: Any, **kwargs: Any) -> Any:
        from sealwright.service.storage import open_database  # noqa: PLC0415  # not for the help

        database: Database = open_database(settings.storage)
        try:
            database.migrate()
            return function(database, *args, **kwargs)
        finally:
            database.close()

    return run


def with_storage(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same with the storage, as it is: a server may be running."""

    @with_settings
    @functools.wraps(function)
    def run(settings: Any, *args: Any, **kwargs: Any) -> Any:
        from sealwright.service import storage  # noqa: PLC0415  # not for the help

        opened: Storage = storage.Storage.beside(settings.storage)
        try:
            return function(opened, *args, **kwargs)
        finally:
            opened.close()

    return run


def with_content(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same with the content of the registry, and with what signatures add to it."""

    @with_settings
    @functools.wraps(function)
    def run(settings: Any, *args: Any, **kwargs: Any) -> Any:
        from sealwright.service.assembly.content import content_beside  # noqa: PLC0415  # not for the help

        opened: Content = content_beside(settings)
        try:
            return function(opened, *args, **kwargs)
        finally:
            opened.close()

    return run


def actor() -> str:
    """Whoever runs the command, for the audit log."""
    name = os.environ.get("SUDO_USER")
    if not name:
        with contextlib.suppress(KeyError):  # a user without an entry, as in containers
            name = pwd.getpwuid(os.getuid()).pw_name
    return f"local:{name or os.getuid()}"
