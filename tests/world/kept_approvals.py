"""Approvals on a database, without HTTP: the very object that the service has, and keys that are known to it.

with Kept(storages.settings(storage_kind)) as kept:
    identifier = kept.approved(ADA, BOB)
    kept.spend(identifier)
"""

import os
from collections.abc import Mapping
from types import TracebackType

import msgspec

from sealwright.approval.orders import Order
from sealwright.approval.proofs import Proof
from sealwright.approval.records import Rules
from sealwright.approval.requests import Decision
from sealwright.service.approvals.approvals import Approvals
from sealwright.service.configuration.approvals import Approvals as Settings
from sealwright.service.configuration.storage import Storage
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Row, open_database
from sealwright.service.web.caller import EVERYONE, Caller
from world.approvers import KEY, Person

__all__ = ["ORDER", "Kept", "KnownKeys"]

ORDER = Order("use", KEY, "version", "ECDSA_SHA_256", message=b"what is signed")

TABLES: Mapping[str, tuple[str, ...]] = {
    "approval_requests": (
        "id", "key", "operation", "requested_by", "requested_at", "rules", "content", "state", "ready_at",
        "expires_at", "entries", "head", "mark",
    ),
    "approval_entries": ("request", "number", "kind", "at", "actor", "content", "mark"),
    "approval_rules": ("digest", "content"),
}  # fmt: skip
"""The rows that something hangs on, with their columns; the first ones tell them apart."""
KEYS = {"approval_requests": 1, "approval_entries": 2, "approval_rules": 1}


class KnownKeys:
    """Keys with rules, which tests may change; everybody may see and use them."""

    def __init__(self, rules: dict[str, Rules]) -> None:
        self.rules = rules

    def rules_of(self, key: str) -> Rules | None:
        """Those of a key."""
        return self.rules.get(key)

    def settled(self, _caller: Caller, order: Order) -> Order:
        """As it is."""
        return order

    def seen(self, _caller: Caller, key: str) -> str | None:
        """Every key that there is."""
        return key if key in self.rules else None


class Kept:
    """Approvals on a new database.

    Args:
        storage: where.
        rules: of the one key.
        settings: of the approvals.
        sealing: under which they are marked; of another server on the same database.
    """

    def __init__(
        self,
        storage: Storage,
        rules: Rules,
        settings: Settings = Settings(),  # noqa: B008  # a constant
        sealing: Sealing | None = None,
    ) -> None:
        self.storage = storage
        self.database = open_database(storage)
        self.database.migrate()
        self.keys = KnownKeys({KEY: rules})
        self.rules = rules
        self.sealing = sealing or Sealing(os.urandom(32))
        self.approvals = Approvals(self.database, self.sealing, settings, self.keys)

    def __enter__(self) -> "Kept":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.database.close()

    def beside(self) -> "Kept":
        """Another server on the same database."""
        return Kept(self.storage, self.rules, self.approvals.settings, self.sealing)

    def open(self, **more: object) -> str:
        """A new request."""
        order = msgspec.structs.replace(ORDER, **more)
        return self.approvals.open_request(EVERYONE, order).kept.id

    def vote(self, identifier: str, person: Person, decision: Decision = "approve") -> str:
        """How the request stands after somebody said so."""
        opened = self.approvals.request(EVERYONE, identifier)
        vote = person.vote(opened.request, decision)
        return self.approvals.vote(EVERYONE, identifier, vote).kept.state

    def approved(self, *people: Person, **more: object) -> str:
        """A request that some people have approved."""
        identifier = self.open(**more)
        for one in people:
            self.vote(identifier, one)
        return identifier

    def spend(
        self, identifier: str, at: int | None = None, order: Order = ORDER, rules: Rules | None = None
    ) -> Proof:
        """Use it, in a transaction of its own."""
        from sealwright.service.storage import now  # noqa: PLC0415  # the clock of the database

        with self.database.write() as transaction:
            return self.approvals.spend(
                transaction, identifier, order, rules or self.rules, now() if at is None else at
            )

    def rows(self, table: str) -> list[Row]:
        """Every row of a table."""
        columns = TABLES[table]
        sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {columns[0]}, {columns[1]}"
        return [tuple(row) for row in self.database.rows(sql)]

    def put(self, table: str, row: Row) -> None:
        """A row by hand, as whoever has the database can."""
        columns = TABLES[table]
        with self.database.write() as transaction:
            transaction.run(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{one}' for one in columns)})",
                **dict(zip(columns, row, strict=True)),
            )

    def delete(self, table: str, row: Row) -> None:
        """A row, by hand."""
        columns = TABLES[table][: KEYS[table]]
        with self.database.write() as transaction:
            transaction.run(
                f"DELETE FROM {table} WHERE {' AND '.join(f'{one} = :{one}' for one in columns)}",
                **dict(zip(columns, row, strict=False)),
            )

    def replace(self, table: str, old: Row, row: Row) -> None:
        """A row in place of another, by hand."""
        self.delete(table, old)
        self.put(table, row)
