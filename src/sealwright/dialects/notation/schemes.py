"""Over which scheme a registry is spoken to, by notation's rules."""

from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError
from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder

if TYPE_CHECKING:
    from sealwright.dialects.cobra import Invocation

__all__ = ["is_plain", "plain_http"]


def plain_http(invocation: "Invocation", registry: str) -> bool:
    """Whether plain HTTP is spoken: where flag or settings say so, and to `localhost` with a port.

    Args:
        invocation: its flag `--insecure-registry`, and whose settings count.
        registry: its domain.
    """
    return bool(invocation.values["insecure-registry"]) or is_plain(registry, invocation.environment)


def is_plain(registry: str, environment: Environment) -> bool:
    """The same where no flag says so.

    Args:
        registry: its domain.
        environment: whose settings count.
    """
    host, colon, _ = registry.rpartition(":")
    if colon and host == "localhost":
        return True
    try:
        listed = settings.read(config_folder(environment)).insecure_registries
    except SealwrightError:
        return False
    return registry.lower() in {one.lower() for one in listed}
