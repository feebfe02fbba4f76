"""The current session, for commands that need one."""

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.oc.kubeconfig import Kubeconfig, Session, opened

__all__ = ["UNAUTHORIZED", "current"]

UNAUTHORIZED = "You must be logged in to the server (Unauthorized)"
"""What is said where the token is missing, or holds no longer."""

_MISSING = """\
Missing or incomplete configuration info.  Please point to an existing, complete config file:


  1. Via the command-line flag --kubeconfig
  2. Via the KUBECONFIG environment variable
  3. In your home directory as ~/.kube/config

To view or setup config directly use the 'config' command."""


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
