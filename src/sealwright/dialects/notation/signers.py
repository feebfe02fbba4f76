"""The key that signs: notation's list of keys, and what it says of keys that cannot be used."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_text import os_error, printed
from sealwright.dialects.notation import key_list
from sealwright.dialects.notation.broken_files import json_problem
from sealwright.dialects.notation.words import said, text
from sealwright.dialects.notation.words.keys import CERTIFICATE_NOT_PEM
from sealwright.errors import SealwrightError
from sealwright.homes.environment import Environment
from sealwright.homes.notation.folder import config_folder
from sealwright.homes.notation.signing_keys import KeyEntry
from sealwright.interfaces import Signer
from sealwright.keys.passphrases import Passphrases

__all__ = ["signer", "unusable"]

_NO_KEY = (
    "unsupported key, either provide a local key and certificate file paths, or a key name in config.json, "
    "check [DOC_PLACEHOLDER] for details"
)


def signer(invocation: Invocation) -> Signer:
    """The signer that `--key`, or `--id` and `--plugin`, or the default key name.

    Raises:
        Fault: there is none, or it cannot be used.
    """
    environment = invocation.environment
    name, key_id, plugin = (str(invocation.values[flag]) for flag in ("key", "id", "plugin"))
    if key_id and plugin and not name:
        raise _without_plugin(environment, plugin)
    try:
        entry = key_list.read(config_folder(environment)).entry(name)
    except SealwrightError as error:
        raise Fault(json_problem(error) or said(error, invocation.line)) from None
    if entry.plugin_name:
        raise _without_plugin(environment, entry.plugin_name)
    if not entry.key_path and not entry.id:
        raise Fault(_NO_KEY)
    return _opened(entry, invocation)


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
    if code.startswith(("certificate.", "key.")):
        return text(code, data, line)
    return said(error, line)


def _opened(entry: KeyEntry, invocation: Invocation) -> Signer:
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


def _without_plugin(environment: Environment, name: str) -> Fault:
    """The complaint of notation about a plugin that is not there; ours about one that is."""
    folder = environment.get("NOTATION_LIBEXEC") or str(config_folder(environment))
    path = Path(folder) / "plugins" / name / f"notation-{name}"
    try:
        path.stat()
    except OSError as error:
        problem = os_error("stat", path, error)
        return Fault(f"plugin executable file is either not found or inaccessible: {problem}")
    return Fault(f"the plugin {name} cannot be run: plugins are not supported by this version of Sealwright")
