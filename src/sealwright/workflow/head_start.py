"""Connecting to a registry while the rest of the program is still loading.

A handshake takes a round trip, the parser of the command line and the client of registries take as long to
load. So a program that is called to verify one image, and with no flag, may begin to connect first:

1. The policy and the settings are read, and the name of the image, as the command will do once more. What is
   wrong with one of them is left for the command to find and to say; nobody is contacted then.
2. Only a registry that the command will contact for certain, and in this way, is connected to: none that has
   its scheme found out by trying, none behind a proxy, none whose TLS has settings that may be unusable.
3. As many connections are begun as the command uses at once (see `early`): two where the signatures of a
   digest are listed beside its resolution.

Nothing is sent and nothing is decided here; the command goes on with the connection as if it had opened it.
"""

from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder
from sealwright.interfaces import Policy
from sealwright.reference import Reference
from sealwright.repositories import hosts
from sealwright.transport import dialling
from sealwright.transport.proxies import Proxies
from sealwright.workflow.unresolved import asks_for_signatures, unresolved

__all__ = ["connect"]

_TLS_SETTINGS = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def connect(
    reference: Reference, policy: Policy, environment: Environment, *, plain_http: bool | None = None
) -> int:
    """Begin to connect to the registry of an image that will be verified.

    Args:
        reference: of the image.
        policy: that decides.
        environment: variables and home folder.
        plain_http: whether it is spoken there; None: by its name.

    Returns:
        How many connections were begun.

    Raises:
        SealwrightError: the command will not come as far as to the registry.
    """
    listed = settings.read(config_folder(environment)).insecure_registries
    origin = hosts.usual(reference.domain, plain_http=plain_http)
    if plain_http is None and reference.domain in listed:
        return 0
    if origin.scheme == "https" and any(environment.get(name) for name in _TLS_SETTINGS):
        return 0
    if Proxies(environment.variables).for_origin(origin) is not None:
        return 0
    digest = reference.digest
    both = digest is not None and asks_for_signatures(policy, unresolved(reference, digest))
    count = 2 if both else 1
    dialling.ahead(origin.host, origin.port, count)
    return count
