"""The file as a record: one table for each part of the service, each a struct of its own module.

    [server]
    host = "127.0.0.1"
    port = 5000

    [storage]
    folder = "/srv/sealwright"

An unknown name anywhere is an error, so that no misspelt setting is silently nothing. Every problem of the
file and of the environment is told, not only the first.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec

from sealwright import limits
from sealwright.errors import DocumentError, StorageError
from sealwright.service.configuration import environment, places, tables
from sealwright.service.configuration.accounts import Accounts
from sealwright.service.configuration.approvals import Approvals
from sealwright.service.configuration.authority import Authority
from sealwright.service.configuration.bounds import Limits
from sealwright.service.configuration.gc import Gc
from sealwright.service.configuration.log import Log
from sealwright.service.configuration.oracle import Oracle
from sealwright.service.configuration.quotas import Quota
from sealwright.service.configuration.server import Server
from sealwright.service.configuration.signed_only import SignedOnly
from sealwright.service.configuration.storage import Storage
from sealwright.service.configuration.tunnel import Tunnel
from sealwright.service.configuration.vault import Vault

__all__ = ["Configuration", "load"]


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    server: Server = Server()
    storage: Storage = Storage()
    limits: Limits = Limits()
    log: Log = Log()
    accounts: Accounts = Accounts()
    gc: Gc = Gc()
    quotas: tuple[Quota, ...] = ()
    signed_only: tuple[SignedOnly, ...] = ()
    authority: tuple[Authority, ...] = ()
    approvals: Approvals = Approvals()
    vault: Vault = Vault()
    oracle: Oracle = Oracle()
    tunnel: Tunnel = Tunnel()

    @classmethod
    def on(cls, folder: Path, host: str = "127.0.0.1", port: int = 0) -> Self:
        """Everything as it is by default, on a folder and a port (0: a free one)."""
        return cls(server=Server(host=host, port=port), storage=Storage(folder=str(folder)))


def load(path: Path | None, variables: Mapping[str, str]) -> Configuration:
    """Read the settings.

    Args:
        path: of the file, or None for what is set where nothing is.
        variables: the environment of the process; `SEALWRIGHT_SERVE_TABLE_KEY` goes before the file.

    Raises:
        DocumentError: `service.setting-invalid`, `service.setting-unknown`, `service.configuration-invalid`,
            `service.variable-unknown`, `file.too-large`; the first one, with `others`.
        StorageError: `file.unreadable`.
    """
    text, settings = _read(path) if path is not None else ("", {})
    problems: list[tables.Problem] = []
    values = tables.convert(
        Configuration, settings, Path(path.parent) if path is not None else None, problems
    )
    file = str(path)
    complaints = [
        DocumentError(p.code, file=file, line=line, column=column, **p.data)
        for p in problems
        for line, column in [places.find(text, p.path)]
    ]
    found, faults = environment.settings(Configuration, variables)
    complaints += faults
    if complaints:
        first, *others = complaints
        first.others = tuple(others)
        raise first
    return tables.build(Configuration, values, found)


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    file = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError("file.unreadable", file=file, problem=error.strerror or str(error)) from None
    if len(content) > limits.CONFIG_FILE_BYTES:
        raise DocumentError("file.too-large", file=file, limit=limits.CONFIG_FILE_BYTES)
    try:
        text = content.decode()
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        raise DocumentError("service.configuration-invalid", file=file, problem="not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem, line, column = places.of_error(str(error) or "nested too deeply")
        raise DocumentError(
            "service.configuration-invalid", file=file, line=line, column=column, problem=problem
        ) from None
