"""Oracle's Artifacts API: repositories of container images, the images, and their signatures.

Source: Oracle's API reference, "Artifacts and Container Images API", version 20160918: twenty operations.
"""

from sealwright.service.oracle.artifacts import configuration, images, repositories, signatures
from sealwright.service.oracle.artifacts.context import Artifacts
from sealwright.service.oracle.wire import Operation

__all__ = ["Artifacts", "operations"]


def operations(artifacts: Artifacts) -> tuple[Operation, ...]:
    """All operations of the API."""
    return (
        *configuration.operations(artifacts),
        *repositories.operations(artifacts),
        *images.operations(artifacts),
        *signatures.operations(artifacts),
    )
