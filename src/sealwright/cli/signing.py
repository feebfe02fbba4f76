"""What the commands that sign share: the key by its name, and what is said of each signature."""

from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from sealwright.cli import here, options
from sealwright.cli.flag_group import flag_group
from sealwright.errors import UsageError
from sealwright.homes.environment import Environment
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.named import open_named
from sealwright.keys.providers import OWN_PLUGIN, open_signer
from sealwright.workflow.make import Key
from sealwright.workflow.sign import Signed

__all__ = ["PluginKey", "identity_flag", "opened_key", "plugin_key_flags", "reported"]

identity_flag = click.option(
    "--sign-identity",
    default="",
    metavar="REFERENCE",
    help="The name that a GPG signature is about, if it is not the image's own.",
)


class PluginKey(msgspec.Struct, frozen=True):
    """The values of the flags that `plugin_key_flags` adds: a key by its id, and the plugin that has it."""

    plugin: str
    key_id: str
    plugin_config: Mapping[str, str]


plugin_key_flags = flag_group(
    "plugin_key",
    PluginKey,
    click.option("--plugin", default="", metavar="NAME", help="The plugin that reaches the key of --id."),
    click.option("--id", "key_id", default="", metavar="ID", help="The key by its id, in place of --key."),
    options.plugin_config,
)
"""Add the flags to a command, which gets their values together as `plugin_key`."""


def opened_key(name: str, passphrase_file: Path | None, plugin_key: PluginKey | None = None) -> Key:
    """The key of a name in signingkeys.json, the default key, or the one that an id such as `gpg:ID` means.

    Args:
        name: of the command line; empty: the default key.
        passphrase_file: of the command line.
        plugin_key: of the command line; a key of a plugin's takes the place of a name.

    Raises:
        UsageError: `usage.key-twice`, `usage.plugin-without-id`.
        KeyUnavailableError: there is no such key, or it cannot be opened.
        DocumentError: a file cannot be used.
    """
    passphrases = here.passphrases(passphrase_file)
    if plugin_key is None:
        return open_named(name, passphrases, Environment.current())
    if not plugin_key.plugin and not plugin_key.key_id:
        return open_named(name, passphrases, Environment.current(), plugin_key.plugin_config)
    if name:
        raise UsageError("usage.key-twice")
    if not plugin_key.key_id:
        raise UsageError("usage.plugin-without-id")
    plugin = plugin_key.plugin or OWN_PLUGIN
    entry = KeyEntry("", id=plugin_key.key_id, plugin_name=plugin, plugin_config=plugin_key.plugin_config)
    return open_signer(entry, passphrases)


def reported(signed: Signed) -> str:
    """One line on what was signed and where the signature is."""
    subject = signed.subject
    approval = f", approval {signed.proof}" if signed.proof else ""
    name = f"{options.shown_name(subject)}@{subject.descriptor.digest}"
    return f"signed {name}, signature {signed.location}{approval}"
