"""The program `seal`: its commands, loaded when they are called, and what becomes of errors."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from sealwright.cli.lazy import LazyGroup
from sealwright.errors import InternalError, SealwrightError, UsageError

__all__ = ["COMMANDS", "run"]

_USAGE = 2
_INTERRUPTED = 130
_CLOSED = 141

COMMANDS: Mapping[str, str] = {
    "sign": "Sign images.",
    "verify": "Verify images under a trust policy.",
    "ls": "List the signatures of an image.",
    "inspect": "Show what the signatures of an image say of themselves.",
    "push": "Push an image to a registry, and sign it if asked.",
    "pull": "Pull an image into a layout, verified if asked.",
    "copy": "Copy an image with its signatures.",
    "login": "Log in to a registry.",
    "logout": "Log out of a registry.",
    "blob": "Sign and verify files.",
    "key": "Manage signing keys.",
    "cert": "Manage the certificates of trust stores.",
    "policy": "Manage trust policies.",
    "plugin": "Manage plugins that reach keys and verify signatures.",
    "trust": "Say which images are trusted: policy.json, registries.d.",
    "revocation": "Collect and show answers about revoked certificates.",
    "vault": "Keep keys in the service, where they sign.",
    "approval": "Approve signatures, and see who has to.",
    "pki": "Make certificates: root, intermediate, signing.",
    "signature": "Bring GPG signatures from older stores.",
    "serve": "Run a registry.",
    "admin": "Administer a registry: accounts, rights, tokens.",
    "oci-setup": "Set up Oracle's client oci for a service.",
    "dialect": "Take the place of other programs: notation, oc, atomic.",
    "completion": "Print the shell's completion script.",
    "version": "Show the version.",
}
"""Command to its one line of help. Each is a module of `sealwright.cli.commands` with a `command`."""


class _ClosedError(Exception):
    """Whoever read our output has enough. click would take a broken pipe for itself and exit with 1."""


class _Program(LazyGroup):
    """`seal` itself."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ClosedError from None


@click.command(
    "seal",
    cls=_Program,
    entries=COMMANDS,
    package="sealwright.cli.commands",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Run seal COMMAND --help for a command's options and examples. "
    "Run seal notation for notation's commands.",
)
@click.option("--debug", is_flag=True, help="Show where an error comes from.")
@click.option(
    "--root", metavar="DIR", help="Stands for / in all paths below /etc and /var that nobody typed."
)
@click.version_option(package_name="sealwright", message="seal %(version)s")
def _program(root: str | None, *, debug: bool) -> None:
    """Sign, store, verify and enforce container-image signatures."""
    del debug
    if root is not None:
        from sealwright.homes.environment import ROOT_VARIABLE  # noqa: PLC0415  # seldom asked

        os.environ[ROOT_VARIABLE] = os.path.abspath(root)  # noqa: PTH100  # pathlib takes long to import


def run(arguments: Sequence[str]) -> int:
    """Run `seal` and give its exit code. No traceback reaches the user without `--debug`.

    Args:
        arguments: without the name of the program.
    """
    debug = bool(arguments) and arguments[0] == "--debug"
    try:
        result = _program.main(list(arguments), "seal", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return _USAGE
    except click.ClickException as error:
        return _complain(_usage_error(error))
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)  # noqa: T201  # the only word left to say
        return _INTERRUPTED
    except (BrokenPipeError, _ClosedError):  # in help, or in a command
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED
    except SealwrightError as error:
        if debug:
            raise
        return _complain(error)
    except Exception as error:
        if debug:
            raise
        return _complain(InternalError("internal.unexpected", problem=f"{type(error).__name__}: {error}"))
    return result if isinstance(result, int) else 0


def _usage_error(error: click.ClickException) -> UsageError:
    """What click says of a command line, with our code and the next step."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    problem = error.format_message().rstrip(".")
    return UsageError(
        "usage.command-line",
        problem=problem[:1].lower() + problem[1:],
        command=context.command_path if context is not None else "seal",
    )


def _complain(error: SealwrightError) -> int:
    """Print an error; gives its exit code."""
    from sealwright.cli import exit_codes, messages  # noqa: PLC0415  # only for errors

    messages.complain(error)
    return exit_codes.of_error(error)
