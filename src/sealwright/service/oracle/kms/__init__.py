"""Oracle's key management API, version 20180608, on the vaults of the service.

Sources: Oracle's API reference, "Key Management Service API"; what its clients send and read (oci 2.189.0).
"""

import msgspec

from sealwright.service.oracle.kms import crypto, keys, vaults, versions
from sealwright.service.oracle.kms.asking import Asking
from sealwright.service.oracle.kms.context import EXTENSION, Kms
from sealwright.service.oracle.wire import Operation

__all__ = ["PATHS", "Asking", "Kms", "operations"]

PATHS = ("/v/{rest:path}",)
"""Where operations answer besides: below a vault."""


def operations(kms: Kms) -> tuple[Operation, ...]:
    """All operations of the API, each also below a vault (`context`)."""
    found = [operation for part in (vaults, keys, versions, crypto) for operation in part.operations(kms)]
    below = [
        msgspec.structs.replace(operation, path=f"/v/{{{EXTENSION}}}{operation.path}") for operation in found
    ]
    return (*found, *below)
