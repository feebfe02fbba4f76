"""The programs whose place we take: by what name each is called, and where it is."""

__all__ = ["DIALECTS"]

DIALECTS = {
    "notation": "sealwright.dialects.notation.program",
    "oc": "sealwright.dialects.oc.program",
}
"""Name of a program to the module whose `run` takes its arguments and gives its exit code."""
