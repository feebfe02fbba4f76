"""A registry with accounts: furnished before it starts, changed while it runs."""

import base64
import time
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from sealwright import limits
from sealwright.service.accounts import hashing
from sealwright.service.accounts.actions import accounts, grants, tokens
from sealwright.service.accounts.queries import accounts as rows
from sealwright.service.accounts.queries import state
from sealwright.service.configuration import Configuration
from sealwright.service.configuration.accounts import Accounts
from sealwright.service.configuration.storage import Storage
from sealwright.service.storage import Database, open_database
from world.registry import Registry
from world.served import Stoppable
from world.wire import Answer, Wire

__all__ = ["ACTOR", "Guarded", "basic", "bearer", "database", "token_for"]

ACTOR = "test"


def database(on: Path | Storage) -> Database:
    """The database of a service's folder or storage, beside the server that may be using it."""
    found = open_database(Storage(folder=str(on)) if isinstance(on, Path) else on)
    found.migrate()
    return found


@cache
def _hashed(password: str) -> str:
    """What is kept of a password, made once for all registries: it takes a fifth of a second."""
    return hashing.hashed(password)


class Guarded(Stoppable):
    """A registry whose users are alice (password `wonderland`) and admin (password `adminadmin`).

    admin may do everything; alice nothing, until a test grants it.

    Args:
        on: its folder, its storage, or all of its settings.
        settings: of the accounts.

    Attributes:
        database: its own connection to what the server uses.
        registry: the server.
        wire: requests to it.
        admin: header fields of the administrator, who logs in with a token.
    """

    def __init__(self, on: Path | Storage | Configuration, settings: Accounts | None = None) -> None:
        self.database = database(on.storage if isinstance(on, Configuration) else on)
        with self.database.write() as transaction:
            for name, password in (("alice", "wonderland"), ("admin", "adminadmin")):
                rows.add(transaction, name, "user", _hashed(password))
            state.put_in_force(transaction)
            state.changed(transaction)
        grants.grant(self.database, ACTOR, "admin", "*", {"admin"})
        self.admin = basic("admin", self.token("admin"))
        if isinstance(on, Storage):
            on = replace(Configuration.on(Path()), storage=on)
        elif isinstance(on, Path):
            on = Configuration.on(on)
        self.registry = Registry(replace(on, accounts=settings or Accounts()))
        self.wire = Wire(self.registry.address)

    @staticmethod
    def opened(folder: Path) -> "closing[Database]":
        """The database of a service's folder, for one `with` block."""
        return closing(database(folder))

    def token(self, name: str, seconds: int = 0) -> str:
        """A new personal token of an account."""
        return tokens.issue(self.database, ACTOR, name, "for a test", seconds).token

    def robot(self, name: str, **rights: str) -> Mapping[str, str]:
        """Header fields of a new robot with these rights, as `pull="team/*"`."""
        accounts.add_robot(self.database, ACTOR, name)
        for right, pattern in rights.items():
            grants.grant(self.database, ACTOR, name, pattern, grants.rights_of([right]))
        return basic(name, self.token(name))

    @staticmethod
    def settle() -> None:
        """Wait until the server has noticed what was changed."""
        time.sleep(limits.ACCOUNTS_STATE_SECONDS + 0.1)

    def stop(self) -> None:
        self.registry.stop()
        self.database.close()


def basic(name: str, password: str) -> dict[str, str]:
    """Header fields for Basic."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    """Header fields for Bearer."""
    return {"Authorization": f"Bearer {token}"}


def token_for(wire: Wire, headers: Mapping[str, str] | None, *scopes: str, **query: str) -> Answer:
    """What the token service answers to GET."""
    parameters: list[tuple[str, Any]] = [("service", "sealwright"), *query.items()]
    parameters += [("scope", scope) for scope in scopes]
    return wire.ask("GET", f"/token?{urlencode(parameters)}", headers=headers)
