"""The program `atomic`: its commands, loaded when they are called, and what becomes of errors."""

import os
import sys
import time
from collections.abc import Sequence

from sealwright.version import __version__

__all__ = ["VERSION", "run"]

VERSION = f"1.22.1+sealwright.{__version__}"
"""The version of atomic whose place we take, with our own."""

_CLOSED = 141
_VERIFY = (
    "atomic verify compares the versions of an image's layers, which is not here; it never looked at "
    "signatures. They are verified by atomic pull, and by seal verify"
)


def run(arguments: Sequence[str]) -> int:
    """Run `atomic` and give its exit code: 0, 1 for errors, 2 for a command line that cannot be read.

    Args:
        arguments: without the name of the program.
    """
    from sealwright.dialects.atomic.failed import Ended, Failed  # noqa: PLC0415  # classes and no more

    try:
        status = _execute(list(arguments))
        sys.stdout.flush()
    except Ended:
        return 0
    except SystemExit as ended:  # argparse: help, the version, or a fault that it has told
        return ended.code if isinstance(ended.code, int) else 1
    except Failed as failed:
        return _complain(str(failed))
    except KeyboardInterrupt:
        return _complain("")
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED
    except Exception as error:
        if "--debug" in arguments:
            raise
        return _complain(str(error))
    return status


def _execute(arguments: list[str]) -> int:
    from importlib import import_module  # noqa: PLC0415  # with the command

    from sealwright.dialects.atomic.call import Call  # noqa: PLC0415  # the same
    from sealwright.dialects.atomic.parsing import parser  # noqa: PLC0415  # the same
    from sealwright.homes import atomic_settings  # noqa: PLC0415  # the same
    from sealwright.homes.environment import Environment  # noqa: PLC0415  # the same

    began = time.monotonic()
    _require_known(arguments)
    environment = Environment.current()
    settings = atomic_settings.read(environment)
    whole = parser(VERSION, settings)
    if not arguments:
        whole.print_help()
        return 0
    given = whole.parse_args(arguments)
    if given.command is None:
        whole.error("too few arguments")
    name = {"upload": "push"}.get(given.command, given.command)
    module = import_module(f"sealwright.dialects.atomic.commands.{name}")
    call = Call(given, settings, environment, sys.stdout, sys.stderr, sys.stdin, began)
    status: int = module.run(call)
    return status


def _require_known(arguments: list[str]) -> None:
    """Refuse what atomic has and Sealwright does not, in one line, before anything else is looked at."""
    from sealwright.dialects.atomic.failed import Failed  # noqa: PLC0415  # a class and no more
    from sealwright.dialects.atomic.parsing import COMMANDS  # noqa: PLC0415  # the same

    command = next((word for word in arguments if not word.startswith("-")), None)
    if command is None or command in COMMANDS:
        return
    if command == "verify":
        raise Failed(_VERIFY)
    raise Failed(
        f"Sealwright does not have the command {command!a} of atomic; it has sign, push, pull and trust"
    )


def _complain(text: str) -> int:
    sys.stdout.flush()
    if text:
        sys.stderr.write(f"{text}\n")
    return 1
