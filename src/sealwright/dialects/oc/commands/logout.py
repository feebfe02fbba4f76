"""`oc logout`: the token is revoked on the server, and forgotten here."""

from contextlib import closing

from sealwright.dialects.cobra import Command, Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import quote
from sealwright.dialects.oc import flags
from sealwright.dialects.oc.current import current
from sealwright.dialects.oc.server import Refused, Server

__all__ = ["command"]


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "logout",
        "End the current server session",
        flags=flags.GLOBAL,
        arguments=_none,
        run=_run,
    )


def _none(arguments: tuple[str, ...]) -> None:
    if arguments:
        raise Fault("No arguments are allowed")


def _run(invocation: Invocation) -> None:
    file, session = current(invocation)
    if not session.token:
        raise Fault("You need to have a token in order to logout.")
    try:
        with closing(Server(session)) as server:
            server.ask("DELETE", "/api/v1/tokens/current")
    except Refused as refused:
        invocation.warn(f"the token could not be revoked on the server: {refused}")
    file.forget_token()
    file.write()
    invocation.say(f"Logged {quote(session.user)} out on {quote(session.server)}")
