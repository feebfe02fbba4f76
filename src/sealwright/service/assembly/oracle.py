"""Oracle's APIs: where they answer, what they need done, and the tunnel to them."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.routing import Route

from sealwright.formats.kms.content import Content
from sealwright.service.accounts.accounts import Accounts
from sealwright.service.assembly.content import Opened
from sealwright.service.assembly.vaults import Vaulted
from sealwright.service.configuration import Configuration
from sealwright.service.oracle import artifacts, kms, mounting, noting
from sealwright.service.oracle.artifacts.keys import VaultKeys
from sealwright.service.oracle.hosts import Hosts
from sealwright.service.oracle.identity import SignedGate
from sealwright.service.oracle.once import Once
from sealwright.service.oracle.setup.routes import PATHS as SETUP_PATHS
from sealwright.service.oracle.setup.routes import Place, SetupApi
from sealwright.service.signatures.actions import uploading
from sealwright.service.signatures.records import Signature
from sealwright.service.storage import Transaction
from sealwright.service.web.caller import Caller, Gate
from sealwright.service.web.metrics import Metrics

if TYPE_CHECKING:
    from sealwright.service.oracle.tunnel.listener import Listener

__all__ = ["Served", "assembled"]


def _note_nothing(_transaction: Transaction, _row: Signature, _content: Content, _caller: Caller) -> None:
    """Nobody else asks for it."""


class Served(msgspec.Struct, frozen=True):
    """Oracle's APIs at work; nothing of them where no namespace is set.

    Attributes:
        routes: where they answer.
        chores: makes what has to be done while the application runs.
        tunnel: the way to them by the names that clients make, where there is a port for it.
        noted: notes signatures of images that came through our own API.
    """

    routes: tuple[Route, ...] = ()
    chores: Callable[[], tuple[Coroutine[Any, Any, None], ...]] = tuple
    tunnel: "Listener | None" = None
    noted: uploading.Noted = _note_nothing


def assembled(
    configuration: Configuration,
    opened: Opened,
    vaulted: Vaulted,
    accounts: Accounts,
    gate: Gate,
    rated: Callable[[Gate], Gate],
    metrics: Metrics,
) -> Served:
    """The APIs that the settings describe.

    Args:
        configuration: the settings.
        opened: what the server holds.
        vaulted: the vaults.
        accounts: whose requests are answered.
        gate: finds out who asks how to set up a client.
        rated: lets each account ask only so often.
        metrics: count what goes through the tunnel.

    Raises:
        CallerError: `service.setting-invalid`, or there is no root key for the tunnel's CA.
        StorageError: `sealing.altered`.
    """
    settings, patience = configuration.oracle, configuration.limits.body_seconds
    hooks, content = opened.oracle, opened.content
    if hooks is None:
        configuration.tunnel.require_use(served=False)
        return Served()
    tenancy = hooks.tenancy
    hosts = Hosts.of(tenancy.region, settings.domain)
    tunnel = _tunnel(configuration, vaulted, hosts, metrics)
    once = Once(content.storage.database, content.workers)
    public_url = configuration.server.public_url
    operations = (
        *artifacts.operations(artifacts.Artifacts(content, tenancy, settings, VaultKeys(vaulted.vaults))),
        *kms.operations(
            kms.Kms(
                vaulted.vaults, kms.Asking(vaulted.approvals), vaulted.workers, tenancy, hosts, public_url
            )
        ),
    )
    place = Place(tenancy, settings.domain) if tunnel is None else tunnel.place(tenancy, settings.domain)
    setup = SetupApi(accounts, place, gate, patience)
    return Served(
        (
            *mounting.routes(operations, rated(SignedGate(accounts, tenancy)), once, patience),
            *(Route(path, setup) for path in SETUP_PATHS),
        ),
        lambda: (
            mounting.bring_in(content, tenancy),
            mounting.forget_now_and_then(content, once),
            hooks.write_pulls_now_and_then(content),
        ),
        tunnel,
        noting.noted(tenancy),
    )


def _tunnel(
    configuration: Configuration, vaulted: Vaulted, hosts: Hosts, metrics: Metrics
) -> "Listener | None":
    if configuration.tunnel.port is None:
        return None
    from sealwright.service.oracle.tunnel.certificates import Authority, Certificates  # noqa: PLC0415  # seldom
    from sealwright.service.oracle.tunnel.listener import Listener  # noqa: PLC0415  # httptools may be missing

    authority = Authority.of(vaulted.vaults.database, vaulted.sealing, hosts.domain)
    return Listener(hosts, Certificates(authority, hosts), metrics)
