"""Finding a registry's entry in a file of credentials, docker's or that of skopeo and podman.

containers-auth.json(5): a key may be narrower than a registry, such as `registry.example/team/app`; the most
specific one that covers the repository counts. docker knows registries only; a key with a path means its host
there, which is how keys with URLs came about.
"""

from sealwright.homes.credential_helper import Credential
from sealwright.homes.docker_config import ConfigFile, host_of, spellings

__all__ = ["in_auths", "namespaces"]


def namespaces(domain: str, path: str) -> tuple[str, ...]:
    """What may be said about a repository, from the repository itself up to its registry.

    Args:
        domain: of the registry.
        path: of the repository, or empty.
    """
    parts = [domain, *path.split("/")] if path else [domain]
    return tuple("/".join(parts[:length]) for length in range(len(parts), 0, -1))


def in_auths(file: ConfigFile, domain: str, path: str) -> Credential | None:
    """The credential of a file for a repository; None if it has none.

    Args:
        file: of either kind.
        domain: of the registry.
        path: of the repository, or empty.

    Raises:
        DocumentError: `credentials.auth-malformed`, with line and column.
    """
    servers = file.servers()
    hosts = sorted(spellings(domain), key=lambda host: host != domain)
    for scope in (scope for host in hosts for scope in namespaces(host, path)):
        found = file.credential(scope)
        if found is not None:
            return found
    for server in servers:  # URLs of old
        if "://" in server and host_of(server) in hosts:
            found = file.credential(server)
            if found is not None:
                return found
    return None
