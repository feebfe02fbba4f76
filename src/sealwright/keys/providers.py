"""Which module opens which kind of key: a table from scheme to dotted name, loaded on use."""

from collections.abc import Mapping
from importlib import import_module

from sealwright.errors import KeyUnavailableError
from sealwright.homes.environment import Environment
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import EnvelopeMaker, LateSigner, Sealer, Signer
from sealwright.keys.passphrases import Passphrases

__all__ = ["OWN_PLUGIN", "PROVIDERS", "SEALERS", "is_provided", "is_sealer", "open_sealer", "open_signer"]

PROVIDERS: Mapping[str, str] = {
    "file": "sealwright.keys.local_file:open_key",
    "pkcs11": "sealwright.keys.pkcs11.opening:open_key",
    "plugin": "sealwright.keys.plugin:open_key",
    "vault": "sealwright.keys.vault.opening:open_key",
}
"""Scheme of a key's id to `module:function`; local files have no id and count as `file`."""

SEALERS: Mapping[str, str] = {
    "gpg": "sealwright.keys.openpgp.gpg_signer:open_key",
    "pgp": "sealwright.keys.openpgp.sequoia_signer:open_key",
}
"""The same for keys whose program makes the whole signature."""


OWN_PLUGIN = "sealwright"
"""Keys of this plugin are ours: opened by their id, without the plugin."""


def open_signer(entry: KeyEntry, passphrases: Passphrases) -> Signer | LateSigner | EnvelopeMaker:
    """One of the keys that `signingkeys.json` names.

    Args:
        entry: the key.
        passphrases: where a passphrase comes from, if one is needed.

    Raises:
        KeyUnavailableError: `key.scheme-unknown`, or what the provider raises.
        DocumentError: a file of the key cannot be used.
        StorageError: a file of the key cannot be read.
        PluginError: the plugin that reaches the key cannot be run.
    """
    if entry.plugin_name == OWN_PLUGIN:
        from sealwright.keys.by_id import open_by_id  # noqa: PLC0415  # it opens some of them by this function

        return open_by_id(entry.id, entry.plugin_config, passphrases)
    scheme = "file" if entry.key_path else entry.id.partition(":")[0] or "plugin"
    if entry.plugin_name:
        scheme = "plugin"
    if scheme not in PROVIDERS:
        raise KeyUnavailableError("key.scheme-unknown", scheme=scheme)
    module, _, function = PROVIDERS[scheme].partition(":")
    signer: Signer | LateSigner | EnvelopeMaker
    signer = getattr(import_module(module), function)(entry, passphrases)
    return signer


def is_provided(key: str) -> bool:
    """Whether a key's id, such as `pkcs11:token=build;object=images`, says by itself which key it is.

    Args:
        key: an id or the name of a key.
    """
    scheme, colon, _ = key.partition(":")
    return bool(colon) and scheme in PROVIDERS and scheme not in ("file", "plugin")


def is_sealer(key: str) -> bool:
    """Whether a key's id, such as `gpg:joe@example.com`, is one of those that make whole signatures.

    Args:
        key: an id or the name of a key.
    """
    return key.partition(":")[0] in SEALERS and ":" in key


def open_sealer(key: str, passphrases: Passphrases, environment: Environment) -> Sealer:
    """A sealer for a key that is named by scheme and id: `gpg:alice@example.com`, `pgp:key.asc`.

    Args:
        key: scheme, colon, and what the scheme takes.
        passphrases: where a passphrase comes from, if one is needed.
        environment: the user's variables, such as GNUPGHOME and PATH.

    Raises:
        KeyUnavailableError: `key.scheme-unknown`, or what the provider raises.
        DocumentError: a file of the key cannot be used.
        StorageError: a file cannot be read.
    """
    scheme, _, name = key.partition(":")
    if scheme not in SEALERS or not name:
        raise KeyUnavailableError("key.scheme-unknown", scheme=scheme)
    module, _, function = SEALERS[scheme].partition(":")
    sealer: Sealer = getattr(import_module(module), function)(name, passphrases, environment)
    return sealer
