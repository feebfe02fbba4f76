"""What the operations of the Artifacts API work on."""

import msgspec

from sealwright.service.configuration.oracle import Oracle as Settings
from sealwright.service.oracle.artifacts.keys import VaultKeys
from sealwright.service.oracle.tenancy import Tenancy
from sealwright.service.registry.content import Content

__all__ = ["BASE", "Artifacts"]

BASE = "/20160918/container"
"""What the paths of all operations begin with."""


class Artifacts(msgspec.Struct, frozen=True):
    """What the operations work on.

    Attributes:
        content: of the registry.
        tenancy: which one we are.
        settings: of the service.
        keys: where the public keys of vaults come from.
    """

    content: Content
    tenancy: Tenancy
    settings: Settings
    keys: VaultKeys
