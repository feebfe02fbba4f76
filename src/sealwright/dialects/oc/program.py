"""The program `oc`: its commands, loaded when they are called, and what becomes of errors."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sealwright.dialects.fault import Fault

if TYPE_CHECKING:
    from sealwright.dialects.cobra import Command, Invocation

__all__ = ["root", "run"]

_CLOSED = 141


def run(arguments: Sequence[str]) -> int:
    """Run `oc` and give its exit code: 0, or 1 for every error.

    Args:
        arguments: without the name of the program.
    """
    from sealwright.dialects import cobra  # noqa: PLC0415  # after the name of the program is known
    from sealwright.homes.environment import Environment  # noqa: PLC0415  # the same

    streams = cobra.Streams(sys.stdout, sys.stderr, sys.stdin)
    try:
        status = cobra.execute(root(), tuple(arguments), "4", Environment.current(), streams, "error")
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED
    except Exception as error:  # noqa: BLE001  # no traceback reaches a user
        sys.stdout.flush()
        sys.stderr.write(f"error: {error}\n")
        return 1
    return status


def root() -> "Command":
    """The command `oc` itself."""
    from sealwright.dialects.cobra import Command, Entry  # noqa: PLC0415  # not before it is called

    folder = "sealwright.dialects.oc.commands"
    return Command(
        use="oc",
        short="Log in to a Sealwright registry, say who may sign there, and verify, as with OpenShift's oc",
        arguments=lambda _: None,
        subcommands=(
            Entry("login", "Log in to a server", f"{folder}.login"),
            Entry("logout", "End the current server session", f"{folder}.logout"),
            Entry("whoami", "Return information about the current session", f"{folder}.whoami"),
            Entry("describe", "Show details of an image", f"{folder}.describe"),
            Entry("get", "Display an image", f"{folder}.get"),
            Entry("adm", "Tools for managing a cluster", f"{folder}.adm"),
        ),
        reads_flags=False,
        run=_root,
    )


def _root(invocation: "Invocation") -> None:
    from sealwright.dialects.cobra_help import help_text  # noqa: PLC0415  # only for help

    words = [word for word in invocation.arguments if not word.startswith("-")]
    if words and words[0] != "help":
        raise Fault(absent(words[0]))
    invocation.out.write(help_text(root(), "oc"))


def absent(command: str) -> str:
    """What is said of a command of oc that is not here."""
    return (
        f"Sealwright does not have the command {command!a} of oc; it has login, logout, whoami, "
        "describe istag, get image, adm verify-image-signature, adm policy add-cluster-role-to-user and "
        "adm policy remove-cluster-role-from-user"
    )
