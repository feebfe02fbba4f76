"""Which line of notation is spoken, and what `notation version` prints; imports next to nothing.

The first line and the label `Version:` are notation's, for scripts look for them. The version is that of the
line, with us as its build metadata (SemVer 2.0.0, section 10), so that it compares as the line's and still
says who answers; the last line names the program in full.
"""

from collections.abc import Mapping

from sealwright.version import __version__

__all__ = ["DEFAULT", "STABLE", "VARIABLE", "chosen", "version_text"]

DEFAULT = "2.0"
STABLE = "1.3.2"
VARIABLE = "SEALWRIGHT_NOTATION"

_VERSIONS = {DEFAULT: "v2.0.0", STABLE: "v1.3.2"}


def chosen(variables: Mapping[str, str]) -> str:
    """The line that `SEALWRIGHT_NOTATION` names: `2.0`, also if it is unset or empty, or `1.3.2`.

    Args:
        variables: the environment.

    Raises:
        Fault: it names another.
    """
    line = variables.get(VARIABLE) or DEFAULT
    if line not in _VERSIONS:
        from sealwright.dialects.fault import Fault  # noqa: PLC0415  # only to complain

        raise Fault(f"{VARIABLE} is {line!a}; it can be {DEFAULT} or {STABLE}")
    return line


def version_text(line: str) -> str:
    """What `notation version` prints.

    Args:
        line: `2.0` or `1.3.2`.
    """
    return (
        "Notation - a tool to sign and verify artifacts.\n\n"
        f"Version:     {_VERSIONS[line]}+sealwright.{__version__}\n"
        f"Program:     Sealwright {__version__}\n"
    )
