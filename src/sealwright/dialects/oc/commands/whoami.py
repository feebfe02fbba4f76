"""`oc whoami`."""

from contextlib import closing

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.oc import flags
from sealwright.dialects.oc.current import UNAUTHORIZED, current
from sealwright.dialects.oc.kubeconfig import opened
from sealwright.dialects.oc.server import Refused, Server
from sealwright.dialects.pflag import Flag

__all__ = ["command"]

_UNAUTHORIZED = 401


def command(line: str) -> Command:
    """The command."""
    del line
    return Command(
        "whoami",
        "Return information about the current session",
        flags=(
            *flags.GLOBAL,
            Flag("show-token", "bool", "Print the token the current session is using.", shorthand="t"),
            Flag("show-context", "bool", "Print the current user context name", shorthand="c"),
            Flag("show-server", "bool", "If true, print the current server's REST API URL"),
        ),
        run=_run,
    )


def _run(invocation: Invocation) -> None:
    if invocation.values["show-token"]:
        session = opened(invocation).session()
        if session is None or not session.token:
            raise Fault("no token is currently in use for this session")
        invocation.say(session.token)
    elif invocation.values["show-context"]:
        context = opened(invocation).context
        if not context:
            raise Fault("no context has been set")
        invocation.say(context)
    elif invocation.values["show-server"]:
        invocation.say(current(invocation)[1].server)
    else:
        _, session = current(invocation)
        if not session.token:
            raise Fault(UNAUTHORIZED)
        try:
            with closing(Server(session)) as server:
                invocation.say(server.name())
        except Refused as refused:
            is_login = refused.status == _UNAUTHORIZED
            raise Fault(UNAUTHORIZED if is_login else str(refused)) from None
