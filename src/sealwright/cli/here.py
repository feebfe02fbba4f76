"""What a command finds around it: the environment, the clock, the terminal."""

import sys
from pathlib import Path

from sealwright.homes.environment import Environment
from sealwright.homes.notation.folder import config_folder
from sealwright.keys.passphrases import Passphrases
from sealwright.workflow.clock import now

__all__ = ["at_terminal", "notation_folder", "now", "passphrases", "pki_folder", "registry_folder"]


def at_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def notation_folder() -> Path:
    """The folder of notation, where keys, trust stores and policies are."""
    return config_folder(Environment.current())


def pki_folder() -> Path:
    """Where `seal pki` keeps its files unless told otherwise."""
    return Environment.current().folder("XDG_CONFIG_HOME", ".config") / "sealwright" / "pki"


def registry_folder() -> Path:
    """Where `seal serve` keeps everything unless told otherwise."""
    return Environment.current().folder("XDG_DATA_HOME", ".local", "share") / "sealwright" / "registry"


def passphrases(file: Path | None) -> Passphrases:
    """The sources of passphrases of this run.

    Args:
        file: of the flag `--passphrase-file`.
    """
    return Passphrases(Environment.current(), file, _ask if at_terminal() else None)


def _ask(purpose: str) -> str:
    from getpass import getpass  # noqa: PLC0415  # only when somebody is asked

    return getpass(f"{purpose}: ", sys.stderr)
