"""Which module opens which kind of key: a table from scheme to dotted name, loaded on use."""

from collections.abc import Mapping
from importlib import import_module

from sealwright.errors import KeyUnavailableError
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import Signer
from sealwright.keys.passphrases import Passphrases

__all__ = ["PROVIDERS", "open_signer"]

PROVIDERS: Mapping[str, str] = {
    "file": "sealwright.keys.local_file:open_key",
}
"""Scheme of a key's id to `module:function`; local files have no id and count as `file`."""


def open_signer(entry: KeyEntry, passphrases: Passphrases) -> Signer:
    """A signer for one of the keys that `signingkeys.json` names.

    Args:
        entry: the key.
        passphrases: where a passphrase comes from, if one is needed.

    Raises:
        KeyUnavailableError: `key.scheme-unknown`, or what the provider raises.
        DocumentError: a file of the key cannot be used.
        StorageError: a file of the key cannot be read.
    """
    scheme = "file" if entry.key_path else entry.id.partition(":")[0] or "plugin"
    if entry.plugin_name:
        scheme = "plugin"
    if scheme not in PROVIDERS:
        raise KeyUnavailableError("key.scheme-unknown", scheme=scheme)
    module, _, function = PROVIDERS[scheme].partition(":")
    signer: Signer = getattr(import_module(module), function)(entry, passphrases)
    return signer
