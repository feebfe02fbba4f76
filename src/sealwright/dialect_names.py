"""The programs whose place we take: by what name each is called, and where it is."""

__all__ = ["DIALECTS", "PARTIAL"]

DIALECTS = {
    "notation": "sealwright.dialects.notation.program",
    "oc": "sealwright.dialects.oc.program",
    "atomic": "sealwright.dialects.atomic.program",
    "podman": "sealwright.dialects.podman.program",
}
"""Name of a program to the module whose `run` takes its arguments and gives its exit code."""

PARTIAL = frozenset({"podman"})
"""Those of whose commands we have so few that a link of that name would break the machine it is on."""
