"""Our own keys by an id, as the plugin `sealwright` and keys of signingkeys.json that name it have them.

| id                       | the key                                                                        |
|--------------------------|--------------------------------------------------------------------------------|
| `file:KEY`               | a private key in a PEM file; its certificates in `certificates`, else in KEY    |
|                          | with the ending `.crt` or `.pem`                                                |
| `SCHEME:…`               | a key of another provider of `keys.providers`, such as `pkcs11:` or `vault:`    |
| any other                | the local key of that name in signingkeys.json                                  |

Settings that are read here: `certificates`, a file; `passphrase_file`, a file whose first line opens the key.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from sealwright.errors import KeyUnavailableError
from sealwright.homes.notation import signing_keys
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import Signer
from sealwright.keys.chain_files import CERTIFICATES
from sealwright.keys.local_file import certificates_of
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.providers import PROVIDERS, open_signer
from sealwright.pki import certificate, keys
from sealwright.pki.algorithms import Algorithm

__all__ = ["PASSPHRASE_FILE", "described", "open_by_id"]

PASSPHRASE_FILE = "passphrase_file"  # noqa: S105  # the name of a setting

_ENDINGS = (".crt", ".pem")


def open_by_id(key_id: str, config: Mapping[str, str], passphrases: Passphrases) -> Signer:
    """The key of an id.

    Args:
        key_id: see the table above.
        config: settings, as a plugin is given them.
        passphrases: where a passphrase comes from, if the settings name no file.

    Raises:
        KeyUnavailableError: `key.unknown`, `key.not-ours`, or what the provider raises.
        DocumentError: a file of the key cannot be used.
        StorageError: a file cannot be read.
    """
    entry = _entry(key_id, config, passphrases)
    named = config.get(PASSPHRASE_FILE)
    if named:
        passphrases = msgspec.structs.replace(passphrases, file=Path(named))
    key = open_signer(entry, passphrases)
    if not isinstance(key, Signer):
        raise KeyUnavailableError("key.not-ours", name=key_id)
    return key


def described(
    key_id: str, config: Mapping[str, str], passphrases: Passphrases
) -> tuple[Algorithm, Callable[[], Signer]]:
    """What a key signs with, and what gives the key itself.

    A key in a file is not opened before it is asked for: its certificate tells. All others are, once.

    Args:
        key_id: see the table above.
        config: settings, as a plugin is given them.
        passphrases: where a passphrase comes from, if one is needed.

    Raises:
        SealwrightError: as `open_by_id`, or the certificate is for a key that cannot sign.
    """
    entry = _entry(key_id, config, passphrases)
    if entry.key_path:
        leaf = certificates_of(entry)[0]
        return keys.require_algorithm(leaf.public_key), lambda: open_by_id(key_id, config, passphrases)
    key = open_by_id(key_id, config, passphrases)
    return keys.require_algorithm(certificate.parse(key.certificates[0]).public_key), lambda: key


def _entry(key_id: str, config: Mapping[str, str], passphrases: Passphrases) -> KeyEntry:
    scheme, colon, rest = key_id.partition(":")
    if colon and scheme == "file":
        return KeyEntry(key_id, rest, config.get(CERTIFICATES) or _beside(Path(rest)))
    if colon and scheme in PROVIDERS and scheme != "plugin":
        return KeyEntry(key_id, id=key_id, plugin_config=config)
    entry = signing_keys.read(config_folder(passphrases.environment)).entry(key_id)
    if entry.plugin_name:  # or we might ask ourselves, without end
        raise KeyUnavailableError("key.not-ours", name=key_id)
    return entry


def _beside(key: Path) -> str:
    """The file of certificates that goes with a key file by its name."""
    found = (key.with_suffix(ending) for ending in _ENDINGS)
    return str(next((path for path in found if path != key and path.is_file()), key.with_suffix(_ENDINGS[0])))
