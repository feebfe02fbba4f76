"""Vaults, keys and versions as commands get them: by the name that was typed, from the service that has them.

Names are those of the URI of a key, without `vault:`; see `keys.vault.uri`.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sealwright.cli.messages import tell
from sealwright.cli.reaching import RegistryFlags, reach_of, registry_flags
from sealwright.homes.environment import Environment

if TYPE_CHECKING:
    from sealwright.service_client.vaults import VaultClient

__all__ = ["service_at", "with_key", "with_service", "with_vault", "with_version"]

Command = Callable[..., Any]

_PARAMETERS = "__click_params__"
"""Where click's decorators put what they add, the last one first."""


def _reached(function: Command) -> Command:
    """`registry_flags`, which help is to show after all that stands below the decorator."""
    others = vars(function).pop(_PARAMETERS, [])
    flagged = registry_flags(function)
    vars(flagged)[_PARAMETERS] += others
    return flagged


@contextmanager
def service_at(host: str, flags: RegistryFlags) -> Iterator["VaultClient"]:
    """The vaults of a service.

    Args:
        host: as a name has it; empty: the service of the settings.
        flags: say how it is reached.

    Raises:
        KeyUnavailableError: `key.vault-no-service`, `key.vault-uri`.
        SealwrightError: the settings cannot be used.
    """
    from sealwright.keys.vault.reaching import client_at, service_of  # noqa: PLC0415  # not for the help
    from sealwright.workflow.registries import registries  # noqa: PLC0415  # the same

    environment = Environment.current()
    service = service_of(host, environment)
    with registries(reach_of(flags, [f"{service}/any"]), environment, tell) as registry:
        yield client_at(registry, service)


def with_service(function: Command) -> Command:
    """`--service HOST`; the function gets `client`."""

    @click.option("--service", default="", metavar="HOST", help="The service, if not that of the settings.")
    @_reached
    @functools.wraps(function)
    def run(service: str, registry: RegistryFlags, **kwargs: Any) -> Any:
        with service_at(service, registry) as client:
            return function(client=client, **kwargs)

    return run


def with_vault(function: Command) -> Command:
    """`[HOST/]VAULT`; the function gets `client` and `vault`."""

    @click.argument("name", metavar="[HOST/]VAULT")
    @_reached
    @functools.wraps(function)
    def run(name: str, registry: RegistryFlags, **kwargs: Any) -> Any:
        from sealwright.keys.vault import finding, uri  # noqa: PLC0415  # not for the help

        wanted = uri.parse_vault(name)
        with service_at(wanted.host, registry) as client:
            return function(client=client, vault=finding.find_vault(client, wanted), **kwargs)

    return run


def with_key(function: Command) -> Command:
    """`[HOST/][VAULT/]KEY`; the function gets `client`, `key`, and as `wanted` what was typed."""

    @click.argument("name", metavar="[HOST/][VAULT/]KEY[@VERSION]")
    @_reached
    @functools.wraps(function)
    def run(name: str, registry: RegistryFlags, **kwargs: Any) -> Any:
        from sealwright.keys.vault import finding, uri  # noqa: PLC0415  # not for the help

        wanted = uri.parse(name)
        with service_at(wanted.host, registry) as client:
            return function(client=client, key=finding.find_key(client, wanted), wanted=wanted, **kwargs)

    return run


def with_version(function: Command) -> Command:
    """The same; the function gets `version` too: the current one, if none was named."""

    @with_key
    @functools.wraps(function)
    def run(client: Any, key: Any, wanted: Any, **kwargs: Any) -> Any:
        from sealwright.keys.vault.finding import find_version  # noqa: PLC0415  # not for the help

        version = find_version(client, key, wanted)
        return function(client=client, key=key, version=version, **kwargs)

    return run
