"""Where a registry's domain is reached, as far as its name tells.

1. `docker.io` is `registry-1.docker.io`.
2. This machine (`localhost`, 127.0.0.0/8, `[::1]`) is spoken to over plain HTTP.
3. Everything else gets https.
"""

from sealwright.reference import DOCKER_HUB
from sealwright.transport.origin import Origin

__all__ = ["usual"]

_HUB = "registry-1.docker.io"


def usual(domain: str, *, plain_http: bool | None = None) -> Origin:
    """The origin of a registry that is not listed as insecure.

    Args:
        domain: as in a reference, perhaps with a port.
        plain_http: True and False settle the scheme; None: by the rules above.

    Raises:
        NetworkError: `network.not-a-url`.
    """
    host = _HUB if domain == DOCKER_HUB else domain
    plain = Origin.of(f"http://{host}")
    if plain.is_loopback if plain_http is None else plain_http:
        return plain
    return Origin.of(f"https://{host}")
