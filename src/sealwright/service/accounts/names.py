"""Names of accounts and groups, which share one space, and what is refused as a name."""

import re

from sealwright.errors import UsageError

__all__ = ["ANONYMOUS", "AUTHENTICATED", "LOGGED_IN", "require_account_name", "without_namespace"]

ANONYMOUS = "anonymous"
"""Holds the rights of everybody, credentials or not."""

AUTHENTICATED = "authenticated"
"""Holds the rights of everybody who has an account."""

LOGGED_IN = ("user", "robot")
"""The kinds of accounts that log in."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,127}")


def require_account_name(name: str) -> str:
    """Give a name back if an account can have it.

    Raises:
        UsageError: `service.account-name-invalid`.
    """
    if _NAME.fullmatch(name) is None:
        raise UsageError("service.account-name-invalid", name=ascii(name[:150]))
    return name


def without_namespace(name: str, namespace: str) -> str:
    """The name of an account as somebody logs in with it who is used to Oracle's registry.

    Users of that are `<namespace>/<user>`, or `<namespace>/<identity domain>/<user>`; names of accounts have
    no slash.

    Args:
        name: as it was given.
        namespace: ours; empty for none.
    """
    first, slash, rest = name.partition("/")
    return rest.rpartition("/")[2] if slash and namespace and first == namespace else name
