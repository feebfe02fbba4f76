"""`seal key`: the keys of notation's `signingkeys.json`."""

from pathlib import Path

import click

from sealwright import limits
from sealwright.cli import hardware_keys, here, options, tables
from sealwright.cli.examples import Group
from sealwright.cli.signing import PluginKey, plugin_key_flags
from sealwright.errors import UsageError
from sealwright.homes import files
from sealwright.homes.notation import signing_keys
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.chain_files import CERTIFICATES
from sealwright.keys.providers import OWN_PLUGIN, open_signer

__all__ = ["command"]


@click.group(
    "key",
    cls=Group,
    examples=(
        "seal key add build --key-file build.key --cert-file build.pem --default",
        "seal key generate --id 'pkcs11:token=signing;object=build' --type EC-256",
        "seal key add build --id 'pkcs11:token=signing;object=build'",
        "seal key add cloud --plugin azure-kv --id https://acme.vault.azure.net/keys/build/1",
        "seal key ls",
        "seal key default build",
        "seal key delete build",
    ),
)
def command() -> None:
    """Manage signing keys, named in notation's signingkeys.json: files, hardware, plugins."""


@command.command("add")
@click.argument("name")
@click.option("--key-file", type=options.path_type, metavar="FILE", help="Private key in PEM.")
@click.option(
    "--cert-file",
    type=options.path_type,
    metavar="FILE",
    help="Certificate chain in PEM, leaf first, root last; of a key in hardware if its token has none.",
)
@plugin_key_flags
@click.option("--default", "as_default", is_flag=True, help="Use this key when none is named.")
@click.option("--copy", is_flag=True, help="Copy both files into notation's localkeys folder.")
@options.passphrase_file
def add(
    name: str,
    key_file: Path | None,
    cert_file: Path | None,
    plugin_key: PluginKey,
    passphrase_file: Path | None,
    *,
    as_default: bool,
    copy: bool,
) -> None:
    """Add the key NAME: two local files, or the id of a key elsewhere.

    A key of ours, in files or in hardware (pkcs11:token=TOKEN;object=KEY), is opened once, to make sure that
    it belongs to the certificate; a plugin is asked whether it can sign.
    """
    folder = here.notation_folder()
    keys = signing_keys.read(folder)
    entry = _entry(name, key_file, cert_file, plugin_key)
    added = keys.with_key(entry, default=as_default or not keys.keys)
    open_signer(entry, here.passphrases(passphrase_file))
    if copy and key_file is not None and cert_file is not None:
        local = folder / "localkeys"
        key_copy, cert_copy = local / f"{name}.key", local / f"{name}.crt"
        for source, target in ((key_file, key_copy), (cert_file, cert_copy)):
            files.write(target, files.read(source, limits.CONFIG_FILE_BYTES), files.PRIVATE)
        added = keys.with_key(KeyEntry(name, str(key_copy), str(cert_copy)), default=added.default == name)
    signing_keys.write(folder, added)
    click.echo(f"{name}: added{', the default key' if added.default == name else ''}")


def _entry(name: str, key_file: Path | None, cert_file: Path | None, plugin_key: PluginKey) -> KeyEntry:
    """What the list of keys is to say of a new key."""
    has_files = key_file is not None and cert_file is not None
    if has_files == bool(plugin_key.key_id) or (has_files and plugin_key.plugin):
        raise UsageError("usage.key-incomplete")
    if key_file is not None and cert_file is not None:
        return KeyEntry(name, str(key_file.absolute()), str(cert_file.absolute()))
    plugin = plugin_key.plugin or OWN_PLUGIN
    config = dict(plugin_key.plugin_config)
    if cert_file is not None:
        if plugin != OWN_PLUGIN:
            raise UsageError("usage.key-incomplete")
        config[CERTIFICATES] = str(cert_file.absolute())
    return KeyEntry(name, id=plugin_key.key_id, plugin_name=plugin, plugin_config=config)


for hardware in hardware_keys.COMMANDS:
    command.add_command(hardware)


@command.command("ls")
@options.json_output
def list_keys(output: str) -> None:
    """List the keys; the default key is marked with a star."""
    keys = signing_keys.read(here.notation_folder())
    if output == "json":
        tables.print_json({"default": keys.default, "keys": keys.keys})
        return
    rows = [
        (
            f"{'* ' if key.name == keys.default else '  '}{key.name}",
            key.key_path or key.id,
            key.cert_path or key.plugin_name,
        )
        for key in keys.keys
    ]
    tables.print_table(("  NAME", "KEY", "CERTIFICATES OR PLUGIN"), rows)


@command.command("default")
@click.argument("name")
def set_default(name: str) -> None:
    """Use the key NAME when none is named."""
    folder = here.notation_folder()
    signing_keys.write(folder, signing_keys.read(folder).with_default(name))
    click.echo(f"{name}: the default key")


@command.command("delete")
@click.argument("names", nargs=-1, required=True)
def delete(names: tuple[str, ...]) -> None:
    """Take keys out of the list. Their files stay."""
    folder = here.notation_folder()
    keys = signing_keys.read(folder)
    for name in names:
        keys = keys.without_key(name)
    signing_keys.write(folder, keys)
    for name in names:
        click.echo(f"{name}: deleted from the list; its files stay")
