"""What the commands that sign share: the key by its name, and what is said of each signature."""

from pathlib import Path

import click

from sealwright.cli import here, options
from sealwright.homes.environment import Environment
from sealwright.keys.named import open_named
from sealwright.workflow.make import Key
from sealwright.workflow.sign import Signed

__all__ = ["identity_flag", "opened_key", "reported"]

identity_flag = click.option(
    "--sign-identity",
    default="",
    metavar="REFERENCE",
    help="The name that a GPG signature is about, if it is not the image's own.",
)


def opened_key(name: str, passphrase_file: Path | None) -> Key:
    """The key of a name in signingkeys.json, the default key, or the one that an id such as `gpg:ID` means.

    Args:
        name: of the command line; empty: the default key.
        passphrase_file: of the command line.

    Raises:
        KeyUnavailableError: there is no such key, or it cannot be opened.
        DocumentError: a file cannot be used.
    """
    return open_named(name, here.passphrases(passphrase_file), Environment.current())


def reported(signed: Signed) -> str:
    """One line on what was signed and where the signature is."""
    subject = signed.subject
    return f"signed {options.shown_name(subject)}@{subject.descriptor.digest}, signature {signed.location}"
