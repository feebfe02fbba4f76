"""`notation key`: the list of signing keys."""

from sealwright.dialects.cobra import Command, Fault, Invocation
from sealwright.dialects.go_json import sorted_map
from sealwright.dialects.notation import flags, key_list
from sealwright.dialects.notation.key_values import pairs
from sealwright.dialects.notation.logs import log
from sealwright.dialects.pflag import Flag
from sealwright.dialects.tabwriter import table
from sealwright.errors import SealwrightError
from sealwright.homes.notation import signing_keys
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.keys.providers import OWN_PLUGIN

__all__ = ["command"]

_DEFAULT = Flag("default", "bool", "use this key where none is named")


def command(line: str) -> Command:
    """The command in a line of notation."""
    more = flags.logging(line)
    add = Command(
        "add --plugin <plugin_name> [flags] <key_name>",
        "Add a key that a plugin reaches",
        flags=(
            *more,
            Flag("plugin", "string", "name of the plugin"),
            Flag("id", "string", "the plugin's name for the key (needed)"),
            flags.PLUGIN_CONFIG,
            _DEFAULT,
        ),
        required=("plugin",),
        arguments=_one_name,
        run=_add,
    )
    update = Command(
        "update [flags] <key_name>",
        "Change which key is the default",
        aliases=("set",),
        flags=(*more, _DEFAULT),
        arguments=_some_name,
        run=_update,
    )
    listing = Command("list [flags]", "List the keys", aliases=("ls",), run=_list)
    delete = Command(
        "delete [flags] <key_name>...",
        "Take keys out of the list; their files stay",
        flags=more,
        arguments=_some_names,
        run=_delete,
    )
    return Command(
        "key",
        "Keep the list of signing keys",
        long=(
            "Keep the list of signing keys, in signingkeys.json of notation's folder.\n\n"
            "Example - Add a key that the plugin azure-kv reaches, and use it from now on:\n"
            "  notation key add --plugin azure-kv --id <key_id> --default build\n\n"
            "Example - See which keys there are:\n"
            "  notation key ls"
        ),
        subcommands=(add, update, listing, delete),
    )


def _one_name(arguments: tuple[str, ...]) -> None:
    if len(arguments) != 1:
        raise Fault("either missing key name or unnecessary parameters passed")


def _some_name(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("missing key name")


def _some_names(arguments: tuple[str, ...]) -> None:
    if not arguments:
        raise Fault("missing key names")


def _add(invocation: Invocation) -> None:
    config = pairs(invocation.values["plugin-config"], "plugin-config")
    folder = key_list.folder(invocation)
    keys = key_list.read(folder)
    name, plugin = invocation.arguments[0], invocation.values["plugin"]
    log(invocation, "debug", f"Adding key with name {name} and plugin name {plugin}")
    key_list.require_name(name)
    if not invocation.values["id"]:
        raise Fault("missing key id")
    if not plugin:
        raise Fault("plugin name cannot be empty")
    if plugin != OWN_PLUGIN:  # the plugin that we are need not be installed
        from sealwright.dialects.notation.plugins import require_present  # noqa: PLC0415  # only to add one

        require_present(invocation, plugin)
    entry = KeyEntry(name, id=invocation.values["id"], plugin_name=plugin, plugin_config=sorted_map(config))
    is_default = invocation.values["default"]
    signing_keys.write(folder, keys.with_key(entry, default=is_default))
    invocation.say(f"{name}: marked as default" if is_default else name)


def _update(invocation: Invocation) -> None:
    if not invocation.values["default"]:
        log(invocation, "warning", "--default flag is not set, command did not take effect")
        return
    folder = key_list.folder(invocation)
    keys = key_list.read(folder)
    name = invocation.arguments[0]
    key_list.require_name(name)
    signing_keys.write(folder, keys.with_default(name))
    invocation.say(f"{name}: marked as default")


def _list(invocation: Invocation) -> None:
    keys = key_list.read(key_list.folder(invocation))
    rows = [
        (
            f"* {key.name}" if key.name == keys.default else key.name,
            *(key.key_path, key.cert_path, key.id, key.plugin_name),
        )
        for key in keys.keys
    ]
    heads = ("NAME", "KEY PATH", "CERTIFICATE PATH", "ID", "PLUGIN NAME")
    invocation.out.write(table([heads, *rows]))


def _delete(invocation: Invocation) -> None:
    folder = key_list.folder(invocation)
    before = keys = key_list.read(folder)
    names = invocation.arguments
    try:
        for name in names:
            key_list.require_name(name)
            keys = keys.without_key(name)
    except (Fault, SealwrightError) as error:
        from sealwright.dialects.notation.words import said  # noqa: PLC0415  # only where it fails

        words = said(error, invocation.line) if isinstance(error, SealwrightError) else str(error)
        log(invocation, "error", f"Keys deletion failed to complete with error: {words}")
        raise
    signing_keys.write(folder, keys)
    if len(names) > 1:
        invocation.say(
            "Removed the following keys from Notation signing key list. The source keys still exist.",
            *(f"{name} (default)" if name == before.default else name for name in names),
        )
        return
    what = f"default key {names[0]}" if names[0] == before.default else names[0]
    invocation.say(f"Removed {what} from Notation signing key list. The source key still exists.")
