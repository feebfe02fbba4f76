"""The current session, for commands that need one."""

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.oc.kubeconfig import Kubeconfig, Session, opened
from sealwright.dialects.oc.server import Refused

__all__ = ["UNAUTHORIZED", "current", "refused_in_words"]

UNAUTHORIZED = "You must be logged in to the server (Unauthorized)"
"""What is said where the token is missing, or holds no longer."""

_MISSING = """\
Missing or incomplete configuration info.  Please point to an existing, complete config file:


  1. Via the command-line flag --kubeconfig
  2. Via the KUBECONFIG environment variable
  3. In your home directory as ~/.kube/config

To view or setup config directly use the 'config' command."""


_UNAUTHORIZED = 401
_FORBIDDEN = 403


def refused_in_words(refused: Refused) -> Fault:
    """What is said where the server refuses."""
    if refused.status == _UNAUTHORIZED:
        return Fault(UNAUTHORIZED)
    if refused.status == _FORBIDDEN:
        return Fault(f"You may not do this (Forbidden): {refused}")
    return Fault(str(refused))


def current(invocation: Invocation) -> tuple[Kubeconfig, Session]:
    """The file and its current session.

    Raises:
        Fault: there is none.
    """
    file = opened(invocation)
    session = file.session()
    if session is None:
        raise Fault(_MISSING)
    return file, session
