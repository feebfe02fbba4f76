"""The program `podman`: its commands, loaded when they are called, and what becomes of errors."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sealwright.dialects.fault import Fault

if TYPE_CHECKING:
    from sealwright.dialects.cobra import Command, Invocation

__all__ = ["root", "run"]

_FAILED = 125
_CLOSED = 141
_INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Run `podman` and give its exit code: 0, or 125 for every error.

    Args:
        arguments: without the name of the program.
    """
    from sealwright.dialects import cobra  # noqa: PLC0415  # after the name of the program is known
    from sealwright.homes.environment import Environment  # noqa: PLC0415  # the same

    streams = cobra.Streams(sys.stdout, sys.stderr, sys.stdin)
    try:
        status = cobra.execute(
            root(), tuple(arguments), "4.3", Environment.current(), streams, after_flags="See '{path} --help'"
        )
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED
    except Exception as error:  # noqa: BLE001  # no traceback reaches a user
        sys.stdout.flush()
        sys.stderr.write(f"Error: {error}\n")
        return _FAILED
    return _FAILED if status else 0


def root() -> "Command":
    """The command `podman` itself."""
    from sealwright.dialects.cobra import Command, Entry  # noqa: PLC0415  # not before it is called

    folder = "sealwright.dialects.podman.commands"
    trust = Command(
        "trust",
        "Manage container image trust policy",
        long="Manages which registries you trust as a source of container images based on their location.",
        subcommands=(
            Entry("set", "Set default trust policy or a new trust policy for a registry", f"{folder}.set"),
            Entry("show", "Display trust policy for the system", f"{folder}.show"),
        ),
        run=_group,
    )
    image = Command(
        "image",
        "Manage images",
        long="Trust in images and signatures of them; all else of podman image is not here.",
        subcommands=(trust, Entry("sign", "Sign an image", f"{folder}.sign")),
        run=_group,
    )
    return Command(
        "podman",
        "Say which images are trusted, and sign them, as with podman",
        arguments=lambda _: None,
        subcommands=(image,),
        reads_flags=False,
        run=_root,
    )


def _group(invocation: "Invocation") -> None:
    """A group that is called by itself, or with a command that is not here."""
    if invocation.arguments:
        raise Fault(
            f"unrecognized command `{invocation.path} {invocation.arguments[0]}`\n"
            f"Try '{invocation.path} --help' for more information"
        )
    _print_help(invocation)
    raise Fault(f"missing command '{invocation.path} COMMAND'")


def _root(invocation: "Invocation") -> None:
    words = [word for word in invocation.arguments if not word.startswith("-")]
    if words and words[0] != "help":
        raise Fault(
            f"Sealwright does not have the command {words[0]!a} of podman; it has image trust set, "
            "image trust show and image sign"
        )
    _print_help(invocation)


def _print_help(invocation: "Invocation") -> None:
    from sealwright.dialects.cobra import find  # noqa: PLC0415  # only for help
    from sealwright.dialects.cobra_help import help_text  # noqa: PLC0415  # the same

    command, path, _ = find(root(), tuple(invocation.path.split()[1:]), invocation.line)
    invocation.out.write(help_text(command, path))
