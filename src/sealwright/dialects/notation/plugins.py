"""notation's plugins: where they are, and what it says of those that are missing or fail."""

import errno
import platform
import signal
import stat
import sys
from http import HTTPStatus
from pathlib import Path

from sealwright.dialects.cobra import Invocation
from sealwright.dialects.fault import Fault
from sealwright.dialects.go_json_problems import syntax_problem
from sealwright.dialects.go_text import os_error, quote
from sealwright.dialects.notation.words import text
from sealwright.errors import SealwrightError
from sealwright.homes.environment import Environment
from sealwright.plugins import places

__all__ = ["failure", "listed", "program_of", "require_present", "uninstallable", "unreadable"]

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386", "armv7l": "arm"}
_MALFORMED = frozenset(
    {"plugin.answer-malformed", "plugin.metadata-empty", "plugin.contract-unknown", "plugin.ended"}
)
_OF_PROGRAM = _MALFORMED | {
    "plugin.access-denied",
    "plugin.contract-refused",
    "plugin.failed",
    "plugin.name-differs",
    "plugin.not-startable",
    "plugin.request-refused",
    "plugin.throttled",
    "plugin.timed-out",
}
"""Reasons for which a program did not tell about itself."""

_ANSWERS = {"describe-key": "describeKey", "generate-signature": "generateSignature"}


def program_of(environment: Environment, name: str) -> Path:
    """Where notation looks for the program of a plugin, whatever the name is."""
    return places.folder(environment) / name / f"{places.PREFIX}{name}"


def require_present(invocation: Invocation, name: str) -> None:
    """Check that a plugin's program is there; it is not run.

    Raises:
        Fault: in notation's words.
    """
    program = program_of(invocation.environment, name)
    try:
        mode = program.stat().st_mode
    except OSError as error:
        problem = os_error("stat", program, error)
        raise Fault(f"plugin executable file is either not found or inaccessible: {problem}") from None
    if not stat.S_ISREG(mode):
        raise Fault("plugin executable file is not a regular file")


def failure(error: SealwrightError, line: str) -> str:
    """What notation says of a plugin that failed.

    Args:
        error: what was raised.
        line: of notation.
    """
    data = error.data
    if error.code == "plugin.not-startable" and data.get("errno"):
        return os_error("fork/exec", data["file"], OSError(int(str(data["errno"])), data["problem"]))
    if error.code == "plugin.ended":
        if data["fault"]:
            return syntax_problem(str(data["said"]).encode()) or "incomplete json"
        status = int(str(data["status"]))
        return f"exit status {status}" if status >= 0 else f"signal: {_signal(-status)}"
    if error.code == "plugin.metadata-empty" and data["member"] == "supportedContractVersions":
        problem = "supported contract versions not specified"
        return f"metadata validation failed for plugin {data['plugin']}: {problem}"
    answer = _ANSWERS.get(str(data.get("command")), "")
    known = str(data.get("known", "")).replace(", ", " ")
    return text(error.code, {**data, "answer": answer, "known": known}, line)


def listed(error: SealwrightError, name: str, line: str) -> str:
    """What a list of plugins says of one that cannot be asked.

    Args:
        error: what was raised.
        name: of the plugin.
        line: of notation.
    """
    use = "Use `notation plugin install` command to install the plugin"
    if error.code == "plugin.absent":
        return f"plugin executable file `notation-{name}` not found. {use}"
    if error.code == "plugin.not-startable" and error.data.get("errno") == errno.ENOEXEC:
        return (
            f"plugin file `notation-{name}` is not executable. {use}. "
            f"Please ensure that the plugin executable file is compatible with {_system()}"
        )
    return failure(error, line)


def unreadable(error: SealwrightError, source: str, checksum: str, line: str) -> str:
    """Why what is to be installed cannot be read.

    Args:
        error: what was raised.
        source: as typed.
        checksum: as typed.
        line: of notation.
    """
    if error.code == "plugin.download-failed":
        status = int(str(error.data["status"]))
        words = f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)
        problem = f"GET {quote(source)}: https response bad status: {words}"
        return f"failed to download plugin from URL {source} with error: {problem}"
    if error.code.startswith("network."):
        return f"failed to download plugin from URL {source} with error: {text(error.code, error.data, line)}"
    if error.code in ("plugin.checksum-differs", "plugin.checksum-malformed"):
        words = f"plugin SHA-256 checksum does not match user input. Expecting {checksum}"
    else:
        words = text(error.code, error.data, line)
    return f"plugin installation failed: {words}"


def uninstallable(error: SealwrightError, line: str) -> str:
    """Why a plugin is not installed.

    Args:
        error: what was raised.
        line: of notation.
    """
    words = failure(error, line)
    if error.code == "plugin.downgrade":
        advice = (
            "It is not recommended to install an older version. "
            'To force the installation, use the "--force" option'
        )
        return f"{words}.\n{advice}"
    if error.code not in _OF_PROGRAM:
        return words
    which = "existing" if error.data.get("existing") else "new"
    whole = f"failed to get metadata of {which} plugin: {words}"
    if error.code == "plugin.not-startable" or (error.code == "plugin.ended" and not error.data["fault"]):
        return (
            f"{whole}.\nPlease ensure that the plugin executable file is compatible with {_system()} "
            "and has appropriate permissions."
        )
    if error.code in _MALFORMED:
        return (
            f"{words}.\nPlease ensure that the plugin executable file is intact and compatible with "
            f"{_system()}. Contact the plugin publisher for further assistance."
        )
    return whole


def _system() -> str:
    """The machine as Go names it."""
    machine = platform.machine().lower()
    return f"{sys.platform}/{_MACHINES.get(machine, machine)}"


def _signal(number: int) -> str:
    return (signal.strsignal(number) or f"signal {number}").lower()
