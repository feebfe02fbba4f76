"""Over which scheme a registry is spoken to, by notation's rules."""

from sealwright.dialects.cobra import Invocation
from sealwright.errors import SealwrightError
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder

__all__ = ["plain_http"]


def plain_http(invocation: Invocation, registry: str) -> bool:
    """Whether plain HTTP is spoken: where flag or settings say so, and to `localhost` with a port.

    Args:
        invocation: its flag `--insecure-registry`, and whose settings count.
        registry: its domain.
    """
    host, colon, _ = registry.rpartition(":")
    if invocation.values["insecure-registry"] or (colon and host == "localhost"):
        return True
    try:
        listed = settings.read(config_folder(invocation.environment)).insecure_registries
    except SealwrightError:
        return False
    return registry.lower() in {one.lower() for one in listed}
