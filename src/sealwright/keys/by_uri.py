"""Private keys that are elsewhere, by their URIs, to make requests and certificates with."""

from collections.abc import Mapping
from importlib import import_module

from sealwright.keys.passphrases import Passphrases
from sealwright.pki.keys import PrivateKey

__all__ = ["is_elsewhere", "open_elsewhere"]

_OPENERS: Mapping[str, str] = {
    "pkcs11": "sealwright.keys.pkcs11.opening:open_private_key",
    "vault": "sealwright.keys.vault.opening:open_private_key",
}
"""Scheme of a URI to `module:function`, loaded on use."""


def is_elsewhere(text: str) -> bool:
    """Whether a text is the URI of a key on a token or in a vault."""
    scheme, colon, _ = text.partition(":")
    return bool(colon) and scheme in _OPENERS


def open_elsewhere(uri: str, passphrases: Passphrases) -> PrivateKey:
    """The private key of a URI, without its certificate.

    Args:
        uri: one that `is_elsewhere` takes.
        passphrases: where a PIN comes from; its environment names settings and credentials.

    Raises:
        KeyUnavailableError: a `key.` code.
        EnvironmentalError: what holds the key cannot be reached, or failed.
        DocumentError: the settings cannot be used.
        StorageError: a file cannot be read.
    """
    module, _, function = _OPENERS[uri.partition(":")[0]].partition(":")
    key: PrivateKey = getattr(import_module(module), function)(uri, passphrases)
    return key
