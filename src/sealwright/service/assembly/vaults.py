"""The vaults, and the approvals that their keys ask for."""

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from starlette.routing import Route

from sealwright.keys.pkcs11.kept import KeptKeys
from sealwright.service import audit
from sealwright.service.approvals.approvals import Approvals
from sealwright.service.approvals.delivery import Delivery
from sealwright.service.approvals.routes import PATHS as APPROVAL_PATHS
from sealwright.service.approvals.routes import ApprovalRoutes
from sealwright.service.approvals.sweeping import Sweeper
from sealwright.service.configuration import Configuration
from sealwright.service.sealing.roots.opening import rooted
from sealwright.service.sealing.roots.tokens import passphrases_of
from sealwright.service.sealing.sealing import Sealing
from sealwright.service.storage import Database, Transaction
from sealwright.service.storage.workers import Workers
from sealwright.service.vault.approvable import ApprovableKeys
from sealwright.service.vault.routes import PATHS as VAULT_PATHS
from sealwright.service.vault.routes import VaultRoutes
from sealwright.service.vault.schedule import end_now_and_then
from sealwright.service.vault.tokens import Token
from sealwright.service.vault.vaults import Vaults
from sealwright.service.web.caller import Gate

__all__ = ["Vaulted", "assembled"]

_SIGNING_THREADS = 8  # they sign, each on a core of its own, and wait for the disk
_APPROVING_THREADS = 4


class Vaulted(msgspec.Struct, frozen=True):
    """Vaults and approvals at work.

    Attributes:
        sealing: under the root key.
        vaults: of the service.
        workers: run what the vaults do.
        approvals: of the service.
        approving: run what the approvals do.
        delivery: tells webhooks.
    """

    sealing: Sealing
    vaults: Vaults
    workers: Workers
    approvals: Approvals
    approving: Workers
    delivery: Delivery

    def routes(self, configuration: Configuration, gate: Gate, ending: Callable[[], bool]) -> list[Route]:
        """Where they answer; `ending` tells whether the server is about to end."""
        patience = configuration.limits.body_seconds
        vault = VaultRoutes(self.vaults, self.workers, gate, configuration.server.public_url, patience)
        approvals = ApprovalRoutes(self.approvals, self.approving, gate, ending, patience)
        return [  # the approvers of a key stand below its path
            *(Route(path, approvals) for path in APPROVAL_PATHS),
            *(Route(path, vault) for path in VAULT_PATHS),
        ]

    def chores(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What has to be done while the application runs."""
        return (
            end_now_and_then(self.vaults, self.workers),
            Sweeper(self.approvals, self.delivery, self.approving).run(),
        )


def assembled(configuration: Configuration, database: Database, held: contextlib.ExitStack) -> Vaulted:
    """The vaults that the settings describe. Without a root key, each use of them says so.

    Args:
        configuration: the settings.
        database: of the service.
        held: closes them in the end.
    """
    sealing = rooted(database, configuration, _note_root)
    vaults: Vaults
    approvals = Approvals(database, sealing, configuration.approvals, ApprovableKeys(lambda: vaults))
    vaults = Vaults(database, sealing, approvals, configuration.vault, _token(configuration, held))
    workers = Workers(database, _SIGNING_THREADS, "vault")
    held.callback(workers.close)
    approving = Workers(database, _APPROVING_THREADS, "approvals")
    held.callback(approving.close)
    delivery = Delivery(database, configuration.approvals.webhooks)
    held.callback(delivery.close)
    return Vaulted(sealing, vaults, workers, approvals, approving, delivery)


def _token(configuration: Configuration, held: contextlib.ExitStack) -> Token | None:
    """The token for keys with the protection HSM, if the settings name one. It is asked when it is needed."""
    settings = configuration.vault
    if not settings.token:
        return None
    token = Token(KeptKeys(settings.token, passphrases_of(settings.pin_file)))
    held.callback(token.close)
    return token


def _note_root(transaction: Transaction, action: str, kind: str) -> None:
    """Note in the audit log what was done with the root key."""
    audit.record(transaction, "service", action, kind=kind)
