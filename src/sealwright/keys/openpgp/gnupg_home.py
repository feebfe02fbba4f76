"""Whose keyring is meant when `sudo` was used: that of who logged in, as atomic has it.

An exported GNUPGHOME does not count there: what atomic takes from its command line or its settings does, and
else the login user's own folder.
"""

import os
import pwd
from pathlib import Path

import msgspec

from sealwright.homes.environment import Environment

__all__ = ["of_login_user", "under_sudo", "with_home"]

_NOBODY = 0xFFFFFFFF
"""What the kernel says of a process that nobody logged in for (proc(5), loginuid)."""
_LOGIN = Path("/proc/self/loginuid")


def of_login_user(
    environment: Environment, given: str = "", configured: str = "", login: Path = _LOGIN
) -> Path:
    """The GnuPG folder by the rule of atomic (Atomic/sign.py).

    Args:
        environment: `SUDO_UID`, if `sudo` was used.
        given: a folder from the command line; goes first.
        configured: `gnupg_homedir` of `atomic.conf`; goes second.
        login: where the kernel tells who logged in.
    """
    for folder in (given, configured):
        if folder:
            return Path(folder).expanduser()
    for told in (_read(login), environment.get("SUDO_UID"), str(os.getuid())):
        home = _home_of(told)
        if home is not None:
            return home / ".gnupg"
    return environment.home / ".gnupg"


def under_sudo(environment: Environment) -> Environment:
    """The environment in which `seal` signs: with the keys of who called `sudo`, not those of root.

    A GNUPGHOME that came through `sudo` is what somebody wanted, and stays.

    Args:
        environment: `SUDO_UID`, if `sudo` was used.
    """
    if environment.get("GNUPGHOME") or not environment.get("SUDO_UID"):
        return environment
    return with_home(environment, of_login_user(environment))


def with_home(environment: Environment, folder: Path) -> Environment:
    """The same environment, with gpg's folder named in it."""
    return msgspec.structs.replace(environment, variables={**environment.variables, "GNUPGHOME": str(folder)})


def _read(login: Path) -> str:
    try:
        return login.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _home_of(uid: str) -> Path | None:
    """The home folder of a user, given by number; None if there is no such user."""
    number = uid.strip()
    if not (number.isascii() and number.isdigit()) or int(number[:12]) >= _NOBODY:
        return None
    try:
        return Path(pwd.getpwuid(int(number)).pw_dir)
    except KeyError:
        return None
