"""`seal serve --check-config`: whether the service could start, found out without changing anything."""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from sealwright.errors import SealwrightError, StorageError
from sealwright.keys.pkcs11.kept import KeptKeys
from sealwright.service.authority import offices
from sealwright.service.configuration import Configuration
from sealwright.service.lookaside.folder import SharedFolder
from sealwright.service.sealing.roots import kinds, master
from sealwright.service.sealing.roots.opening import roots_of
from sealwright.service.sealing.roots.tokens import passphrases_of
from sealwright.service.serving import addresses
from sealwright.service.signatures.signed_only.policies import Policies
from sealwright.service.signatures.signed_only.rules import Rules
from sealwright.service.storage import open_blobs, open_database, schema
from sealwright.service.tls import Certificate
from sealwright.service.web.client_address import Proxies

__all__ = ["problems"]


def problems(configuration: Configuration, tell: Callable[[str], None]) -> list[SealwrightError]:
    """What keeps the service from starting; empty if nothing does.

    Args:
        configuration: the settings.
        tell: told in sentences what was found to be right.
    """
    logging.getLogger().addHandler(logging.NullHandler())  # what libraries say of it, we say in one line
    found: list[SealwrightError] = []
    everything = (_folder, _database, _blobs, _signed_only, _authority, _vault, _tunnel)
    content = (_shared,) if configuration.server.lookaside_only else everything
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
    found = addresses(server.host)
    return f"address: {' and '.join(place for _, place in found)}, port {server.port}"


def _certificate(configuration: Configuration) -> str:
    server = configuration.server
    if not server.tls_certificate and not server.tls_key:
        return "TLS: off"
    Certificate(server.tls_certificate, server.tls_key)
    return f"TLS: {server.tls_certificate}"


def _tunnel(configuration: Configuration) -> str:
    """The tunnel has somewhere to lead to, and an address."""
    tunnel = configuration.tunnel
    if tunnel.port is None:
        return ""
    tunnel.require_use(served=configuration.oracle.served)
    found = addresses(tunnel.host)
    return f"tunnel: {' and '.join(place for _, place in found)}, port {tunnel.port}"


def _proxies(configuration: Configuration) -> str:
    Proxies(configuration.server.trusted_proxies)
    return ""


def _shared(configuration: Configuration) -> str:
    """The signatures can be read."""
    SharedFolder(Path(configuration.server.lookaside_only))
    return f"signatures: {configuration.server.lookaside_only}"


def _folder(configuration: Configuration) -> str:
    """The folder can be written, or made, if anything is kept there."""
    if configuration.storage.database and configuration.storage.blobs:
        return ""
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
    """The database answers, and no newer program was there."""
    storage = configuration.storage
    known = len(schema.migrations())
    if not storage.database and not (Path(storage.folder) / "sealwright.db").exists():
        return f"database: to be made, with {known} migrations"
    database = open_database(storage)
    try:
        lacking = len(database.lacking())
    finally:
        database.close()
    return f"database: {database.place}, at migration {known - lacking} of {known}"


def _blobs(configuration: Configuration) -> str:
    """The object store answers."""
    storage = configuration.storage
    if not storage.blobs:
        return "blobs: files in the folder"
    store = open_blobs(storage)
    store.probe(write=not configuration.server.read_only)
    store.close()
    return f"blobs: {store.place}"


def _signed_only(configuration: Configuration) -> str:
    """The policies can be read."""
    tables = Rules(configuration.signed_only).tables
    Policies(tables)
    return f"signed only: {len(tables)} table(s)" if tables else ""


def _authority(configuration: Configuration) -> str:
    """The PKIs are there, and the certificates in them can be read."""
    offices.check(configuration.authority)
    return f"authority: {len(configuration.authority)} table(s)" if configuration.authority else ""


def _vault(configuration: Configuration) -> str:
    """The root key opens the master key; or could be made."""
    settings = configuration.vault
    root, former = roots_of(configuration)
    if settings.token:
        KeptKeys(settings.token, passphrases_of(settings.pin_file)).close()
    if root is None:
        return "vault: no root key, so no vaults"
    storage = configuration.storage
    if storage.database or (Path(storage.folder) / "sealwright.db").exists():
        database = open_database(storage)
        try:
            if not database.lacking() and master.found(database) is not None:
                master.opened(database, root, former, lambda *_: None, make=False)
                return f"vault: the root key ({root.kind}) is right"
        finally:
            database.close()
    if not root.file or Path(root.file).parent != Path(storage.folder):  # that folder was looked at
        kinds.require(root)
    return f"vault: a root key ({root.kind}) is to be made when it is needed"
