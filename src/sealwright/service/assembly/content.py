"""The registry's content, with what the signatures and Oracle's APIs add to it."""

import contextlib

import msgspec

from sealwright.service.assembly.known_keys import KnownKeys
from sealwright.service.configuration import Configuration
from sealwright.service.oracle import tenancy as tenancies
from sealwright.service.oracle.hooks import OracleHooks
from sealwright.service.registry.content import Content
from sealwright.service.registry.hooks import BothHooks, Hooks
from sealwright.service.signatures.hooks import SignatureHooks
from sealwright.service.signatures.signed_only.gate import SignedOnlyGate
from sealwright.service.signatures.signed_only.policies import Policies
from sealwright.service.signatures.signed_only.rules import Rules
from sealwright.service.storage import Storage

__all__ = ["Opened", "content_beside", "opened"]


class Opened(msgspec.Struct, frozen=True):
    """The content of a server.

    Attributes:
        content: of the registry.
        oracle: what Oracle's APIs add to it, where they are served.
        keys: of the service's own vaults, as verifications see them; not known yet.
    """

    content: Content
    oracle: OracleHooks | None
    keys: KnownKeys


def opened(configuration: Configuration, held: contextlib.ExitStack) -> Opened:
    """Open the storage of a server, and bring it up to date.

    Args:
        configuration: the settings.
        held: closes it in the end.

    Raises:
        CallerError, DocumentError, StorageError: as `app.create`.
    """
    rules, keys = Rules(configuration.signed_only), KnownKeys()
    policies = Policies(rules.tables, keys)
    storage = Storage.open(configuration.storage)
    admission = SignedOnlyGate(storage, rules, policies)
    hooks, oracle = _hooks(configuration, storage, admission)
    content = Content(storage, hooks, configuration.quotas)
    held.callback(content.close)
    held.callback(admission.close)
    if oracle is not None:
        held.callback(oracle.close)
    content.tidy()
    return Opened(content, oracle, keys)


def content_beside(configuration: Configuration) -> Content:
    """The registry's content for another program than the server, which may be running; to be closed."""
    storage = Storage.beside(configuration.storage)
    admission = SignedOnlyGate(storage, Rules(()), Policies(()))  # it gives nothing out
    hooks, _ = _hooks(configuration, storage, admission)
    return Content(storage, hooks, configuration.quotas)


def _hooks(
    configuration: Configuration, storage: Storage, admission: SignedOnlyGate
) -> tuple[Hooks, OracleHooks | None]:
    """What is added to the registry."""
    signatures = SignatureHooks(storage, admission)
    settings = configuration.oracle
    if not settings.served:
        return signatures, None
    realm, region = configuration.vault.realm, configuration.vault.region
    tenancy = tenancies.opened(storage.database, realm, region, settings.namespace)
    oracle = OracleHooks(tenancy, storage.database)
    return BothHooks(signatures, oracle), oracle
