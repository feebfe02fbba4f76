"""A key by the name that a person gives it: of signingkeys.json, or an id such as `gpg:joe@example.com`."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from sealwright.homes.environment import Environment
from sealwright.homes.notation import signing_keys
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import EnvelopeMaker, LateSigner, Sealer, Signer
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.providers import is_provided, is_sealer, open_sealer, open_signer

__all__ = ["open_named"]


def open_named(
    name: str,
    passphrases: Passphrases,
    environment: Environment,
    plugin_config: Mapping[str, str] = MappingProxyType({}),
) -> Signer | LateSigner | EnvelopeMaker | Sealer:
    """The key of a name.

    Args:
        name: an id of `keys.providers`, or a name in signingkeys.json; empty: the default key there.
        passphrases: where a passphrase comes from, if one is needed.
        environment: says where notation's folder and gpg's are.
        plugin_config: settings for the plugin of the key; they go before those that the key has.

    Raises:
        KeyUnavailableError: there is no such key, or it cannot be opened.
        DocumentError: a file cannot be used.
        StorageError: a file cannot be read.
        PluginError: the plugin that reaches the key cannot be run.
    """
    if is_sealer(name):
        return _sealer(name, passphrases, environment)
    if is_provided(name):
        return open_signer(KeyEntry(name, id=name, plugin_config=plugin_config), passphrases)
    entry = signing_keys.read(config_folder(environment)).entry(name)
    if is_sealer(entry.id):
        return _sealer(entry.id, passphrases, environment)
    if plugin_config:
        entry = msgspec.structs.replace(entry, plugin_config={**entry.plugin_config, **plugin_config})
    return open_signer(entry, passphrases)


def _sealer(key: str, passphrases: Passphrases, environment: Environment) -> Sealer:
    from sealwright.keys.openpgp.gnupg_home import under_sudo  # noqa: PLC0415  # only for such keys

    return open_sealer(key, passphrases, under_sudo(environment))
