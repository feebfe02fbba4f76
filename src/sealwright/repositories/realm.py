"""Where a password may be sent: the guard over the realm that a registry's challenge names.

A registry chooses the realm, and it may be hostile or under someone else's control. Therefore:

1. The realm is an https URL; http only where the registry itself is spoken to over plain HTTP.
2. It is not a literal address of a private, local or reserved network, nor `localhost`, unless that is the
   registry's own host: nobody makes us knock at doors inside our network.
3. It carries no user name. Redirects of the token service leave its origin never (see `tokens`).
"""

from sealwright.errors import AccessDeniedError, NetworkError
from sealwright.transport.origin import Origin

__all__ = ["require_decent"]


def require_decent(realm: str, registry: Origin) -> str:
    """Give the realm back if it may be asked for a token.

    Args:
        realm: as the challenge names it.
        registry: the origin that sent the challenge.

    Raises:
        AccessDeniedError: `registry.realm-refused`.
    """
    try:
        origin = Origin.of(realm)
    except NetworkError as error:
        raise _refusal(realm, registry, str(error.data["problem"])) from None
    if origin.scheme == "http" and registry.scheme == "https":
        raise _refusal(realm, registry, "it is not https")
    if origin.host != registry.host and _is_inside(origin.host):
        raise _refusal(realm, registry, "it is an address inside a private network")
    return realm


def _is_inside(host: str) -> bool:
    from ipaddress import ip_address  # noqa: PLC0415  # needed where a registry asks for tokens only

    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        # not a literal in the usual form; a number such as 2130706433 or 0x7f.1 is one to some resolvers
        return host.rpartition(".")[2][:1].isdigit()
    return not address.is_global


def _refusal(realm: str, registry: Origin, problem: str) -> AccessDeniedError:
    return AccessDeniedError(
        "registry.realm-refused", registry=registry.authority, realm=ascii(realm[:200]), problem=problem
    )
