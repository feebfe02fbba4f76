"""The files that podman's commands of trust work on: the machine's, unless a hidden flag names others."""

from pathlib import Path

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.pflag import Flag
from sealwright.workflow.trust import TrustFiles

__all__ = ["POLICY", "REGISTRIES", "places"]

POLICY = Flag("policypath", "string", "the policy, instead of that of the machine", hidden=True)
REGISTRIES = Flag("registrypath", "string", "the folder registries.d to read instead", hidden=True)


def places(invocation: Invocation) -> TrustFiles:
    """The policy of the machine, never that of a user: `image trust` of podman 4.3 does not know that one."""
    environment = invocation.environment
    policy = invocation.values.get("policypath")
    registries = invocation.values.get("registrypath")
    return TrustFiles(
        Path(policy) if policy else environment.system("/etc/containers/policy.json"),
        Path(registries) if registries else environment.system("/etc/containers/registries.d"),
    )
