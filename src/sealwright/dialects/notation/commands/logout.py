"""`notation logout`."""

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.notation import flags
from sealwright.dialects.notation.commands.login import some_server
from sealwright.dialects.notation.kept_credentials import helper_words, store
from sealwright.errors import SealwrightError

__all__ = ["command"]


def command(line: str) -> Command:
    """The command in a line of notation."""
    return Command(
        "logout [flags] <server>",
        "Log out of a registry",
        flags=flags.logging(line),
        arguments=some_server,
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    server = invocation.arguments[0]
    kept = store(invocation, server)
    try:
        kept.erase()
    except SealwrightError as error:
        raise Fault(
            f"failed to log out of {server}: failed to delete the credential for {kept.server}: "
            f"{helper_words(error)}"
        ) from None
    invocation.say("Logout Succeeded")
