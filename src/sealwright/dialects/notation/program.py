"""The program `notation`: its commands, loaded when they are called, and what becomes of errors."""

import os
import sys
from collections.abc import Sequence

from sealwright.dialects.notation.version_text import DEFAULT, chosen, version_text

TYPE_CHECKING = False  # type checkers know the name; the module typing takes long to load
if TYPE_CHECKING:
    from sealwright.dialects.cobra import Command

__all__ = ["root", "run"]

_CLOSED = 141


def run(arguments: Sequence[str]) -> int:
    """Run `notation` and give its exit code: 0, or 1 for every error.

    Args:
        arguments: without the name of the program.
    """
    from sealwright.dialects.fault import Fault  # noqa: PLC0415  # a class and no more

    line = DEFAULT
    try:
        line = chosen(os.environ)
        if list(arguments) == ["version"]:  # asked by scripts before anything else: load nothing for it
            sys.stdout.write(version_text(line))
            status = 0
        else:
            status = _execute(tuple(arguments), line)
        sys.stdout.flush()
    except Fault as fault:
        return _complain(str(fault))
    except KeyboardInterrupt:
        return _complain("context canceled")
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED
    except Exception as error:  # noqa: BLE001  # whatever it is ends here, with words
        return _complain(_words(error, line, arguments))
    return status


def root(line: str) -> "Command":
    """The command `notation` itself.

    Args:
        line: of notation.
    """
    from sealwright.dialects.cobra import Command, Entry  # noqa: PLC0415  # not for `version`

    folder = "sealwright.dialects.notation.commands"
    return Command(
        use="notation",
        short="Sign and verify artifacts in the formats of the Notary Project",
        subcommands=(
            Entry("sign", "Sign an artifact", f"{folder}.sign"),
            Entry("verify", "Verify an artifact under the trust policy", f"{folder}.verify"),
            Entry("list", "List the signatures of an artifact", f"{folder}.list", ("ls",)),
            Entry("certificate", "Keep the certificates of trust stores", f"{folder}.certificate", ("cert",)),
            Entry("policy", "Keep the trust policy", f"{folder}.policy"),
            Entry("key", "Keep the list of signing keys", f"{folder}.key"),
            Entry("plugin", "Keep the plugins", f"{folder}.plugin"),
            Entry("login", "Log in to a registry", f"{folder}.login"),
            Entry("logout", "Log out of a registry", f"{folder}.logout"),
            Entry("version", "Show the version", f"{folder}.version"),
            Entry("inspect", "Show what the signatures of an artifact say", f"{folder}.inspect"),
            *((Entry("blob", "Sign and verify blobs", f"{folder}.blob"),) if line == DEFAULT else ()),
            Entry("help", "Show the help of a command", f"{folder}.help"),
            Entry("completion", "Print a script that completes command lines", f"{folder}.completion"),
        ),
    )


def _execute(arguments: tuple[str, ...], line: str) -> int:
    from sealwright.dialects import cobra  # noqa: PLC0415  # not for `version`
    from sealwright.homes.environment import Environment  # noqa: PLC0415  # the same

    for stream in (sys.stdout, sys.stderr, sys.stdin):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # bytes that came with an argument are printed as they came
            reconfigure(encoding="utf-8", errors="surrogateescape")
    streams = cobra.Streams(sys.stdout, sys.stderr, sys.stdin)
    return cobra.execute(root(line), arguments, line, Environment.current(), streams)


def _words(error: Exception, line: str, arguments: Sequence[str]) -> str:
    """An error that no command has put into words itself."""
    from sealwright.dialects.notation.words import said  # noqa: PLC0415  # only for errors
    from sealwright.errors import SealwrightError  # noqa: PLC0415  # the same

    if isinstance(error, SealwrightError):
        return said(error, line)
    if {"-d", "--debug"} & set(arguments):
        import traceback  # noqa: PLC0415  # only for faults of ours

        traceback.print_exception(error)
    return f"internal error: {type(error).__name__}: {error}"


def _complain(text: str) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"Error: {text}\n")
    return 1
