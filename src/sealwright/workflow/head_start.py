"""Asking a registry while the rest of the program is still loading.

A registry that is not next door takes as long for an answer as the parser of the command line and all that
prints verdicts take to load. So a program that is called to verify one image, and with no flag, begins so:

1. The policy and the settings are read, and the name of the image, as the command will do once more. What is
   wrong with one of them is left for the command to find and to say; nobody is contacted then.
2. The registry is connected to, while the client of registries is loaded. Only one that the command will
   contact for certain, and in this way: none that has its scheme found out by trying, none behind a proxy,
   none whose TLS has settings that may be unusable.
3. The image is resolved, and beside it, where the name holds a digest, its signatures are listed, if the
   policy asks for any (see `early`).

What comes of 3 is kept for the command, which opens the image as ever and finds it opened (see `begun`).
Nothing is decided here, and nothing is asked that the command would not ask.
"""

import sys
from typing import TYPE_CHECKING

from sealwright.homes.environment import Environment
from sealwright.homes.notation import settings
from sealwright.homes.notation.folder import config_folder
from sealwright.reference import Reference
from sealwright.repositories import hosts
from sealwright.repositories.locating import Location
from sealwright.transport import dialling
from sealwright.transport.origin import Origin
from sealwright.transport.proxies import Proxies
from sealwright.workflow.unresolved import asks_for_signatures, unresolved

if TYPE_CHECKING:
    from sealwright.interfaces import Policy

__all__ = ["begin"]

_TLS_SETTINGS = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_SWITCH_SECONDS = 0.0001
"""How long loading may keep a request or an answer waiting at each step; usual is fifty times that."""


def begin(
    location: Location, policy: "Policy", environment: Environment, *, plain_http: bool | None = None
) -> int:
    """Begin to verify an image: connect, resolve, list.

    Args:
        location: of the image.
        policy: that decides.
        environment: variables and home folder.
        plain_http: whether it is spoken there; None: by its name.

    Returns:
        How many connections were begun: 2 for a digest whose signatures are listed, 0 if nothing was begun.

    Raises:
        SealwrightError: the command will not come as far as to the registry.
    """
    reference = location.reference
    if reference is None:
        return 0
    origin = _certain(reference, environment, plain_http)
    if origin is None:
        return 0
    digest = reference.digest
    lists = digest is not None and asks_for_signatures(policy, unresolved(reference, digest))
    count = 2 if lists else 1
    sys.setswitchinterval(_SWITCH_SECONDS)
    dialling.ahead(origin.host, origin.port, count)
    from sealwright.workflow import asking  # noqa: PLC0415  # while the connections are being opened

    asking.begin(location, origin, environment, plain_http=plain_http, lists=lists)
    return count


def _certain(reference: Reference, environment: Environment, plain_http: bool | None) -> Origin | None:  # noqa: FBT001  # three-valued
    """Where a registry will be asked; None where the command has to find that out."""
    listed = settings.read(config_folder(environment)).insecure_registries
    origin = hosts.usual(reference.domain, plain_http=plain_http)
    if plain_http is None and reference.domain in listed:
        return None
    if origin.scheme == "https" and any(environment.get(name) for name in _TLS_SETTINGS):
        return None
    return origin if Proxies(environment.variables).for_origin(origin) is None else None
