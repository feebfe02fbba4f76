"""The key that signs: notation's list of keys, and what it says of keys that cannot be used."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import printed
from sealwright.dialects.notation import key_list
from sealwright.dialects.notation.broken_files import json_problem
from sealwright.dialects.notation.words import said, text
from sealwright.dialects.notation.words.keys import CERTIFICATE_NOT_PEM
from sealwright.errors import SealwrightError
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import EnvelopeMaker, LateSigner, Signer
from sealwright.keys.passphrases import Passphrases
from sealwright.keys.providers import OWN_PLUGIN

__all__ = ["Chosen", "chosen", "unusable"]

_NO_KEY = (
    "unsupported key, either provide a local key and certificate file paths, or a key name in config.json, "
    "check [DOC_PLACEHOLDER] for details"
)


class Chosen(msgspec.Struct, frozen=True):
    """The key that signs. A local one is open already; a plugin runs only when `key` is called."""

    entry: KeyEntry
    local: Signer | LateSigner | EnvelopeMaker | None
    invocation: Invocation

    def unusable(self, error: SealwrightError) -> str:
        """What keeps the key from signing, in notation's words; of a plugin's key it says so.

        Args:
            error: what was raised when the key was to sign.
        """
        words = unusable(error, self.invocation.line)
        if self.local is not None or self.entry.plugin_name == OWN_PLUGIN:
            return words
        if error.data.get("command") == "generate-envelope":
            words = f"plugin failed to sign with following error: {words}"
        return f"failed to sign with the plugin {self.entry.plugin_name}: {words}"

    def key(self, config: Mapping[str, str]) -> Signer | LateSigner | EnvelopeMaker:
        """The key, open.

        Args:
            config: settings for its plugin, which go before those of the list of keys.

        Raises:
            Fault: the plugin cannot be run, or has no such key.
        """
        if self.local is not None:
            return self.local
        entry = msgspec.structs.replace(self.entry, plugin_config={**self.entry.plugin_config, **config})
        return _opened(entry, self.invocation)


def chosen(invocation: Invocation) -> Chosen:
    """The key that `--key`, or `--id` and `--plugin`, or the default key name.

    Raises:
        Fault: there is none, or it cannot be used.
    """
    environment = invocation.environment
    name, key_id, plugin = (str(invocation.values[flag]) for flag in ("key", "id", "plugin"))
    if key_id and plugin and not name:
        return _by_plugin(KeyEntry("", id=key_id, plugin_name=plugin), invocation)
    try:
        entry = key_list.read(config_folder(environment)).entry(name)
    except SealwrightError as error:
        raise Fault(json_problem(error) or said(error, invocation.line)) from None
    if entry.plugin_name:
        return _by_plugin(entry, invocation)
    if not entry.key_path and not entry.id:
        raise Fault(_NO_KEY)
    return Chosen(entry, _opened(entry, invocation), invocation)


def unusable(error: SealwrightError, line: str) -> str:
    """What a key or its chain lacks, in notation's words.

    Args:
        error: what was raised when the key was opened or when it signed.
        line: of notation.
    """
    code, data = error.code, dict(error.data)
    if code == "certificate.none-in-file" or (code == "certificate.malformed" and not _is_pem(data)):
        return CERTIFICATE_NOT_PEM
    for name in ("at", "not_before", "not_after"):
        if name in data:
            data[name] = printed(datetime.fromisoformat(str(data[name])))
    if code.startswith("plugin."):
        from sealwright.dialects.notation.plugins import failure  # noqa: PLC0415  # few keys have a plugin

        return failure(error, line)
    if code.startswith("approval."):  # as our plugin tells it to the other notation
        return f"{error}; {error.hint}" if error.hint else str(error)
    if code.startswith(("certificate.", "key.")):
        return text(code, data, line)
    return said(error, line)


def _by_plugin(entry: KeyEntry, invocation: Invocation) -> Chosen:
    if entry.plugin_name != OWN_PLUGIN:  # the plugin that we are need not be installed
        from sealwright.dialects.notation.plugins import require_present  # noqa: PLC0415  # few keys have a plugin

        require_present(invocation, entry.plugin_name)
    return Chosen(entry, None, invocation)


def _opened(entry: KeyEntry, invocation: Invocation) -> Signer | LateSigner | EnvelopeMaker:
    from sealwright.keys.providers import open_signer  # noqa: PLC0415  # X.509, once it is known to be needed

    prompt = _ask if sys.stdin.isatty() and sys.stderr.isatty() else None
    try:
        return open_signer(entry, Passphrases(invocation.environment, None, prompt))
    except SealwrightError as error:
        raise Fault(unusable(error, invocation.line)) from None


def _ask(purpose: str) -> str:
    from getpass import getpass  # noqa: PLC0415  # only when somebody is asked

    return getpass(f"{purpose}: ", sys.stderr)


def _is_pem(data: Mapping[str, object]) -> bool:
    try:
        return b"-----BEGIN" in Path(str(data["file"])).read_bytes()
    except (OSError, KeyError):
        return True
