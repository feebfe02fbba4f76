"""`seal serve --check-config`: whether the service could start, found out without changing anything."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from sealwright import limits
from sealwright.errors import SealwrightError, StorageError
from sealwright.service.configuration import Configuration
from sealwright.service.lookaside.folder import SharedFolder
from sealwright.service.serving import addresses
from sealwright.service.signatures.signed_only.policies import Policies
from sealwright.service.signatures.signed_only.rules import Rules
from sealwright.service.storage import schema
from sealwright.service.tls import Certificate
from sealwright.service.web.client_address import Proxies

__all__ = ["problems"]

_COUNT = "SELECT count(*) FROM migrations"


def problems(configuration: Configuration, tell: Callable[[str], None]) -> list[SealwrightError]:
    """What keeps the service from starting; empty if nothing does.

    Args:
        configuration: the settings.
        tell: told in sentences what was found to be right.
    """
    found: list[SealwrightError] = []
    content = (
        (_shared,) if configuration.server.lookaside_only else (_folder, _database, _blobs, _signed_only)
    )
    for check in (_addresses, _certificate, _proxies, *content):
        try:
            said = check(configuration)
        except SealwrightError as error:
            found.append(error)
        else:
            if said:
                tell(said)
    return found


def _addresses(configuration: Configuration) -> str:
    server = configuration.server
    found = addresses(server.host, public=bool(server.lookaside_only))
    return f"address: {' and '.join(place for _, place in found)}, port {server.port}"


def _certificate(configuration: Configuration) -> str:
    server = configuration.server
    if not server.tls_certificate and not server.tls_key:
        return "TLS: off"
    Certificate(server.tls_certificate, server.tls_key)
    return f"TLS: {server.tls_certificate}"


def _proxies(configuration: Configuration) -> str:
    Proxies(configuration.server.trusted_proxies)
    return ""


def _shared(configuration: Configuration) -> str:
    """The signatures can be read."""
    SharedFolder(Path(configuration.server.lookaside_only))
    return f"signatures: {configuration.server.lookaside_only}"


def _folder(configuration: Configuration) -> str:
    """The folder can be written, or made."""
    folder = Path(configuration.storage.folder)
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    problem = ""
    if not place.is_dir():
        problem = f"{place} is not a folder"
    elif not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        problem = f"{place} may not be written to"
    if problem:
        raise StorageError("service.folder-unusable", folder=str(folder), problem=problem)
    return f"folder: {folder}{'' if folder.exists() else ', to be made'}"


def _database(configuration: Configuration) -> str:
    """The database answers, and was not made by a newer program."""
    known = len(schema.migrations())
    if configuration.storage.database:
        applied = _applied_on_server(configuration.storage.database)
    else:
        applied = _applied_in(Path(configuration.storage.folder))
    if applied > known:
        raise StorageError(
            "service.database-unusable",
            problem=f"it has {applied} migrations, and this program knows {known}",
        )
    return f"database: at migration {applied} of {known}"


def _applied_in(folder: Path) -> int:
    file = folder / "sealwright.db"
    if not file.exists():
        return 0
    try:
        connection = sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)
        try:
            return int(connection.execute(_COUNT).fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StorageError("service.database-unusable", problem=str(error)) from None


def _applied_on_server(url: str) -> int:
    import psycopg  # noqa: PLC0415  # an extra

    there = "SELECT to_regclass('migrations') IS NOT NULL"
    try:
        with psycopg.connect(url, connect_timeout=limits.READINESS_SECONDS) as connection:
            if not (connection.execute(there).fetchone() or (False,))[0]:
                return 0
            return int((connection.execute(_COUNT).fetchone() or (0,))[0])
    except psycopg.Error as error:
        raise StorageError("service.database-unusable", problem=_without_secrets(str(error), url)) from None


def _blobs(configuration: Configuration) -> str:
    """The object store answers."""
    storage = configuration.storage
    if not storage.blobs:
        return "blobs: files in the folder"
    from obstore import exceptions  # noqa: PLC0415  # an extra
    from obstore.store import from_url  # noqa: PLC0415  # the same

    try:
        store = from_url(
            storage.blobs,
            config=storage.options,  # type: ignore[call-overload]  # names are the object store's matter
            retry_config={"max_retries": 0},
            client_options={"allow_http": True, "timeout": "5s"},
        )
        next(iter(store.list(chunk_size=1)), None)
    except (exceptions.BaseError, ValueError, OSError) as error:
        problem = str(error).partition("\n")[0]
        for secret in storage.options.values():
            problem = problem.replace(secret, "…") if len(secret) > 3 else problem  # noqa: PLR2004  # no secret
        raise StorageError("service.blobs-unusable", place=storage.blobs, problem=problem) from None
    return f"blobs: {storage.blobs}"


def _signed_only(configuration: Configuration) -> str:
    """The policies can be read."""
    tables = Rules(configuration.signed_only).tables
    policies = Policies()
    for table in tables:
        if table.mode != "off" and (fault := policies.look(table).fault) is not None:
            raise fault
    return f"signed only: {len(tables)} table(s)" if tables else ""


def _without_secrets(problem: str, url: str) -> str:
    """The first line of what a client of the database says, without the password."""
    line = problem.strip().partition("\n")[0]
    password = url.partition("://")[2].rpartition("@")[0].partition(":")[2]
    return line.replace(url, "…").replace(password, "…") if password else line
